"""The frames of a captured stream, sanitized: equal neighbours are folded into one."""

import json
from collections.abc import Iterable, Iterator

import msgspec

from tallystick.intake.mask import Masker
from tallystick.protocol.sse import DONE, SseEvent, SseParser
from tallystick.record.exchange import EVENT_NAMES, Frame
from tallystick.record.policy import ANSWER

MAX_FRAMES = 2000


def read_frames(body: bytes, masker: Masker) -> tuple[Frame, ...]:
    """The events of a stream as frames; an event that was never dispatched comes last as `open`."""
    with masker.bare():
        return _read(body, masker)


def _read(body: bytes, masker: Masker) -> tuple[Frame, ...]:
    parser = SseParser()
    events = parser.feed(body) + parser.close()
    frames = [_frame(event, masker) for event in events]
    if parser.unfinished is not None and parser.unfinished.data:
        frames.append(_unfinished(parser.unfinished, masker))
    return tuple(_fold(frames))[:MAX_FRAMES]


def _unfinished(event: SseEvent, masker: Masker) -> Frame:
    """A last event without its blank line; captures often drop the blank after `[DONE]`."""
    frame = _frame(event, masker)
    return frame if frame.kind == "done" else msgspec.structs.replace(frame, kind="open", data=None)


def _frame(event: SseEvent, masker: Masker) -> Frame:
    if event.kind == "comment":
        return Frame("comment", event="")
    name = event.event if event.event in EVENT_NAMES else "‹value›"
    if event.data.strip() == DONE:
        return Frame("done", name)
    try:
        data = json.loads(event.data)
    except (ValueError, RecursionError):
        return Frame("text", name)
    if not isinstance(data, dict):
        return Frame("text", name)
    return Frame("data", name, masker.json(data, ANSWER, "response.frames[]"))


def _fold(frames: Iterable[Frame]) -> Iterator[Frame]:
    last: Frame | None = None
    for frame in frames:
        if last is not None and msgspec.structs.replace(last, count=1) == frame:
            last = msgspec.structs.replace(last, count=last.count + 1)
            continue
        if last is not None:
            yield last
        last = frame
    if last is not None:
        yield last
