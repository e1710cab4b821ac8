"""The sanitizer under attack: planted values, odd structure, and being run twice."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.intake import Facts, Masker, classify
from tallystick.intake.wire import clean_url, credential_form, header_shapes
from tallystick.record.canonical import canonical
from tallystick.record.held import first_unheld
from tallystick.record.policy import ANSWER, ERROR, FAILURE, REQUEST, WORDS, Rule
from tests.conftest import entry, frozen, har

SECRET = "Zq7Xv2Kp9Lw4"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["messages", "content", "role", "error", "message", "choices", "x y"])
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
RULES = st.sampled_from([REQUEST, ANSWER, FAILURE, ERROR, WORDS])


@given(JSON, RULES)
def test_whatever_comes_in_a_record_may_hold_what_comes_out(tree: object, rule: Rule) -> None:
    assert first_unheld(Masker().json(tree, rule, "$"), rule) is None


@given(JSON, RULES)
def test_sanitizing_twice_is_sanitizing_once(tree: object, rule: Rule) -> None:
    once = Masker().json(tree, rule, "$")
    assert Masker().json(once, rule, "$") == once


PLACES: list[dict[str, Any]] = [
    {"request": {"model": SECRET, "messages": []}},
    {"request": {"model": f"{SECRET}/gpt-4o", "messages": []}},
    {"request": {"messages": [{"role": "user", "content": SECRET}]}},
    {"request": {"messages": [{"role": SECRET, "content": "x"}]}},
    {"request": {"messages": [{"role": "user", "content": [{"type": "text", "text": SECRET}]}]}},
    {"request": {"messages": [{"role": "user", "name": SECRET, "content": ""}]}},
    {"request": {SECRET: 1}},
    {"request": {"metadata": {"index": SECRET}}},
    {"request": {"user": SECRET}},
    {"request": {"stop": [SECRET]}},
    {"request": {"tools": [{"function": {"name": SECRET, "parameters": {SECRET: {}}}}]}},
    {"request": {"messages": [{"tool_calls": [{"function": {"arguments": f'{{"a":"{SECRET}"}}'}}]}]}},
    {"url": f"https://{SECRET}.corp.example/v1/chat/completions"},
    {"url": f"https://user:{SECRET}@api.cometapi.com/v1/{SECRET}?key={SECRET}&{SECRET}=1"},
    {"authorization": f"Bearer sk-{SECRET}"},
    {"authorization": SECRET},
    {"sent": {"cookie": f"session={SECRET}", "x-api-key": SECRET, f"x-{SECRET}": "1"}},
    {"sent": {"user-agent": SECRET, "idempotency-key": SECRET, "x-request-id": SECRET}},
    {"headers": {"set-cookie": SECRET, "server": SECRET, "location": f"https://{SECRET}/a"}},
    {"headers": {"retry-after": SECRET, "content-type": SECRET, "x-ratelimit-limit": SECRET}},
    {"answer": {"choices": [{"message": {"content": SECRET, "refusal": SECRET}}]}},
    {"answer": {"id": SECRET, "model": SECRET, "object": SECRET, "system_fingerprint": SECRET}},
    {"answer": {"choices": [{"finish_reason": SECRET, "logprobs": {"content": [SECRET]}}]}},
    {"answer": {"usage": {SECRET: 5, "prompt_tokens": SECRET}}},
    {"answer": {"error": {"message": f"Unknown user {SECRET} of 'team {SECRET}'", "code": SECRET}}},
    {"answer": {"error": {"message": json.dumps({"detail": [{"msg": SECRET, SECRET: SECRET}]})}}},
    {"answer": {"error": {"param": SECRET, "metadata": {"raw": SECRET, "provider_name": SECRET}}}},
    {"answer": {"error": SECRET, "detail": [SECRET, {"loc": ["body", SECRET]}]}},
    {"answer": f"<html><head><title>{SECRET}</title></head><body>{SECRET}</body></html>"},
    {"answer": f"plain {SECRET}"},
    {"answer": f'data: {{"choices":[{{"delta":{{"content":"{SECRET}"}}}}]}}\n\n: {SECRET}\n\n'
               f"event: {SECRET}\ndata: {SECRET}\n\ndata: {SECRET}", "mime": "text/event-stream"},
    {"status": 0, "error": f"dns: getaddrinfo ENOTFOUND {SECRET}.corp.example"},
]  # fmt: skip


NUMBER = "4111111111111111"
NUMBERS: list[dict[str, Any]] = [
    {"request": {"max_tokens": 4111111111111111, "seed": 491511234567, "n": 4111111111}},
    {"request": {"max_tokens": NUMBER, "temperature": NUMBER, "model": f"gpt-{NUMBER}"}},
    {"request": {"model": "gpt-4111-1111-1111-1111"}},
    {"answer": {"created": 4111111111111111, "usage": {"total_tokens": NUMBER}}},
    {
        "answer": {
            "error": {"message": f"card {NUMBER}", "code": 49151, "retry_after": NUMBER + ".5s"}
        }
    },
    {"answer": {"error": {"param": "4111.1111.1111.1111", "loc": ["body", "10.20.30.40"]}}},
    {"answer": {"error": {"metadata": {"headers": {"X-RateLimit-Reset": NUMBER}}}}},
    {"answer": "4111111111111111"},
    {"headers": {"x-ratelimit-limit": NUMBER, "content-length": NUMBER, "retry-after": NUMBER}},
    {"sent": {"x-stainless-timeout": NUMBER + ".123456789", "age": "4111555123"}},
    {
        "headers": {
            "x-ratelimit-limit": "41115678.123456s12.123456s",
            "retry-after": "4111111.111111",
        }
    },
    {"answer": {"usage": {"prompt_tokens": "4111550123"}}},
]


@pytest.mark.parametrize("where", NUMBERS)
@pytest.mark.parametrize("status", [200, 400])
def test_card_phone_and_account_numbers_survive_nowhere(where: dict[str, Any], status: int) -> None:
    parts = dict(where)
    exchanges = frozen(har([entry(status, parts.pop("answer", None), **parts)]))
    written = canonical(exchanges).decode()
    for digits in ("4111", "49151", "10.20", "1.1111"):
        assert digits not in re.sub("x[0-9a-f]{6}-|sha256:[0-9a-f]+|g[0-9a-f]{6}-", "", written)


CHAT = "Please transfer all credit, payment was denied"


@pytest.mark.parametrize(
    ("answer", "status", "mime"),
    [
        (CHAT, 200, "text/plain"),
        (json.dumps(CHAT), 200, "application/json"),
        ({"message": CHAT}, 200, "application/json"),
        (f"data: {CHAT}\n\n", 200, "text/event-stream"),
        (f'data: {{"message":"{CHAT}"}}\n\n', 200, "text/event-stream"),
        ({"error": {"message": f"Invalid value: '{CHAT}, it isn't done'"}}, 400, "application/json"),
        ({"error": {"message": f"Invalid value: {CHAT}"}}, 400, "application/json"),
        ({"error": {"message": f"Bad “{CHAT}” in\n'{CHAT}\n'"}}, 400, "application/json"),
        ({"error": {"message": f"got {{'content': \"{CHAT}\"}}"}}, 400, "application/json"),
        ({"error": {"message": f"'{CHAT} and so on"}}, 400, "application/json"),
        ({"error": {"message": json.dumps({"messages": [{"message": CHAT}]})}}, 400,
         "application/json"),
        ("<p>İİİİİİİİ<title>Error</title>" + CHAT, 502, "text/html"),
    ],
)  # fmt: skip
def test_what_people_said_survives_no_echo_and_no_odd_shape(
    answer: object, status: int, mime: str
) -> None:
    written = canonical(frozen(har([entry(status, answer, mime=mime)]))).decode().lower()
    assert "credit" not in written
    assert "payment was denied" not in written


@pytest.mark.parametrize(
    "chunk",
    [
        {"choices": [{"delta": {"content": [{"type": "text", "text": "h"}]}}]},
        {"choices": [{"text": "h"}]},
        {"choices": [{"delta": {"reasoning_text": "h", "name of mine": "h"}}]},
        {"choices": [{"message": {"content": "h", "function_call": {"arguments": "h"}}}]},
        {"choices": [{"delta": {"tool_calls": [{"function": {"name": "h"}}]}}]},
        {"choices": [{"native_finish_reason": "h"}]},
        {"content": "h"},
        {"response": "h"},
    ],
)
def test_pieces_of_a_stream_have_neither_length_nor_ordinal(chunk: object) -> None:
    stream = f"data: {json.dumps(chunk)}\n\n"
    (exchange,) = frozen(har([entry(200, stream, mime="text/event-stream")]))
    assert not re.search(r"‹[a-z]+[:#]", canonical(exchange.response.frames).decode())


@pytest.mark.parametrize(
    "text",
    ["gpt" + "1" * 60 + "!", "gpt" + "1" * 40 + "_z", "und_err_" * 4000, "message " * 8000,
     "‹" * 30000, "'" * 20000, "provided: " * 3000, "a." * 10000],
)  # fmt: skip
def test_no_input_takes_more_than_linear_time(text: str) -> None:
    body = {"error": {"message": text, "param": text}, "model": text}
    (exchange,) = frozen(har([entry(400, body, error=text, request={"model": text})]))
    assert classify([exchange], Facts(symptom=text)).failure_class


def test_strings_and_arrays_beyond_measure_are_masked() -> None:
    (exchange,) = frozen(har([entry(200, None, request={"user": "x" * 10_000_001})]))
    assert exchange.request.body["user"].startswith("‹string:9999999#")


@pytest.mark.parametrize("where", PLACES, ids=lambda where: "-".join(where))
def test_a_planted_value_survives_nowhere(where: dict[str, Any]) -> None:
    parts = dict(where)
    status, answer = parts.pop("status", 200), parts.pop("answer", None)
    masker = Masker()
    exchanges = frozen(har([entry(status, answer, **parts)]), masker)
    written = canonical(exchanges) + canonical(masker.ledger())
    assert SECRET.lower().encode() not in written.lower()
    assert len(masker.ledger()) > 0


@pytest.mark.parametrize("number", [4915112345678, 1.5e300, -(10**15)])
def test_numbers_are_kept_only_under_numeric_names(number: float) -> None:
    masked = Masker().json(
        {"max_tokens": 7, "user": number, "x": number, "n": number}, REQUEST, "$"
    )
    assert str(number) not in canonical(masked).decode()
    assert isinstance(masked, dict)
    assert masked["max_tokens"] == 7


def test_a_secret_split_over_deltas_leaves_no_codebook() -> None:
    pieces = ["Zq7", "Xv2", "Zq7"]
    stream = "".join(
        f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': piece}}]})}\n\n"
        for piece in pieces
    )
    (exchange,) = frozen(har([entry(200, stream, mime="text/event-stream")]))
    (frame,) = exchange.response.frames
    assert frame.count == 3
    assert frame.data["choices"][0]["delta"]["content"] == "‹string›"


def test_equal_values_get_equal_ordinals_and_the_ledger_counts() -> None:
    masker = Masker()
    said = [{"role": "user", "content": text} for text in ("yes it is", "no", "yes it is")]
    masked = masker.json({"messages": said}, REQUEST, "request.body")
    assert isinstance(masked, dict)
    shown = [message["content"] for message in masked["messages"]]
    assert shown[0] == shown[2] != shown[1]
    (noted,) = masker.ledger()
    assert (noted.place, noted.count) == ("request.body.messages[].content", 3)


SPEECH = st.lists(
    st.sampled_from(
        ["don't", "isn’t", "user's", "users'", "'max_tokens'", "'x y'", '"', "'", "“", "provided:",
         "zz", "model", "500", "5551234", ".", "‹text:3›", "\n", "(", "Wi-Fi"]
    ),
    max_size=14,
)  # fmt: skip


@given(SPEECH, st.sampled_from(["", " "]))
def test_masked_speech_may_always_be_held(words: list[str], joint: str) -> None:
    shown = Masker().words(joint.join(words), "$")
    assert first_unheld(shown, WORDS) is None
    assert Masker().words(shown, "$") == shown


@pytest.mark.parametrize("text", ["zz " * 600, "q z " * 499, "You didn't provide an API key."])
def test_what_grows_or_has_apostrophes_is_frozen(text: str) -> None:
    body = {"error": {"message": text}}
    (exchange,) = frozen(har([entry(401, body, error=text)]))
    assert exchange.response.status == 401
    assert Masker().words("You didn't provide an API key.", "$") == "You didn't provide an API key."


def test_error_text_stays_readable() -> None:
    text = (
        "Unsupported parameter: 'max_tokens' is not supported with 'gpt-5.4'. "
        'Ask "Johanna Doe" on +49 151 1234, HTTP 429, limit 8000.'
    )
    assert Masker().words(text, "$") == (
        "Unsupported parameter: 'max_tokens' is not supported with 'gpt-5.4'. "
        '‹text:3› "‹text:11›" on +‹text:2› ‹text:3› ‹text:4›, HTTP 429, limit ‹text:4›.'
    )


def test_text_beyond_measure_and_depth_is_cut() -> None:
    assert Masker().words("invalid " * 5000, "$") == "‹text:40000›"
    deep: object = "x"
    for _ in range(100):
        deep = {"error": deep}
    assert first_unheld(Masker().json(deep, ERROR, "$"), ERROR) is None


def test_credentials_keep_scheme_length_and_well_known_prefix() -> None:
    masker = Masker()
    assert (
        credential_form("Bearer sk-or-v1-abc", masker, "$") == "Bearer ‹credential:12#1› sk-or-v1-"
    )
    assert credential_form("Bearer ", masker, "$") == "Bearer ‹credential:0›"
    assert credential_form("abc", masker, "$") == "‹credential:3#2›"


def test_headers_keep_what_decides_and_nothing_else() -> None:
    pairs = [
        ("content-type", "application/json; charset=utf-8"),
        ("retry-after", "2"),
        ("x-ratelimit-remaining-requests", "0"),
        ("server", "cloudflare"),
        ("x-should-retry", "true"),
        ("retry-after", "Fri, 20 Nov 2026 09:00:30 GMT"),
        ("x-request-id", "req_1"),
        ("accept", ""),
    ]
    masker = Masker()
    shape = header_shapes(pairs, masker, "response")
    shown = [one["form"] for one in json.loads(shape % tuple(masker.holes))]
    assert shown == [
        "application/json; charset=utf-8", "2", "0", "cloudflare", "true", "‹value›", "‹value:5›", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://api.cometapi.com/v1/chat/completions", "https://api.cometapi.com/v1/chat/completions"),
        ("http://127.0.0.1:8080/v1/v1/chat", "http://localhost/v1/v1/chat"),
        ("https://acme.openai.azure.com/openai/deployments/prod-x/chat/completions",
         "https://‹host#1›.openai.azure.com/openai/deployments/‹segment:6›/chat/completions"),
        ("https://[broken", "‹value:15›"),
        ("ftp://acme.example/x", "‹host#1›/‹segment:1›"),
    ],
)  # fmt: skip
def test_urls_keep_known_hosts_and_path_words(url: str, shown: str) -> None:
    assert clean_url(url, Masker(), "$")[0] == shown


def test_query_parameters_keep_their_number_not_their_names() -> None:
    assert clean_url("https://api.cometapi.com/?key=a&api-version=b", Masker(), "$")[1] == (
        "‹key:3›", "api-version",
    )  # fmt: skip


def test_of_a_text_that_placeholders_make_too_long_the_beginning_stays() -> None:
    text = "Unsupported parameter: 'top_k'. " + "Ab Cd Ef Gh Ij " * 130
    assert len(text) <= 2000
    kept = Masker().words(text, "$")
    assert kept.startswith("Unsupported parameter: 'top_k'. ")
    assert "Ab" not in kept
    assert len(kept) <= 2000


@pytest.mark.parametrize(
    ("sent", "form"),
    [
        ("Bearer sk-one", "Bearer ‹credential:6#1› sk-"),
        ("Bearer Bearer sk-one", "Bearer Bearer ‹credential:6#1› sk-"),
        ("bearer bearer", "Bearer ‹credential:6#1›"),
        ("Bearer undefined", "Bearer ‹credential:9#1› unset"),
        ("Bearer null", "Bearer ‹credential:4#1› unset"),
        ("Bearer nullable-key", "Bearer ‹credential:12#1›"),
        ("Bearer ‹credential:9#1› unset", "Bearer ‹credential:9#1› unset"),
    ],
)
def test_a_credentials_form_shows_what_is_odd_about_it(sent: str, form: str) -> None:
    assert credential_form(sent, Masker(), "$") == form
