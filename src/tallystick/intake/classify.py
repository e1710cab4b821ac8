"""The failure class of each retry group and of the incident."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tallystick.intake.features import Facts, Features, attempt_error
from tallystick.intake.rules import RULES
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
    failed = any(not _looks_right(call[-1]) for call in calls.values())
    groups = tuple(
        _group(name, tuple(call), Facts() if failed and _looks_right(call[-1]) else facts)
        for name, call in calls.items()
    )
    return _incident(_by_the_wire(groups, calls), others)


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
    return exchange.answered and attempt_error(exchange) is None


def _group(name: str, attempts: tuple[Exchange, ...], facts: Facts) -> GroupClass:
    seen = Features(attempts, facts)
    for rule in RULES:
        claim = rule.claim(seen)
        if claim is not None:
            return GroupClass(
                group=name,
                failure_class=claim.failure_class,
                location=claim.location,
                rule=rule.name,
                reason=claim.reason,
                attempts=len(attempts),
                statuses=seen.statuses,
                exchanges=tuple(attempt.id for attempt in attempts),
            )
    return GroupClass(
        group=name,
        failure_class="unknown",
        location="none",
        rule="no-rule",
        reason="No rule recognised this exchange; whether it failed is not known.",
        attempts=len(attempts),
        statuses=seen.statuses,
        exchanges=tuple(attempt.id for attempt in attempts),
    )


def _nothing_judged(others: Mapping[str, int]) -> str:
    reason = "The captures hold no chat-completions exchange."
    if not others:
        return reason
    named = ", ".join(f"{count} of {name}" for name, count in sorted(others.items()))
    return f"{reason} Calls of other APIs are not judged: {named}."


def _incident(groups: tuple[GroupClass, ...], others: Mapping[str, int]) -> Classification:
    failing = [group for group in groups if group.failure_class != "none"]
    if not failing:
        reason = groups[0].reason if groups else _nothing_judged(others)
        return Classification("none", "none", False, reason, groups)
    weight = Counter[FailureClass]()
    for group in failing:
        weight[group.failure_class] += group.attempts
    heaviest = max(weight, key=lambda name: weight[name])
    first = next(group for group in failing if group.failure_class == heaviest)
    return Classification(
        heaviest, first.location, heaviest in CONTRACT_CLASSES, first.reason, groups
    )
