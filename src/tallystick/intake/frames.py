"""The frames of a captured stream, sanitized: equal neighbours are folded into one.

Most of a stream is one chunk over and over with another piece of text in it. The first such chunk
is parsed; those that have its literal parts, and any text where it has text, are the same frame.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from tallystick.intake.compiled import quoted
from tallystick.intake.mask import Hole, Masker, decoded
from tallystick.protocol.sse import DONE, SseEvent, SseParser
from tallystick.record.exchange import EVENT_NAMES
from tallystick.record.policy import ANSWER

MAX_FRAMES = 2000
# Members whose text is masked wherever they stand in an answer, as `test_frames` proves.
TEXT_MEMBERS = ("content", "reasoning_content", "reasoning", "refusal", "arguments", "text",
                "obfuscation")  # fmt: skip
# What a JSON string may hold (RFC 8259, section 7), without a text that looks like a placeholder.
_STRING = re.compile(
    r'(?!‹)(?:[^"\\\x00-\x1f]+|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})(?:[^"\\\x00-\x1f]+|'
    r'\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*(?=")'
)
_TEXT = re.compile(rf'"(?:{"|".join(TEXT_MEMBERS)})":\s?"{_STRING.pattern}')


class _Piece(NamedTuple):
    """A frame before equal neighbours are folded: its JSON text without the count."""

    kind: str
    shape: str
    holes: tuple[Hole, ...] = ()


class _Pattern:
    """A chunk cut at its texts: other chunks with the same literal parts are the same frame."""

    def __init__(self, block: str, piece: _Piece) -> None:
        self.piece = piece
        cuts = [match.span() for match in _TEXT.finditer(block)]
        self._literals: list[str] = []
        here = 0
        for start, end in cuts:
            text = block.index('"', block.index(":", start)) + 1
            self._literals.append(block[here:text])
            here = end
        self._literals.append(block[here:])

    def matches(self, block: str) -> bool:
        """Whether a chunk differs from this one in the wording of its texts only."""
        first, *rest = self._literals
        if not rest or not block.startswith(first):
            return False
        here = len(first)
        for literal in rest:
            match = _STRING.match(block, here)
            if match is None or not block.startswith(literal, match.end()):
                return False
            here = match.end() + len(literal)
        return here == len(block)


def frame_shapes(body: bytes, masker: Masker) -> str:
    """The events of a stream as a JSON array of frames with holes.

    An event that was never dispatched comes last as `open`.
    """
    runs = [(piece, sum(1 for _ in same)) for piece, same in groupby(_pieces(body, masker))]
    kept = runs if len(runs) <= MAX_FRAMES else [*runs[: MAX_FRAMES - 1], runs[-1]]
    shapes = []
    for piece, count in kept:
        masker.holes += (count, *piece.holes)
        shapes.append(f'{{"count":%s,{piece.shape}}}')
    return f"[{','.join(shapes)}]"


def _pieces(body: bytes, masker: Masker) -> Iterator[_Piece]:
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    *blocks, rest = text.split("\n\n")
    pattern: _Pattern | None = None
    for block in blocks:
        if pattern is not None and pattern.matches(block):
            yield pattern.piece
            continue
        made = _block(f"{block}\n\n", masker)
        pattern = _learnt(block, made) or pattern
        yield from made
    yield from _rest(rest, masker)


def _learnt(block: str, made: list[_Piece]) -> _Pattern | None:
    """A pattern of a block that is one event with data; None where it cannot stand for others."""
    plain = block.startswith("data: {") and "\n" not in block
    if not plain or len(made) != 1 or made[0].kind != "data":
        return None
    return _Pattern(block, made[0])


def _block(text: str, masker: Masker) -> list[_Piece]:
    return [_piece(event, masker) for event in SseParser().feed(text.encode())]


def _rest(text: str, masker: Masker) -> Iterator[_Piece]:
    """What stands behind the last blank line: comments, and an event that was not dispatched."""
    parser = SseParser()
    for event in parser.feed(text.encode()) + parser.close():
        yield _piece(event, masker)
    unfinished = parser.unfinished
    if unfinished is not None and unfinished.data:
        piece = _piece(unfinished, masker)
        # Captures often drop the blank line after `[DONE]`.
        yield piece if piece.kind == "done" else _open(unfinished)


def _name(event: SseEvent) -> str:
    return event.event if event.event in EVENT_NAMES else "‹value›"


def _open(event: SseEvent) -> _Piece:
    return _frame("open", _name(event))


def _frame(kind: str, name: str, data: str = "null", holes: tuple[Hole, ...] = ()) -> _Piece:
    return _Piece(kind, f'"data":{data},"event":{quoted(name)},"kind":"{kind}"', holes)


def _piece(event: SseEvent, masker: Masker) -> _Piece:
    if event.kind == "comment":
        return _frame("comment", "")
    if event.data.strip() == DONE:
        return _frame("done", _name(event))
    data = decoded(event.data)
    if not isinstance(data, dict):
        return _frame("text", _name(event))
    before = len(masker.holes)
    shape = masker.shape(data, ANSWER, "response.frames[]", bare=True)
    holes = tuple(masker.holes[before:])
    del masker.holes[before:]
    return _frame("data", _name(event), shape, holes)
