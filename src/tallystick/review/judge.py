"""From joints to findings, and from findings to the seven answers."""

from collections.abc import Iterable

import msgspec

from tallystick.record.clause import Clause
from tallystick.record.finding import (
    AreaAnswer,
    Cited,
    Completeness,
    Finding,
    Outcome,
    Review,
    RootCause,
)
from tallystick.record.isolation import Isolation, Regression, Shown
from tallystick.record.location import AREAS, area_of
from tallystick.record.words import count
from tallystick.review.answer import answer_of
from tallystick.review.causes import causes, proved
from tallystick.review.material import Material
from tallystick.review.replayed import replayed
from tallystick.review.rules import RULES, Joint, Rule
from tallystick.review.rules.base import NOTHING_STATED
from tallystick.review.table import TABLE
from tallystick.review.verdict import BELIEVED, OPEN, verdict_of

_WORST: tuple[Outcome, ...] = (
    "client-mismatch",
    "provider-breach",
    "documents-disagree",
    "unsupported-assumption",
    "could-not-check",
    "to-verify",
    "sound",
)
# Nothing more needs to be known of these.
_SETTLED: tuple[Outcome, ...] = ("sound", "client-mismatch")


def review(
    material: Material,
    isolation: Isolation | None = None,
    regression: Regression | None = None,
) -> Review:
    """The findings of every rule, the answer for every area, and the verdict.

    `isolation` is what the incident's own answer did to the client, `regression` what a fix
    changed, where they were tried.
    """
    found = causes(material)
    if found and _is_proved(found[0], isolation, regression):
        found = (proved(found[0]), *found[1:])
    elif found and isolation is not None and _is_refuted(found[0], isolation):
        found = (_open_again(found[0]), *found[1:])
    findings = tuple(
        sorted(
            (finding for rule in RULES for finding in findings_of(material, rule, found)),
            key=lambda finding: (_WORST.index(finding.outcome), not finding.explains),
        )
    )
    areas = tuple(
        replayed(material, _unless_unfinished(material, _answer(area, findings))) for area in AREAS
    )
    whole = Completeness(
        tuple(answer.area for answer in areas if not _is_open(answer)),
        tuple(answer.area for answer in areas if _is_open(answer)),
    )
    verdict = verdict_of(material, findings, found)
    first = found[0] if found else None
    told = answer_of(material, verdict, found, whole, (isolation, regression))
    classed = material.classification
    return Review(verdict, classed, findings, areas, first, found[1:], whole, told)


def findings_of(
    material: Material, rule: Rule, found: tuple[RootCause, ...] | None = None
) -> tuple[Finding, ...]:
    """What one rule finds in a case; `found` are the causes of its failing calls."""
    explained = causes(material) if found is None else found
    return tuple(_finding(material, rule, joint, explained) for joint in rule.join(material))


def _finding(material: Material, rule: Rule, joint: Joint, found: tuple[RootCause, ...]) -> Finding:
    outcome, reason = TABLE[joint.standing, joint.evidence, joint.client]
    return Finding(
        location=joint.location,
        area=area_of(joint.location) or "transport",
        rule=rule.name,
        standing=joint.standing,
        assumed=joint.assumed,
        documented=_documented(material, joint),
        observed=joint.observed,
        outcome=outcome,
        reason=joint.reason or reason,
        explains=joint.is_incident or (outcome != "sound" and _explains(joint, found)),
        citations=tuple(_cited(material, clause) for clause in joint.clauses),
        evidence=joint.evidence_ids,
        settle="" if outcome in _SETTLED else joint.settle,
    )


def _documented(material: Material, joint: Joint) -> str:
    """What is stated; where nothing is, the sentence that seems to state it, if there is one."""
    seeming = material.seems(joint.location)
    if joint.documented != NOTHING_STATED or not seeming:
        return joint.documented
    words = seeming[0].clause.citation.words
    shown = words if len(words) <= _MOST_QUOTED else f"{words[:_MOST_QUOTED]}…"
    return f"the page seems to say “{shown}”, not yet accepted"


_MOST_QUOTED = 160


def _explains(joint: Joint, found: tuple[RootCause, ...]) -> bool:
    """Whether a joint is about the place of a cause: no other place explains failing calls."""
    return any(
        cause.side != "unknown" and joint.location in _places_of(cause.location) for cause in found
    )


