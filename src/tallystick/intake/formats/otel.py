"""OpenTelemetry GenAI spans in OTLP/JSON: an ExportTraceServiceRequest a line, spans made flat.

Names are those of the semantic conventions for generative AI and of what came before them. A call
is one span; the HTTP spans under it, where the same export has them, are its attempts.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from tallystick.intake.formats.mapping import Mapping, parsed

Line = dict[str, Any]

SPANS = Mapping(
    ends_well=True,
    at=("startTimeUnixNano",),
    end=("endTimeUnixNano",),
    url=("http.url.full",),
    base_url=("gen_ai.openai.api_base", "base"),
    method=("http.http.request.method",),
    status=("http.http.response.status_code",),
    model=("gen_ai.request.model",),
    messages=("asked",),
    parameters=("parameters",),
    stream=("gen_ai.is_streaming", "llm.is_streaming", "gen_ai.request.stream"),
    choices=("answered",),
    usage=("usage",),
    error=("failure",),
)
_PARAMETERS = "temperature top_p max_tokens frequency_penalty presence_penalty seed".split()
_USAGE = (
    ("prompt_tokens", ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")),
    ("completion_tokens", ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")),
    ("total_tokens", ("gen_ai.usage.total_tokens", "llm.usage.total_tokens")),
)
_NUMBERED = re.compile(r"gen_ai\.(prompt|completion)\.(\d{1,4})\.(role|content|finish_reason)")


def calls(request: Line) -> Iterator[Line]:
    """The chat calls of one export, each as one line per HTTP attempt that it shows."""
    spans = [
        _flat(span)
        for resource in request.get("resourceSpans") or []
        for scope in resource.get("scopeSpans") or []
        for span in scope.get("spans") or []
    ]
    attempts: dict[str, list[Line]] = {}
    for span in spans:
        if "http.request.method" in span and span.get("parentSpanId"):
            attempts.setdefault(span["parentSpanId"], []).append(span)
    for span in spans:
        if "chat" in (span.get("gen_ai.operation.name"), span.get("llm.request.type")):
            yield from _call(span, attempts.get(span.get("spanId", ""), []))


def _flat(span: Line) -> Line:
    attributes = {one["key"]: _value(one.get("value")) for one in span.get("attributes") or []}
    kept = ("spanId", "parentSpanId", "startTimeUnixNano", "endTimeUnixNano", "status")
    return {**attributes, **{name: span[name] for name in kept if name in span}}


def _value(value: Any) -> Any:
    """A typed attribute value (OTLP, AnyValue); 64-bit integers are texts there."""
    if not isinstance(value, dict) or not value:
        return None
    kind, held = next(iter(value.items()))
    match kind:
        case "intValue":
            return int(held)
        case "arrayValue":
            return [_value(one) for one in held.get("values") or []]
        case "kvlistValue":
            return {one["key"]: _value(one.get("value")) for one in held.get("values") or []}
        case _:
            return held


def _call(span: Line, attempts: list[Line]) -> Iterator[Line]:
    made = {
        **span,
        "base": _base(span),
        "parameters": {
            name: span[f"gen_ai.request.{name}"]
            for name in _PARAMETERS
            if span.get(f"gen_ai.request.{name}") is not None
        },
        "asked": _said(span, "gen_ai.input.messages", "prompt"),
        "failure": _failure(span),
        "usage": _usage(span),
        "answered": _choices(span),
    }
    if not attempts:
        yield made
        return
    ordered = sorted(attempts, key=lambda one: int(one["startTimeUnixNano"]))
    for number, attempt in enumerate(ordered, 1):
        yield from [_attempt(made, attempt, last=number == len(ordered))]


def _attempt(call: Line, span: Line, *, last: bool) -> Line:
    """One HTTP attempt of a call: what the call's own span says holds for the last one."""
    failed = span.get("http.response.status_code") is None
    own: Line = {} if last else {"answered": None, "usage": None, "failure": None}
    if failed:
        own["failure"] = call["failure"] or str(span.get("error.type") or "connection error")
    times = {name: span[name] for name in ("startTimeUnixNano", "endTimeUnixNano")}
    return {**call, **own, **times, "http": _nested(span)}


def _nested(span: Line) -> Line:
    return {key: value for key, value in span.items() if "." in key}


def _base(span: Line) -> str | None:
    host, port = span.get("server.address"), span.get("server.port")
    return f"https://{host}{f':{port}' if port and port != 443 else ''}/v1" if host else None


def _failure(span: Line) -> str | None:
    status = span.get("status") or {}
    failed = status.get("code") in (2, "STATUS_CODE_ERROR")
    words = f"{status.get('message') or ''}".strip()
    return (words or str(span.get("error.type") or "error")) if failed else None


def _usage(span: Line) -> Line | None:
    found = {name: span[key] for name, keys in _USAGE for key in keys if span.get(key) is not None}
    return found or None


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


def _choices(span: Line) -> list[Line] | None:
    said = parsed(span.get("gen_ai.output.messages"))
    reasons = span.get("gen_ai.response.finish_reasons") or []
    if isinstance(said, list):
        whole = [(one, _message(one)) for one in said if isinstance(one, dict)]
    else:
        whole = [(one, one) for one in _said(span, "", "completion") or []]
    return [
        {
            "index": index,
            "message": {key: made[key] for key in made if key != "finish_reason"},
            "finish_reason": one.get("finish_reason")
            or (reasons[index] if index < len(reasons) else None),
        }
        for index, (one, made) in enumerate(whole)
    ] or None
