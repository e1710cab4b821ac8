"""Attempts of a record, with their shapes opened again: for the profile of what was frozen."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from tallystick.intake.groups import Placed, moments_s
from tallystick.intake.mask import Hole
from tallystick.intake.merge import Attempt
from tallystick.intake.shape import HeadShape, TailShape
from tallystick.record.exchange import MEASURED_HEADERS
from tallystick.record.policy import VARYING

_AMOUNT = r"[0-9][0-9a-z.]{0,24}"
_OPEN = re.compile(
    r"(?P<mark>%)"
    r"|(?P<placeholder>‹[a-z]+)(?P<length>:[1-9]\d{0,6})?(?P<ordinal>#[1-9]\d{0,6})?›"
    rf'|(?P<name>"(?:{"|".join(sorted(VARYING))}|count|text_length|body_ordinal)":)'
    r"(?P<number>[1-9]\d{0,12}(?:\.\d{1,12})?)(?=[,}])"
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
    heads: dict[str, HeadShape] = {}
    tails: dict[str, TailShape] = {}
    last: dict[str, tuple[float | None, float]] = {}
    for line in lines:
        held = decoder.decode(line)
        head_text, head_holes = opened(bytes(held.request).decode())
        failure = msgspec.json.encode({"failure": held.failure, "failure_text": held.failure_text})
        tail_text, tail_holes = opened(f"{failure.decode()[1:-1]}\n{bytes(held.response).decode()}")
        head = heads.get(head_text) or heads.setdefault(head_text, HeadShape(head_text))
        tail = tails.get(tail_text) or tails.setdefault(tail_text, TailShape(tail_text))
        began, ended = moments_s(held.at, held.duration_ms)
        before, asked = last.get(held.group, (None, 0.0))
        gap = began - before if began is not None and before is not None else None
        last[held.group] = ended, tail.asked_s
        if tail.answered:
            del last[held.group]
        placed = Placed(held.group, held.attempt, gap, asked)
        times = held.at, held.duration_ms, ended
        yield Attempt(line.decode(), held.id, 0, *times, head, tail, head_holes, tail_holes, placed)


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
            holes.append(float(number) if "." in number else int(number))
            return f"{match['name']}%s"
        holes.append(match["amount"])
        return f"{match['form']}%s"

    return _OPEN.sub(hole, text), tuple(holes)
