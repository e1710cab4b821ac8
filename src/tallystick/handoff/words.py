"""The words in which documents tell an outcome; the names in JSON are for programs."""

from collections.abc import Iterable, Mapping

import msgspec

from tallystick.record.finding import Finding, Outcome

OUTCOMES: Mapping[Outcome, str] = {
    "client-mismatch": "the application violates what is documented",
    "provider-breach": "the provider violates what is documented",
    "unsupported-assumption": "assumed, and not documented",
    "documents-disagree": "the documents disagree",
    "to-verify": "to verify: not documented",
    "could-not-check": "not captured",
    "sound": "conforms",
}


class Group(msgspec.Struct, frozen=True):
    """Findings of one outcome for one reason; what explains the incident stands alone."""

    outcome: Outcome
    reason: str
    findings: tuple[Finding, ...]
    explains: bool = False


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Findings joined where only their places differ, in the order of the first of each."""
    found: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        own = finding.id if finding.explains else ""
        found.setdefault((finding.outcome, finding.reason, own), []).append(finding)
    return tuple(
        Group(listed[0].outcome, listed[0].reason, tuple(listed), listed[0].explains)
        for listed in found.values()
    )


def anchor(finding: Finding) -> str:
    """Where a finding stands in the page."""
    return f"f-{finding.id[:12]}"


def outcome(name: Outcome) -> str:
    """An outcome in words."""
    return OUTCOMES[name]
