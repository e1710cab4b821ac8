"""Finding, area answer and Verdict: what the review concludes."""

from typing import Literal

import msgspec

from tallystick.record.answer import Answer
from tallystick.record.canonical import identity
from tallystick.record.clause import Standing

Outcome = Literal[
    "sound",
    "client-mismatch",
    "provider-breach",
    "unsupported-assumption",
    "documents-disagree",
    "to-verify",
    "could-not-check",
]
VerdictName = Literal["mismatch", "no-mismatch", "undecided"]
FailureClass = Literal[
    "transport",
    "authentication",
    "request_contract",
    "response_contract",
    "error_contract",
    "account_assumption",
    "unknown",
    "none",
]


class Cited(msgspec.Struct, frozen=True):
    """A clause as a finding cites it: the statement, its source and the bytes it stands on."""

    clause: str
    says: str
    standing: Standing
    source: str
    url: str
    captured: str
    start: int
    end: int
    quotation: str


class Finding(msgspec.Struct, frozen=True):
    """The join of documents, assumption and evidence at one location.

    `explains` says that the location accounts for failing exchanges; `evidence` names exchanges
    (`x…`) and lab observations.
    """

    location: str
    area: str
    rule: str
    standing: Standing
    assumed: str
    documented: str
    observed: str
    outcome: Outcome
    reason: str
    explains: bool = False
    citations: tuple[Cited, ...] = ()
    evidence: tuple[str, ...] = ()
    settle: str = ""

    @property
    def id(self) -> str:
        """Stable: location, rule, and the identities of what was joined; no prose, no time."""
        return identity(
            self.location, self.rule, [cited.clause for cited in self.citations], self.evidence
        )


class AreaAnswer(msgspec.Struct, frozen=True):
    """The answer for one contract area; `state` is the weakest outcome of its findings."""

    area: str
    state: Outcome
    answer: str
    findings: tuple[str, ...] = ()


class GroupClass(msgspec.Struct, frozen=True, rename={"failure_class": "class"}):
    """The failure class of one retry group (one logical call); in JSON its member is `class`."""

    group: str
    failure_class: FailureClass
    location: str
    rule: str
    reason: str
    attempts: int
    statuses: tuple[int, ...]
    exchanges: tuple[str, ...] = ()


class Classification(msgspec.Struct, frozen=True):
    """The failure class of an incident, with the group that decided it first in line."""

    failure_class: FailureClass
    location: str
    contract_failure: bool
    reason: str
    groups: tuple[GroupClass, ...] = ()


Side = Literal["application", "provider", "gateway", "network", "account", "documents", "unknown"]
Support = Literal["proved", "named", "contrasted", "consistent", "none"]
# From the strongest on.
SUPPORTS: tuple[Support, ...] = ("proved", "named", "contrasted", "consistent", "none")


class RootCause(msgspec.Struct, frozen=True):
    """What explains failing calls: whose side, where, by which mechanism, and how surely.

    `support` is the strongest there is: `proved` by an intervention, `named` by the rejection or
    shown by the wire itself, `contrasted` (failing calls have it, calls that went well do not),
    `consistent`. `explains` of the `of` failing calls of the incident's window are accounted for;
    `evidence` names their exchanges. `settle` is what would decide it, where the side is open.
    """

    side: Side
    location: str
    mechanism: str
    support: Support
    explains: int = 0
    of: int = 0
    evidence: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    settle: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it explains nothing yet: the side is not known, or hangs on the documents."""
        return self.side in ("unknown", "documents")


class Completeness(msgspec.Struct, frozen=True):
    """Which contract areas have an answer. It governs the sign-off, never the verdict."""

    answered: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """The answer of the review. `settle` lists what would decide an undecided one."""

    name: VerdictName
    reason: str
    strength: str = ""
    settle: tuple[str, ...] = ()


class Review(msgspec.Struct, frozen=True):
    """Everything `review.json` holds."""

    verdict: Verdict
    classification: Classification
    findings: tuple[Finding, ...]
    areas: tuple[AreaAnswer, ...]
    cause: RootCause | None = None
    also: tuple[RootCause, ...] = ()
    completeness: Completeness = Completeness()
    answer: Answer = Answer("UNDECIDED")
