"""From joints to findings, from findings to the seven answers and the verdict."""

from collections.abc import Iterable

import msgspec

from tallystick.record.clause import Clause
from tallystick.record.finding import AreaAnswer, Cited, Finding, Outcome, Review, Verdict
from tallystick.record.isolation import Isolation, Regression, Shown
from tallystick.record.location import AREAS, area_of
from tallystick.review.material import Material
from tallystick.review.rules import RULES, Joint, Rule
from tallystick.review.table import TABLE

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
_MISMATCH: tuple[Outcome, ...] = ("client-mismatch", "unsupported-assumption")
# What can make a call of a class fail; a class that is not named here: any area.
_CAN_CAUSE: dict[str, tuple[str, ...]] = {
    "transport": (),
    "authentication": ("authentication", "endpoint"),
    "account_assumption": ("rate limits", "billing", "errors", "request"),
}
_COSTS = {word: cost for cost, word in enumerate(("capture", "read", "decide", "ask", "pause"))}
_MOST_TOLD = 3
_OPEN: tuple[Outcome, ...] = ("could-not-check", "documents-disagree", "to-verify")


def review(
    material: Material,
    isolation: Isolation | None = None,
    regression: Regression | None = None,
) -> Review:
    """The findings of every rule, the answer for every area, and the verdict.

    `isolation` is what the incident's own answer did to the client, `regression` what a mend
    changed, where they were tried.
    """
    findings = tuple(
        sorted(
            (finding for rule in RULES for finding in findings_of(material, rule)),
            key=lambda finding: (_WORST.index(finding.outcome), not finding.explains),
        )
    )
    areas = tuple(_answer(area, findings) for area in AREAS)
    verdict = _verdict(material, findings, areas)
    if verdict.name == "mismatch" and _is_proved(findings, isolation, regression):
        verdict = msgspec.structs.replace(verdict, strength="proved by intervention")
    return Review(verdict, material.classification, findings, areas)


def findings_of(material: Material, rule: Rule) -> tuple[Finding, ...]:
    """What one rule finds in a case."""
    return tuple(_finding(material, rule, joint) for joint in rule.join(material))


def _finding(material: Material, rule: Rule, joint: Joint) -> Finding:
    outcome, reason = TABLE[joint.standing, joint.evidence, joint.client]
    return Finding(
        location=joint.location,
        area=area_of(joint.location) or "transport",
        rule=rule.name,
        standing=joint.standing,
        assumed=joint.assumed,
        documented=joint.documented,
        observed=joint.observed,
        outcome=outcome,
        reason=joint.reason or reason,
        explains=_explains(material, joint),
        citations=tuple(_cited(material, clause) for clause in joint.clauses),
        evidence=joint.evidence_ids,
        settle="" if outcome in _SETTLED else joint.settle,
    )