def _cited(material: Material, clause: Clause) -> Cited:
    cited = clause.citation
    source = material.by_id.get(cited.source)
    return Cited(
        clause=clause.id,
        says=clause.says(),
        standing=clause.standing,
        source=cited.source,
        url=source.url if source else "",
        captured=source.captured if source else "",
        start=cited.start,
        end=cited.end,
        quotation=cited.quotation,
    )


def _answer(area: str, findings: Iterable[Finding]) -> AreaAnswer:
    own = [finding for finding in findings if finding.area == area]
    if not own:
        return AreaAnswer(area, "could-not-check", "could not check: nothing shows this area")
    state = min((finding.outcome for finding in own), key=_WORST.index)
    leading = [finding for finding in own if finding.outcome == state]
    return AreaAnswer(area, state, _words(leading), tuple(finding.id for finding in own))


def _unless_unfinished(material: Material, answer: AreaAnswer) -> AreaAnswer:
    """An area that an interrupted measurement was to show has no answer yet."""
    missing = material.unfinished.get(answer.area, 0)
    if not missing or _is_open(answer):
        return answer
    told = f"could not check: {count(missing, 'trial')} not made yet; so far {answer.answer}"
    return msgspec.structs.replace(answer, state="could-not-check", answer=told)


def _words(leading: list[Finding]) -> str:
    stated = [finding for finding in leading if finding.standing != "to-verify"]
    state = _STATE[leading[0].outcome]
    if leading[0].outcome == "sound":
        state = "documented, and conforms" if stated else "not documented, and not relied on"
        leading = stated or leading
    named = list(dict.fromkeys(finding.location for finding in leading))
    shown = ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")
    return f"{state}: {shown}"


_STATE: dict[Outcome, str] = {
    "sound": "sound",
    "client-mismatch": "the application differs from what is documented",
    "provider-breach": "the provider differs from what it states",
    "documents-disagree": "sources disagree",
    "unsupported-assumption": "the application relies on what no source promises",
    "could-not-check": "could not check",
    "to-verify": "to verify",
}


def _is_open(answer: AreaAnswer) -> bool:
    """Whether an area has no answer yet. What is believed of an account, and stated by no source,
    is none: no client can be measured to show it.
    """
    believed = answer.state == "unsupported-assumption"
    return answer.state in OPEN or (believed and answer.area in BELIEVED)


def _is_proved(
    cause: RootCause, isolation: Isolation | None, regression: Regression | None
) -> bool:
    """Whether an intervention showed a cause: serving the incident's answer led to its place, or a
    client that sends another request passes where the old one fails.
    """
    if cause.side != "application":
        return False
    if isolation is not None and isolation.result == "reproduced":
        caused = {_same_place(one.location) for one in isolation.causes}
        again = (isolation.incident or _NO_ONE).attempts > 1
        served = isolation.exchange in cause.evidence
        retried = cause.location.startswith("retry.")
        if served and _same_place(cause.location) in caused and (again or not retried):
            return True
    if regression is None or regression.result != "proven":
        return False
    by_request = regression.failed_by == "request" and cause.location.startswith("request.")
    return by_request and regression.exchange in cause.evidence


def _is_refuted(cause: RootCause, isolation: Isolation) -> bool:
    """Whether the client that was measured handles the very answer that a cause says it fails on.

    What a rejection names is not about the client's handling of it.
    """
    of_answers = cause.location.startswith(("response.", "stream.", "error."))
    served = isolation.exchange in cause.evidence
    right = isolation.result == "not-reproduced"
    return cause.side == "application" and of_answers and served and right


def _open_again(cause: RootCause) -> RootCause:
    return msgspec.structs.replace(
        cause,
        side="unknown",
        support="none",
        mechanism=f"{cause.mechanism} Served to the client that was measured, the same answer is "
        f"handled right: the application that failed was another version, or failed elsewhere.",
        settle="measure the version that ran in the incident, and compare",
    )


_NO_ONE = Shown("could-not-check")


def _places_of(location: str) -> tuple[str, ...]:
    """The places that a cause is about: what is said of a status that was sent again, too; whether
    a status may be sent again does not explain why it came.
    """
    return location, _same_place(location)


def _same_place(location: str) -> str:
    """A status is one place, whether it is what is answered or what is retried."""
    return location.replace("retry.status.", "error.status.", 1)
