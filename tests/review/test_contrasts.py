"""What another call, another page or a gateway's own words show, and that without them nobody is
accused.
"""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.intake import Facts, classify, is_about_amounts
from tallystick.record import Clause, Exchange
from tallystick.record.clause import Aspect, Candidate
from tallystick.record.finding import Review, RootCause
from tallystick.review import Material, review
from tests.conftest import REQUEST, entry, frozen, har
from tests.review.test_causes import (
    CHUNK,
    DOCS,
    DONE,
    GOOD,
    LAST,
    refused,
    says,
    shows,
    stream,
)  # fmt: skip

GATEWAY = "https://gw.example/v1/chat/completions"
DIRECT = "https://api.cometapi.com/v1/chat/completions"


def seeming(
    location: str, value: str, words: str, aspect: Aspect = "meaning", **more: Any
) -> Clause:
    """What a sentence of another page seems to say."""
    clause = says(location, value, aspect, words=words, standing="to-verify", **more)
    return replace(clause, citation=replace(clause.citation, source="S2", quotation=words))


def judged(
    whole: Sequence[Exchange], clauses: Sequence[Clause] = (), sentences: Sequence[Clause] = (),
    symptom: str = "",
) -> Review:  # fmt: skip
    facts = Facts(symptom=symptom)
    return review(
        Material(
            clauses, [DOCS], (), whole, classify(whole, facts),
            candidates=[Candidate(one, "says so") for one in sentences],
            reports_error=facts.reports_error, about_amounts=is_about_amounts(facts),
            reported=facts.statuses,
        )
    )  # fmt: skip


def caused(*entries: dict[str, Any], **more: Any) -> RootCause:
    found = judged(frozen(har(list(entries))), **more).cause
    assert found is not None
    return found


COMBINED = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
ASKED = {**REQUEST, "stream": True, "stream_options": {"include_usage": True}}


def _through(**more: Any) -> dict[str, Any]:
    return refused(400, COMBINED, "stream_options", request=ASKED, url=GATEWAY, **more)


def test_the_same_request_that_goes_well_without_the_gateway_accuses_it() -> None:
    direct = {**stream(CHUNK, LAST, DONE, request=ASKED, at=9)}
    one = caused(_through(), direct)
    assert (one.side, one.location, one.support) == (
        "gateway",
        "request.stream_options",
        "contrasted",
    )
    assert "api.cometapi.com" in one.mechanism


@pytest.mark.parametrize(
    "other",
    [
        stream(CHUNK, LAST, DONE, request={**ASKED, "n": 1}, at=9),
        {**stream(CHUNK, LAST, DONE, request=ASKED, at=9), "request": {
            **entry(200, None, request=ASKED)["request"], "url": "https://api.openai.com/v1/chat/completions"}},
    ],
    ids=["another request", "another provider"],
)  # fmt: skip
def test_what_went_well_elsewhere_or_otherwise_accuses_no_gateway(other: dict[str, Any]) -> None:
    assert caused(_through(), other).side != "gateway"


@pytest.mark.parametrize("status", [401, 429, 503])
def test_what_may_pass_or_hangs_on_a_key_is_no_contrast(status: int) -> None:
    failing = refused(status, "it did not go", request=REQUEST, url=GATEWAY)
    one = judged(frozen(har([failing, entry(200, GOOD, request=REQUEST, at=9)]))).cause
    assert one is None or one.support != "contrasted"


@pytest.mark.parametrize(("shape", "accused"), [("prose", False), ("no choices", True)])
def test_what_a_model_writes_this_time_or_that_accuses_no_gateway(
    shape: str, accused: bool
) -> None:
    asked = {**REQUEST, "response_format": {"type": "json_object"}}
    choice = {"index": 0, "finish_reason": "stop"}
    told = {
        text: {**GOOD, "choices": [choice | {"message": {"role": "assistant", "content": text}}]}
        for text in ("well, here it is", "{}")
    }
    body = told["well, here it is"] if shape == "prose" else {"id": "c", "object": "x"}
    through = entry(200, body, request=asked, url=GATEWAY)
    one = caused(
        through, entry(200, told["{}"], request=asked, at=9), symptom="JSONDecodeError, KeyError"
    )
    assert (one.side == "gateway") == accused