def _explains(material: Material, joint: Joint) -> bool:
    """Whether a joint accounts for failing calls: it must not hold of calls that went well, and
    be of a kind that can make such a call fail.
    """
    if joint.is_incident:
        return True
    if joint.culprits & material.sound_calls:
        return False
    area = area_of(joint.location)
    return any(
        joint.culprits & set(group.exchanges) and area in _CAN_CAUSE.get(group.failure_class, AREAS)
        for group in material.failing_groups
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


def _words(leading: list[Finding]) -> str:
    stated = [finding for finding in leading if finding.standing != "to-verify"]
    state = _STATE[leading[0].outcome]
    if leading[0].outcome == "sound":
        state = "documented and kept" if stated else "not documented, and not relied on"
        leading = stated or leading
    named = list(dict.fromkeys(finding.location for finding in leading))
    shown = ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")
    return f"{state}: {shown}"


_STATE: dict[Outcome, str] = {
    "sound": "sound",
    "client-mismatch": "the application differs from what is stated",
    "provider-breach": "the provider differs from what it states",
    "documents-disagree": "sources disagree",
    "unsupported-assumption": "the application relies on what no source promises",
    "could-not-check": "could not check",
    "to-verify": "to verify",
}


def _verdict(
    material: Material, findings: tuple[Finding, ...], areas: tuple[AreaAnswer, ...]
) -> Verdict:
    guilty = [f for f in findings if f.outcome in _MISMATCH and f.explains]
    asked = dict.fromkeys(f.settle for f in findings if f.outcome in _OPEN and f.settle)
    settle = tuple(sorted(asked, key=_cost))
    if guilty:
        return Verdict("mismatch", _why(material, guilty), "consistent with the evidence", settle)
    unanswered = [answer.area for answer in areas if _is_open(answer)]
    if not material.exchanges:
        return Verdict("undecided", "no exchange of the incident was captured", settle=settle)
    reason = _without_mismatch(findings)
    if unanswered:
        reason = f"{reason}, but not answered: {', '.join(unanswered)}"
        return Verdict("undecided", reason, settle=settle)
    return Verdict("no-mismatch", f"every area has an answer; {reason}")


def _without_mismatch(findings: Iterable[Finding]) -> str:
    """What explains the failure where the client is not at fault."""
    broken = [f.location for f in findings if f.outcome == "provider-breach" and f.explains]
    if broken:
        return f"the provider breaks what it states at {', '.join(dict.fromkeys(broken))}"
    return "no mismatch explains the failure"


def _is_open(answer: AreaAnswer) -> bool:
    """Whether an area has no answer yet. What is believed of an account, and stated by no source,
    is none: no client can be measured to show it.
    """
    believed = answer.state == "unsupported-assumption"
    return answer.state in _OPEN or (believed and answer.area in ("rate limits", "billing"))


def _cost(step: str) -> int:
    """What a step costs: one's own captures and pages come before decisions, and those before what
    only others can answer or what stops a rollout.
    """
    return _COSTS.get(step.partition(" ")[0], len(_COSTS))


def _is_proved(
    findings: Iterable[Finding], isolation: Isolation | None, regression: Regression | None
) -> bool:
    """Whether an intervention showed a guilty finding to be the cause: serving the incident's
    answer led to its location, or a client that sends another request passes where the old fails.
    """
    guilty = [f for f in findings if f.outcome in _MISMATCH and f.explains]
    reproduced = isolation is not None and isolation.result == "reproduced"
    causes = isolation.causes if isolation is not None and reproduced else ()
    caused = {_same_place(cause.location) for cause in causes}
    mended = regression is not None and regression.result == "proven"
    by_request = regression is not None and mended and regression.failed_by == "request"
    served = isolation.exchange if isolation is not None else ""
    retried = isolation is not None and isolation.incident is not None
    again = retried and isolation is not None and (isolation.incident or _NO_ONE).attempts > 1
    mended_on = regression.exchange if regression is not None else ""
    return any(
        (
            _same_place(finding.location) in caused
            and served in finding.evidence
            and (again or not finding.location.startswith("retry."))
        )
        or (by_request and finding.area == "request" and mended_on in finding.evidence)
        for finding in guilty
    )


_NO_ONE = Shown("could-not-check")


def _same_place(location: str) -> str:
    """A status is one place, whether it is what is answered or what is retried."""
    return location.replace("retry.status.", "error.status.", 1)


def _why(material: Material, guilty: list[Finding]) -> str:
    told = {finding.location: finding for finding in reversed(guilty)}
    places = [f"at {f.location} {f.reason} ({f.observed})" for f in reversed(told.values())]
    if len(places) > _MOST_TOLD:
        places = [*places[:_MOST_TOLD], f"and at {len(places) - _MOST_TOLD} more places"]
    calls = material.failing_groups
    if not calls:
        return f"{'; '.join(places)}; no call failed"
    blamed = {name for finding in guilty for name in finding.evidence}
    explained = sum(1 for group in calls if blamed & set(group.exchanges))
    return f"{'; '.join(places)}; this explains {explained} of {len(calls)} failing calls"
