"""The verdict, from the causes of the failing calls alone."""

from tallystick.record.finding import Finding, Outcome, RootCause, Verdict
from tallystick.record.words import count
from tallystick.review.material import Material

_MISMATCH: tuple[Outcome, ...] = ("client-mismatch", "unsupported-assumption")
_COSTS = {word: cost for cost, word in enumerate(("capture", "read", "decide", "ask", "pause"))}
_MOST_TOLD = 3
_FAILED = 400
_LIKELY = "likely, not proved: consistent with the evidence"
# Bodies of which what was not seen may be what the incident is about.
_NOT_WHOLE = ("not-visible", "partial")
# Areas of which no traffic shows anything.
BELIEVED = ("rate limits", "billing")
_DOUBTS: tuple[Outcome, ...] = (*_MISMATCH, "documents-disagree", "provider-breach")
OPEN: tuple[Outcome, ...] = ("could-not-check", "documents-disagree", "to-verify")


def verdict_of(
    material: Material, findings: tuple[Finding, ...], found: tuple[RootCause, ...]
) -> Verdict:
    """The verdict, from the causes alone: which areas have an answer is another question."""
    asked = dict.fromkeys(f.settle for f in findings if f.outcome in OPEN and f.settle)
    settle = tuple(sorted(asked, key=_cost))
    about = [f for f in findings if f.outcome in _MISMATCH and f.explains and not found]
    if about:  # what the incident is about, though no call failed
        return Verdict("mismatch", _why(about), _LIKELY, settle)
    if not material.exchanges:
        return Verdict("undecided", "no exchange of the incident was captured", settle=settle)
    if not found:
        doubts = [
            finding
            for finding in findings
            if finding.outcome in _DOUBTS
            and (finding.outcome != "unsupported-assumption" or finding.area not in BELIEVED)
        ]
        return _without_failure(material, doubts, settle)
    return _from_causes(material, found, settle)


def _without_failure(material: Material, doubts: list[Finding], settle: tuple[str, ...]) -> Verdict:
    """No call of the window failed: whether that answers the question depends on what is shown."""
    groups = material.classification.groups
    shown = [e for e in material.exchanges if e.response.body_kind != "not-visible"]
    if any(group.failure_class != "none" for group in groups):
        reason = "No call of the incident's window failed; calls outside of it did."
        return Verdict("undecided", reason, settle=("check the incident's start and end", *settle))
    if not shown:
        reason = f"{none_failed(material)}, and the captures show no answer that could be checked."
        step = "capture the answers of the incident with their bodies"
        return Verdict("undecided", reason, settle=(step, *settle))
    answered = [e for e in material.exchanges if e.answered]
    of = count(len(answered), "call")
    for part, bodies in (
        ("answer", [e.response.body_kind for e in answered]),
        ("request", [e.request.body_kind for e in answered]),
    ):
        if hidden := sum(kind in _NOT_WHOLE for kind in bodies):
            reason = (
                f"{none_failed(material)}; {hidden} of {of} show no whole {part} that could be "
                f"checked."
            )
            step = f"capture the {part}s of the incident with their bodies"
            return Verdict("undecided", reason, settle=(step, *settle))
    if unknown := sum("status" in e.response.hidden for e in material.exchanges if not e.answered):
        reason = f"{none_failed(material)}; how {count(unknown, 'attempt')} ended is not shown."
        step = "capture the statuses of the attempts before the last"
        return Verdict("undecided", reason, settle=(step, *settle))
    if (open_by := _left_open(material)) is not None:
        said, step = open_by
        return Verdict("undecided", f"{none_failed(material)}; {said}.", settle=(step, *settle))
    if doubts:
        told = dict.fromkeys(f"at {f.location} {f.reason}" for f in doubts[:_MOST_TOLD])
        reason = f"{none_failed(material)}. What may matter all the same: {'; '.join(told)}."
        own = tuple(dict.fromkeys(f.settle for f in doubts if f.settle))
        return Verdict("undecided", reason, settle=own or settle)
    conform = f"{count(len(groups), 'call')} conform to what was checked"
    reason = f"{none_failed(material)}: {conform}."
    return Verdict("no-mismatch", reason, settle=settle)


