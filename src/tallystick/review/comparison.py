"""The two columns: what production assumes beside what documents or support state. Pure."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from tallystick.record.case import Comparison
from tallystick.record.clause import Clause, Standing
from tallystick.record.finding import Outcome, Review
from tallystick.record.location import ROWS
from tallystick.record.settings import Settings
from tallystick.record.trial import Assumption
from tallystick.review.material import standing_of

State = Literal[
    "agrees",
    "differs",
    "provider-breach",
    "stated",
    "not-production-safe",
    "unsupported",
    "unresolved",
    "not-relied-on",
]
_CONFIGURED = ("endpoint.base_url", "endpoint.path", "auth.header", "auth.scheme", "auth.token")
_STANDS = ("documented", "support-confirmed")
_BY_OUTCOME: Mapping[Outcome, State] = {
    "client-mismatch": "differs",
    "provider-breach": "provider-breach",
    "documents-disagree": "unresolved",
    "unsupported-assumption": "unsupported",
    "sound": "agrees",
}
_RELIES_ON_NOTHING = frozenset(
    "unused guarded fails-fast surfaces surfaces-cut tolerates unchecked gives-up none preserved "
    "raises decodes not-sent ignored growing".split()
)
ADVICE: Mapping[str, str] = {
    "differs": "change one side: what production assumes is not what is documented",
    "not-production-safe": "not production-safe yet: ask, or stop relying on it",
    "unsupported": "guard it as optional and keep critical logic off it",
    "unresolved": "pause the rollout or mitigation, ask support, record one interpretation",
}


class Line(msgspec.Struct, frozen=True):
    """One location: both columns, per environment where they are configured there."""

    row: str
    location: str
    assumed: str
    origin: str
    documented: str
    standing: Standing
    state: State = "not-production-safe"
    environments: tuple[tuple[str, str], ...] = ()
    environments_differ: bool = False


def compare(
    review: Review,
    clauses: Sequence[Clause],
    assumptions: Sequence[Assumption],
    settings: Sequence[Settings],
    comparison: Comparison,
) -> tuple[Line, ...]:
    """Every location that either column knows, in the six rows of the review. What captured
    requests are observed to do stands where nothing was measured, configured or declared.
    """
    places = {c.location for c in clauses} | {a.location for a in assumptions} | set(_CONFIGURED)
    outcomes: dict[str, Outcome] = {}
    for finding in review.findings:  # they come the gravest first
        outcomes.setdefault(finding.location, finding.outcome)
    lines = []
    for title, words in ROWS:
        for location in sorted(place for place in places if place.startswith(words)):
            own = [clause for clause in clauses if clause.location == location]
            held = [a for a in assumptions if a.location == location]
            by_place = tuple(
                (s.environment, s.at(location)) for s in settings if location in _CONFIGURED
            )
            line = _line(title, location, own, held, by_place)
            judged = _judged(line, outcomes.get(location))
            differ = _differ(location, settings, by_place)
            intended = location in comparison.intentional
            lines.append(
                msgspec.structs.replace(
                    line, state=judged, environments_differ=differ and not intended
                )
            )
    return tuple(lines)


def _differ(
    location: str, settings: Sequence[Settings], by_place: tuple[tuple[str, str], ...]
) -> bool:
    """Whether environments differ; of base URLs the raw ones count, which masked ones may hide."""
    if location == "endpoint.base_url":
        return len({own.alike for own in settings if own.alike}) > 1
    return len({value for _, value in by_place if value}) > 1


def _line(
    title: str,
    location: str,
    clauses: list[Clause],
    held: list[Assumption],
    environments: tuple[tuple[str, str], ...],
) -> Line:
    stated = sorted({value for _, value in environments if value})
    told = [a for a in held if a.origin != "observed"]
    held = told or ([] if stated else held)
    current = [
        c for c in clauses if c.standing not in ("overruled", "stale", "to-verify")
    ] or clauses
    return Line(
        row=title,
        location=location,
        assumed="; ".join(_says(a) for a in held) or ", ".join(stated),
        origin=held[0].origin if held else "configured" if stated else "",
        documented="; ".join(dict.fromkeys(clause.says() for clause in current)),
        standing=standing_of(current),
        environments=environments,
    )


def _says(assumption: Assumption) -> str:
    if assumption.origin == "observed":
        return f"{assumption.value} (observed {assumption.detail})"
    return f"{assumption.value}{f' when {assumption.when}' if assumption.when else ''}"


def _judged(line: Line, outcome: Outcome | None) -> State:
    """What a line comes to: as the review found it, which looks at every environment too."""
    if line.standing == "conflicting":
        return "unresolved"
    if outcome is not None and outcome in _BY_OUTCOME:
        return _BY_OUTCOME[outcome]
    if line.standing in _STANDS:
        return "stated"
    if line.location == "auth.token" and line.environments:
        return "not-relied-on"
    values = {word.partition(" when ")[0] for word in line.assumed.split("; ") if word}
    if values and values <= _RELIES_ON_NOTHING:
        return "not-relied-on"
    return "unsupported" if values else "not-production-safe"
