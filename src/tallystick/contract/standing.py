"""The standing of clauses: fresh or stale, agreed or conflicting.

`documented` needs a source captured at or after the start of the incident. Of one URL only the
newest capture counts; what an older one states is stale. Two current sources that state different
things about one location are `conflicting`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import combinations

import msgspec

from tallystick.record.clause import Clause, Source

_COMPARED = frozenset(
    {"value", "required", "kind", "enum", "min-items", "minimum", "maximum", "retry"}
)


class Conflict(msgspec.Struct, frozen=True):
    """Two current clauses that cannot both hold."""

    location: str
    first: Clause
    second: Clause


def with_standing(
    clauses: Iterable[Clause], sources: Iterable[Source], incident_start: str
) -> tuple[Clause, ...]:
    """The clauses with their standing, sorted by location."""
    known = {source.id: source for source in sources}
    current = _current(known, incident_start)
    fresh = [
        msgspec.structs.replace(
            clause, standing="documented" if clause.citation.source in current else "stale"
        )
        for clause in clauses
    ]
    torn = {c.id for pair in conflicts(fresh) for c in (pair.first, pair.second)}
    settled = (
        msgspec.structs.replace(clause, standing="conflicting") if clause.id in torn else clause
        for clause in fresh
    )
    return tuple(sorted(settled, key=_order))


def _order(clause: Clause) -> tuple[str, str, str, str, str]:
    return clause.location, clause.aspect, clause.when, clause.citation.source, clause.value


def _current(sources: Mapping[str, Source], incident_start: str) -> frozenset[str]:
    start = datetime.fromisoformat(incident_start)
    newest: dict[str, Source] = {}
    for source in sources.values():
        best = newest.get(source.url)
        if best is None or _captured(source) > _captured(best):
            newest[source.url] = source
    return frozenset(source.id for source in newest.values() if _captured(source) >= start)


def _captured(source: Source) -> datetime:
    return datetime.fromisoformat(source.captured)


def conflicts(clauses: Iterable[Clause]) -> tuple[Conflict, ...]:
    """Every pair of current clauses of different sources that state different things."""
    groups: dict[tuple[str, str], list[Clause]] = {}
    for clause in clauses:
        if clause.standing in ("documented", "conflicting") and clause.aspect in _COMPARED:
            groups.setdefault((clause.location, clause.aspect), []).append(clause)
    return tuple(_pairs(groups.values()))


def _pairs(groups: Iterable[list[Clause]]) -> Iterator[Conflict]:
    for group in groups:
        for first, second in combinations(group, 2):
            if first.citation.source != second.citation.source and _disagree(first, second):
                yield Conflict(first.location, first, second)


def _disagree(first: Clause, second: Clause) -> bool:
    return first.value != second.value and overlap(first.when, second.when)


def overlap(first: str, second: str) -> bool:
    """Whether two conditions can hold at once; an empty one always holds."""
    return not first or not second or first == second