@pytest.mark.parametrize(("url", "side"), [(GATEWAY, "unknown"), (DIRECT, "network")])
def test_who_broke_off_behind_ones_own_gateway_is_not_seen(url: str, side: str) -> None:
    failing = entry(0, None, url=url, error="net::ERR_CONNECTION_RESET")
    assert caused(failing).side == side


@pytest.mark.parametrize(
    ("took", "well", "error", "side"),
    [
        (30_004, True, "Request timed out", "unknown"),
        (30_004, False, "Request timed out", "network"),
        (31_900, True, "Request timed out", "network"),
        (-1, True, "Request timed out", "unknown"),
        (30_004, True, "timed out while connecting", "network"),
    ],
    ids=[
        "at a round time",
        "no call went well",
        "at another time",
        "not shown",
        "while connecting",
    ],
)
def test_a_call_that_ends_at_a_round_time_may_have_met_its_own_limit(
    took: int, well: bool, error: str, side: str
) -> None:
    failing = {**entry(0, None, error=error, at=9), "time": took}
    sound = [entry(200, GOOD)] if well else []
    assert caused(*sound, failing).side == side


CODES = [
    says("error.status.429", "too many", "meaning", when="error.code=rate_limit_exceeded",
         words="too many requests of yours"),
    says("error.status.429", "full", "meaning", when="error.code=upstream_saturated",
         words="the vendor is saturated"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "clauses", "side"),
    [(None, CODES, "unknown"), (None, CODES[:1], "account"), ("rate limit", CODES, "account")],
    ids=["no body", "only the caller's", "with its body"],
)
def test_a_429_whose_code_would_decide_asks_for_it(
    body: str | None, clauses: list[Clause], side: str
) -> None:
    failing = entry(429, None) if body is None else refused(429, body)
    assert caused(failing, clauses=clauses).side == side


PROMISED = says("response.usage", "yes", "required")
BARE = {name: value for name, value in GOOD.items() if name != "usage"}
MISSES = "KeyError: 'usage'"


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("`usage` is passed on when the vendor sends it", "documents"),
        ("`usage` counts tokens", "provider"),
    ],
)
def test_a_page_that_says_it_may_be_missing_stands_against_the_promise(
    words: str, side: str
) -> None:
    one = caused(
        entry(200, BARE), clauses=[PROMISED], symptom=MISSES,
        sentences=[seeming("response.usage", words, words)],
    )  # fmt: skip
    assert one.side == side


@pytest.mark.parametrize(("end", "side"), [("", "provider"), (None, "")])
def test_an_end_that_a_page_does_not_list_is_the_providers(end: str | None, side: str) -> None:
    words = "There it is one of `stop`, `length`, `tool_calls`, `content_filter`"
    place = "stream.choices[].finish_reason"
    chunk = CHUNK.replace('"finish_reason":null', f'"finish_reason":{json.dumps(end)}')
    found = judged(
        frozen(har([stream(chunk, LAST, DONE)])), [says(place, "null|string", "kind")],
        [seeming(place, words, words, "enum")],
        symptom="ArgumentOutOfRangeException: Unknown ChatFinishReason value. Actual value was .",
    )  # fmt: skip
    assert (found.cause.side if found.cause and found.cause.side == "provider" else "") == side


