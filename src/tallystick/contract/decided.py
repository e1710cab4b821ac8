"""Recorded interpretations: a decision resolves a conflict, a support answer states a clause.

A support answer is a source like another: where a current page says something else, the two are in
conflict until a person decides. A decision names one value for one statement, among what was
stated when it was made. Clauses that say the same stand; clauses that say otherwise stay visible as
`overruled`. What comes later and says otherwise was not decided on: it is a conflict again, and so
is a decision against an earlier one, until one of the two is withdrawn. What has a support ticket
and its date adds a clause, and only that clause is `support-confirmed`.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tallystick.contract.conflict import Conflict
from tallystick.record.canonical import digest, identity
from tallystick.record.case import JOURNAL
from tallystick.record.clause import Citation, Clause, Source
from tallystick.record.journal import Entry, entry_digest, spans


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
        for number, (entry, (start, end)) in _answers(entries, journal)
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
        for number, (entry, (start, end)) in _answers(entries, journal)
    )


def _answers(
    entries: Sequence[Entry], journal: bytes
) -> Iterable[tuple[int, tuple[Entry, tuple[int, int]]]]:
    """The entries with a ticket that nobody has withdrawn, numbered as the journal's lines are."""
    gone = withdrawn(entries)
    lines = enumerate(zip(entries, spans(journal), strict=True), start=1)
    return (line for line in lines if line[1][0].ticket and entry_digest(line[1][0]) not in gone)


def withdrawn(entries: Iterable[Entry]) -> frozenset[str]:
    """The digests of the entries that were taken back."""
    return frozenset(entry.value for entry in entries if entry.action == "withdraw")


def in_force(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The decisions that nobody has withdrawn."""
    every = list(entries)
    gone = withdrawn(every)
    return tuple(e for e in every if e.action == "decide" and entry_digest(e) not in gone)


def statement_key(clause: Clause, sources: Mapping[str, Source]) -> str:
    """What is the same as long as one address says the same, however often it is read. What support
    says again on another day was said again.
    """
    source = sources.get(clause.citation.source)
    day = source.captured if source and source.media_type == "support" else ""
    return identity(source.url if source else "", day, clause.value, clause.when)


def among(clauses: Iterable[Clause], sources: Mapping[str, Source]) -> str:
    """What a decision that is made now decides among, as its entry keeps it."""
    return " ".join(sorted({statement_key(clause, sources) for clause in clauses}))


def _uncontradicted(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The decisions in force that no other one contradicts: two of one statement with different
    values decide nothing.
    """
    every = in_force(entries)
    values: dict[tuple[str, str, str], set[str]] = {}
    for entry in every:
        values.setdefault((entry.location, entry.aspect, entry.when), set()).add(entry.value)
    return tuple(e for e in every if len(values[e.location, e.aspect, e.when]) == 1)


def resolve(
    clauses: Iterable[Clause], entries: Iterable[Entry], sources: Mapping[str, Source]
) -> tuple[Clause, ...]:
    """The clauses under the decisions in force: what says otherwise is `overruled`.

    A decision speaks of clauses with its own condition, and one without a condition of all: a
    narrow decision is an exception, and leaves the general statement as it stands. Two decisions
    that contradict each other decide nothing.
    """
    decided = _uncontradicted(entries)
    return tuple(_under(clause, decided, sources) for clause in clauses)


def _under(clause: Clause, entries: Iterable[Entry], sources: Mapping[str, Source]) -> Clause:
    found = {e.value for e in entries if _about(e, clause, sources) and e.when in ("", clause.when)}
    if len(found) != 1 or clause.value in found or clause.standing == "stale":
        return clause
    return msgspec.structs.replace(clause, standing="overruled")


def _about(entry: Entry, clause: Clause, sources: Mapping[str, Source]) -> bool:
    """Whether a decision counts at a clause; against a support answer it needs a ticket, and the
    clause must have been there. Entries of older versions do not tell what was, but what support
    answered later was not.
    """
    same = (entry.location, entry.aspect) == (clause.location, clause.aspect)
    if not same or not (entry.ticket or clause.standing != "support-confirmed"):
        return False
    told = entry.about
    if clause.value == entry.value:
        return True
    if isinstance(told, msgspec.UnsetType):
        answer = sources.get(clause.citation.source)
        return not (answer and answer.media_type == "support" and answer.captured > entry.at)
    return statement_key(clause, sources) in told.split()


def is_decided(conflict: Conflict, entries: Iterable[Entry], sources: Mapping[str, Source]) -> bool:
    """Whether a decision in force says which of two clauses holds where both would."""
    first, second = conflict.first, conflict.second
    narrow = first.when or second.when
    found = {
        entry.value
        for entry in _uncontradicted(entries)
        if _about(entry, first, sources)
        and _about(entry, second, sources)
        and entry.when in ("", narrow)
    }
    return len(found) == 1
