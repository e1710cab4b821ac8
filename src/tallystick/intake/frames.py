"""The frames of a captured stream, sanitized: equal neighbours are folded into one.

Most of a stream is one chunk over and over with another piece of text in it. The first such chunk
is parsed; those that have its literal parts, and any text where it has text, are the same frame.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tallystick.intake.compiled import MAX_REMEMBERED, quoted
from tallystick.intake.mask import Hole, Masker, decoded
from tallystick.protocol.sse import DONE, SseEvent, SseParser
from tallystick.record.exchange import EVENT_NAMES
from tallystick.record.policy import ANSWER

MAX_FRAMES = 2000
# Members whose text is masked wherever they stand in an answer, as `test_frames` proves.
TEXT_MEMBERS = ("content", "reasoning_content", "reasoning", "refusal", "arguments", "text",
                "obfuscation")  # fmt: skip
# What a JSON string may hold (RFC 8259, section 7), without a text that looks like a placeholder.
# No group is possessive: where one of its tries fails, Python before 3.11.5 goes on from the place
# that the try had come to (python/cpython issue 106052).
_STRING = re.compile(
    r'(?!["‹]|\\u2039)[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*+)*(?=")'
)
_TEXT, _TEXT_OR_ID = (
    re.compile(rf'"(?:{"|".join(names)})":\s?"{_STRING.pattern}')
    for names in (TEXT_MEMBERS, (*TEXT_MEMBERS, "id"))
)


class _Piece(NamedTuple):
    """A frame before equal neighbours are folded: its JSON text without the count."""

    kind: str
    shape: str
    holes: tuple[Hole, ...] = ()


class _Pattern:
    """A chunk cut at its texts: other chunks with the same literal parts are the same frame."""

    def __init__(self, block: str, piece: _Piece, texts: re.Pattern[str]) -> None:
        self.piece = piece
        literals: list[str] = []
        here = 0
        for match in texts.finditer(block):
            text = block.index('"', block.index(":", match.start())) + 1
            literals.append(block[here:text])
            here = match.end()
        self._head, *self._rest = (*literals, block[here:])

    def run(self, text: str, here: int) -> tuple[int, int]:
        """How many chunks from here on differ from this one in the wording of their texts only,
        and where they end.
        """
        count, here = self._few(text, here)
        expression = _compiled(tuple(self._rest)) if count == _FEW and self._rest else None
        while count >= _FEW and text.startswith(self._head, here):
            if expression is not None:
                more, here = self._many(text, here, expression)
            else:
                more, here = self._few(text, here)
            if not more:
                break
            count += more
        return count, here

    def _few(self, text: str, here: int) -> tuple[int, int]:
        """Chunk by chunk."""
        for count in range(_FEW):
            if not text.startswith(self._head, here):
                return count, here
            end = here + len(self._head)
            for literal in self._rest:
                found = _STRING.match(text, end)
                if found is None or not text.startswith(literal, found.end()):
                    return count, here
                end = found.end() + len(literal)
            here = end
        return _FEW, here

    def _many(self, text: str, here: int, expression: re.Pattern[str]) -> tuple[int, int]:
        """A window of chunks at once: what stands behind their common first literal is one text."""
        window = text[here : here + _WINDOW]
        if _MARK in window:
            return 0, here
        head, size = self._head, len(self._head)
        lines = window.split("\n")  # one character is found many times faster than two
        blanks = [*map(bool, lines[1:-1:2]), True]
        blocks = lines[: 2 * blanks.index(True) : 2]
        good = [block.startswith(head) for block in blocks] + [False]
        short = _MARK.join(["", *[block[size:] for block in blocks[: good.index(False)]]])
        found = expression.match(short)
        if found is None:
            return 0, here
        count = short.count(_MARK, 0, found.end())
        return count, here + found.end() + count * (size + len(_END) - 1)


# A run is followed chunk by chunk for a few, and then by windows: odd streams cost no more for it.
_FEW = 8
_WINDOW = 1 << 17
_MARK, _DATA, _END = "\0", "data: ", "\n\n"
_tails: dict[tuple[str, ...], re.Pattern[str] | None] = {}


def _compiled(literals: tuple[str, ...]) -> re.Pattern[str] | None:
    """Chunks whose first literal is the mark, as an expression; None when it is met for
    the first time, since compiling it is dear and many streams have literals of their own.
    """
    if literals not in _tails:
        if len(_tails) >= MAX_REMEMBERED:
            _tails.clear()
        _tails[literals] = None
        return None
    known = _tails[literals]
    if known is None:
        plain = (*literals[:-1], literals[-1].removesuffix(_END))
        joined = "".join(f"{_STRING.pattern}{re.escape(literal)}" for literal in plain)
        known = _tails[literals] = re.compile(f"(?:{_MARK}{joined})+")
    return known


def frame_shapes(body: str | None, masker: Masker) -> str:
    """The events of a stream as a JSON array of frames with holes.

    An event that was never dispatched comes last as `open`.
    """
    runs = _folded(_runs(body or "", masker))
    kept = runs if len(runs) <= MAX_FRAMES else [*runs[: MAX_FRAMES - 1], runs[-1]]
    shapes = []
    for piece, count in kept:
        masker.holes += (count, *piece.holes)
        shapes.append(f'{{"count":%s,{piece.shape}}}')
    return f"[{','.join(shapes)}]"


def _folded(runs: Iterator[tuple[_Piece, int]]) -> list[tuple[_Piece, int]]:
    """Neighbours that are equal, counted together."""
    out: list[tuple[_Piece, int]] = []
    for piece, count in runs:
        if out and out[-1][0] == piece:
            out[-1] = (piece, out[-1][1] + count)
        else:
            out.append((piece, count))
    return out


def _runs(body: str, masker: Masker) -> Iterator[tuple[_Piece, int]]:
    text = body.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    pattern: _Pattern | None = None
    here, end = 0, text.find(_END)
    while end >= 0:
        block = text[here : end + 2]
        made = _block(block, masker)
        yield from ((piece, 1) for piece in made)
        here = end + 2
        pattern = _learnt(block, made, pattern)
        if pattern is not None:
            count, here = pattern.run(text, here)
            if count:
                yield pattern.piece, count
        end = text.find(_END, here)
    yield from ((piece, 1) for piece in _rest(text[here:], masker))


def _learnt(block: str, made: list[_Piece], last: _Pattern | None) -> _Pattern | None:
    """A pattern of a block that is one event with data; the last one where it cannot be one.

    Where two chunks are one frame and yet not alike, their identifiers differ too.
    """
    if not _is_plain(block) or made[0].kind != "data":
        return last
    again = last is not None and made[0] == last.piece
    return _Pattern(block, made[0], _TEXT_OR_ID if again else _TEXT)


def _block(block: str, masker: Masker) -> list[_Piece]:
    """The frames of a block that a blank line ends; most are one line of data."""
    if _is_plain(block):
        return [_piece(SseEvent(block[len(_DATA) : -len(_END)]), masker)]
    parser = SseParser()
    parser.feed(b"\n")  # a mark of byte order is one at the beginning of a stream only
    return [_piece(event, masker) for event in parser.feed(block.encode("utf-8", "replace"))]


def _is_plain(block: str) -> bool:
    return block.startswith(_DATA) and block.find("\n") == len(block) - len(_END)


def _rest(text: str, masker: Masker) -> Iterator[_Piece]:
    """What stands behind the last blank line: comments, and an event that was not dispatched."""
    parser = SseParser()
    parser.feed(b"\n")
    for event in parser.feed(text.encode("utf-8", "replace")) + parser.close():
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