@pytest.mark.parametrize(
    ("words", "side"),
    [("`gpt-4o` is no longer served", "application"), ("", "unknown")],
)
def test_a_model_of_which_a_page_says_that_it_is_gone(words: str, side: str) -> None:
    failing = refused(503, "No available channel for model gpt-4o under group default",
                      request={**REQUEST, "model": "gpt-4o"})  # fmt: skip
    said = (
        [seeming("request.model", "yes", words, "deprecated", when="model=gpt-4o")] if words else []
    )
    assert caused(failing, sentences=said).side in (side, "account")
    if words:
        late = [replace(said[0], value="2030-01-01")]
        assert caused(failing, sentences=late).side != "application"


ORPHAN = "Invalid parameter: messages with role 'tool' must be a response to a preceding message."
BEHIND = "A `tool` message that does not follow an assistant message is rejected"


@pytest.mark.parametrize(("words", "side"), [(BEHIND, "application"), ("", "unknown")])
def test_a_tools_message_without_its_call_by_a_page_and_the_rejection(
    words: str, side: str
) -> None:
    failing = refused(400, ORPHAN, "messages.[4].role")
    del failing["request"]["postData"]
    said = [seeming("request.messages[].role", "behind its call", words)] if words else []
    assert caused(failing, sentences=said).side == side


THOUGHTS = "The `reasoning_content` in the thinking mode must be passed back to the API."
SENT_BACK = "It has to be sent back together with its `reasoning_content`"


@pytest.mark.parametrize(
    ("words", "side"),
    [(SENT_BACK, "application"), (f"{SENT_BACK}, unless you cut it", "unknown"), ("", "unknown")],
)
def test_a_member_that_the_api_misses_and_a_page_asks_for(words: str, side: str) -> None:
    place = "request.messages[].reasoning_content"
    said = [seeming(place, "sent back", words)] if words else []
    assert caused(refused(400, THOUGHTS), sentences=said).side == side


@pytest.mark.parametrize(("typed", "side"), [("application/json", "provider"), ("", "unknown")])
def test_a_stream_of_another_type_than_a_page_says(typed: str, side: str) -> None:
    failing = {**stream(CHUNK, LAST, DONE)}
    failing["response"] = {**failing["response"], "headers": [
        {"name": "Content-Type", "value": typed or "text/event-stream"}]}  # fmt: skip
    symptom = (
        'EventSource\'s response has a MIME type ("application/json") that is not '
        '"text/event-stream". Aborting the connection.'
    )
    said = [seeming("stream.content_type", "text/event-stream", "text/event-stream", "value")]
    found = judged(frozen(har([failing])), sentences=said, symptom=symptom).cause
    assert (found.side if found else "unknown") == side


def test_amounts_that_were_reported_acquit_nobody() -> None:
    whole = frozen(har([entry(200, GOOD)]))
    sent = [says(f"request.{name}", "yes", "exists") for name in REQUEST]
    for symptom, name in (
        (
            "the report books prompt_tokens and cached_tokens, and the cost is well above the console",
            "undecided",
        ),
        ("", "no-mismatch"),
    ):
        found = judged(whole, sent, symptom=symptom).verdict
        assert found.name == name
        assert ("about amounts" in found.reason) == bool(symptom)


def test_a_path_that_does_not_begin_as_the_documented_base_urls() -> None:
    failing = refused(404, "Invalid URL (POST /chat/completions)")
    (one,) = frozen(har([failing]))
    whole = (replace(one, request=replace(one.request, url="/chat/completions")),)
    base = says("endpoint.base_url", "https://api.cometapi.com/v1")
    found = judged(whole, [base]).cause
    assert found is not None
    assert (found.side, found.location) == ("application", "endpoint.base_url")
    # A client's log may have the operation alone, which the client added to its base URL.
    (untold,) = frozen(har([refused(404, "not found")]))
    relative = (replace(untold, request=replace(untold.request, url="/chat/completions")),)
    for clauses in ([base], [says("endpoint.path", "/v1/chat/completions")]):
        cause = judged(relative, clauses).cause
        assert cause is None or cause.side != "application"
    right = (replace(one, request=replace(one.request, url="/v1/chat/completions")),)
    other = judged(right, [base]).cause
    assert other is None or other.location != "endpoint.base_url"


