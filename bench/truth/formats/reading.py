"""What a library keeps of an answer that arrived: the message, the reason, the counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..values import Answer, Json


class Kept(NamedTuple):
    """The parts of an answer that traces and logs store."""

    id: str | None = None
    model: str | None = None
    message: Mapping[str, Json] | None = None
    reason: str | None = None
    usage: Mapping[str, Json] | None = None


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _map(value: Json) -> Mapping[str, Json] | None:
    return value if isinstance(value, Mapping) else None


def _first(body: Mapping[str, Json]) -> Mapping[str, Json]:
    choices = body.get("choices")
    return (_map(choices[0]) or {}) if isinstance(choices, list) and choices else {}


def _events(text: str) -> Iterator[Mapping[str, Json]]:
    for line in text.splitlines():
        if line.startswith("data: {"):
            yield json.loads(line.removeprefix("data: "))


def _assembled(text: str) -> Kept:
    said, reason, usage, head = "", None, None, Kept()
    for event in _events(text):
        head = Kept(_text(event.get("id")), _text(event.get("model")))
        usage = _map(event.get("usage")) or usage
        choice = _first(event)
        reason = _text(choice.get("finish_reason")) or reason
        said += _text((_map(choice.get("delta")) or {}).get("content")) or ""
    return Kept(head.id, head.model, {"role": "assistant", "content": said}, reason, usage)


def keep(answer: Answer) -> Kept:
    """Read an answer with status 200 as leniently as libraries do."""
    if (answer.header("Content-Type") or "") == "text/event-stream":
        return _assembled(answer.text)
    body = _map(answer.body)
    if body is None or answer.status != 200:
        return Kept()
    choice = _first(body)
    return Kept(
        _text(body.get("id")),
        _text(body.get("model")),
        _map(choice.get("message")),
        _text(choice.get("finish_reason")),
        _map(body.get("usage")),
    )
