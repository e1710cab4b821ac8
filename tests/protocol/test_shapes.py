from typing import Any

import pytest

from tallystick.lab import answers, edits
from tallystick.protocol import completion_violations, request_violations, stream_violations

USER = {"role": "user", "content": "x"}
CALL = {"role": "assistant", "content": None, "tool_calls": [{"id": "a"}, {"id": "b"}]}


def tool(call: str) -> dict[str, str]:
    return {"role": "tool", "tool_call_id": call, "content": "1"}


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ([], "request.body"),
        ({"messages": [USER]}, "request.model"),
        ({"model": "m"}, "request.messages"),
        ({"model": "m", "messages": []}, "request.messages"),
        ({"model": "m", "messages": "x"}, "request.messages"),
        ({"model": 1, "messages": [USER]}, "request.model"),
        ({"model": "m", "messages": [USER], "stream": "yes"}, "request.stream"),
        ({"model": "m", "messages": ["x"]}, "request.messages[]"),
        ({"model": "m", "messages": [{"role": "boss", "content": "x"}]}, "request.messages[].role"),
        ({"model": "m", "messages": [{"role": "user"}]}, "request.messages[].content"),
        ({"model": "m", "messages": [CALL, tool("a")]}, "request.messages[].tool_call_id"),
        ({"model": "m", "messages": [CALL, USER]}, "request.messages[].tool_call_id"),
        ({"model": "m", "messages": [USER, tool("z")]}, "request.messages[].tool_call_id"),
        ({"model": "m", "messages": [{"role": "tool", "content": "1"}]},
         "request.messages[].tool_call_id"),
    ],
)  # fmt: skip
def test_requests_that_no_provider_accepts(body: object, location: str) -> None:
    found = request_violations(body)
    assert location in {violation.location for violation in found}
    assert {violation.fault for violation in found} == {"client"}


def test_a_right_request_has_no_violation() -> None:
    messages = [USER, CALL, tool("a"), tool("b"), {"role": "assistant", "content": "y"}]
    assert request_violations({"model": "m", "messages": messages, "stream": None}) == ()


def test_the_simulated_providers_own_answers_conform() -> None:
    assert completion_violations(answers.completion()) == ()
    assert stream_violations(answers.chunks(usage=True), done=True) == ()


def changed(**choice: Any) -> dict[str, Any]:
    body = answers.completion()
    body["choices"][0] |= choice
    return body


def message(**members: Any) -> dict[str, Any]:
    return changed(message={"role": "assistant", "content": "x", **members})


def call(**members: Any) -> dict[str, Any]:
    return {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}, **members}


@pytest.mark.parametrize(
    ("body", "location"),
    [
        (None, "response.body"),
        ({**answers.completion(), "error": {"message": "m"}}, "response.error"),
        (edits.without(answers.completion(), "choices"), "response.choices"),
        ({**answers.completion(), "choices": {}}, "response.choices"),
        ({**answers.completion(), "choices": []}, "response.choices"),
        ({**answers.completion(), "choices": [1]}, "response.choices[]"),
        ({**answers.completion(), "created": "now"}, "response.created"),
        (edits.without(answers.completion(), "id"), "response.id"),
        (changed(message=None), "response.choices[].message"),
        (changed(index=None), "response.choices[].index"),
        (changed(finish_reason=None), "response.choices[].finish_reason"),
        (changed(finish_reason="bored"), "response.choices[].finish_reason"),
        (message(content=None), "response.choices[].message.content"),
        (message(content=[{"type": "text"}]), "response.choices[].message.content"),
        (message(role="user"), "response.choices[].message.role"),
        (message(tool_calls={}), "response.choices[].message.tool_calls"),
        (message(tool_calls=[{}]), "response.choices[].message.tool_calls[].function"),
        (message(tool_calls=[call(id="")]), "response.choices[].message.tool_calls[].id"),
        (message(tool_calls=[call(function={"arguments": {}})]),
         "response.choices[].message.tool_calls[].function.arguments"),
        ({**answers.completion(), "usage": []}, "response.usage"),
        ({**answers.completion(), "usage": {"total_tokens": "9"}}, "response.usage.total_tokens"),
    ],
)  # fmt: skip
def test_departures_of_plain_answers(body: object, location: str) -> None:
    found = completion_violations(body)
    assert location in {violation.location for violation in found}
    assert {violation.fault for violation in found} == {"provider"}


def test_no_content_is_right_beside_tool_calls_refusals_and_filters() -> None:
    assert completion_violations(message(content=None, tool_calls=[call()])) == ()
    assert completion_violations(message(content=None, refusal="no")) == ()
    filtered = message(content=None)
    filtered["choices"][0]["finish_reason"] = "content_filter"
    assert completion_violations(filtered) == ()


def piece(delta: object, **choice: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": None, **choice}]}


@pytest.mark.parametrize(
    ("chunks", "done", "location"),
    [
        ([], True, "stream.data"),
        (["x"], True, "stream.data"),
        ([piece({"content": "x"})], True, "stream.choices[].finish_reason"),
        ([piece({}, finish_reason="stop")], False, "stream.done"),
        ([{"error": {"message": "m"}}], True, "stream.error"),
        ([{"choices": []}], True, "stream.choices"),
        ([piece(None)], True, "stream.choices[].delta"),
        ([piece({"content": []})], True, "stream.choices[].delta.content"),
        ([piece({"role": "tool"})], True, "stream.choices[].delta.role"),
        ([piece({"tool_calls": [{"function": {"name": "f"}}]})], True,
         "stream.choices[].delta.tool_calls[].index"),
        ([{**piece({}), "usage": 3}], True, "stream.usage"),
    ],
)  # fmt: skip
def test_departures_of_streams(chunks: list[object], done: bool, location: str) -> None:
    assert location in {v.location for v in stream_violations(chunks, done)}


def test_a_final_choice_without_delta_is_tolerated() -> None:
    last = {"choices": [{"index": 0, "finish_reason": "stop"}]}
    assert stream_violations([last], done=True) == ()
