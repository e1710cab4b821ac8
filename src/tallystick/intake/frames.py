"""The frames of a captured stream, sanitized: equal neighbours are folded into one."""

from itertools import groupby
from typing import Literal, NamedTuple

from tallystick.intake.mask import Masker, decoded
from tallystick.protocol.sse import DONE, SseEvent, SseParser
from tallystick.record.exchange import EVENT_NAMES, Frame
from tallystick.record.policy import ANSWER

MAX_FRAMES = 2000


def read_frames(body: bytes, masker: Masker) -> tuple[Frame, ...]:
    """The events of a stream as frames; an event that was never dispatched comes last as `open`."""
    with masker.bare():
        return _read(body, masker)


class _Piece(NamedTuple):
    """A frame before equal neighbours are folded; cheap to make and to compare."""

    kind: Literal["data", "done", "comment", "text", "open"]
    event: str
    data: object = None


def _read(body: bytes, masker: Masker) -> tuple[Frame, ...]:
    parser = SseParser()
    events = parser.feed(body) + parser.close()
    pieces = [_piece(event, masker) for event in events]
    if parser.unfinished is not None and parser.unfinished.data:
        pieces.append(_unfinished(parser.unfinished, masker))
    runs = [(piece, len(list(equal))) for piece, equal in groupby(pieces)]
    kept = runs if len(runs) <= MAX_FRAMES else [*runs[: MAX_FRAMES - 1], runs[-1]]
    return tuple(Frame(piece.kind, piece.event, piece.data, count) for piece, count in kept)


def _unfinished(event: SseEvent, masker: Masker) -> _Piece:
    """A last event without its blank line; captures often drop the blank after `[DONE]`."""
    piece = _piece(event, masker)
    return piece if piece.kind == "done" else _Piece("open", piece.event)


def _piece(event: SseEvent, masker: Masker) -> _Piece:
    if event.kind == "comment":
        return _Piece("comment", "")
    name = event.event if event.event in EVENT_NAMES else "‹value›"
    if event.data.strip() == DONE:
        return _Piece("done", name)
    data = decoded(event.data)
    if not isinstance(data, dict):
        return _Piece("text", name)
    return _Piece("data", name, masker.json(data, ANSWER, "response.frames[]"))
