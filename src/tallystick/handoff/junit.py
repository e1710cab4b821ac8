"""JUnit XML, as build servers read it: one test case a row."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal
from xml.etree import ElementTree as ET

import msgspec

from tallystick.handoff.dossier import Dossier
from tallystick.handoff.escape import printable
from tallystick.handoff.words import outcome
from tallystick.record.finding import Outcome, VerdictName
from tallystick.record.isolation import Isolation, Regression
from tallystick.record.trial import LabRun, Observation

# A client may fail on what it is shown; what it may not do is go on with less than the answer.
_SILENT = {"wrong": "went on with a wrong result", "truncated": "took half an answer for the whole"}


State = Literal["passed", "failed", "error", "skipped"]


_VERDICT: dict[VerdictName, State] = {
    "no-mismatch": "passed",
    "mismatch": "failed",
    "undecided": "error",
}
_FINDING: dict[Outcome, State] = {
    "sound": "passed",
    "client-mismatch": "failed",
    "provider-breach": "failed",
    "unsupported-assumption": "failed",
    "documents-disagree": "error",
    "to-verify": "error",
    "could-not-check": "error",
}


class Row(msgspec.Struct, frozen=True):
    """One test case. `seconds` None: no time is printed, so that runs can be compared."""

    name: str
    group: str
    state: State = "passed"
    message: str = ""
    seconds: float | None = None


def render_junit(suite: str, rows: Iterable[Row]) -> bytes:
    """The XML of one suite."""
    listed = list(rows)
    states = Counter[str](row.state for row in listed)
    counts = {"failures": "failed", "errors": "error", "skipped": "skipped"}
    head = {"name": suite, "tests": str(len(listed))}
    root = ET.Element("testsuite", head | {k: str(states[state]) for k, state in counts.items()})
    for row in listed:
        place = {"name": printable(row.name), "classname": f"tallystick.{row.group}"}
        if row.seconds is not None:
            place["time"] = f"{row.seconds:.3f}"
        case = ET.SubElement(root, "testcase", place)
        if row.state != "passed":
            kind = {"failed": "failure", "error": "error", "skipped": "skipped"}[row.state]
            ET.SubElement(case, kind, message=printable(row.message))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def lab_rows(run: LabRun) -> Iterable[Row]:
    """The trials of a lab run: silent damage fails, what could not be looked at is an error."""
    return (_row(observation) for observation in run.observations)


def isolation_rows(found: Isolation) -> Iterable[Row]:
    """The incident's answer: it fails when the client does."""
    state: dict[str, State] = {"reproduced": "failed", "not-reproduced": "passed"}
    where = ", ".join(cause.location for cause in found.causes)
    told = f"{found.reason}{': ' + where if where else ''}"
    yield Row(found.exchange, "lab.incident", state.get(found.result, "error"), told)


def regression_rows(found: Regression) -> Iterable[Row]:
    """The fix: one case, without times, so that runs can be compared."""
    state: dict[str, State] = {"proven": "passed", "not-proven": "failed"}
    yield Row(found.exchange, "lab.regress", state.get(found.result, "error"), found.reason)


def review_rows(dossier: Dossier) -> Iterable[Row]:
    """The verdict and every finding: what could not be told is an error, and never passes."""
    verdict = dossier.review.verdict
    yield Row("verdict", "review", _VERDICT[verdict.name], verdict.reason)
    for finding in dossier.review.findings:
        told = f"{outcome(finding.outcome)}: {finding.reason}"
        yield Row(finding.location, f"review.{finding.rule}", _FINDING[finding.outcome], told)


def _row(seen: Observation) -> Row:
    seconds = None if seen.elapsed_ms is None else seen.elapsed_ms / 1000
    group = f"lab.{seen.scenario.call}"
    if seen.outcome in _SILENT:
        return Row(seen.id, group, "failed", _SILENT[seen.outcome], seconds)
    if seen.outcome == "hung":
        return Row(seen.id, group, "failed", "did not finish in time", seconds)
    if seen.outcome == "could-not-check":
        return Row(seen.id, group, "error", f"could not check: {seen.reason}")
    return Row(seen.id, group, seconds=seconds)
