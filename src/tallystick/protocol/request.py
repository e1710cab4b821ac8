"""What a chat-completions request must look like, whoever the provider is.

The rules follow the published OpenAI chat-completions reference: `model` and a non-empty
`messages` array are required, a tool message answers a tool call of the assistant message before.
All violations here are the client's.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tallystick.protocol.violation import Violation
from tallystick.record.placeholder import json_kind

_KINDS: Mapping[str, tuple[str, ...]] = {
    "model": ("string",),
    "messages": ("array",),
    "stream": ("boolean", "null"),
    "temperature": ("number", "null"),
    "top_p": ("number", "null"),
    "n": ("number", "null"),
    "max_tokens": ("number", "null"),
    "max_completion_tokens": ("number", "null"),
    "tools": ("array", "null"),
    "response_format": ("object", "null"),
    "stream_options": ("object", "null"),
    "stop": ("string", "array", "null"),
}
ROLES = ("system", "developer", "user", "assistant", "tool", "function")


def request_violations(body: object) -> tuple[Violation, ...]:
    """Everything in a request body that no chat-completions provider accepts by contract."""
    if not isinstance(body, dict):
        return (_client("request.body", "is not a JSON object"),)
    return (*_members(body), *_messages(body.get("messages")))


def _client(location: str, problem: str) -> Violation:
    return Violation("client", location, problem)


def _members(body: Mapping[str, Any]) -> Iterator[Violation]:
    for name in ("model", "messages"):
        if name not in body:
            yield _client(f"request.{name}", "is required and was not sent")
    for name, kinds in _KINDS.items():
        if name in body and json_kind(body[name]) not in kinds:
            expected = " or ".join(kinds)
            yield _client(f"request.{name}", f"is {json_kind(body[name])}, expected {expected}")


def _messages(messages: object) -> Iterator[Violation]:
    if not isinstance(messages, list):
        return
    if not messages:
        yield _client("request.messages", "is an empty array")
    for message in messages:
        yield from _message(message)
    yield from _tool_order([m for m in messages if isinstance(m, dict)])


def _message(message: object) -> Iterator[Violation]:
    if not isinstance(message, dict):
        yield _client("request.messages[]", f"is {json_kind(message)}, expected object")
        return
    role = message.get("role")
    if role not in ROLES:
        yield _client("request.messages[].role", "is missing or none of the known roles")
    if role in ("system", "developer", "user", "tool") and message.get("content") is None:
        yield _client("request.messages[].content", "is missing or null")
    if role == "tool" and not message.get("tool_call_id"):
        yield _client("request.messages[].tool_call_id", "is missing in a tool message")


def _tool_order(messages: list[Mapping[str, Any]]) -> Iterator[Violation]:
    waiting: set[str] = set()
    for message in messages:
        if message.get("role") == "tool":
            call = message.get("tool_call_id")
            if isinstance(call, str) and call and call not in waiting:
                yield _client("request.messages[].tool_call_id", "answers no open tool call")
            waiting.discard(str(call))
            continue
        if waiting:
            yield _client("request.messages[].tool_call_id", "leaves a tool call unanswered")
        waiting = _call_ids(message)
    if waiting:
        yield _client("request.messages[].tool_call_id", "leaves a tool call unanswered")


def _call_ids(message: Mapping[str, Any]) -> set[str]:
    calls = message.get("tool_calls")
    items = calls if isinstance(calls, list) else []
    return {str(call["id"]) for call in items if isinstance(call, dict) and call.get("id")}
