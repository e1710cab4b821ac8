"""The findings as SARIF 2.1.0 (OASIS): rules, logical locations, and the stored bytes they cite."""

from collections.abc import Mapping
from typing import Any

from tallystick.handoff.dossier import Dossier
from tallystick.handoff.escape import printable
from tallystick.handoff.words import anchor, outcome
from tallystick.record.canonical import pretty
from tallystick.record.finding import Cited, Finding, Outcome

_LEVEL: Mapping[Outcome, str] = {
    "client-mismatch": "error",
    "provider-breach": "error",
    "unsupported-assumption": "warning",
    "documents-disagree": "warning",
    "could-not-check": "warning",
    "to-verify": "note",
    "sound": "none",
}
_KIND: Mapping[Outcome, str] = {
    "sound": "pass",
    "could-not-check": "open",
    "documents-disagree": "review",
    "to-verify": "review",
}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(dossier: Dossier) -> bytes:
    """One run with one result for every finding."""
    findings = dossier.review.findings
    rules = sorted({finding.rule for finding in findings})
    stored = {source.id: source.stored for source in dossier.sources}
    driver = {"name": "tallystick", "rules": [{"id": rule} for rule in rules]}
    results = [_result(finding, rules.index(finding.rule), stored) for finding in findings]
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return pretty(log)


def _result(finding: Finding, rule: int, stored: Mapping[str, str]) -> dict[str, Any]:
    kind = _KIND.get(finding.outcome, "fail")
    told = f"{outcome(finding.outcome)}: {finding.reason}. Evidence: {finding.observed}."
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "kind": kind,
        # A level other than none is for results of the kind fail (SARIF 2.1.0, section 3.27.10).
        "level": _LEVEL[finding.outcome] if kind == "fail" else "none",
        "message": {"text": printable(told)},
        "locations": [_location(finding, stored)],
        "partialFingerprints": {"tallystick/v1": finding.id},
        "properties": {"page": f"handoff.html#{anchor(finding)}"},
    }


def _location(finding: Finding, stored: Mapping[str, str]) -> dict[str, Any]:
    logical = {"fullyQualifiedName": finding.location, "kind": "member"}
    cited = next((c for c in finding.citations if stored.get(c.source)), None)
    place: dict[str, Any] = {"logicalLocations": [logical]}
    return place if cited is None else {**place, "physicalLocation": _bytes(cited, stored)}


def _bytes(cited: Cited, stored: Mapping[str, str]) -> dict[str, Any]:
    region = {"byteOffset": cited.start, "byteLength": cited.end - cited.start}
    return {"artifactLocation": {"uri": stored[cited.source]}, "region": region}
