"""Answers with a success status that could not be used: what of them accuses whom."""

import json
from typing import Any

import pytest

from tallystick.intake import Facts, classify
from tallystick.record.clause import Aspect, Candidate, Clause
from tallystick.record.finding import RootCause
from tallystick.review import Material, review
from tallystick.review.causes import causes
from tests.conftest import REQUEST, entry, frozen, har
from tests.review.test_causes import DOCS, DONE, GOOD, says, stream


def cause(
    call: dict[str, Any], symptom: str, *clauses: Clause, seeming: Clause | None = None
) -> RootCause:
    exchanges = frozen(har([call]))
    classed = classify(exchanges, Facts(symptom=symptom))
    told = [Candidate(seeming, "says so")] if seeming else []
    (one,) = causes(Material(clauses, [DOCS], (), exchanges, classed, candidates=told))
    return one


def answer(**choice: Any) -> dict[str, Any]:
    return {**GOOD, "choices": [{**GOOD["choices"][0], **choice}]}


LISTS = "there one of `stop`, `length`, `tool_calls`"


@pytest.mark.parametrize(
    ("words", "side"),
    [(LISTS, "provider"), ("`length` means that it was cut", "unknown"), ("", "unknown")],
)
def test_an_end_that_no_source_lists(words: str, side: str) -> None:
    said = says("response.choices[].finish_reason", words, "meaning", words=words)
    symptom = "unknown variant ``, expected one of `stop`, `length`, `tool_calls`"
    found = cause(entry(200, answer(finish_reason="")), symptom, seeming=said if words else None)
    assert found.side == side
    assert ("an empty `finish_reason`" in found.mechanism) == (side == "provider")


@pytest.mark.parametrize(
    ("words", "side"),
    [("`prompt_tokens` + `completion_tokens`, always", "provider"), ("a number", "unknown")],
)
@pytest.mark.parametrize("accepted", [True, False])
def test_a_total_that_is_no_sum(words: str, side: str, accepted: bool) -> None:
    usage = {"prompt_tokens": 12, "completion_tokens": 8, "total_tokens": 91}
    said = says("response.usage.total_tokens", words, "meaning", words=words)
    call, symptom = entry(200, {**GOOD, "usage": usage}), "12 + 8 tokens is not 91"
    found = cause(call, symptom, said) if accepted else cause(call, symptom, seeming=said)
    assert (found.side, found.location) == (side, "response.usage.total_tokens")
    assert ("no source" in found.mechanism.lower()) == (side == "unknown")


CHUNKS = "".join(
    f"data: {json.dumps({'id': 'c', 'object': 'chat.completion.chunk', 'created': 1, 'model': 'm', 'choices': [{'index': 0, 'delta': {'content': 'x'}, 'finish_reason': end}]})}\n\n"
    for end in (None, "stop")
)


@pytest.mark.parametrize(
    ("sent", "clauses", "side"),
    [
        ({"stream": False}, [says("request.stream", "boolean", "kind")], "provider"),
        ({}, [says("request.stream", "boolean", "kind")], "provider"),
        ({}, [says("request.stream", "true", "default")], "unknown"),
        ({"stream": False}, [], "unknown"),
    ],
    ids=["asked for none", "asked for nothing", "a stream by default", "not documented"],
)
def test_a_stream_that_nobody_asked_for(
    sent: dict[str, Any], clauses: list[Clause], side: str
) -> None:
    found = cause(stream(CHUNKS, DONE, request={**REQUEST, **sent}), "", *clauses)
    assert (found.side, found.location) == (side, "response.content_type")


@pytest.mark.parametrize(
    ("text", "symptom", "words", "side"),
    [
        ("<think>a</think>{}", "Unexpected token '<', \"<think>\" is not valid JSON",
         "begins with `<think>…</think>`, then the answer", "application"),
        ("<think>a</think>{}", "Unexpected token '<', \"<think>\" is not valid JSON",
         "`content` may be null", "unknown"),
        ("```json\n{}\n```", "JSON Parse error: Unrecognized token '`'",
         "some models put a Markdown fence around it", "application"),
    ],
)  # fmt: skip
def test_a_text_that_is_told_of_by_what_it_begins_with(
    text: str, symptom: str, words: str, side: str
) -> None:
    said = says("response.choices[].message.content", words, "meaning", words=words)
    call = entry(200, answer(message={"role": "assistant", "content": text}))
    found = cause(call, symptom, seeming=said)
    assert (found.side, found.location) == (side, "response.choices[].message.content")
    assert (words in found.mechanism) == (side == "application")


@pytest.mark.parametrize(
    ("symptom", "verdict"),
    [("SyntaxError: Unexpected token '<'", "undecided"), ("it is slow today", "no-mismatch")],
)
def test_a_reported_error_that_no_capture_shows_acquits_nobody(symptom: str, verdict: str) -> None:
    exchanges = frozen(har([entry(200, GOOD)]))
    facts = Facts(symptom=symptom)
    sent = [says(f"request.{name}", "yes", "exists") for name in REQUEST]
    told = review(Material(sent, [DOCS], (), exchanges, classify(exchanges, facts),
                           reports_error=facts.reports_error)).verdict  # fmt: skip
    assert told.name == verdict
    assert ("the reported error" in told.reason) == (verdict == "undecided")


@pytest.mark.parametrize(
    ("created", "words", "side"),
    [
        (1795165500.8, "type: integer", "provider"),
        (1795165500.8, "type: number", "unknown"),
        (1795165500, "type: integer", None),
    ],
)
def test_a_fraction_where_an_integer_is_documented(
    created: float, words: str, side: str | None
) -> None:
    symptom = "json: cannot unmarshal number into Go struct field created of type int64"
    exchanges = frozen(har([entry(200, {**GOOD, "created": created})]))
    calls = classify(exchanges, Facts(symptom=symptom))
    clauses = [
        says("response.created", "number", "kind", words=words),
        says("response.created", "yes", "required"),
    ]
    (found,) = causes(Material(clauses, [DOCS], (), exchanges, calls)) or (None,)
    assert (found.side if found else None) == side


@pytest.mark.parametrize(
    ("aspect", "value", "side"),
    [
        ("kind", "string", "provider"),
        ("kind", "array|string", "application"),
        ("required", "yes", "unknown"),
    ],
)
def test_a_type_that_the_protocol_does_not_have(aspect: Aspect, value: str, side: str) -> None:
    parts = answer(message={"role": "assistant", "content": [{"type": "text", "text": "x"}]})
    stated = says("response.choices[].message.content", value, aspect)
    found = cause(entry(200, parts), "TypeError: expected string, got list", stated)
    assert (found.side, found.location) == (side, "response.choices[].message.content")


CUT = "Unterminated string, JSONDecodeError on long orders"


@pytest.mark.parametrize(
    ("symptom", "words", "side"),
    [
        (CUT, "`length`: the text breaks off; do not parse it", "application"),
        (CUT, "`length`: the text is never cut", "unknown"),
    ],
    ids=["parsed all the same", "denied"],
)
def test_an_answer_that_was_cut_and_parsed_all_the_same(
    symptom: str, words: str, side: str
) -> None:
    said = says("response.choices[].finish_reason", words, "meaning", words=words)
    found = cause(entry(200, answer(finish_reason="length")), symptom, seeming=said)
    assert found.side == side
    assert ("do not parse" in found.mechanism) == (side == "application")