def test_a_path_that_has_its_beginning_twice() -> None:
    failing = refused(404, "not found", url="https://api.cometapi.com/v1/v1/chat/completions")
    one = caused(failing, clauses=[shows("endpoint.path", "/v1/chat/completions")])
    assert (one.side, one.location) == ("application", "endpoint.path")
    assert "/v1 twice" in one.mechanism
    other = refused(404, "not found", url="https://api.cometapi.com/v2/v1/chat/completions")
    assert (
        caused(other, clauses=[shows("endpoint.path", "/v1/chat/completions")]).side
        != "application"
    )


@pytest.mark.parametrize("base", ["https://api.cometapi.com/v1", "https://api.cometapi.com/v2"])
def test_a_path_that_has_the_operations_twice_behind_the_base_url(base: str) -> None:
    twice = "https://api.cometapi.com/v1/chat/completions/chat/completions"
    failing = refused(404, "Invalid URL", url=twice)
    one = caused(failing, clauses=[shows("endpoint.base_url", base)])
    assert one.side == "application"
    assert ("more than once" in one.mechanism) == base.endswith("/v1")
    once = refused(404, "Invalid URL", url="https://api.cometapi.com/v1/chat/completions")
    found = caused(once, clauses=[shows("endpoint.base_url", base)])
    assert (found.side == "application") == base.endswith("/v2")


@pytest.mark.parametrize(
    ("words", "side"), [("By default a stream has no usage", "application"), ("", "unknown")]
)
def test_a_usage_that_a_stream_has_only_when_asked_for(words: str, side: str) -> None:
    said = [seeming("stream.usage", "when asked for", words)] if words else []
    found = judged(
        frozen(har([stream(CHUNK, LAST, DONE)])), sentences=said,
        symptom="Token counters stay at zero for streaming requests; usage is missing",
    ).cause  # fmt: skip
    assert (found.side if found else "unknown") == side


def _advice(*entries: dict[str, Any], **more: Any) -> str:
    answer = judged(frozen(har(list(entries))), **more).answer
    assert answer is not None
    return " ".join(answer.do)


def test_nobody_is_told_to_stop_sending_what_every_request_needs() -> None:
    failing = refused(400, ORPHAN, "messages.[4].role")
    del failing["request"]["postData"]
    said = [seeming("request.messages[].role", "behind its call", BEHIND)]
    assert "stop sending" not in _advice(failing, sentences=said)
    gone = [seeming("request.model", "yes", "`gpt-4o` is no longer served", "deprecated",
                    when="model=gpt-4o")]  # fmt: skip
    failing = refused(404, "The model `gpt-4o` does not exist", "model",
                      request={**REQUEST, "model": "gpt-4o"})  # fmt: skip
    assert "ask for a model that is served" in _advice(failing, sentences=gone)
    missing = refused(400, THOUGHTS)
    asked = [seeming("request.messages[].reasoning_content", "sent back", SENT_BACK)]
    assert "send `messages[].reasoning_content`" in _advice(missing, sentences=asked)


@pytest.mark.parametrize(
    ("well", "to", "counted"),
    [
        ([], "", ""),
        ([("o3", True)], " to gpt-5-mini", "none to gpt-5-mini did"),
        ([("o3", True), ("gpt-5-mini", False)], " to gpt-5-mini", "0 of 1 call to gpt-5-mini"),
        ([("o3", False)], "", "0 of 1 call that went well"),
    ],
    ids=["nothing went well", "another model took it", "and this one without", "nobody sent it"],
)
def test_what_only_one_model_refuses_is_to_be_left_out_for_that_one(
    well: list[tuple[str, bool]], to: str, counted: str
) -> None:
    def asked(model: str, *, has: bool) -> dict[str, Any]:
        return {**REQUEST, "model": model, **({"seed": 7} if has else {})}

    failing = refused(400, "Unsupported parameter: 'seed'", "seed",
                      request=asked("gpt-5-mini", has=True), at=90)  # fmt: skip
    sound = [
        entry(200, {**GOOD, "model": model}, request=asked(model, has=has), at=10 * n)
        for n, (model, has) in enumerate(well)
    ]
    said = [seeming("request.seed", "*", "GPT-5 models refuse it", "refused", when="model=gpt-5")]
    answer = judged(frozen(har([*sound, failing])), sentences=said).answer
    assert answer is not None
    assert f"stop sending `seed`{to};" in " ".join(answer.do)
    assert counted in " ".join(answer.shows)


