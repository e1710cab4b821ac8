from typing import Any

import pytest

from tallystick.protocol import Answer, Assembler, read_completion
from tallystick.protocol.answer import ToolCall


def chunk(delta: Any, finish: str | None = None, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}


def assembled(*chunks: object, done: bool = True) -> Answer:
    assembler = Assembler()
    for item in chunks:
        assembler.feed(item)
    if done:
        assembler.finish()
    return assembler.answer


def test_content_finish_reason_and_the_last_usage() -> None:
    answer = assembled(
        chunk({"role": "assistant", "content": ""}),
        chunk({"content": "Hel"}, usage={"total_tokens": 1}),
        chunk({"content": "lo"}, "stop"),
        {"choices": [], "usage": {"total_tokens": 9}},
    )
    assert answer == Answer("Hello", finish_reason="stop", usage={"total_tokens": 9})


def test_absent_usage_is_not_zero_and_a_cut_stream_is_not_done() -> None:
    answer = assembled(chunk({"content": "Hel"}), done=False)
    assert answer.usage is None
    assert not answer.done
    assert answer.finish_reason is None


def test_tool_calls_are_joined_by_index() -> None:
    def call(index: int, **function: str) -> dict[str, Any]:
        return {"tool_calls": [{"index": index, "function": function}]}

    first = {"tool_calls": [{"index": 0, "id": "a", "function": {"name": "f", "arguments": ""}}]}
    answer = assembled(
        chunk(first), chunk(call(1, name="g", arguments="{")), chunk(call(0, arguments="{}")),
        chunk(call(1, arguments="}")), chunk({}, "tool_calls"),
    )  # fmt: skip
    assert answer.tool_calls == (ToolCall(0, "a", "f", "{}"), ToolCall(1, "", "g", "{}"))
    assert answer.content is None


def test_fragments_without_an_index_belong_to_the_call_of_their_id() -> None:
    def call(arguments: str, **named: str) -> dict[str, Any]:
        return {"tool_calls": [{**named, "function": {"name": "f", "arguments": arguments}}]}

    answer = assembled(
        chunk(call("{}", id="a")), chunk(call("{", id="b")), chunk(call("}", id="b")),
        chunk({}, "tool_calls"),
    )  # fmt: skip
    assert answer.tool_calls == (ToolCall(0, "a", "f", "{}"), ToolCall(1, "b", "f", "{}"))
    (one,) = assembled(chunk(call("{", id="a")), chunk(call("}"))).tool_calls
    assert one.arguments == "{}"


def test_refusals_and_shapes_of_other_kinds_are_survived() -> None:
    answer = assembled(
        None, [], {"choices": None}, {"choices": [{"delta": None}, 3]}, {"choices": [{"index": 1,
        "delta": {"content": "other"}}]}, chunk({"content": [{"type": "text"}]}),
        chunk({"refusal": "no", "tool_calls": [{"index": "x", "function": None}]}),
    )  # fmt: skip
    assert answer.refusal == "no"
    assert answer.content is None


def test_a_plain_answer() -> None:
    call = {"id": "a", "function": {"name": "f", "arguments": "{}"}}
    message = {"content": None, "refusal": None, "tool_calls": [call, {"function": 1}]}
    body = {"choices": [{"message": message, "finish_reason": "tool_calls"}], "usage": {}}
    answer = read_completion(body)
    assert answer.tool_calls[0] == ToolCall(0, "a", "f", "{}")
    assert answer.usage == {}
    assert read_completion(["x"]) == read_completion({}) == Answer()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ([{"type": "text", "text": "a"}, 3, {"type": "thinking"}, {"text": "b"}], "ab"),
        ([{"type": "image_url"}], None),
        ([], None),
    ],
)
def test_a_content_in_parts_has_their_texts(content: object, text: str | None) -> None:
    message = {"message": {"role": "assistant", "content": content}}
    assert read_completion({"choices": [message]}).content == text
