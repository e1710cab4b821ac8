"""Drift: how what a page states has changed between two captures, clause by clause."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from tallystick.record.clause import Clause

Kind = Literal["added", "removed", "changed", "same"]


class Change(msgspec.Struct, frozen=True):
    """One statement before and after; an empty text means that it is not stated."""

    kind: Kind
    location: str
    aspect: str
    when: str
    before: str
    after: str


def drift(before: Iterable[Clause], after: Iterable[Clause]) -> tuple[Change, ...]:
    """Every statement of either capture, sorted by location."""
    old, new = _stated(before), _stated(after)
    return tuple(
        Change(
            _kind(old.get(key), new.get(key)),
            *key,
            before="; ".join(old.get(key, ())),
            after="; ".join(new.get(key, ())),
        )
        for key in sorted({*old, *new})
    )


def _stated(clauses: Iterable[Clause]) -> dict[tuple[str, str, str], tuple[str, ...]]:
    found: dict[tuple[str, str, str], set[str]] = {}
    for clause in clauses:
        found.setdefault((clause.location, clause.aspect, clause.when), set()).add(clause.value)
    return {key: tuple(sorted(values)) for key, values in found.items()}


def _kind(before: tuple[str, ...] | None, after: tuple[str, ...] | None) -> Kind:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    return "same" if before == after else "changed"