def _left_open(material: Material) -> tuple[str, str] | None:
    """What calls which went well do not answer, and what would: entries that could not be read, or
    what was reported.
    """
    if material.unread:
        said = f"{count(material.unread, 'entry', 'entries')} of the captures could not be read"
        return said, "read what `tallystick intake` says of those entries, and capture them again"
    if material.reports_error:
        said = "which answer the application raised the reported error over is not seen"
        return said, "capture the call over whose answer the error was raised, or name its id"
    if material.about_amounts:
        said = (
            "what was reported is about amounts, and what the application made of the answers' "
            "usage is not captured"
        )
        return said, "read in the application's own records (`[usage]`) beside the answers"
    return None


def none_failed(material: Material) -> str:
    """That no call failed; of calls that went well only when they were sent again it says so."""
    if not (healed := healed_calls(material)):
        return "No captured call failed"
    again = f"{count(healed, 'call')} failed first and went well when sent again"
    return f"No captured call failed in the end ({again})"


def healed_calls(material: Material) -> int:
    """How many calls failed first, and went well when they were sent again."""
    return sum(
        any(status == 0 or status >= _FAILED for status in group.statuses[:-1])
        for group in material.classification.groups
    )


def _from_causes(
    material: Material, found: tuple[RootCause, ...], settle: tuple[str, ...]
) -> Verdict:
    first = found[0]
    told = first.mechanism
    if not first.is_open:
        told = f"{told} This explains {first.explains} of {count(first.of, 'failing call')}."
    strength = _STRENGTH[first.support]
    if first.support == "proved" and material.unlike(first.evidence):
        strength = "proved by intervention, on another version of the client"
    steps = tuple(dict.fromkeys([*(c.settle for c in found if c.settle), *settle]))
    if first.side == "application":
        return Verdict("mismatch", told, strength, steps)
    others = [cause for cause in found if cause.side in ("application", "documents", "unknown")]
    if not others:
        return Verdict("no-mismatch", told, strength, steps)
    if first.side not in ("documents", "unknown"):
        told = f"{told} {_also(others)}"
        if _are_few(material, first, others):
            return Verdict("no-mismatch", told, strength, steps)
    return Verdict("undecided", told, settle=steps)


_SHOWN = ("proved", "named", "contrasted")
_FEW = 4  # one call in so many


def _are_few(material: Material, first: RootCause, others: list[RootCause]) -> bool:
    """Whether the calls that are left open are few beside those that a cause is shown for, and none
    of them is seen to be what was reported.
    """
    left = sum(cause.explains for cause in others)
    calls = filter(None, (material.exchange(name) for one in others for name in one.evidence))
    told = any(call.response.status in material.reported for call in calls)
    open_only = all(cause.is_open for cause in others)
    return open_only and first.support in _SHOWN and left * _FEW <= first.of and not told


def _also(others: list[RootCause]) -> str:
    open_calls = sum(cause.explains for cause in others)
    return f"{count(open_calls, 'failing call')} of another kind are not explained by it."


_STRENGTH = {
    "proved": "proved by intervention",
    "named": "shown directly by the captured calls",
    "contrasted": "strong: failing calls have it, calls that went well do not",
    "consistent": _LIKELY,
    "none": "",
}


def _cost(step: str) -> int:
    """What a step costs: one's own captures and pages come before decisions, and those before what
    only others can answer or what stops a rollout.
    """
    return _COSTS.get(step.partition(" ")[0], len(_COSTS))


def _why(guilty: list[Finding]) -> str:
    told = {finding.location: finding for finding in reversed(guilty)}
    places = [f"at {f.location} {f.reason} ({f.observed})" for f in reversed(told.values())]
    if len(places) > _MOST_TOLD:
        places = [*places[:_MOST_TOLD], f"and at {len(places) - _MOST_TOLD} more places"]
    return f"{'; '.join(places)}; no call failed"
