"""Conflicts: current clauses that cannot both hold."""

from collections.abc import Iterable, Iterator, Sequence
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
            if _can_clash(first, second) and _disagree(first, second, group):
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


def _disagree(first: Clause, second: Clause, group: Sequence[Clause]) -> bool:
    """Whether two statements say different things of one call. What two pages say under conditions
    of two kinds are narrower statements beside each other; a person's answer to a question is
    against all that it touches.
    """
    if first.value == second.value:
        return False
    if not first.when or not second.when or first.when == second.when:
        return True
    by_people = "support-confirmed" in (first.standing, second.standing)
    return by_people and overlap(first, second, group)


def overlap(first: Clause, second: Clause, group: Iterable[Clause]) -> bool:
    """Whether the conditions of two statements can hold at once. `otherwise` holds of all that its
    own source does not name.
    """
    for one, other in ((first, second), (second, first)):
        if one.when == "otherwise":
            source = one.citation.source
            return other.when not in {c.when for c in group if c.citation.source == source}
    conditions = (c.when.lower().partition("=") for c in (first, second))
    (kind, _, values), (others, _, theirs) = conditions
    return kind != others or not set(values.split("|")).isdisjoint(theirs.split("|"))
