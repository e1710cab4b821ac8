"""What GenAI spans say of messages, as chat completions have them: the newer conventions keep them
in parts, older instrumentations in numbered attributes.
"""

import json
import re
from typing import Any

from tallystick.intake.formats.mapping import parsed

Line = dict[str, Any]
_NUMBERED = re.compile(r"gen_ai\.(prompt|completion)\.(\d{1,4})\.(role|content|finish_reason)")


def messages_asked(span: Line) -> list[Line] | None:
    """The messages that a span says were sent; None where it says nothing of them."""
    return _said(span, "gen_ai.input.messages", "prompt")


def _said(span: Line, name: str, old: str) -> list[Line] | None:
    messages = parsed(span.get(name))
    if isinstance(messages, list):
        return [_message(one) for one in messages if isinstance(one, dict)]
    numbered: dict[int, Line] = {}
    for key, value in span.items():
        match = _NUMBERED.fullmatch(key)
        if match and match[1] == old:
            numbered.setdefault(int(match[2]), {})[match[3]] = value
    return [numbered[number] for number in sorted(numbered)] or None


def _message(one: Line) -> Line:
    """A message in parts, as one of the chat-completions API."""
    parts = [part for part in one.get("parts") or [] if isinstance(part, dict)]
    texts = [str(p.get("content") or "") for p in parts if p.get("type") == "text"]
    answers = [part for part in parts if part.get("type") == "tool_call_response"]
    made: Line = {"role": one.get("role"), "content": "\n".join(texts) if texts else None}
    if answers:
        made |= {"tool_call_id": answers[0].get("id"), "content": json.dumps(answers[0])}
    tools = [_tool(part) for part in parts if part.get("type") == "tool_call"]
    return {**made, "tool_calls": tools} if tools else made


def _tool(part: Line) -> Line:
    arguments = part.get("arguments")
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {
        "id": part.get("id"),
        "type": "function",
        "function": {"name": part.get("name"), "arguments": text},
    }


def choices_of(span: Line) -> list[Line] | None:
    """What a span says was answered, as choices; None where it says nothing of it."""
    said = parsed(span.get("gen_ai.output.messages"))
    reasons = _listed(span.get("gen_ai.response.finish_reasons"))
    if isinstance(said, list):
        whole = [(one, _message(one)) for one in said if isinstance(one, dict)]
    else:
        whole = [(one, one) for one in _said(span, "", "completion") or []]
    if not whole:  # without its text, how each choice ended
        return [{"index": n, "finish_reason": end} for n, end in enumerate(reasons)] or None
    return [
        {
            "index": index,
            "message": {key: made[key] for key in made if key != "finish_reason"},
            "finish_reason": one.get("finish_reason")
            or (reasons[index] if index < len(reasons) else None),
        }
        for index, (one, made) in enumerate(whole)
    ]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []
