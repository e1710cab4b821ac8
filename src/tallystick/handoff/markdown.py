"""The handoff document in Markdown, with every field of the incident-record template."""

from collections.abc import Iterable

import jinja2

from tallystick.handoff.dossier import NOT_RECORDED, Dossier, purpose
from tallystick.record.finding import Cited, Finding

__all__ = ["Dossier", "render_markdown"]

_ROWS = (
    ("Base URL and path", ("endpoint.",)),
    ("Header name and token format", ("auth.",)),
    ("Request fields sent", ("request.",)),
    ("Response fields parsed", ("response.", "stream.")),
    ("Errors retried", ("retry.", "error.", "fallback.")),
    ("Rate limits and usage", ("limit.", "account.", "billing.")),
)


def render_markdown(dossier: Dossier) -> bytes:
    """The document as UTF-8 bytes; the same dossier gives the same bytes."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("tallystick.handoff"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown, and every value is sanitized or a person's own
    )
    environment.filters.update(cell=_cell, listed=_listed, recorded=_recorded)
    template = environment.get_template("handoff.md.j2")
    numbers = _citations(dossier.review.findings)
    text = template.render(
        d=dossier,
        case=dossier.case,
        incident=dossier.case.incident,
        review=dossier.review,
        purpose=purpose,
        rows=[(title, _column(dossier.findings(*words))) for title, words in _ROWS],
        grave=[f for f in dossier.review.findings if f.outcome != "sound"],
        sound=[f for f in dossier.review.findings if f.outcome == "sound"],
        citations=numbers,
        references=_references(dossier.review.findings, numbers),
    )
    return text.encode()


def _column(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """At most five findings a row, the gravest first; they arrive sorted so."""
    return findings[:5]


def _cell(text: object) -> str:
    """Text that keeps a Markdown table's row in one piece."""
    flat = " ".join(str(text).split())
    return flat.replace("|", "\\|").replace("<", "&lt;")


def _listed(items: Iterable[object]) -> str:
    return ", ".join(str(item) for item in items) or "none"


def _recorded(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or NOT_RECORDED
    return str(value) if value else NOT_RECORDED


def _references(findings: Iterable[Finding], numbers: dict[str, int]) -> list[tuple[int, Cited]]:
    cited = {c.clause: c for finding in findings for c in finding.citations}
    return [(number, cited[clause]) for clause, number in numbers.items()]


def _citations(findings: Iterable[Finding]) -> dict[str, int]:
    """A number for every cited clause, in the order in which the findings cite them."""
    numbers: dict[str, int] = {}
    for finding in findings:
        for cited in finding.citations:
            numbers.setdefault(cited.clause, len(numbers) + 1)
    return numbers
