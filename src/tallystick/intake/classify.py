"""The failure class of each retry group and of the incident."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from types import MappingProxyType

from tallystick.intake.features import Facts, Features, as_answered, attempt_error
from tallystick.intake.groups import moments_s
from tallystick.intake.rules import RULES, Claim
from tallystick.record.exchange import Exchange
from tallystick.record.finding import Classification, FailureClass, GroupClass

CONTRACT_CLASSES: tuple[FailureClass, ...] = (
    "authentication",
    "request_contract",
    "response_contract",
    "error_contract",
)


def classify(
    exchanges: Iterable[Exchange], facts: Facts, others: Mapping[str, int] = MappingProxyType({})
) -> Classification:
    """The class of every logical call, and of the incident: that of most failed attempts.

    The symptom that a person reports is used to explain a call that looks right on the wire only
    when no call failed on the wire. `others` counts calls of other APIs, which are not judged.
    """
    calls: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        calls.setdefault(exchange.group, []).append(exchange)
    followed = _followed(calls)
    failed = any(not _looks_right(c[-1]) for name, c in calls.items() if name not in followed)
    groups = tuple(
        _redirected(name, tuple(call))
        if name in followed
        else _group(name, tuple(call), Facts() if failed and _looks_right(call[-1]) else facts)
        for name, call in calls.items()
    )
    return _incident(_by_the_wire(groups, calls), others, facts)


def _followed(calls: Mapping[str, list[Exchange]]) -> frozenset[str]:
    """The calls that were answered with a redirect which the client followed (RFC 9110, section
    15.4): the same body was sent to another address next, at once; or, in a log without bodies,
    a call to the same path came within a second and was not redirected.
    """
    ordered = sorted(calls.items(), key=lambda item: item[1][0].at or "")
    return frozenset(
        name
        for (name, call), (_, after) in pairwise(ordered)
        if 300 <= call[-1].response.status < 400
        and (_sent_on(call[-1], after[0]) or _came_next(call[-1], after[0]))
    )


def _sent_on(one: Exchange, other: Exchange) -> bool:
    body = one.request.body_ordinal
    same = body is not None and body == other.request.body_ordinal
    return same and one.request.url != other.request.url and _is_at_once(one, other)


def _came_next(one: Exchange, other: Exchange) -> bool:
    """Whether a row of a log without bodies is what a client sent where the row before led it."""
    unseen = "body" in one.request.hidden and "body" in other.request.hidden
    began, then = moments_s(one.at, None)[0], moments_s(other.at, None)[0]
    if not unseen or began is None or then is None or 300 <= other.response.status < 400:
        return False
    return one.request.url == other.request.url and 0 <= then - began <= 1


_AT_ONCE_S = 5.0


def _is_at_once(one: Exchange, other: Exchange) -> bool:
    """Whether a client may have gone on by itself; where no times tell, it may have."""
    _, ended = moments_s(one.at, one.duration_ms)
    began, _ = moments_s(other.at, other.duration_ms)
    return ended is None or began is None or began - ended <= _AT_ONCE_S


def _redirected(name: str, attempts: tuple[Exchange, ...]) -> GroupClass:
    last = attempts[-1].response.status
    reason = f"A redirect ({last}) was followed; the call to the next address tells how it ended."
    return _grouped(name, attempts, Claim("none", "none", reason), "redirect-followed")


# Rules that read a call that looks right in the light of what was reported.
_BY_SYMPTOM = ("symptom", "usage-reading")


def _by_the_wire(
    groups: tuple[GroupClass, ...], calls: Mapping[str, list[Exchange]]
) -> tuple[GroupClass, ...]:
    """Where the wire itself shows what failed, the symptom explains no call beside it."""
    shown = any(
        g.failure_class == "response_contract" and g.rule not in _BY_SYMPTOM for g in groups
    )
    if not shown:
        return groups
    return tuple(
        _group(g.group, tuple(calls[g.group]), Facts()) if g.rule in _BY_SYMPTOM else g
        for g in groups
    )


def _looks_right(exchange: Exchange) -> bool:
    seen = as_answered(exchange)
    return seen.answered and attempt_error(seen) is None


def _group(name: str, attempts: tuple[Exchange, ...], facts: Facts) -> GroupClass:
    seen = Features(attempts, facts)
    for rule in RULES:
        claim = rule.claim(seen)
        if claim is not None:
            return _grouped(name, attempts, claim, rule.name)
    reason = "No rule recognised this exchange; whether it failed is not known."
    return _grouped(name, attempts, Claim("unknown", "none", reason), "no-rule")


def _grouped(name: str, attempts: tuple[Exchange, ...], claim: Claim, rule: str) -> GroupClass:
    return GroupClass(
        group=name,
        failure_class=claim.failure_class,
        location=claim.location,
        rule=rule,
        reason=claim.reason,
        attempts=len(attempts),
        statuses=tuple(attempt.response.status for attempt in attempts),
        exchanges=tuple(attempt.id for attempt in attempts),
    )


# What a status says whatever the API is (RFC 9110, section 15; RFC 6585, section 4).
_OF_ANY_API: Mapping[str, tuple[FailureClass, str]] = MappingProxyType(
    {
        "401": ("authentication", "auth.token"),
        "402": ("account_assumption", "account.balance"),
        "429": ("account_assumption", "limit.requests"),
        **{code: ("transport", f"transport.gateway.{code}") for code in ("502", "503", "504")},
    }
)


_NOT_KNOWN: tuple[FailureClass, str] = ("unknown", "none")
_RAISED = r"error\b|exception|panic|traceback|cannot read|undefined|crash"


def _nothing_judged(others: Mapping[str, int], facts: Facts) -> Classification:
    """What is said of captures without a chat completion: how calls of other APIs ended."""
    reason = "The captures hold no chat-completions exchange."
    if not others:
        return Classification("unknown", "none", False, reason, ())
    ordered = sorted(others.items())
    named = ", ".join(f"{count} of {_spelled(name)}" for name, count in ordered)
    weight = Counter[str]()
    for name, count in ordered:
        if " " in name:
            weight[name.rpartition(" ")[2]] += count
    heaviest = max(weight, key=lambda status: weight[status], default="")
    kind, place = _OF_ANY_API.get(heaviest, _NOT_KNOWN) if weight else ("none", "none")
    if kind == "none" and facts.says(_RAISED):
        kind, place = _NOT_KNOWN  # what was raised may well be about them
    reason = f"{reason} Calls of other APIs are not judged against its contract: {named}."
    return Classification(kind, place, False, reason, ())


def _spelled(name: str) -> str:
    family, _, status = name.partition(" ")
    told = "an error in its stream" if status == "error" else status
    return f"{family}, which failed with {told}" if status else family


def _incident(
    groups: tuple[GroupClass, ...], others: Mapping[str, int], facts: Facts
) -> Classification:
    failing = [group for group in groups if group.failure_class != "none"]
    if not failing:
        if not groups:
            return _nothing_judged(others, facts)
        beside = {name: count for name, count in others.items() if " " in name}
        if beside:
            named = ", ".join(f"{n} of {_spelled(name)}" for name, n in sorted(beside.items()))
            reason = f"The chat completions went well; not judged are calls of other APIs: {named}."
            return Classification("unknown", "none", False, reason, groups)
        return Classification("none", "none", False, groups[0].reason, groups)
    weight = Counter[FailureClass]()
    for group in failing:
        weight[group.failure_class] += group.attempts
    heaviest = max(weight, key=lambda name: weight[name])
    first = next(group for group in failing if group.failure_class == heaviest)
    return Classification(
        heaviest, first.location, heaviest in CONTRACT_CLASSES, first.reason, groups
    )
