"""What the stored documents of a case state and seem to state, under what people decided."""

from tallystick.case.records import decoded
from tallystick.case.store import Read
from tallystick.contract import (
    base_url_clauses,
    read_source,
    support_clauses,
    support_sources,
    with_standing,
)
from tallystick.contract.cited import cited_clauses, open_candidates
from tallystick.contract.standing import current_sources
from tallystick.record import Case, Clause, Source, journal
from tallystick.record.case import JOURNAL, SOURCES
from tallystick.record.clause import Candidate, Reading, Saying
from tallystick.record.journal import Entry


def sources_of(read: Read) -> tuple[Source, ...]:
    """The sources of a case: its documents, and the support answers in its journal."""
    documents = decoded(read(SOURCES) or b"[]", tuple[Source, ...], SOURCES)
    return documents + support_sources(decisions_of(read), read(JOURNAL) or b"")


def decisions_of(read: Read) -> tuple[Entry, ...]:
    """The decisions in the journal of a case, oldest first."""
    return journal.read(read(JOURNAL) or b"")


def readings_of(read: Read, case: Case) -> tuple[Reading, ...]:
    """What was read of each stored document, in the order of the sources."""
    return tuple(
        read_source(source, read(source.stored) or b"", case.operation)
        for source in sources_of(read)
        if source.media_type != "support"
    )


def clauses_of(
    read: Read, case: Case, readings: tuple[Reading, ...] | None = None
) -> tuple[Clause, ...]:
    """The clauses that the stored sources state, with their standing under what was decided."""
    readings = readings_of(read, case) if readings is None else readings
    entries = decisions_of(read)
    known = [source for source in sources_of(read) if source.media_type != "support"]
    stated = [clause for reading in readings for clause in reading.clauses]
    stated += cited_clauses(entries, known, read)
    stated += base_url_clauses(stated)
    support = support_clauses(entries, read(JOURNAL) or b"")
    answers = [source for source in sources_of(read) if source.media_type == "support"]
    return with_standing(stated, [*known, *answers], _fresh_from(case), entries, support)


def candidates_of(
    read: Read, case: Case, clauses: tuple[Clause, ...], readings: tuple[Reading, ...]
) -> tuple[Candidate, ...]:
    """What current pages of the provider seem to state, and nobody has decided on."""
    every = [one for reading in readings for one in reading.candidates]
    fresh = with_standing([one.clause for one in every], sources_of(read), _fresh_from(case))
    current = {c.id for c in fresh if c.standing in ("documented", "conflicting")}
    opened = open_candidates(every, clauses, decisions_of(read))
    return tuple(one for one in opened if one.id in current)


def sayings_of(read: Read, case: Case, readings: tuple[Reading, ...]) -> tuple[Saying, ...]:
    """The sentences of the provider's own pages that are current."""
    own = [source for source in sources_of(read) if source.grade == "official"]
    current = current_sources(own, _fresh_from(case))
    every = (one for reading in readings for one in reading.sayings)
    return tuple(one for one in every if one.citation.source in current)


def _fresh_from(case: Case) -> str:
    return case.incident.fresh_from or case.incident.start
