"""The seven-row worksheet, and what could be done about each finding. Pure."""

from collections.abc import Iterable, Sequence

from tallystick.record.checklist import Proposal, WorksheetRow
from tallystick.record.finding import AreaAnswer, Finding, Outcome, Review
from tallystick.record.location import AREAS

_ROWS = (
    ("Endpoint paths", "endpoint"),
    ("Auth headers", "authentication"),
    ("Request fields", "request"),
    ("Response fields", "response"),
    ("Error behaviour", "errors"),
    ("Rate-limit assumptions", "rate limits"),
    ("Billing assumptions", "billing"),
)
_GRAVE: tuple[Outcome, ...] = (
    "client-mismatch",
    "provider-breach",
    "documents-disagree",
    "unsupported-assumption",
)
_MOST = 4


def worksheet(review: Review) -> tuple[WorksheetRow, ...]:
    """One row for each contract area, in the order of the areas."""
    answers = {answer.area: answer for answer in review.areas}
    by_area = {area: [f for f in review.findings if f.area == area] for area in AREAS}
    return tuple(_row(name, by_area[area], answers.get(area)) for name, area in _ROWS)


def _row(name: str, findings: Sequence[Finding], answer: AreaAnswer | None) -> WorksheetRow:
    cited = dict.fromkeys(
        f"{c.source} ({c.url})" if c.url else c.source
        for f in findings
        for c in f.citations
        if c.standing in ("documented", "support-confirmed", "conflicting")
    )
    values = dict.fromkeys(f"{f.location}: {f.documented}" for f in findings if f.citations)
    return WorksheetRow(
        name=name,
        value="; ".join(list(values)[:_MOST]) or "no finding cites a source",
        method=_method(findings),
        source=", ".join(cited) or "none",
        answer=answer.answer if answer else "could not check",
        findings=tuple(finding.id for finding in findings),
    )


def _method(findings: Iterable[Finding]) -> str:
    """How an area was validated: against captures, in the lab, or by reading alone."""
    listed = list(findings)
    captured = any(name.startswith("x") for f in listed for name in f.evidence)
    measured = any(not name.startswith("x") for f in listed for name in f.evidence)
    ways = ["captures"] if captured else []
    ways += ["lab"] if measured else []
    return " and ".join(ways) or ("reading only" if listed else "none")


def proposals(review: Review) -> tuple[Proposal, ...]:
    """For each place with a grave finding, a fix on either side; the gravest finding speaks."""
    first: dict[str, Finding] = {}
    for finding in review.findings:
        if finding.outcome in _GRAVE:
            first.setdefault(finding.location, finding)
    return tuple(_proposal(finding) for finding in first.values())


def _proposal(finding: Finding) -> Proposal:
    place, stated = finding.location, finding.documented
    area = finding.area
    unstated = finding.standing == "to-verify"
    words = _IF_RECORDED if place.startswith("billing.recorded.") else _IF_DOCUMENTS
    words = _IF_UNSTATED if unstated and area in _IF_UNSTATED else words
    documents = words.get(area, "make the client do what is documented: {stated}")
    client = _IF_CLIENT.get(area, "ask the provider to state at {place} what the client relies on")
    return Proposal(
        finding.id,
        place,
        documents.format(place=place, stated=stated),
        client.format(place=place, stated=stated),
    )


_IF_DOCUMENTS = {
    "endpoint": "configuration: set {place} to what is documented ({stated})",
    "authentication": "configuration: send the credential as stated ({stated})",
    "request": "client code: build {place} as stated ({stated}), and refuse to send it otherwise",
    "response": "parser: treat {place} as optional and guard it",
    "errors": "retry policy: do as stated ({stated}), by what the error says and not by its status",
    "rate limits": "configuration: keep to what is documented ({stated})",
    "billing": "client code: count {place} as stated ({stated})",
}
_IF_RECORDED = {"billing": "client code: record {place} as the last usage of each answer states it"}
_IF_UNSTATED = {
    "request": "client code: stop sending {place} until a source documents it",
    "errors": "retry policy: fail fast at {place} until a source states a rule",
    "rate limits": "configuration: rely on no value of {place} until a source states it",
    "billing": "monitoring: label {place} an internal estimate until a source states it",
}
_IF_CLIENT = {
    "billing": "support follow-up: ask what {place} counts, and have it documented",
    "request": "support follow-up: ask that {place} be accepted as it is sent, and documented so",
    "response": "support follow-up: ask for a promise that {place} is always there",
    "errors": "support follow-up: ask for one rule at {place}; pause the mitigation until then",
}