@pytest.mark.parametrize(
    ("down", "symptom", "name"),
    [
        (4, "translations stall", "no-mismatch"),
        (2, "translations stall", "undecided"),
        (4, "translations stall, and 400 once", "undecided"),
    ],
    ids=["few are left", "many are left", "one of them was reported"],
)
def test_a_few_calls_of_another_kind_do_not_open_what_is_shown(
    down: int, symptom: str, name: str
) -> None:
    busy = {"error": {"message": "The service is overloaded", "type": "server_error"}}
    asked = [
        {**REQUEST, "messages": [{"role": "user", "content": "x" * (n + 1)}]} for n in range(down)
    ]
    calls = [entry(503, busy, request=body, at=90 * n) for n, body in enumerate(asked)]
    stray = entry(400, {"error": {"message": "bad request"}}, at=900)
    found = judged(frozen(har([*calls, stray])), symptom=symptom)
    assert found.verdict.name == name
    assert found.cause is not None
    if found.cause.side == "provider":
        assert "1 failing call of another kind" in found.verdict.reason


@pytest.mark.parametrize(
    ("status", "url", "side"),
    [
        (301, "https://api.cometapi.com/chat/completions", "application"),
        (404, "https://api.cometapi.com/chat/completions", "application"),
        (401, "https://api.cometapi.com/chat/completions", "unknown"),
        (301, "https://api.cometapi.com/v1/chat/completions", "unknown"),
        (301, "https://api.openai.com/chat/completions", "unknown"),
        (200, "https://api.cometapi.com/chat/completions", "application"),
        (200, "https://api.openai.com/chat/completions", "unknown"),
    ],
)
def test_a_path_at_the_documented_host_without_the_path_of_its_base(
    status: int, url: str, side: str
) -> None:
    moved = entry(status, None, url=url, headers={"location": "/"})
    if status == 200:
        page = {"mimeType": "text/html", "text": "<!doctype html><html></html>"}
        moved["response"]["content"] = page
        moved["response"]["headers"] = [{"name": "content-type", "value": "text/html"}]
    base = shows("endpoint.base_url", "https://api.cometapi.com/v1")
    found = caused(moved, clauses=[base])
    assert (found.side == "application") == (side == "application")
    assert ("whose path stands before" in found.mechanism) == (side == "application")


OPENAI = "https://api.openai.com/v1/chat/completions"
SHOWN = "https://api.cometapi.com/v1"


@pytest.mark.parametrize(
    ("url", "clauses", "well", "side"),
    [
        (OPENAI, [shows("endpoint.base_url", SHOWN)], (), "application"),
        (OPENAI, [], (), "account"),
        (OPENAI, [shows("endpoint.base_url", SHOWN)], (OPENAI,), "account"),
        (DIRECT, [shows("endpoint.base_url", SHOWN)], (), "account"),
        (OPENAI, [shows("endpoint.base_url", "https://api.openai.com/v1")], (), "account"),
    ],
    ids=["elsewhere", "no page", "went well there", "as shown", "shown itself"],
)
def test_a_key_that_another_provider_refused(
    url: str, clauses: list[Clause], well: tuple[str, ...], side: str
) -> None:
    sound = [entry(200, GOOD, url=one) for one in well]
    lost = refused(401, "Incorrect API key provided: sk-x.", url=url, at=9)
    found = caused(*sound, lost, clauses=clauses)
    assert found.side == side
    assert ("which answered 401; the documentation shows" in found.mechanism) == (
        side == "application"
    )


