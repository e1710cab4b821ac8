"""Everything a handoff document shows, gathered in one value."""

from collections import Counter

import msgspec

from tallystick.record.case import ESTIMATE, Case
from tallystick.record.checklist import ChangeKind, Item, Proposal, SignOff, WorksheetRow
from tallystick.record.clause import Candidate, Clause, Source
from tallystick.record.exchange import Exchange, LedgerEntry
from tallystick.record.finding import Finding, Review
from tallystick.record.isolation import Isolation, OtherTrials, Regression
from tallystick.record.journal import Entry
from tallystick.record.profile import Mark
from tallystick.record.replay import Replay
from tallystick.record.trial import Assumption, LabRun, Observation, RetryRow
from tallystick.record.usage import Account

NOT_RECORDED = "not recorded"


class Dossier(msgspec.Struct, frozen=True):
    """The case as stated, what was captured and what was concluded. `lab` None: not run; `failing`:
    the exchanges that the cause explains; `shown`: those that a page may hold, the failing first.
    """

    case: Case
    review: Review
    sources: tuple[Source, ...]
    clauses: tuple[Clause, ...]
    assumptions: tuple[Assumption, ...]
    ledger: tuple[LedgerEntry, ...]
    lab: LabRun | None
    exchanges: int
    accounts: tuple[Account, ...] = ()
    marks: tuple[Mark, ...] = ()
    replays: tuple[Replay, ...] = ()
    decisions: tuple[Entry, ...] = ()
    retries: tuple[RetryRow, ...] = ()
    worksheet: tuple[WorksheetRow, ...] = ()
    items: tuple[Item, ...] = ()
    obstacles: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    changes: tuple[ChangeKind, ...] = ()
    signatures: tuple[SignOff, ...] = ()
    isolation: Isolation | None = None
    regression: Regression | None = None
    other_trials: OtherTrials = OtherTrials()
    candidates: tuple[Candidate, ...] = ()
    failing: tuple[Exchange, ...] = ()
    shown: tuple[Exchange, ...] = ()

    @property
    def odd_trials(self) -> tuple[Observation, ...]:
        """The trials that a reader must see: silent damage, and what ended in no result."""
        listed = self.lab.observations if self.lab else ()
        return tuple(o for o in listed if o.outcome not in ("right", "raised"))

    @property
    def trial_counts(self) -> tuple[tuple[str, int], ...]:
        """How many trials had each outcome."""
        listed = self.lab.observations if self.lab else ()
        return tuple(Counter(observation.outcome for observation in listed).most_common())

    def shipped(self, *names: str) -> str:
        """What was changed of some kinds, in one line."""
        if not self.changes:
            return NOT_RECORDED
        made = [f"{c.name}: {c.what}" for c in self.changes if c.name in names and c.changed]
        return "; ".join(made) or "none"

    def findings(self, *prefixes: str) -> tuple[Finding, ...]:
        """The findings whose location begins with one of some words."""
        return tuple(f for f in self.review.findings if f.location.startswith(prefixes))

    def retry_findings(self, statuses: list[str]) -> tuple[Finding, ...]:
        """What the client does, beside what is documented, where a call ended with a status."""
        places = {f"retry.status.{status}" for status in statuses}
        found = self.findings("retry.status.")
        return tuple(f for f in found if f.location in places and f.rule != "documents-disagree")

    def assumed(self, prefix: str, *values: str) -> tuple[str, ...]:
        """The locations below a prefix whose assumption has one of some values."""
        found = (a for a in self.assumptions if a.location.startswith(prefix))
        return tuple(dict.fromkeys(a.location for a in found if a.value in values))

    def standing(self, *standings: str) -> tuple[Finding, ...]:
        """The findings of rate limits and billing that have one of some standings."""
        areas = ("rate limits", "billing")
        found = (f for f in self.review.findings if f.area in areas)
        return tuple(f for f in found if f.standing in standings)

    @property
    def estimates(self) -> tuple[str, ...]:
        """The figures that the application labels as internal estimates, and those it records of
        fields that no source documents.
        """
        labelled = self.case.usage.estimates if self.case.usage else ()
        unstated = [f"usage.{a.field}" for a in self.accounts if a.state == ESTIMATE]
        return tuple(dict.fromkeys([*labelled, *unstated]))


def purpose(sources: tuple[Source, ...], *words: str) -> tuple[Source, ...]:
    """The sources whose purpose or URL speaks of one of some words."""
    return tuple(
        source
        for source in sources
        if any(word in f"{source.purpose} {source.url}".lower() for word in words)
    )
