"""Attempts of a record, with their shapes opened again: for the profile of what was frozen."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from tallystick.intake.groups import Placed, moments_s
from tallystick.intake.mask import Hole
from tallystick.intake.merge import Attempt, Shapes
from tallystick.intake.shape import BodyShape, TailShape, WayShape
from tallystick.record.exchange import MEASURED_HEADERS
from tallystick.record.policy import VARYING

_AMOUNT = r"[0-9][0-9a-z.]{0,24}"
_OPEN = re.compile(
    r"(?P<mark>%)"
    r"|(?P<placeholder>‹[a-z]+)(?P<length>:[1-9]\d{0,6})?(?P<ordinal>#[1-9]\d{0,6})?›"
    rf'|(?P<name>"(?:{"|".join(sorted(VARYING))}|count|text_length|body_ordinal)":)'
    r"(?P<number>(?!0(?:\.0+)?[,}])\d{1,13}(?:\.\d{1,20})?(?:e[+-]?\d{1,3})?)(?=[,}])"
    rf'|(?P<form>\{{"form":")(?P<amount>(?!0"){_AMOUNT})(?=","name":"(?:{MEASURED_HEADERS})")'
)


class _Line(msgspec.Struct):
    id: str
    at: str | None
    duration_ms: float | None
    failure: str | None
    failure_text: str
    group: str
    attempt: int
    request: msgspec.Raw
    response: msgspec.Raw


def reopened(lines: Iterable[bytes]) -> Iterator[Attempt]:
    """The attempts of a record's lines, in their order."""
    decoder = msgspec.json.Decoder(_Line)
    bodies, ways, tails = Shapes(BodyShape), Shapes(WayShape), Shapes(TailShape)
    last: dict[str, tuple[float | None, float]] = {}
    for line in lines:
        held = decoder.decode(line)
        head = bytes(held.request).decode()
        # Only a body stands before the headers, and in JSON its quotation marks are escaped.
        cut = head.rindex('"headers":[')
        body_text, body_holes = opened(head[:cut])
        way_text, _ = opened(head[cut:])
        failure = msgspec.json.encode({"failure": held.failure, "failure_text": held.failure_text})
        tail_text, tail_holes = opened(f"{failure.decode()[1:-1]}\n{bytes(held.response).decode()}")
        tail = tails.of(tail_text)
        began, ended = moments_s(held.at, held.duration_ms)
        before, asked = last.get(held.group, (None, 0.0))
        gap = began - before if began is not None and before is not None else None
        last[held.group] = ended, tail.asked_s
        if tail.answered:
            del last[held.group]
        yield Attempt(
            line.decode(), held.id, held.at, held.duration_ms, ended,
            bodies.of(body_text), ways.of(way_text), tail, body_holes, tail_holes, head,
            Placed(held.group, held.attempt, gap, asked),
        )  # fmt: skip


def opened(text: str) -> tuple[str, tuple[Hole, ...]]:
    """A text of a record as a shape, and what fills its holes."""
    holes: list[Hole] = []

    def hole(match: re.Match[str]) -> str:
        if match["mark"]:
            return "%%"
        if match["placeholder"]:
            found = [part for part in (match["length"], match["ordinal"]) if part]
            holes.extend(int(part[1:]) for part in found)
            return f"{match['placeholder']}{''.join(f'{part[0]}%s' for part in found)}›"
        if match["name"]:
            number = match["number"]
            holes.append(int(number) if number.isdecimal() else float(number))
            return f"{match['name']}%s"
        holes.append(match["amount"])
        return f"{match['form']}%s"

    return _OPEN.sub(hole, text), tuple(holes)
