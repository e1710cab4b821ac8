"""Conflicts: current clauses that cannot both hold."""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import get_args

import msgspec

from tallystick.record.clause import Aspect, Clause

# Of these two pages can say different things and both be right; a support answer that says another
# thing than a page speaks against it.
_NOT_COMPARED = frozenset(
    {"meaning", "exists", "additional", "default", "deprecated", "pattern", "requires", "refused"}
)
_TOLD_BY_PEOPLE = _NOT_COMPARED - {"meaning", "additional"}
_COMPARED = frozenset(get_args(Aspect)) - _NOT_COMPARED
_SINGLE = frozenset({"value", "retry"})


class Conflict(msgspec.Struct, frozen=True):
    """Two current clauses that cannot both hold."""

    location: str
    first: Clause
    second: Clause


def conflicts(clauses: Iterable[Clause]) -> tuple[Conflict, ...]:
    """Every pair of current clauses of different sources that state different things."""
    groups: dict[tuple[str, str], list[Clause]] = {}
    for clause in clauses:
        if (
            clause.standing in ("documented", "support-confirmed", "conflicting")
            and clause.aspect in _COMPARED | _TOLD_BY_PEOPLE
        ):
            groups.setdefault((clause.location, clause.aspect), []).append(clause)
    return tuple(_pairs(groups.values()))


def _pairs(groups: Iterable[list[Clause]]) -> Iterator[Conflict]:
    for group in groups:
        for first, second in combinations(group, 2):
            if _can_clash(first, second) and _disagree(first, second):
                yield Conflict(first.location, first, second)


def _can_clash(first: Clause, second: Clause) -> bool:
    """Whether two statements are rivals. A page can disagree with itself about a single value; of
    kinds and lists it may state several, for the branches of a schema.
    """
    if first.aspect in _TOLD_BY_PEOPLE and "support-confirmed" not in (
        first.standing,
        second.standing,
    ):
        return False
    if first.citation.source != second.citation.source:
        return True
    # What a page says in general, it may say otherwise of a code or a model.
    return first.aspect in _SINGLE and first.when == second.when


def _disagree(first: Clause, second: Clause) -> bool:
    return first.value != second.value and overlap(first.when, second.when)


def overlap(first: str, second: str) -> bool:
    """Whether two conditions can hold at once; an empty one always holds."""
    return not first or not second or first == second
