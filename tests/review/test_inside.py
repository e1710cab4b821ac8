"""Answers with a success status that hold no answer: what of them accuses whom."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tallystick.case.capture import exchanges as captured
from tallystick.engine.merging import How
from tallystick.intake import Facts, classify
from tallystick.record.clause import Candidate, Clause
from tallystick.review import Material
from tallystick.review.causes import causes
from tests.conftest import REQUEST, entry, frozen, har
from tests.review.test_causes import DOCS, DONE, says, stream
from tests.review.test_sentences import cause
from tests.twins import without_request_body

ENDS = says("response.choices[].finish_reason", "length|stop", "enum")
CAPPED = {**REQUEST, "max_completion_tokens": 400}


def emptied(used: int | None = 400, finish: str = "length") -> dict[str, Any]:
    usage = {"prompt_tokens": 1, "completion_tokens": used, "total_tokens": 1 + (used or 0)}
    choice = {"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": finish}
    body = {"id": "i", "object": "chat.completion", "created": 1, "model": "gpt-4o"}
    return {**body, "choices": [choice], **({"usage": usage} if used is not None else {})}


def test_a_token_limit_that_was_used_up_without_text_is_the_applications() -> None:
    found = cause([entry(200, emptied(), request=CAPPED)], None, ENDS)
    assert (found.side, found.location) == ("application", ENDS.location)
    assert "400 tokens with `max_completion_tokens`" in found.mechanism


def test_in_a_stream_too() -> None:
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o"}
    last = {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]}
    usage = {"prompt_tokens": 1, "completion_tokens": 400, "total_tokens": 401}
    events = [f"data: {json.dumps(one)}\n\n" for one in (last, {**chunk, "choices": [], "usage": usage})]  # fmt: skip
    asked = {**CAPPED, "stream": True, "stream_options": {"include_usage": True}}
    ends = says("stream.choices[].finish_reason", "length|stop", "enum")
    found = cause([stream(*events, DONE, request=asked)], None, ends)
    assert (found.side, found.location) == ("application", ends.location)


@pytest.mark.parametrize(
    ("answer", "request_", "clauses", "side"),
    [
        (emptied(None), CAPPED, [ENDS], "unknown"),
        (emptied(12), CAPPED, [ENDS], "unknown"),
        (emptied(), REQUEST, [ENDS], "unknown"),
        (emptied(), CAPPED, [], "unknown"),
        (emptied(finish="stop"), CAPPED, [ENDS], "provider"),
    ],
    ids=["no usage", "fewer tokens", "no limit sent", "not documented", "another end"],
)
def test_without_a_part_the_application_is_not_named(
    answer: Mapping[str, Any], request_: Mapping[str, Any], clauses: list[Clause], side: str
) -> None:
    assert cause([entry(200, answer, request=request_)], None, *clauses).side == side


@pytest.mark.parametrize(
    ("documented", "sentence", "side"),
    [(True, False, "provider"), (True, True, "unknown"), (False, False, "unknown")],
)
def test_fewer_choices_than_were_asked_for(documented: bool, sentence: bool, side: str) -> None:
    answer = emptied(finish="stop")
    answer["choices"][0]["message"]["content"] = "x"
    words = "Some models ignore n"
    said = says("request.n", words, "meaning", words=words, standing="to-verify")
    clauses = [says("request.n", "yes", "exists")] if documented else []
    calls = [entry(200, answer, request={**REQUEST, "n": 3})]
    found = cause(calls, said if sentence else None, *clauses)
    assert found.side == side
    assert (words in found.mechanism) == sentence


@pytest.mark.parametrize("shown", [True, False])
def test_a_wish_that_a_hidden_request_may_hold_is_asked_about(shown: bool) -> None:
    answer = emptied(finish="stop")
    answer["choices"][0]["message"]["content"] = "x"
    words = "Some models ignore n"
    said = Candidate(says("request.n", words, "meaning", words=words), "says so")
    clauses = [says("request.n", "yes", "exists")]
    exchanges = frozen(har([entry(200, answer, request={**REQUEST, "n": 3})]))
    classed = classify(exchanges, Facts())
    bare = exchanges if shown else tuple(map(without_request_body, exchanges))
    (found,) = causes(Material(clauses, [DOCS], (), bare, classed, candidates=[said]))
    assert found.side == "unknown"
    assert words in found.mechanism


def cut(finish: str | None = "length", arguments: str = '{"path": "/tmp/a') -> dict[str, Any]:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    body = {"id": "i", "object": "chat.completion", "created": 1, "model": "gpt-4o"}
    return {**body, "choices": [{"index": 0, "message": message, "finish_reason": finish}]}


@pytest.mark.parametrize(
    ("answer", "clauses", "side"),
    [
        (cut(), [ENDS], "application"),
        (cut(), [], "unknown"),
        (cut("tool_calls"), [ENDS], "provider"),
    ],
)
def test_arguments_that_were_cut_at_the_limit_are_no_fault_of_the_provider(
    answer: Mapping[str, Any], clauses: list[Clause], side: str
) -> None:
    assert cause([entry(200, answer, request=CAPPED)], None, *clauses).side == side


def test_what_a_log_may_have_cut_accuses_nobody(tmp_path: Path) -> None:
    row = {
        "id": "a", "call_type": "acompletion", "status": "success", "model": "gpt-4o",
        "startTime": 1763472001.1, "endTime": 1763472002.7, "api_base": "https://h.test/v1",
        "messages": REQUEST["messages"], "response": cut("tool_calls"), "metadata": {},
    }  # fmt: skip
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(row))
    exchanges, _ = captured([str(path)], How(workers=1))
    classed = classify(exchanges, Facts())
    assert classed.failure_class == "response_contract"
    assert "or the log" in classed.reason
    (one,) = causes(Material((), [DOCS], (), exchanges, classed))
    assert one.side == "unknown"


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("it guarantees that the content is exactly one JSON object", "provider"),
        ("it does not guarantee JSON", "unknown"),
        ("the content may be JSON", "unknown"),
    ],
)
def test_a_text_that_a_page_says_is_json(words: str, side: str) -> None:
    answer = emptied(finish="stop")
    answer["choices"][0]["message"]["content"] = "Sure! {}"
    asked = {**REQUEST, "response_format": {"type": "json_object"}}
    place = "response.choices[].message.content"
    told = Candidate(says(place, words, "meaning", words=words), "says so")
    exchanges = frozen(har([entry(200, answer, request=asked)]))
    hint = Candidate(
        says("request.response_format", "x", "meaning", words="mention JSON in a message"), "x"
    )
    material = Material(
        [says("request.response_format", "yes", "exists")], [DOCS], (), exchanges,
        classify(exchanges, Facts()), candidates=[told, hint],
    )  # fmt: skip
    (found,) = causes(material)
    assert found.side == side
    assert (words in found.mechanism) == (side == "provider")


@pytest.mark.parametrize(
    ("words", "when", "side"),
    [
        ("the model may produce invalid JSON", "", "application"),
        ("the model may produce invalid JSON", "model=claude", "provider"),
        ("the model may produce invalid JSON", "model=gpt-4o", "application"),
        ("it is always JSON", "", "provider"),
    ],
)
def test_arguments_of_which_a_page_warns_are_no_fault_of_the_provider(
    words: str, when: str, side: str
) -> None:
    place = "response.choices[].message.tool_calls[].function.arguments"
    warned = says(place, words, "meaning", when=when, words=words, standing="to-verify")
    asked = {**CAPPED, "model": "gpt-4o-mini"}
    found = cause([entry(200, cut("tool_calls"), request=asked)], warned)
    assert (found.side, words in found.mechanism) == (side, side == "application")


@pytest.mark.parametrize(
    ("words", "end", "side"),
    [
        ("`stop`, `length` or `tool_calls`", "end_turn", "provider"),
        ("`stop`, `length`, `sentence` or `tool_calls`", "end_turn", "unknown"),
        ("`stop` ends it", "end_turn", "unknown"),
    ],
)
def test_a_masked_end_is_beside_a_list_where_no_listed_word_can_be_it(
    words: str, end: str, side: str
) -> None:
    answer = emptied(finish=end)
    answer["choices"][0]["message"]["content"] = "x"
    place = "response.choices[].finish_reason"
    listed = says(place, words, "meaning", words=words, standing="to-verify")
    assert cause([entry(200, answer)], listed).side == side


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("This is an open list: some send `eos`", "application"),
        ("New values may be added", "application"),
        ("It is `stop`, `length` or `tool_calls`", "provider"),
    ],
)
def test_an_end_beside_a_list_that_is_open_or_closed(words: str, side: str) -> None:
    answer = emptied(finish="eos")
    answer["choices"][0]["message"]["content"] = "x"
    place = "response.choices[].finish_reason"
    listed = says(place, words, "meaning", words=words, standing="to-verify")
    found = cause([entry(200, answer)], listed)
    assert (found.side, words in found.mechanism) == (side, True)
