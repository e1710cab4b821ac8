"""Everything a handoff document shows, gathered in one value."""

import msgspec

from tallystick.record.case import Case
from tallystick.record.clause import Clause, Source
from tallystick.record.exchange import LedgerEntry
from tallystick.record.finding import Finding, Review
from tallystick.record.journal import Entry
from tallystick.record.replay import Replay
from tallystick.record.trial import Assumption, LabRun

NOT_RECORDED = "not recorded"


class Dossier(msgspec.Struct, frozen=True):
    """The case as stated, what was captured and what was concluded. `lab` None: not run."""

    case: Case
    review: Review
    sources: tuple[Source, ...]
    clauses: tuple[Clause, ...]
    assumptions: tuple[Assumption, ...]
    ledger: tuple[LedgerEntry, ...]
    lab: LabRun | None
    exchanges: int
    replays: tuple[Replay, ...] = ()
    decisions: tuple[Entry, ...] = ()

    def findings(self, *prefixes: str) -> tuple[Finding, ...]:
        """The findings whose location begins with one of some words."""
        return tuple(f for f in self.review.findings if f.location.startswith(prefixes))

    def assumed(self, prefix: str, *values: str) -> tuple[str, ...]:
        """The locations below a prefix whose assumption has one of some values."""
        found = (a for a in self.assumptions if a.location.startswith(prefix))
        return tuple(dict.fromkeys(a.location for a in found if a.value in values))

    def standing(self, *standings: str) -> tuple[str, ...]:
        """The locations of rate limits and billing that have one of some standings."""
        areas = ("rate limits", "billing")
        found = (f for f in self.review.findings if f.area in areas)
        return tuple(dict.fromkeys(f.location for f in found if f.standing in standings))


def purpose(sources: tuple[Source, ...], *words: str) -> tuple[Source, ...]:
    """The sources whose purpose or URL speaks of one of some words."""
    return tuple(
        source
        for source in sources
        if any(word in f"{source.purpose} {source.url}".lower() for word in words)
    )
