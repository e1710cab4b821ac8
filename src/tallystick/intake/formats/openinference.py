"""Spans of OpenInference's instrumentations (Arize Phoenix; its semantic conventions) as of GenAI.

Lists stand in numbered attributes: `llm.input_messages.0.message.role`; Phoenix's own export has
them as lists, with the names inside still dotted.
"""

import re
from collections.abc import Iterator
from typing import Any

from tallystick.intake.formats.mapping import parsed
from tallystick.intake.formats.nodes import is_answer, is_request

Line = dict[str, Any]
_KIND = "openinference.span.kind"
_COUNTS = {"prompt": "input_tokens", "completion": "output_tokens", "total": "total_tokens"}


def as_genai(span: Line) -> Line:
    """A span with the names of the GenAI conventions beside its own; another span as it is."""
    if span.get(_KIND) != "LLM":
        return span
    told = _object(_nested(span).get("llm"))
    asked = _object(parsed(told.get("invocation_parameters")))
    counts = _object(told.get("token_count"))
    return {
        **{f"gen_ai.request.{name}": value for name, value in asked.items() if name != "messages"},
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": asked.get("model") or told.get("model_name"),
        "gen_ai.input.messages": _messages(told.get("input_messages")),
        "gen_ai.output.messages": _messages(told.get("output_messages")),
        **{f"gen_ai.usage.{ours}": counts.get(name) for name, ours in _COUNTS.items()},
        **{f"openinference.{side}.body": body for side, body in _bodies(span)},
        **span,
    }


def _bodies(span: Line) -> Iterator[tuple[str, str]]:
    """The bodies that some instrumentations keep whole; others keep a text there, or less."""
    for side, name, is_body in (
        ("request", "input.value", is_request),
        ("response", "output.value", is_answer),
    ):
        held = parsed(span.get(name))
        if is_body(held):
            yield side, held


def _object(value: Any) -> Line:
    return value if isinstance(value, dict) else {}


def _nested(flat: Line) -> Line:
    """Dotted names as objects; an object whose names are numbers is a list."""
    root: Line = {}
    for name, value in flat.items():
        here, parts = root, name.split(".")
        for part in parts[:-1]:
            inner = here.setdefault(part, {})
            here = inner if isinstance(inner, dict) else {}
        here[parts[-1]] = _deep(value)
    return root


def _deep(value: Any) -> Any:
    if isinstance(value, list):
        return [_deep(one) for one in value]
    return _nested(value) if isinstance(value, dict) else value


def _items(value: Any) -> list[Line]:
    if isinstance(value, dict):
        numbered = {int(key): one for key, one in value.items() if re.fullmatch(r"\d{1,4}", key)}
        value = [numbered[number] for number in sorted(numbered)]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _messages(value: Any) -> list[Line] | None:
    """Messages in the parts of the GenAI conventions; None where a span has none."""
    return [_message(_object(one.get("message"))) for one in _items(value)] or None


def _message(told: Line) -> Line:
    content, answers = told.get("content"), told.get("tool_call_id")
    parts: list[Line] = []
    if answers is not None:
        parts.append({"type": "tool_call_response", "id": answers, "result": content})
    elif isinstance(content, str):
        parts.append({"type": "text", "content": content})
    for one in _items(told.get("tool_calls")):
        call = _object(one.get("tool_call"))
        asked = _object(call.get("function"))
        parts.append({"type": "tool_call", "id": call.get("id"), **asked})
    return {"role": told.get("role"), "parts": parts}
