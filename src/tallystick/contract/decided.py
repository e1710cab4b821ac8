"""Recorded interpretations: a decision settles a conflict, a support answer states a clause.

A decision names one value for one statement. Clauses that say the same stand; clauses that say
otherwise do not count any more, and stay visible as `stale`. Only a decision with a support ticket
and the date of its answer adds a clause, and only that clause is `support-confirmed`.
"""

from collections.abc import Iterable, Sequence

import msgspec

from tallystick.contract.conflict import Conflict
from tallystick.record.canonical import digest
from tallystick.record.case import JOURNAL
from tallystick.record.clause import Citation, Clause, Source
from tallystick.record.journal import Entry, spans


def support_sources(entries: Sequence[Entry], journal: bytes) -> tuple[Source, ...]:
    """A source for every support answer: its ticket, its date, and the journal's line."""
    return tuple(
        Source(
            id=f"T{number}",
            url=f"ticket:{entry.ticket}",
            captured=entry.answered,
            digest=digest(journal[start:end]),
            title=f"Support answer {entry.ticket}",
            purpose="support ticket",
            media_type="support",
            stored=JOURNAL,
        )
        for number, (entry, (start, end)) in _numbered(entries, journal)
        if entry.ticket
    )


def support_clauses(entries: Sequence[Entry], journal: bytes) -> tuple[Clause, ...]:
    """The clause that each support answer states, citing the journal's line."""
    return tuple(
        Clause(
            entry.location,
            entry.aspect,
            entry.value,
            Citation(f"T{number}", start, end, journal[start:end].decode()),
            "support-confirmed",
            entry.when,
        )
        for number, (entry, (start, end)) in _numbered(entries, journal)
        if entry.ticket
    )


def _numbered(
    entries: Sequence[Entry], journal: bytes
) -> Iterable[tuple[int, tuple[Entry, tuple[int, int]]]]:
    return enumerate(zip(entries, spans(journal), strict=True), start=1)


def settle(clauses: Iterable[Clause], entries: Iterable[Entry]) -> tuple[Clause, ...]:
    """The clauses under the decisions taken, the latest decision about a statement counting.

    A decision speaks of clauses with its own condition, and one without a condition of all: a
    narrow decision is an exception, and leaves the general statement as it stands.
    """
    decided = list(entries)
    return tuple(_under(clause, decided) for clause in clauses)


def _under(clause: Clause, entries: list[Entry]) -> Clause:
    about = [
        entry
        for entry in entries
        if (entry.location, entry.aspect) == (clause.location, clause.aspect)
        and entry.when in ("", clause.when)
    ]
    if not about or clause.value == about[-1].value:
        return clause
    return msgspec.structs.replace(clause, standing="stale")


def is_decided(conflict: Conflict, entries: Iterable[Entry]) -> bool:
    """Whether a decision says which of two clauses holds where both would."""
    first, second = conflict.first, conflict.second
    narrow = first.when or second.when
    return any(
        (entry.location, entry.aspect) == (first.location, first.aspect)
        and entry.when in ("", narrow)
        for entry in entries
    )
