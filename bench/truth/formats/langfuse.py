"""Langfuse observations of the type GENERATION, a row a call."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..values import Call, Depth, Json, Part
from .reading import keep
from .sdk import raised_by

_PARAMETERS = ("temperature", "max_tokens", "top_p", "presence_penalty", "n", "seed")
_ALWAYS = (Part.STATUS, Part.MESSAGE, Part.ATTEMPTS)


def shows(depth: Depth) -> frozenset[Part]:
    """The message and the exception's text, as much as the library put in it."""
    parts = set(_ALWAYS)
    if depth.error_text:
        parts |= {Part.ERROR_TEXT, Part.TRANSPORT}
        parts |= {Part.ERROR_CODE} if depth.sdk == "python" else set()
    return frozenset(parts)


def _usage(usage: Mapping[str, Json] | None) -> Json:
    names = {"prompt_tokens": "input", "completion_tokens": "output", "total_tokens": "total"}
    return {names[key]: value for key, value in (usage or {}).items() if key in names}


def _row(call: Call, depth: Depth) -> Json:
    body, raised, kept = call.request.body, raised_by(call, depth), keep(call.answer)
    text = raised.text if raised else None
    if raised and raised.status is None and not raised.text.startswith(raised.name):
        text = f"{raised.name}: {raised.text}"
    return {
        "id": f"{call.trace}-{call.at}",
        "traceId": call.trace,
        "type": "GENERATION",
        "name": "chat",
        "startTime": call.started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "endTime": call.ended.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "model": body.get("model"),
        "input": body.get("messages"),
        "output": kept.message,
        "level": "ERROR" if raised else "DEFAULT",
        "statusMessage": text,
        "modelParameters": {k: str(body[k]) for k in _PARAMETERS if k in body},
        "usageDetails": _usage(kept.usage),
        "metadata": {},
    }


def render(calls: list[Call], depth: Depth) -> str:
    """The calls, a line each."""
    return "".join(json.dumps(_row(call, depth)) + "\n" for call in calls)