@pytest.mark.parametrize(
    ("path", "side"),
    [("/v1/v1/chat/completions", "application"), ("/v2/v2/chat/completions", "unknown"),
     ("/v1/chat/completions", "unknown")],
)  # fmt: skip
def test_a_base_path_that_was_added_twice(path: str, side: str) -> None:
    lost = refused(404, "Unknown request URL", url=f"https://gw.example{path}")
    found = caused(lost, clauses=[shows("endpoint.base_url", "https://api.example-llm.test/v1")])
    assert found.side == side
    assert ("has /v1 twice" in found.mechanism) == (side == "application")


@pytest.mark.parametrize(
    ("symptom", "of_usage"),
    [("gets 400 budget_exceeded although the balance is 310 USD", False),
     ("the ledger has 310 tokens, the answer 41", True),
     ("429 now and then; the bill is double", True)],
)  # fmt: skip
def test_a_status_that_was_reported_is_what_the_incident_is_about(
    symptom: str, of_usage: bool
) -> None:
    answer = {**GOOD, "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}
    exchanges = frozen(har([entry(200, answer)]))
    (group,) = classify(exchanges, Facts(symptom=symptom)).groups
    assert (group.rule == "usage-reading") == of_usage


@pytest.mark.parametrize(
    ("symptom", "told"),
    [("we send two calls a minute", False), ("two calls for every click", True),
     ("it kept sending", True), ("uploaded it nine times before it failed", True)],
)  # fmt: skip
def test_what_is_reported_of_repeated_calls(symptom: str, told: bool) -> None:
    assert Facts(symptom=symptom).tells_of_repeats == told


OWN_WORDS = "Incorrect API key provided: sk-x. You can find your API key at https://x/api-keys."


@pytest.mark.parametrize(
    ("words", "shown", "side"),
    [(OWN_WORDS, False, "unknown"), (OWN_WORDS, True, "account"),
     ("Incorrect API key provided: sk-x.", False, "account")],
)  # fmt: skip
def test_an_error_in_openais_words_does_not_tell_which_host_was_called(
    words: str, shown: bool, side: str
) -> None:
    (lost,) = frozen(har([refused(401, words, url=DIRECT)]))
    hidden = ("body", "headers") if shown else ("body", "headers", "line")
    asked = replace(lost.request, headers=(), body_kind="not-visible", body=None,
                    body_ordinal=None, hidden=hidden)  # fmt: skip
    found = judged([replace(lost, request=asked)]).cause
    assert found is not None
    assert found.side == side
    assert ("OpenAI's own words" in found.mechanism) == (side == "unknown")


@pytest.mark.parametrize(
    ("symptom", "statuses"),
    [("we get 500.", {500}), ("429, then 503", {429, 503}), ("500 tokens were counted", set()),
     ("it costs $450", set()), ("450 calls an hour", set()), ("took 400 ms", set()),
     ("HTTP 404: no such route", {404}), ("v4.500", set()), ("401% more", set())],
)  # fmt: skip
def test_the_statuses_that_a_symptom_names(symptom: str, statuses: set[int]) -> None:
    assert Facts(symptom=symptom).statuses == statuses


@pytest.mark.parametrize(
    ("symptom", "told"),
    [("saved as finished", True), ("no exception, every call is 200", True),
     ("errors are silently ignored", True), ("no errors were logged", True),
     ("no error code in the answer", False), ("answers are silently wrong", False),
     ("TypeError: no exception handler", False)],
)  # fmt: skip
def test_what_is_reported_to_have_gone_on_as_if_nothing_had_failed(
    symptom: str, told: bool
) -> None:
    assert Facts(symptom=symptom).goes_unnoticed == told
