"""The standing of clauses: fresh or stale, agreed or conflicting.

`documented` needs a source captured at or after the start of the incident. Of one URL only the
newest capture counts; what an older one states is stale. Two current sources that state different
things about one location are `conflicting`, support answers among them. What only an example shows
is below `documented`; what a generated or third-party page says stays `to-verify`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from tallystick.contract.conflict import conflicts
from tallystick.contract.decided import is_decided, resolve
from tallystick.record.clause import NOT_COVERED, Clause, Source, Standing
from tallystick.record.journal import Entry


def with_standing(
    clauses: Iterable[Clause],
    sources: Iterable[Source],
    incident_start: str,
    entries: Sequence[Entry] = (),
    support: Iterable[Clause] = (),
) -> tuple[Clause, ...]:
    """The clauses with their standing under what was decided, sorted by location.

    `support` are the clauses of support answers. Without a start no page is too old for it.
    """
    known = {source.id: source for source in sources}
    incident_start = incident_start or _ANY_TIME
    current = current_sources(known.values(), incident_start)
    fresh = [
        msgspec.structs.replace(clause, standing=_fresh(clause, known, current))
        for clause in clauses
    ]
    answered = [_support(clause, known, incident_start) for clause in support]
    decided = resolve([*fresh, *answered], entries, known)
    open_ = [pair for pair in conflicts(decided) if not is_decided(pair, entries, known)]
    torn = {c.id for pair in open_ for c in (pair.first, pair.second)}
    marked = (
        msgspec.structs.replace(clause, standing="conflicting") if clause.id in torn else clause
        for clause in decided
    )
    return tuple(sorted(marked, key=_order))


# Before everything: where nobody said when the incident began, nothing is older than it.
_ANY_TIME = "1970-01-01T00:00:00+00:00"


def _support(clause: Clause, sources: Mapping[str, Source], incident_start: str) -> Clause:
    """A support answer that is older than the day of the incident does not stand for it."""
    source = sources.get(clause.citation.source)
    start = datetime.fromisoformat(incident_start).date()
    old = source is not None and _captured(source).date() < start
    return msgspec.structs.replace(clause, standing="stale") if old else clause


def _fresh(clause: Clause, sources: Mapping[str, Source], current: frozenset[str]) -> Standing:
    """What a clause is worth by its source alone."""
    source = sources[clause.citation.source]
    if source.grade != "official" or clause.value == NOT_COVERED:
        return "to-verify"
    if source.id not in current or source.media_type == "pack":
        return "stale"
    return "shown-in-example" if clause.standing == "shown-in-example" else "documented"


def _order(clause: Clause) -> tuple[str, str, str, str, str]:
    return clause.location, clause.aspect, clause.when, clause.citation.source, clause.value


def current_sources(sources: Iterable[Source], incident_start: str) -> frozenset[str]:
    """The newest source of each address, where it is not older than the incident."""
    start = datetime.fromisoformat(incident_start or _ANY_TIME)
    newest: dict[str, Source] = {}
    for source in sources:
        best = newest.get(source.url)
        if best is None or _captured(source) >= _captured(best):  # the later one of a second
            newest[source.url] = source
    return frozenset(source.id for source in newest.values() if _captured(source) >= start)


def _captured(source: Source) -> datetime:
    told = datetime.fromisoformat(source.captured)
    return told if told.tzinfo else told.replace(tzinfo=UTC)  # a received record may have none
