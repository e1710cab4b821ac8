"""The sanitizer under attack: planted values, odd structure, and being run twice."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.intake import Masker
from tallystick.intake.wire import clean_headers, clean_url, credential_form
from tallystick.record.canonical import canonical
from tallystick.record.held import first_unheld
from tallystick.record.policy import ERROR, REQUEST, RESPONSE, WORDS, Rule
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
RULES = st.sampled_from([REQUEST, RESPONSE, ERROR, WORDS])


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
    masked = Masker().json({"seed": 7, "user": number, "x": number, "n": number}, REQUEST, "$")
    assert str(number) not in canonical(masked).decode()
    assert isinstance(masked, dict)
    assert masked["seed"] == 7


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
    assert len(Masker().words("invalid " * 5000, "$")) <= 4000
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
    shown = [header.form for header in clean_headers(pairs, Masker(), "response")]
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
