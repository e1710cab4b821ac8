"""OpenTelemetry exports as protobuf (the extra `tallystick[otlp]`): one message of a body that was
kept, or messages behind their lengths, as the Collector's file exporter writes them with
`format: proto`. What they hold is read as OTLP/JSON (OTLP 1.5, JSON Protobuf Encoding).
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from tallystick.intake.formats import lines, otel
from tallystick.intake.formats.base import Broken, Cutter, Format, Piece, Read
from tallystick.intake.raw import RawAttempt

# A length before every message (Collector, file exporter: 4 bytes, big-endian).
_LENGTH = 4
# The first field of an export is its resources', and a resource the first of theirs.
_RESOURCES = re.compile(rb"\n(?:[\x80-\xff]{0,4}[\x00-\x7f])\n", re.DOTALL)
_TOLD = re.compile(rb"service\.name|telemetry\.sdk|gen_ai\.|http\.(?:request|method|url)")
# Bytes below the tab stand in no text, and in every time or length.
_NO_TEXT = re.compile(rb"[\x00-\x08]")


def _sniff(head: bytes) -> bool:
    return any(
        _RESOURCES.match(head, begin) is not None
        and _TOLD.search(head) is not None
        and _NO_TEXT.search(head) is not None
        for begin in (0, _LENGTH)
    )


def _is_single(data: bytes) -> bool:
    return _RESOURCES.match(data) is not None and int.from_bytes(data[:_LENGTH]) > len(data)


def _messages(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the whole messages begin and end."""
    if _is_single(data):
        yield 0, len(data)
        return
    here = 0
    while here + _LENGTH <= len(data):
        end = here + _LENGTH + int.from_bytes(data[here : here + _LENGTH])
        if end > len(data):
            return
        yield here + _LENGTH, end
        here = end


def _boundary(data: bytes) -> int:
    """The end of the last whole message; a message that stands alone is not cut."""
    return 0 if _is_single(data) else max((end for _, end in _messages(data)), default=0)


def _read(piece: Piece) -> Iterator[Read]:
    from google.protobuf.message import DecodeError  # noqa: PLC0415 - an extra

    end = number = 0
    for begin, end in _messages(piece.data):
        try:
            told = json.dumps(_export(piece.data[begin:end])).encode()
        except (DecodeError, ValueError):
            yield Broken(piece.offset + begin, "a message that is no export of OpenTelemetry's")
            continue
        one = Piece(piece.number, piece.offset + begin, told)
        for found in lines.read(one, otel.SPANS, otel.calls):
            if isinstance(found, RawAttempt):
                yield msgspec.structs.replace(found, entry=number)
            else:
                yield found
            number += 1
    if end < len(piece.data):
        yield Broken(piece.offset + end, "a message that is cut off")


def _export(data: bytes) -> dict[str, Any]:
    """A message as JSON: of spans, or of log records where it holds no span."""
    from google.protobuf.json_format import MessageToDict  # noqa: PLC0415
    from opentelemetry.proto.logs.v1.logs_pb2 import LogsData  # noqa: PLC0415
    from opentelemetry.proto.trace.v1.trace_pb2 import TracesData  # noqa: PLC0415

    traces = TracesData.FromString(data)
    scopes = (scope for resource in traces.resource_spans for scope in resource.scope_spans)
    spans = any(span.name and span.trace_id for scope in scopes for span in scope.spans)
    found: dict[str, Any] = MessageToDict(traces if spans else LogsData.FromString(data))
    return found


FORMAT = Format(
    "otlp",
    "OpenTelemetry exports as protobuf (the extra `otlp`)",
    _sniff,
    lambda: Cutter(_boundary, counted=True),
    _read,
    needs="opentelemetry.proto",
    extra="otlp",
)
