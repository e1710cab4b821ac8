"""Sighting: one call that two captures show, and what differs between the two places."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

import msgspec

from tallystick.record.words import count

ChangeKind = Literal[
    "model", "path", "member-added", "member-dropped", "value-changed", "status", "error-body",
    "retries", "rebuffered", "content-type", "finish-reason", "chunk-dropped",
]  # fmt: skip


class Change(msgspec.Struct, frozen=True):
    """What a hop made of a call: `near` is what stands at the application's side, `far` what stands
    behind the hop; a member that is not there is empty. Values are those of sanitized bodies.
    """

    kind: ChangeKind
    location: str
    near: str
    far: str


class Sighting(msgspec.Struct, frozen=True):
    """Exchanges that are one call, seen at two places.

    `near` is the one of the application's side, `far` are those behind the hop: several where the
    hop sent the call again. `directed` is false where nothing tells which side is which; `near` is
    then that of the capture that was given first. `by` is what they have in common: a `record` of a
    gateway holds both, or the one was under way `within` the other and asked the same; it was
    `relayed` where ids show that the one host passes calls on to the other.
    """

    near: str
    far: tuple[str, ...]
    by: Literal["identifier", "time and body", "record", "within", "relayed"]
    directed: bool
    changes: tuple[Change, ...] = ()


def united(twice: Iterable[Sighting]) -> tuple[tuple[str, ...], ...]:
    """The exchanges that are one call, call by call: what three captures show is one call too."""
    of: dict[str, list[str]] = {}
    for seen in twice:
        names = [seen.near, *seen.far]
        joined = {id(of[name]): of[name] for name in names if name in of}
        whole = list(dict.fromkeys([*names, *(one for group in joined.values() for one in group)]))
        of.update(dict.fromkeys(whole, whole))
    return tuple(tuple(group) for group in {id(group): group for group in of.values()}.values())


_MOST_TOLD = 3


def told(twice: Iterable[Sighting]) -> tuple[str, ...]:
    """What two sights of the same calls show, in lines."""
    seen = tuple(twice)
    if not seen:
        return ()
    by = " and ".join(sorted({_BY[one.by] for one in seen}))
    calls = len(united(seen))
    lines = [f"{count(calls, 'call')} seen at more than one place, laid together by {by}"]
    changes = Counter((change, one.directed) for one in seen for change in one.changes)
    for (change, directed), number in changes.most_common(_MOST_TOLD):
        lines.append(f"{_says(change, directed=directed)} ({count(number, 'call')})")
    if len(changes) > _MOST_TOLD:
        lines.append(f"and {len(changes) - _MOST_TOLD} more differences between the two places")
    return tuple(lines)


_BY = {
    "identifier": "an id that both have",
    "time and body": "time and body",
    "record": "the record that holds both",
    "within": "one call within the other that asks the same",
    "relayed": "one call within the other, whose host passes calls on, as ids in the capture show",
}


def _says(change: Change, *, directed: bool) -> str:
    before, after = change.near or "nothing", change.far or "nothing"
    if directed:
        return f"{change.location}: {before} at the application's side, {after} behind the hop"
    return f"{change.location}: {before} in the one capture, {after} in the other"
