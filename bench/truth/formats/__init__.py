"""The formats: what each shows of the traffic, and how it writes it down."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..values import Call, Depth, Part
from . import envoy, har, langfuse, litellm, otlp


class Format(NamedTuple):
    """A capture format; `shows` says which parts a reader can see at this depth."""

    name: str
    file: str
    render: Callable[[list[Call], Depth], str]
    shows: Callable[[Depth], frozenset[Part]]


FORMATS = (
    Format("har", "capture.har", har.render, har.shows),
    Format("envoy", "capture.jsonl", envoy.render, envoy.shows),
    Format("litellm", "capture.jsonl", litellm.render, litellm.shows),
    Format("langfuse", "capture.jsonl", langfuse.render, langfuse.shows),
    Format("otlp", "capture.json", otlp.render, otlp.shows),
)
