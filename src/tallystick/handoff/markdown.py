"""The handoff document in Markdown, with every field of the incident-record template."""

from collections.abc import Callable, Iterable
from functools import cache

import jinja2

from tallystick.handoff.dossier import NOT_RECORDED, Dossier, purpose
from tallystick.handoff.escape import Escaped, block, code, markdown
from tallystick.handoff.words import anchor, grouped, outcome
from tallystick.record.clause import STANDS
from tallystick.record.finding import Cited, Finding
from tallystick.record.location import ROWS

__all__ = ["Dossier", "render_markdown"]

_Span = tuple[str, int, int]


def render_markdown(dossier: Dossier) -> bytes:
    """The document as UTF-8 bytes; the same dossier gives the same bytes."""
    template = environment().get_template("handoff.md.j2")
    references = _references(dossier.review.findings)
    sound = [f for f in dossier.review.findings if f.outcome == "sound"]
    grave = [f for f in dossier.review.findings if f.outcome != "sound"]
    text = template.render(
        d=dossier,
        case=dossier.case,
        incident=dossier.case.incident,
        review=dossier.review,
        purpose=purpose,
        rows=[(title, _column(dossier.findings(*words))) for title, words in ROWS],
        grave=grouped(grave),
        grave_places=[f.location for f in grave],
        sound=[f for f in sound if f.standing in STANDS],
        unrelied=[f for f in sound if f.standing not in STANDS],
        citations=_numbers(references),
        cited=_numbers_of(dossier, references),
        stored={source.id: source.stored for source in dossier.sources if source.stored},
        references=references,
        statuses=_statuses(dossier),
    )
    return text.encode()


@cache
def environment() -> jinja2.Environment:
    """The templates of Markdown: every value passes its escaper. To compile one takes longer than
    to render it: they are compiled once.
    """
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("tallystick.handoff"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - HTML's; every value passes the escaper of Markdown
        finalize=markdown,
    )
    made.filters.update(
        code=code, block=block, listed=_listed, recorded=_recorded, number=_number,
        stated=_stated, outcome=outcome, linked=_linked,
    )  # fmt: skip
    return made


def _linked(finding: Finding) -> Escaped:
    """The place of a finding, as a link to where it stands in the page beside this document."""
    return Escaped(f"[{code(finding.location)}](handoff.html#{anchor(finding)})")


def _statuses(dossier: Dossier) -> list[str]:
    """The statuses of failed calls, each once."""
    failed = [g for g in dossier.review.classification.groups if g.failure_class != "none"]
    seen = {status for group in failed for status in group.statuses}
    return [str(status) if status else "no answer" for status in sorted(seen)]


def _column(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """At most five findings a row, the gravest first; they arrive sorted so."""
    return findings[:5]


def _listed(items: Iterable[object]) -> str:
    return ", ".join(str(item) for item in items) or "none"


def _recorded(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or NOT_RECORDED
    return str(value) if value else NOT_RECORDED


def _references(findings: Iterable[Finding]) -> list[tuple[int, Cited]]:
    """Every cited stretch of bytes once, numbered in the order in which the findings cite it."""
    first: dict[_Span, Cited] = {}
    for finding in findings:
        for cited in finding.citations:
            first.setdefault(_span(cited), cited)
    return list(enumerate(first.values(), start=1))


def _numbers(references: list[tuple[int, Cited]]) -> Callable[..., str]:
    """What findings cite, as numbers of the list of citations."""
    number_of = {_span(cited): number for number, cited in references}

    def numbers(*findings: Finding) -> str:
        found = {number_of[_span(cited)] for finding in findings for cited in finding.citations}
        return Escaped(f" [{_ranges(sorted(found))}]" if found else "")

    return numbers


def _numbers_of(
    dossier: Dossier, references: list[tuple[int, Cited]]
) -> Callable[[Iterable[str]], str]:
    """The same for findings by their ids."""
    numbers = _numbers(references)
    by_id = {finding.id: finding for finding in dossier.review.findings}
    return lambda ids: numbers(*(by_id[one] for one in ids if one in by_id))


def _ranges(numbers: list[int]) -> str:
    """`1, 4–7`: numbers in order, runs of them drawn together."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


_LABELS = {
    "to-verify": "to verify: ",
    "overruled": "overruled by a recorded interpretation: ",
    "stale": "stale: ",
    "conflicting": "conflicting: ",
    "shown-in-example": "shown in an example only: ",
}


def _stated(findings: Iterable[Finding]) -> str:
    """What is stated at some places, each statement once."""
    told = (f"{_LABELS.get(f.standing, '')}{f.documented}" for f in findings)
    return ", ".join(dict.fromkeys(told)) or "to verify"


def _number(value: float) -> str:
    return f"{value:.15g}"


def _span(cited: Cited) -> _Span:
    return cited.source, cited.start, cited.end
