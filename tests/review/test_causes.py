"""Whose side a failing call is on, and what becomes of that when a part of the evidence is taken.

Every case is given whole, and again without its clauses, its sound calls, its request's body or its
headers: the answer may weaken to `unknown`, and never turns against somebody else.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from tallystick.intake import Facts, classify
from tallystick.record import Clause, Source
from tallystick.record.clause import Aspect, Candidate, Citation, Standing
from tallystick.record.finding import RootCause
from tallystick.record.isolation import Isolation, Shown
from tallystick.review import Material, review
from tallystick.review.causes import causes
from tallystick.review.doubts import doubted
from tallystick.review.mechanism import Mechanism
from tests.conftest import REQUEST, entry, frozen, har
from tests.twins import (
    without_body,
    without_headers,
    without_request_body,
    without_request_line,
    without_status,
)

DOCS = Source(
    "S1", "https://h/page", "2026-11-21T00:00:00Z", "sha256:0", "Page", "", "markdown", "s"
)
GOOD: dict[str, Any] = {
    "id": "i", "object": "chat.completion", "created": 1, "model": "gpt-4o",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "x"},
                 "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}  # fmt: skip
CHUNK = ('data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":'
         '[{"index":0,"delta":{"role":"assistant","content":"x"},"finish_reason":null}]}\n\n')  # fmt: skip
LAST = ('data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":'
        '[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n')  # fmt: skip
USAGE = ('data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[],'
         '"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}\n\n')  # fmt: skip
DONE = "data: [DONE]\n\n"
STREAMED = {**REQUEST, "stream": True}


def says(
    location: str, value: str, aspect: Aspect = "value", *, when: str = "", words: str = "text",
    standing: Standing = "documented",
) -> Clause:  # fmt: skip
    """What the page says of a place."""
    return Clause(location, aspect, value, Citation("S1", 0, 4, words), standing, when)


def shows(location: str, value: str, aspect: Aspect = "value") -> Clause:
    """What an example of the page shows at a place."""
    return says(location, value, aspect, standing="shown-in-example")


def refused(status: int, message: str, param: str = "", **parts: Any) -> dict[str, Any]:
    """A failing call."""
    error = {"error": {"message": message, "type": "t", "param": param or None, "code": "c"}}
    return entry(status, error, **parts)


def stream(*events: str, at: float = 0, request: Any = STREAMED) -> dict[str, Any]:
    """A streamed call that was answered."""
    return entry(200, "".join(events), mime="text/event-stream", at=at, request=request)


def image(value: Any) -> dict[str, Any]:
    """A request with a part of a message that is an image."""
    part = {"type": "image_url", "image_url": value}
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": [part]}]}


class Case(NamedTuple):
    """`sound` and `failing` are HAR entries; the cause is expected at a place, on a side."""

    name: str
    failing: Sequence[Mapping[str, Any]]
    clauses: Sequence[Clause]
    side: str
    location: str
    support: str
    sound: Sequence[Mapping[str, Any]] = ()
    symptom: str = ""


PATH = "https://api.cometapi.com/v1/v1/chat/completions"
MANY = [entry(200, GOOD, at=n) for n in range(5)]
CASES = (
    Case("a value above a documented maximum",
         [refused(400, "temperature: must be at most 1.5", "temperature",
                  request={**REQUEST, "temperature": 1.8}, at=9)],
         [says("request.temperature", "1.5", "maximum")],
         "application", "request.temperature", "named"),
    Case("a documented member that the API does not know",
         [refused(400, "Unknown parameter: 'seed'.", "seed", request={**REQUEST, "seed": 7})],
         [says("request.seed", "yes", "exists"), says("request.seed", "number", "kind")],
         "provider", "request.seed", "named"),
    Case("an inner value that is not documented",
         [refused(400, "Invalid value for 'tool_choice'", "tool_choice",
                  request={**REQUEST, "tool_choice": {"type": "tool", "name": "f"}})],
         [says("request.tool_choice", "object|string", "kind"),
          says("request.tool_choice.type", "function", "enum")],
         "application", "request.tool_choice", "named"),
    Case("a member that only has one letter",
         [refused(400, "Unrecognized request argument supplied: n", request={**REQUEST, "n": 3})],
         [says("request.model", "yes", "exists"), says("request.messages", "yes", "exists")],
         "application", "request.n", "named"),
    Case("a model that a page says is gone",
         [refused(404, "The model `gpt-4o` has been retired.",
                  request={**REQUEST, "model": "gpt-4o"})],
         [says("request.model", "yes", "deprecated", when="model=gpt-4o")],
         "application", "request.model", "named"),
    Case("another type than an example shows",
         [refused(400, "Invalid type for 'messages[0].content[0].image_url': expected an object, "
                       "but got a string", "messages[0].content[0].image_url",
                  request=image("https://x.example/a"), at=9)],
         [shows("request.messages[].content[].image_url", "object", "kind")],
         "application", "request.messages[].content[].image_url", "contrasted",
         [entry(200, GOOD, request=image({"url": "https://x.example/a"}))]),
    Case("a body that is sent as a form",
         [refused(415, "Unsupported media type", sent={"Content-Type": "application/x-www-form-urlencoded"},
                  at=9)],
         [shows("request.content_type", "application/json")],
         "application", "request.content_type", "contrasted",
         [entry(200, GOOD, sent={"Content-Type": "application/json"})]),
    Case("a base URL with the version twice",
         [refused(404, "Not Found", url=PATH, at=9)],
         [shows("endpoint.path", "/v1/chat/completions")],
         "application", "endpoint.path", "contrasted", [entry(200, GOOD)]),
    Case("a key in another header than the example's",
         [refused(401, "No token provided.", authorization="", sent={"x-api-key": "k"}, at=9)],
         [shows("auth.header", "Authorization")],
         "application", "auth.header", "contrasted", [entry(200, GOOD)]),
    Case("more calls than the documented rate",
         [refused(429, "Rate limit reached", at=6)],
         [says("limit.requests", "5", words="| Requests | 5 per minute |")],
         "application", "limit.requests", "named", MANY),
    Case("retries without any wait",
         [refused(429, "Rate limit reached", at=9 + n / 10) for n in range(6)],
         [says("retry.status.429", "yes", "retry", words="| 429 | Yes, with backoff |")],
         "application", "retry.status.429", "named"),
    Case("a stream without its end",
         [stream(CHUNK, LAST, at=9)], [], "provider", "stream.done", "contrasted",
         [stream(CHUNK, LAST, DONE)], "StreamIncomplete: stream closed before [DONE]"),
    Case("a comment that is taken for data",
         [stream(": keep-alive\n\n", CHUNK, LAST, DONE)], [],
         "application", "stream.comment", "consistent", (),
         "JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
    Case("a comment that a parser does not know",
         [stream(": keep-alive\n\n", CHUNK, LAST, DONE)], [],
         "application", "stream.comment", "consistent", (),
         "ValueError in our reader: line ': keep-alive' has no field name"),
    Case("a usage that nobody asked for",
         [stream(CHUNK, LAST, DONE)], [says("request.stream_options", "object", "kind")],
         "application", "stream.usage", "consistent", (),
         "AttributeError: 'NoneType' object has no attribute 'total_tokens'"),
    Case("an optional member that the application needs",
         [entry(200, GOOD)],
         [says("response.choices[].message.reasoning_content", "no", "required")],
         "application", "response.choices[].message.reasoning_content", "consistent", (),
         'KeyError: key not found: "reasoning_content"'),
    Case("a member that only an example shows",
         [entry(200, GOOD)], [shows("response.service_tier", "example", "exists")],
         "application", "response.service_tier", "consistent", (), "KeyError: 'service_tier'"),
    Case("an end that the application does not know",
         [entry(200, {**GOOD, "choices": [{**GOOD["choices"][0], "finish_reason": "length"}]})],
         [says("response.choices[].finish_reason", "length|stop", "enum")],
         "application", "response.choices[].finish_reason", "consistent", (),
         "ValueError: 'length' is not a valid FinishReason"),
    Case("a body of another media type than is stated",
         [refused(415, "no", sent={"Content-Type": "text/plain"})],
         [says("request.content_type", "application/json")],
         "application", "request.content_type", "named"),
    Case("a member that is not accepted any more",
         [refused(400, "Unsupported parameter: 'user' is not supported with this model.", "user",
                  request={**REQUEST, "user": "x"})],
         [says("request.user", "yes", "exists"), says("request.user", "yes", "deprecated")],
         "application", "request.user", "named"),
    Case("a member without the one that it requires",
         [refused(400, "top_logprobs can only be used when logprobs is true", "top_logprobs",
                  request={**REQUEST, "top_logprobs": 5}, at=9)],
         [says("request.top_logprobs", "number", "kind"),
          says("request.top_logprobs", "logprobs=true", "requires")],
         "application", "request.top_logprobs", "named",
         [entry(200, GOOD, request={**REQUEST, "top_logprobs": 5, "logprobs": True})]),
    Case("a documented member that the API does not take",
         [refused(400, "Unsupported parameter: 'seed'", "seed", request={**REQUEST, "seed": 7})],
         [says("request.seed", "yes", "exists"), says("request.seed", "number", "kind")],
         "provider", "request.seed", "named"),
    Case("a key that another host refuses",
         [refused(401, "Incorrect API key provided", url="https://api.openai.com/v1/chat/completions",
                  at=9)],
         [says("endpoint.base_url", "https://api.cometapi.com/v1")],
         "application", "endpoint.base_url", "named", [entry(200, GOOD)]),
    Case("a path of masked words that is not the documented one",
         [refused(404, "Not Found", url="https://api.cometapi.com/docs/text/chat", at=9)],
         [says("endpoint.path", "/v1/chat/completions")],
         "application", "endpoint.path", "named"),
    Case("a tool call that nothing answers",
         [refused(400, "An assistant message with 'tool_calls' must be followed by tool messages "
                       "responding to each 'tool_call_id'.", request={**REQUEST, "messages": [
                      {"role": "user", "content": "x"},
                      {"role": "assistant", "content": None, "tool_calls": [
                          {"id": "a", "type": "function"}, {"id": "b", "type": "function"}]},
                      {"role": "tool", "tool_call_id": "a", "content": "y"}]})],
         [says("request.messages[].tool_calls", "array", "kind")],
         "application", "request.messages[].tool_calls", "named"),
    Case("a wait that the answer asks for and a table too",
         [refused(429, "Rate limit reached", at=9 + 2 * n, headers={"Retry-After": "40"})
          for n in range(3)],
         [says("retry.status.429", "yes", "retry", words="| 429 | Yes, with backoff |")],
         "application", "retry.retry_after", "named"),
    Case("an error in place of documented choices",
         [entry(200, {"error": {"message": "overloaded", "code": "upstream_overloaded"}})],
         [says("response.choices", "yes", "required")],
         "provider", "response.choices", "named"),
    Case("a usage chunk that was asked for",
         [stream(CHUNK, LAST, USAGE, DONE,
                 request={**STREAMED, "stream_options": {"include_usage": True}})],
         [says("request.stream_options.include_usage", "boolean", "kind")],
         "application", "stream.choices", "consistent", (), "IndexError: list index out of range"),
)  # fmt: skip


def found(case: Case) -> RootCause:
    """The first cause of a case."""
    exchanges = frozen(har([*case.sound, *case.failing]))
    facts = Facts(symptom=case.symptom)
    classed = classify(exchanges, facts)
    material = Material(case.clauses, [DOCS], (), exchanges, classed,
                        misses_choices=facts.misses_choices)  # fmt: skip
    listed = causes(material)
    return listed[0] if listed else RootCause("unknown", "", "", "none", 0, 0, (), (), "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_mechanism_is_seen(case: Case) -> None:
    cause = found(case)
    assert (cause.side, cause.location, cause.support) == (case.side, case.location, case.support)


def _blind(one: Mapping[str, Any], part: str) -> dict[str, Any]:
    request = {k: v for k, v in one["request"].items() if k != part}
    return {**one, "request": {**request, **({"headers": []} if part == "headers" else {})}}


TAKEN: Mapping[str, Callable[[Case], Case]] = {
    "the clauses": lambda case: case._replace(clauses=()),
    "the sound calls": lambda case: case._replace(sound=()),
    "the request's body": lambda case: case._replace(
        failing=[_blind(one, "postData") for one in case.failing]
    ),
    "the request's headers": lambda case: case._replace(
        failing=[_blind(one, "headers") for one in case.failing]
    ),
    "the symptom": lambda case: case._replace(symptom=""),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("part", TAKEN)
def test_without_a_part_nobody_else_is_accused(case: Case, part: str) -> None:
    cause = found(TAKEN[part](case))
    assert cause.side in (case.side, "unknown", "account"), cause
    if cause.side == "account":  # a limit that was met, or a key that was refused: the wire says so
        assert case.location.startswith(
            ("limit.", "retry.status.429", "auth.", "endpoint.base_url")
        )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_mechanism_rests_on_a_part_that_was_shown(case: Case) -> None:
    weaker = {part: found(take(case)) for part, take in TAKEN.items()}
    assert any(cause.mechanism != found(case).mechanism for cause in weaker.values())


OPTIONAL = next(case for case in CASES if case.name.startswith("an optional member"))


@pytest.mark.parametrize(("exchange", "side"), [("own", "unknown"), ("other", "application")])
def test_a_client_that_handles_the_answer_is_evidence_against_the_application(
    exchange: str, side: str
) -> None:
    exchanges = frozen(har(OPTIONAL.failing))
    classed = classify(exchanges, Facts(symptom=OPTIONAL.symptom))
    material = Material(OPTIONAL.clauses, [DOCS], (), exchanges, classed)
    name = exchanges[0].id if exchange == "own" else "x-0"
    right = Shown("right")
    tried = Isolation(name, ("client",), "once", "not-reproduced", "r", right, right)
    found = review(material, tried)
    assert found.cause is not None
    assert found.cause.side == side


@pytest.mark.parametrize(
    ("source", "value", "side"),
    [("S2", "no", "documents"), ("S1", "no", "provider"), ("S2", "yes", "provider")],
)
def test_a_sentence_of_another_page_that_says_otherwise_leaves_it_open(
    source: str, value: str, side: str
) -> None:
    without = {name: part for name, part in GOOD.items() if name != "usage"}
    exchanges = frozen(har([entry(200, without)]))
    classed = classify(exchanges, Facts(symptom="KeyError: 'usage'"))
    promised = says("response.usage", "yes", "required")
    cited = Citation(source, 0, 4, "`usage` may be absent")
    seeming = Clause("response.usage", "required", value, cited, "to-verify")
    material = Material(
        [promised], [DOCS], (), exchanges, classed, candidates=[Candidate(seeming, "says so")]
    )
    (cause,) = causes(material)
    assert cause.side == side
    assert ("may be absent" in cause.mechanism) == (side == "documents")


@pytest.mark.parametrize(
    ("kind", "words", "side"),
    [
        ("null|string", "When nothing was said, `usage` is `null`.", "application"),
        ("null|string", "When nothing was said, `usage` is missing, not `null`.", "documents"),
        ("null|string", "When nothing was said, `usage` is `null` or not there.", "documents"),
        ("null|string", "`usage` is optional, and is `null` if nothing was said.", "documents"),
        ("string", "When nothing was said, `usage` is `null`.", "documents"),
        ("null|string", "It comes only when it was asked for.", "documents"),
        ("null|string", "Read `usage`. Only `id` may be missing.", "application"),
    ],
)
def test_a_sentence_that_tells_when_a_value_is_null_contradicts_no_clause_that_allows_it(
    kind: str, words: str, side: str
) -> None:
    place = "response.usage"
    clauses = (says(place, kind, "kind"), says(place, "yes", "required"))
    seeming = Clause(place, "meaning", words, Citation("S2", 0, 4, words), "to-verify")
    material = Material(
        clauses, [DOCS], (), [], classify([], Facts()), candidates=[Candidate(seeming, "says so")]
    )
    found = Mechanism("application", place, "It failed on what conforms.", "consistent", clauses)
    assert doubted(material, found).side == side


@pytest.mark.parametrize(
    ("said", "kind", "side"),
    [
        ("does not support this parameter with this model", "by-model", "unknown"),
        ("Unknown parameter", "unknown", "provider"),
    ],
)
def test_what_one_model_does_not_take_accuses_nobody(said: str, kind: str, side: str) -> None:
    call = refused(400, f"seed: {said}", "seed", request={**REQUEST, "seed": 7})
    clauses = [says("request.seed", "yes", "exists"), says("request.seed", "number", "kind")]
    exchanges = frozen(har([call]))
    assert exchanges[0].response.rejects_as == kind
    classed = classify(exchanges, Facts())
    (cause,) = causes(Material(clauses, [DOCS], (), exchanges, classed))
    assert cause.side == side


@pytest.mark.parametrize("well", [False, True])
def test_a_header_that_only_an_example_of_another_page_shows_leaves_it_open(well: bool) -> None:
    failing = refused(401, "No token provided", authorization="", sent={"x-api-key": "k"}, at=9)
    exchanges = frozen(har([*([entry(200, GOOD)] if well else ()), failing]))
    clauses = [says("auth.header", "Authorization"), shows("auth.header", "X-Api-Key")]
    (cause,) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, Facts())))
    # Calls that went well with the documented header decide between the two pages.
    assert cause.side == ("application" if well else "documents")
    assert cause.location == "auth.header"


def test_an_address_that_is_the_documented_one_is_not_elsewhere() -> None:
    failing = refused(401, "Incorrect API key provided")
    exchanges = frozen(har([failing]))
    clauses = [says("endpoint.base_url", "https://api.cometapi.com/v1"),
               says("endpoint.path", "/v1/chat/completions")]  # fmt: skip
    (cause,) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert cause.side == "account"


def test_a_masked_host_may_be_anybodys() -> None:
    exchanges = frozen(har([refused(401, "no", url="https://gw.example/v1/chat/completions")]))
    clauses = [says("endpoint.base_url", "https://api.cometapi.com/v1")]
    (cause,) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert cause.side != "application"


@pytest.mark.parametrize(
    ("standing", "symptom", "side"),
    [("documented", "KeyError: 'choices'", "application"),
     ("to-verify", "KeyError: 'choices'", "application"),
     ("to-verify", "blank pages were saved as finished; no exception", "application"),
     ("", "blank pages were saved as finished; no exception", "provider"),
     ("documented", "answers broke off", "provider"), ("", "KeyError: 'choices'", "provider")],
)  # fmt: skip
def test_an_error_event_that_a_page_tells_of_is_for_the_application_to_look_for(
    standing: Standing, symptom: str, side: str
) -> None:
    exchanges = frozen(har([stream(CHUNK, 'data: {"error":{"message":"overloaded"}}\n\n')]))
    told = says("stream.error", "yes", "exists", words="may hold `error`")
    clauses = [told] if standing == "documented" else []
    seeming = [Candidate(told, "says so")] if standing == "to-verify" else []
    facts = Facts(symptom=symptom)
    material = Material(clauses, [DOCS], (), exchanges, classify(exchanges, facts),
                        candidates=seeming, misses_choices=facts.misses_choices,
                        unnoticed=facts.goes_unnoticed)  # fmt: skip
    (cause,) = causes(material)
    assert (cause.side, cause.location) == (side, "stream.error")
    assert ("may hold" in cause.mechanism) == (side == "application")


@pytest.mark.parametrize("host", ["https://api.openai.com", "http://localhost:4000"])
def test_an_address_that_calls_went_well_at_is_no_cause_of_a_refused_key(host: str) -> None:
    url = f"{host}/v1/chat/completions"
    entries = [entry(200, GOOD, url=url), refused(401, "Incorrect API key provided", url=url, at=9)]
    exchanges = frozen(har(entries))
    clauses = [says("endpoint.base_url", "https://api.cometapi.com/v1")]
    (cause,) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert cause.side == "account"


@pytest.mark.parametrize(
    ("said", "side"),
    [
        ("Unsupported parameter: 'n'", "provider"),
        ("n is not supported", "provider"),
        ("unsupported 'n' and 'best_of' together", "unknown"),
        ("your plan does not support more than 1", "unknown"),
        ("n is not supported when stream is true", "unknown"),
        ("You uploaded an unsupported image", "unknown"),
    ],
)
def test_only_a_member_that_is_itself_unsupported_is_the_providers(said: str, side: str) -> None:
    exchanges = frozen(har([refused(400, said, "n", request={**REQUEST, "n": 2})]))
    clauses = [says("request.n", "yes", "exists"), says("request.n", "number", "kind")]
    (cause,) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert cause.side == side, cause.mechanism


@pytest.mark.parametrize(
    ("symptom", "missed"),
    [
        ("KeyError: 'choices'", True),
        ("Cannot read properties of undefined (reading 'choices')", True),
        ("missing field `choices` at line 1", True),
        ("AttributeError: 'Chunk' object has no attribute 'choices'", True),
        (
            "'NoneType' object has no attribute 'strip' at chunk.choices[0].delta.content.strip()",
            False,
        ),
        ("answers broke off while choices streamed", False),
    ],
)
def test_what_an_exception_says_of_choices(symptom: str, missed: bool) -> None:
    assert Facts(symptom=symptom).misses_choices == missed


@pytest.mark.parametrize(("shown", "side"), [(True, "provider"), (False, "unknown")])
def test_a_status_of_an_address_without_its_answer_names_nobody(shown: bool, side: str) -> None:
    failing = refused(404, "Not Found")
    if not shown:
        del failing["response"]["content"]
    exchanges = frozen(har([failing]))
    clauses = [says("endpoint.path", "/v1/chat/completions")]
    (cause,) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert cause.side == side


@pytest.mark.parametrize(
    ("well", "hidden", "side"),
    [(True, True, "unknown"), (True, False, "account"), (False, True, "account")],
)
def test_a_refused_key_that_works_elsewhere_asks_for_the_address(
    well: bool, hidden: bool, side: str
) -> None:
    failing = refused(401, "Incorrect API key provided", at=9)
    exchanges = frozen(har([*([entry(200, GOOD)] if well else ()), failing]))
    if hidden:
        last = exchanges[-1]
        request = replace(last.request, hidden=("line", "headers"), headers=())
        exchanges = (*exchanges[:-1], replace(last, request=request))
    (cause,) = causes(Material((), [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert cause.side == side


@pytest.mark.parametrize("shown", [True, False])
def test_requests_that_were_not_shown_acquit_nobody(shown: bool) -> None:
    call = entry(200, GOOD)
    if not shown:
        del call["request"]["postData"]
    exchanges = frozen(har([call]))
    material = Material((), [DOCS], (), exchanges, classify(exchanges, Facts()))
    told = review(material).verdict
    assert told.name != "no-mismatch" or shown
    assert ("no whole request" in told.reason) == (not shown)


@pytest.mark.parametrize(("first", "words"), [(503, "failed first and went well"), (200, "")])
def test_a_call_that_went_well_when_sent_again_is_told_to_have_failed_first(
    first: int, words: str
) -> None:
    calls = [entry(first, GOOD if first == 200 else {"error": {"message": "busy"}}),
             entry(200, GOOD, at=2)]  # fmt: skip
    exchanges = frozen(har(calls))
    told = review(Material((), [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert ("failed in the end" in told.verdict.reason) == bool(words)
    assert words in told.verdict.reason


@pytest.mark.parametrize("shown", [True, False])
def test_attempts_whose_end_is_not_shown_acquit_nobody(shown: bool) -> None:
    calls = [entry(503, {"error": {"message": "busy"}}), entry(200, GOOD, at=2)]
    first, last = frozen(har(calls))
    exchanges = (first if shown else without_status(first), last)
    sent = [says(f"request.{name}", "yes", "exists") for name in REQUEST]
    told = review(Material(sent, [DOCS], (), exchanges, classify(exchanges, Facts()))).verdict
    assert told.name == ("no-mismatch" if shown else "undecided")
    assert ("how 1 attempt ended is not shown" in told.reason) == (not shown)


@pytest.mark.parametrize(("index", "side"), [({}, ["provider"]), ({"index": 0}, [])])
def test_a_stream_without_a_status_that_departs_is_the_providers_all_the_same(
    index: dict[str, int], side: list[str]
) -> None:
    call = {**index, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o"}
    first: dict[str, Any] = {"role": "assistant", "tool_calls": [call]}
    deltas: tuple[tuple[dict[str, Any], str | None], ...] = ((first, None), ({}, "tool_calls"))
    chunks = [
        {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": end}]}
        for delta, end in deltas
    ]  # fmt: skip
    (answered,) = frozen(har([stream(*(f"data: {json.dumps(one)}\n\n" for one in chunks), DONE)]))
    bare = replace(answered.response, status=0, hidden=("status",))
    exchanges = (replace(answered, failure="unknown", response=bare),)
    documented = says("stream.choices[].delta.tool_calls[].index", "yes", "required")
    found = causes(Material((documented,), [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert [one.side for one in found] == side


def _cause(*entries: dict[str, Any], clauses: list[Clause] | None = None) -> RootCause:
    exchanges = frozen(har(list(entries)))
    (one,) = causes(Material(clauses or [], [DOCS], (), exchanges, classify(exchanges, Facts())))
    return one


@pytest.mark.parametrize(
    ("error", "support"), [("ENOTFOUND api.cometapi.com", "named"), ("", "consistent")]
)
def test_a_network_that_only_a_report_tells_of_is_not_shown(error: str, support: str) -> None:
    exchanges = frozen(har([entry(0, None, error=error)]))
    classed = classify(exchanges, Facts(symptom="Error: getaddrinfo ENOTFOUND api.cometapi.com"))
    (one,) = causes(Material([], [DOCS], (), exchanges, classed))
    assert (one.side, one.support) == ("network", support)


@pytest.mark.parametrize(
    ("said", "side"),
    [
        ("The engine is currently overloaded, please try again later", "provider"),
        ("Upstream load saturated, please try again later", "provider"),
        ("Rate limit reached for your organization", "account"),
        ("Upstream limit of your key reached: 20 requests per minute", "account"),
    ],
)
def test_a_provider_without_room_is_not_the_account(said: str, side: str) -> None:
    assert _cause(*(refused(429, said, at=n) for n in range(3))).side == side


@pytest.mark.parametrize(
    ("said", "side"),
    [("Failed to generate: upstream overloaded, limit 33/32", "provider"),
     ("You exceeded your current quota", "account")],
)  # fmt: skip
def test_an_error_inside_a_stream_is_told_by_its_words(said: str, side: str) -> None:
    event = f"data: {json.dumps({'error': {'message': said}})}\n\n"
    assert _cause(stream(CHUNK, event)).side == side


def test_a_budget_of_the_gateways_own_is_the_gateways() -> None:
    said = "Budget has been exceeded! Current cost: 10.1, Max budget: 10"
    assert _cause(refused(400, said)).side == "gateway"


def test_a_refusal_that_no_rule_knows_accuses_nobody() -> None:
    one = _cause(refused(403, "Your model request was not for us"))
    assert one.side == "unknown"


@pytest.mark.parametrize(("kind", "side"), [("null|string", "application"), ("string", "provider")])
def test_a_null_that_is_documented_is_no_breach(kind: str, side: str) -> None:
    nothing = {**GOOD, "choices": [{"index": 0, "finish_reason": "stop",
                                    "message": {"role": "assistant", "content": None}}]}  # fmt: skip
    place = "response.choices[].message.content"
    facts = Facts(symptom="AttributeError: 'NoneType' object has no attribute 'strip'")
    exchanges = frozen(har([entry(200, nothing)]))
    material = Material(
        [says(place, kind, "kind")], [DOCS], (), exchanges, classify(exchanges, facts)
    )
    (one,) = causes(material)
    assert (one.side, one.location) == (side, place), one.mechanism


def test_a_key_refused_by_a_host_that_calls_were_moved_to_is_about_the_address() -> None:
    other = "https://api.openai.com/v1/chat/completions"
    shown = [shows("endpoint.base_url", "https://api.cometapi.com/v1")]
    before = entry(200, GOOD)
    moved = refused(401, "Incorrect API key provided", url=other, at=9)
    one = _cause(before, moved, clauses=shown)
    assert (one.side, one.location) == ("application", "endpoint.base_url")
    after = _cause(moved, entry(200, GOOD, at=20), clauses=shown)
    assert after.side == "unknown"


@pytest.mark.parametrize(
    ("accepted", "words"), [(True, "A page says:"), (False, "not yet accepted")]
)
def test_a_stream_that_a_page_says_ends_without_a_mark_is_as_documented(
    accepted: bool, words: str
) -> None:
    told = says("stream.done", "none", words="There is no [DONE] line")
    facts = Facts(symptom="StreamInterrupted: closed before [DONE]")
    exchanges = frozen(har([stream(CHUNK, LAST)]))
    seeming = [] if accepted else [Candidate(told, "says so")]
    material = Material([told] if accepted else [], [DOCS], (), exchanges,
                        classify(exchanges, facts), candidates=seeming)  # fmt: skip
    (one,) = causes(material)
    assert one.side == "application"
    assert words in one.mechanism


def test_a_content_filter_is_no_matter_of_the_requests_form() -> None:
    error = {
        "error": {
            "message": "The response was filtered",
            "code": "content_filter",
            "param": "prompt",
        }
    }
    one = _cause(entry(400, error), clauses=[says("request.messages[].content", "string", "kind")])
    assert (one.side, one.location) == ("unknown", "request.messages[].content")
    assert "content filter" in one.mechanism
    plain = {"error": {"message": "The response was filtered", "code": "c", "param": "prompt"}}
    assert "content filter" not in _cause(entry(400, plain)).mechanism


def test_a_wait_that_only_a_row_of_retries_asks_for_is_told_so() -> None:
    limited = [refused(429, "slow down", at=n, headers={"retry-after": "30"}) for n in range(3)]
    row = says("retry.status.429", "yes", "retry", words="Yes, with backoff")
    assert "asks to wait before" in _cause(*limited, clauses=[row]).mechanism
    header = says("retry.retry_after", "yes", "exists", words="wait Retry-After seconds")
    assert "asks to wait before" not in _cause(*limited, clauses=[header]).mechanism


@pytest.mark.parametrize(
    ("place", "words", "side"),
    [
        ("retry.status.429", "yes, after a pause", "unknown"),
        ("retry.status.429", "yes", "account"),
        ("retry.status.500", "yes, after a pause", "account"),
    ],
)
def test_a_row_that_seems_to_ask_for_a_wait_needs_the_headers_that_tell_of_it(
    place: str, words: str, side: str
) -> None:
    limited = [refused(429, "slow down", at=n, headers={"retry-after": "30"}) for n in range(3)]
    bare = tuple(map(without_headers, frozen(har(limited))))
    said = [Candidate(says(place, "yes", "retry", words=words), "says so")]
    material = Material((), [DOCS], (), bare, classify(bare, Facts()), candidates=said)
    assert causes(material)[0].side == side


@pytest.mark.parametrize(("shown", "side"), [(True, "application"), (False, "unknown")])
def test_a_wait_that_a_page_seems_to_ask_for_must_be_seen_to_have_been_kept(
    shown: bool, side: str
) -> None:
    limited = [refused(429, "slow down", at=n, headers={"retry-after": "30"}) for n in range(3)]
    exchanges = frozen(har(limited))
    bare = exchanges if shown else tuple(map(without_headers, exchanges))
    said = [Candidate(says("retry.retry_after", "yes", "exists", words="wait so long"), "says so")]
    material = Material((), [DOCS], (), bare, classify(bare, Facts()), candidates=said)
    (found,) = causes(material)
    assert found.side == side
    (plain,) = causes(replace(material, candidates=()))
    assert (plain.side == "account") == (not shown)


def test_a_member_that_is_described_and_not_promised_may_be_absent() -> None:
    facts = Facts(symptom="KeyError: 'usage'")
    exchanges = frozen(har([entry(200, {k: v for k, v in GOOD.items() if k != "usage"})]))
    kind = says("response.usage", "object", "kind")
    told = {}
    for name, clauses in (("described", [kind]), ("promised", [kind, says("response.usage", "yes", "required")])):  # fmt: skip
        (told[name],) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, facts)))
    assert told["described"].side == "application"
    assert "does not state that it is always there" in told["described"].mechanism
    assert told["promised"].side == "provider"


@pytest.mark.parametrize(
    ("answer", "mime", "side"),
    [
        ("<html><head><title>413 Too Large</title></head></html>", "text/html", "gateway"),
        ('{"error": {"message": "that model was not for us"}}', "application/json", "unknown"),
    ],
)
def test_a_page_before_the_api_is_the_gateways_whatever_its_status(
    answer: str, mime: str, side: str
) -> None:
    assert _cause(entry(403 if side == "unknown" else 413, answer, mime=mime)).side == side


def test_a_null_over_which_nobody_reported_a_failure_accuses_nobody() -> None:
    nothing = {**GOOD, "choices": [{"index": 0, "finish_reason": "stop",
                                    "message": {"role": "assistant", "content": None}}]}  # fmt: skip
    kind = says("response.choices[].message.content", "null|string", "kind")
    assert _cause(entry(200, nothing), clauses=[kind]).side == "unknown"


@pytest.mark.parametrize(
    ("when", "standing", "outcome"),
    [("", "documented", "client-mismatch"), ("model=other", "documented", "sound"), ("", "stale", "sound")],
)  # fmt: skip
def test_findings_compare_the_limits_that_stand_under_no_condition(
    when: str, standing: Standing, outcome: str
) -> None:
    asked = {**REQUEST, "temperature": 3}
    limit = says("request.temperature", "2", "maximum", when=when, standing=standing)
    kind = says("request.temperature", "number", "kind")
    exchanges = frozen(har([refused(400, "too hot", "temperature", request=asked)]))
    found = review(Material([kind, limit], [DOCS], (), exchanges, classify(exchanges, Facts())))
    (one,) = (f for f in found.findings if f.location == "request.temperature")
    assert one.outcome == outcome
    assert ("sent 3 (documented maximum: 2)" in one.observed) == (outcome == "client-mismatch")


@pytest.mark.parametrize(
    ("said", "kinds", "side"),
    [
        ("content: expected a string, received an array", "array|string", "unknown"),
        ("content: expected a string, received an array", "string", "application"),
        ("content: Input should be a valid string, got <list>", "array|string", "unknown"),
        ("content: Input should be a valid string", "string", "application"),
    ],
)
def test_a_type_that_the_api_says_it_received_is_compared_where_the_request_is_not_shown(
    said: str, kinds: str, side: str
) -> None:
    call = refused(400, f"messages[0].{said}", "messages[0].content")
    exchanges = tuple(map(without_request_body, frozen(har([call]))))
    clauses = [says("request.messages[].content", kinds, "kind")]
    (found,) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert found.side == side


@pytest.mark.parametrize(
    ("said", "side"),
    [
        ("'role' must be one of 'user', 'assistant'", "unknown"),
        ("'developer' is not one of 'user', 'assistant'", "application"),
    ],
)
def test_the_name_of_a_member_is_no_value_of_it(said: str, side: str) -> None:
    call = refused(400, said, "messages[0].role")
    exchanges = tuple(map(without_request_body, frozen(har([call]))))
    clauses = [says("request.messages[].role", "user|assistant|system", "enum")]
    (found,) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert found.side == side


LONG = "Invalid 'messages[0].name': string too long. Expected a maximum length of 40"


@pytest.mark.parametrize(
    ("sent", "clause", "side"),
    [
        ("x" * 51, says("request.messages[].name", "40", "max-length"), "application"),
        ("x" * 20, says("request.messages[].name", "40", "max-length"), "unknown"),
        ("x" * 51, says("request.messages[].name", "string", "kind"), "unknown"),
    ],
    ids=["too long", "short enough", "no limit is stated"],
)
def test_a_text_that_the_api_calls_too_long(sent: str, clause: Clause, side: str) -> None:
    request = {**REQUEST, "messages": [{"role": "user", "content": "x", "name": sent}]}
    call = refused(400, LONG, "messages[0].name", request=request)
    assert _cause(call, clauses=[clause]).side == side


@pytest.mark.parametrize(
    ("words", "side"),
    [("these are running totals; do not add them", "application"), ("sent once", "unknown")],
)
@pytest.mark.parametrize("chunks", [1, 3])
def test_a_usage_that_grows_from_chunk_to_chunk(words: str, side: str, chunks: int) -> None:
    usage = {"prompt_tokens": 812, "completion_tokens": 1, "total_tokens": 813}
    growing = [
        CHUNK.replace(
            '"choices"',
            f'"usage":{json.dumps({**usage, "completion_tokens": n, "total_tokens": 812 + n})},"choices"',
        )
        for n in range(1, chunks + 1)
    ]
    exchanges = frozen(har([stream(*growing, LAST, DONE)]))
    facts = Facts(symptom="our board says 2000 tokens instead of 813")
    said = [Candidate(says("stream.usage", words, "meaning", words=words), "says so")]
    classed = classify(exchanges, facts)
    (found,) = causes(Material((), [DOCS], (), exchanges, classed, candidates=said))
    assert found.side == (side if chunks > 1 else "unknown")


@pytest.mark.parametrize(
    ("words", "side"),
    [("Accepted for every chat model.", "provider"), ("The most tokens.", "unknown")],
)
def test_a_member_that_is_documented_for_every_model(words: str, side: str) -> None:
    request = {**REQUEST, "max_completion_tokens": 5}
    said = "Unsupported parameter: 'max_completion_tokens' is not supported with this model."
    call = refused(400, said, "max_completion_tokens", request=request)
    clauses = [says("request.max_completion_tokens", "yes", "exists", words=words)]
    found = _cause(call, clauses=clauses)
    assert found.side == side
    assert (words in found.mechanism) == (side == "provider")


@pytest.mark.parametrize(
    ("sent", "required", "side"),
    [({"type": "json_schema"}, "", "application"), ({"type": "json_schema"}, "no", "unknown"),
     ({"type": "json_schema", "json_schema": {}}, "", "unknown")],
)  # fmt: skip
def test_a_member_that_the_api_misses_and_a_source_describes(
    sent: dict[str, Any], required: str, side: str
) -> None:
    place = "request.response_format.json_schema"
    clauses = [says(place, "object", "kind")]
    clauses += [says(place, required, "required")] if required else []
    said = "Missing required parameter: 'response_format.json_schema'."
    request = {**REQUEST, "response_format": sent}
    call = refused(400, said, "response_format.json_schema", request=request)
    assert _cause(call, clauses=clauses).side == side


@pytest.mark.parametrize(
    ("said", "side"),
    [("The model `m` does not exist or you do not have access to it.", "unknown"),
     ("You do not have access to the model `m`.", "account")],
)  # fmt: skip
def test_an_answer_that_leaves_open_which_of_two_it_is(said: str, side: str) -> None:
    found = _cause(refused(404, said))
    assert found.side == side
    assert ("and not which" in found.mechanism) == (side == "unknown")


def test_a_number_that_stands_for_no_limit_is_seen() -> None:
    clauses = [says("request.max_tokens", "1", "minimum")]
    call = refused(
        400, "Invalid max_tokens value", "max_tokens", request={**REQUEST, "max_tokens": -1}
    )
    found = _cause(call, clauses=clauses)
    assert (found.side, "sent -1" in found.mechanism) == ("application", True)


@pytest.mark.parametrize(
    ("when", "shown", "side"),
    [("error.code=model_not_found", False, "unknown"), ("", False, "provider"),
     ("error.code=model_not_found", True, "provider")],
)  # fmt: skip
def test_a_status_that_sources_tell_apart_by_code_needs_its_body(
    when: str, shown: bool, side: str
) -> None:
    calls = [refused(502, "busy", at=n) for n in (0, 2)]
    exchanges = frozen(har(calls))
    if not shown:
        exchanges = tuple(map(without_body, exchanges))
    clauses = [says("retry.status.502", "no", "retry", when=when)]
    (found, *_) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert found.side == side
    assert ("by their code" in found.mechanism) == (side == "unknown")


@pytest.mark.parametrize(("shown", "side"), [(True, "application"), (False, "unknown")])
def test_what_no_source_documents_accuses_only_where_the_address_is_shown(
    shown: bool, side: str
) -> None:
    calls = [entry(200, GOOD), entry(400, {"error": {"message": "Bad request"}}, at=5,
             request={**REQUEST, "acme_tag": "x"})]  # fmt: skip
    exchanges = frozen(har(calls))
    if not shown:
        exchanges = tuple(map(without_request_line, exchanges))
    clauses = [says(f"request.{name}", "yes", "exists") for name in REQUEST]
    (found,) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert found.side == side


@pytest.mark.parametrize(("shown", "side"), [(True, "application"), (False, "unknown")])
def test_a_rejection_by_name_of_what_no_source_documents(shown: bool, side: str) -> None:
    call = refused(
        400, "Unknown parameter: 'acme_tag'", "acme_tag", request={**REQUEST, "acme_tag": 1}
    )
    exchanges = frozen(har([call]))
    if not shown:  # it may have gone to another API than the sources are of
        exchanges = tuple(map(without_request_line, exchanges))
    clauses = [says(f"request.{name}", "yes", "exists") for name in REQUEST]
    (found,) = causes(Material(clauses, [DOCS], (), exchanges, classify(exchanges, Facts())))
    assert (found.side, found.location) == (side, "request.acme_tag")


@pytest.mark.parametrize(
    ("status", "url", "side"),
    [
        (524, "https://api.cometapi.com/v1/chat/completions", "provider"),
        (524, "https://gw.example/v1/chat/completions", "gateway"),
        (504, "https://api.cometapi.com/v1/chat/completions", "gateway"),
    ],
)
def test_a_page_of_the_providers_own_edge_is_the_providers(
    status: int, url: str, side: str
) -> None:
    page = "<html><head><title>a time-out occurred</title></head></html>"
    assert _cause(entry(status, page, mime="text/html", url=url)).side == side


@pytest.mark.parametrize(
    ("header", "words", "side"),
    [
        ("5", "Rate limit reached: 5 per minute", "application"),
        ("600", "Rate limit reached: 600 per minute", "account"),
        ("5", "Rate limit reached", "account"),
        ("", "Rate limit reached: 5 per minute", "account"),
    ],
)
def test_a_limit_of_a_plan_counts_where_the_answer_names_its_rate(
    header: str, words: str, side: str
) -> None:
    limit = says("limit.requests", "5", when="tier=Starter", words="| Starter | 5 |")
    sent = {**REQUEST, "user": "x"}
    well = [entry(200, GOOD, at=at, request={**sent, "seed": at}) for at in range(6)]
    headers = {"x-ratelimit-limit-requests": header} if header else {}
    error = {"error": {"message": words, "code": "rate_limit_exceeded"}}
    met = entry(429, error, at=7, headers=headers, request=sent)
    assert _cause(*well, met, clauses=[limit]).side == side


def test_a_request_with_a_key_of_which_the_api_says_that_none_came_accuses_nobody() -> None:
    none_came = {"error": {"message": "No token provided", "code": "invalid_api_key"}}
    found = _cause(entry(401, none_came, authorization="Bearer sk-0123456789abcdef0123456789"))
    assert (found.side, found.location) == ("unknown", "auth.header")
    revoked = {"error": {"message": "This key has been revoked"}}
    told = _cause(entry(401, revoked, authorization="Bearer sk-0123456789abcdef0123456789"))
    assert told.side == "account"
