"""What the interactive page holds: one value, which its script draws; sanitized as the record."""

from collections.abc import Iterable

import msgspec

from tallystick.handoff.dossier import Dossier
from tallystick.handoff.heat import ORDER, WORDS, Matrix, matrix
from tallystick.handoff.words import anchor, outcome
from tallystick.record.answer import Answer
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.record.finding import Finding, GroupClass, RootCause
from tallystick.record.isolation import Isolation, Regression
from tallystick.record.journal import Entry
from tallystick.record.profile import Mark

# The page stays below 2 MB: so many bytes of exchanges, and so many calls in the timeline.
MOST_BYTES = 1_000_000
MOST_CALLS = 2_000
MOST_CLAUSES = 400


class Attempt(msgspec.Struct, frozen=True):
    """One dot of the timeline: when (RFC 3339), how long (ms), and how it ended."""

    at: str | None
    duration_ms: float | None
    status: int
    failed: bool


class Call(msgspec.Struct, frozen=True):
    """One lane of the timeline: a logical call, its class, and the exchanges that stand in the
    page. `explained`: the cause accounts for it.
    """

    name: str
    failure_class: str
    location: str
    reason: str
    explained: bool
    attempts: tuple[Attempt, ...]
    exchanges: tuple[str, ...]


class Shown(msgspec.Struct, frozen=True):
    """An exchange in the page, with the places in question that stand in it."""

    exchange: Exchange
    places: tuple[str, ...]


class Column(msgspec.Struct, frozen=True):
    """A finding as a row of the two columns. `anchor` is where other documents link to."""

    anchor: str
    finding: Finding
    words: str


class Page(msgspec.Struct, frozen=True):
    """Everything that the page shows. `is_explained`: the cause is one, and not only what is seen.
    `left_out` counts what is too much for the page.
    """

    title: str
    verdict: str
    answer: Answer
    window: tuple[str, str]
    cause: RootCause | None
    is_explained: bool
    also: tuple[RootCause, ...]
    calls: tuple[Call, ...]
    exchanges: dict[str, Shown]
    columns: tuple[Column, ...]
    unused: tuple[dict[str, str], ...]
    isolation: Isolation | None
    regression: Regression | None
    lab: Matrix
    legend: tuple[tuple[str, str], ...]
    areas: tuple[dict[str, str], ...]
    checklist: tuple[dict[str, str], ...]
    obstacles: tuple[str, ...]
    journal: tuple[dict[str, str], ...]
    sources: tuple[dict[str, str], ...]
    left_out: dict[str, int]


def page_of(dossier: Dossier) -> Page:
    """The page's value; the same dossier gives the same one."""
    review = dossier.review
    calls = _calls(dossier)
    kept, exchanges = _exchanges(dossier)
    used = {clause.clause for finding in review.findings for clause in finding.citations}
    unused = [clause for clause in dossier.clauses if clause.id not in used]
    return Page(
        title=dossier.case.incident.title,
        verdict=review.verdict.name,
        answer=review.answer,
        window=(dossier.case.incident.start, dossier.case.incident.end),
        cause=review.cause,
        is_explained=review.cause is not None and not review.cause.is_open,
        also=review.also,
        calls=calls[:MOST_CALLS],
        exchanges=exchanges,
        columns=tuple(Column(anchor(f), f, outcome(f.outcome)) for f in review.findings),
        unused=tuple(_clause(clause) for clause in unused[:MOST_CLAUSES]),
        isolation=dossier.isolation,
        regression=dossier.regression,
        lab=matrix(dossier),
        legend=tuple((name, WORDS[name]) for name in ORDER),
        areas=tuple(
            {"area": one.area, "state": one.state, "answer": one.answer} for one in review.areas
        ),
        checklist=tuple(
            {"key": item.key, "text": item.text, "state": item.state, "evidence": item.evidence}
            for item in dossier.items
        ),
        obstacles=dossier.obstacles,
        journal=tuple(_entry(entry) for entry in dossier.decisions),
        sources=tuple(
            {"id": one.id, "title": one.title, "url": one.url, "captured": one.captured}
            for one in dossier.sources
        ),
        left_out={
            "calls": max(0, len(calls) - MOST_CALLS),
            "exchanges": kept,
            "clauses": max(0, len(unused) - MOST_CLAUSES),
        },
    )


def _calls(dossier: Dossier) -> tuple[Call, ...]:
    """The calls, failing ones first where there are too many for the page."""
    cause = dossier.review.cause
    explained = set(cause.evidence if cause and not cause.is_open else ())
    marks: dict[str, list[Mark]] = {}
    for mark in dossier.marks:
        marks.setdefault(mark.group, []).append(mark)
    groups = dossier.review.classification.groups
    ordered = sorted(groups, key=_is_sound) if len(groups) > MOST_CALLS else groups
    return tuple(_call(group, marks.get(group.group, ()), explained) for group in ordered)


def _is_sound(group: GroupClass) -> bool:
    return group.failure_class == "none"


def _call(group: GroupClass, marks: Iterable[Mark], explained: set[str]) -> Call:
    attempts = tuple(Attempt(m.at, m.duration_ms, m.status, m.failed) for m in marks)
    is_explained = bool(explained & set(group.exchanges))
    told = group.failure_class, group.location, group.reason
    return Call(group.group, *told, is_explained, attempts, group.exchanges)


def _exchanges(dossier: Dossier) -> tuple[int, dict[str, Shown]]:
    """The exchanges that fit into the page, those of the cause first; how many do not."""
    places = _places(dossier)
    found: dict[str, Shown] = {}
    size, left = 0, 0
    for exchange in dossier.shown:
        one = Shown(exchange, places.get(exchange.id, ()))
        size += len(msgspec.json.encode(one))
        if size > MOST_BYTES:
            left += 1
        else:
            found[exchange.id] = one
    return left, found


def _places(dossier: Dossier) -> dict[str, tuple[str, ...]]:
    """The places in question of each exchange: of the causes, of its call, of what is found."""
    found: dict[str, list[str]] = {}
    causes = [dossier.review.cause, *dossier.review.also]
    told: list[tuple[str, Iterable[str]]] = [
        *((cause.location, cause.evidence) for cause in causes if cause),
        *((g.location, g.exchanges) for g in dossier.review.classification.groups),
        *((f.location, f.evidence) for f in dossier.review.findings if f.outcome != "sound"),
    ]
    for location, evidence in told:
        for name in evidence:
            if location != "none" and location not in found.setdefault(name, []):
                found[name].append(location)
    return {name: tuple(places) for name, places in found.items()}


def _clause(clause: Clause) -> dict[str, str]:
    return {
        "location": clause.location,
        "says": clause.says(),
        "standing": clause.standing,
        "source": clause.citation.source,
        "quotation": clause.citation.quotation,
    }


def _entry(entry: Entry) -> dict[str, str]:
    names = ("at", "who", "action", "location", "value", "text", "ticket")
    return {name: str(getattr(entry, name)) for name in names}
