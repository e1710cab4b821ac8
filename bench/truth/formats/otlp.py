"""OpenTelemetry GenAI client spans, exported as one OTLP JSON document."""

from __future__ import annotations

import hashlib
import json

from ..values import Call, Depth, Json, Part
from .reading import Kept, keep
from .sdk import Raised, raised_by

_REQUEST = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "max_tokens": "max_tokens",
    "presence_penalty": "presence_penalty",
    "n": "choice.count",
    "seed": "seed",
}


def shows(depth: Depth) -> frozenset[Part]:
    """Statuses, finish reasons, attempts; the exception's text where events are recorded."""
    parts = {Part.STATUS, Part.FINISH, Part.ATTEMPTS}
    if depth.error_text:
        parts |= {Part.ERROR_TEXT, Part.TRANSPORT}
        parts |= {Part.ERROR_CODE} if depth.sdk == "python" else set()
    return frozenset(parts)


def _value(value: Json) -> Json:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(item) for item in value]}}
    return {"stringValue": value if isinstance(value, str) else json.dumps(value)}


def _attributes(values: dict[str, Json]) -> Json:
    known = {key: value for key, value in values.items() if value is not None}
    return [{"key": key, "value": _value(value)} for key, value in known.items()]


def _asked(call: Call) -> dict[str, Json]:
    body = call.request.body
    asked: dict[str, Json] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": body.get("model"),
        "server.address": "api.cometapi.com",
        "server.port": 443,
    }
    return asked | {f"gen_ai.request.{_REQUEST[k]}": v for k, v in body.items() if k in _REQUEST}


def _answered(kept: Kept) -> dict[str, Json]:
    usage = kept.usage or {}
    return {
        "gen_ai.response.id": kept.id,
        "gen_ai.response.model": kept.model,
        "gen_ai.response.finish_reasons": [kept.reason] if kept.reason else None,
        "gen_ai.usage.input_tokens": usage.get("prompt_tokens"),
        "gen_ai.usage.output_tokens": usage.get("completion_tokens"),
    }


def _exception(call: Call, raised: Raised) -> Json:
    values: dict[str, Json] = {"exception.type": raised.name, "exception.message": raised.text}
    return {
        "timeUnixNano": _nanos(call.ended.timestamp()),
        "name": "exception",
        "attributes": _attributes(values),
    }


def _nanos(seconds: float) -> str:
    return str(round(seconds * 1000) * 1_000_000)


def _span(call: Call, depth: Depth) -> Json:
    raised = raised_by(call, depth)
    values = _asked(call) | _answered(keep(call.answer))
    if raised:
        values["error.type"] = raised.name
        values["http.response.status_code"] = raised.status
    digest = hashlib.sha256(f"{call.trace}/{call.at}".encode()).hexdigest()
    events = [_exception(call, raised)] if raised and depth.error_text else []
    return {
        "traceId": hashlib.sha256(call.trace.encode()).hexdigest()[:32],
        "spanId": digest[:16],
        "name": f"chat {call.request.body.get('model', '')}".strip(),
        "kind": 3,
        "startTimeUnixNano": _nanos(call.started.timestamp()),
        "endTimeUnixNano": _nanos(call.ended.timestamp()),
        "attributes": _attributes(values),
        "events": events,
        "status": {"code": 2, "message": raised.text if depth.error_text else ""} if raised else {},
    }


def render(calls: list[Call], depth: Depth) -> str:
    """The calls as the spans of one service."""
    spans = [_span(call, depth) for call in calls]
    resource = {"attributes": _attributes({"service.name": "answers"})}
    scopes = [{"scope": {"name": "opentelemetry.instrumentation.openai_v2"}, "spans": spans}]
    return json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": scopes}]})
