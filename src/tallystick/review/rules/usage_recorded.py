"""Billing: what the application recorded of usage, against what the answers stated."""

from collections.abc import Iterator, Sequence

from tallystick.record.case import ESTIMATE
from tallystick.record.usage import INTERNAL, Account, State
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, said, standing_of
from tallystick.review.rules.example import Example, accounted, case, stated
from tallystick.review.table import Client, Evidence

_MOST = 3
_DIFFERS = "what the application recorded is not what the answers state"
_WHOLE: set[State] = {"agrees"}  # one window that could not be checked leaves the field open
_GRAVEST: tuple[State, ...] = ("differs", "could-not-check", "internal-estimate", "agrees")


def _join(material: Material) -> Iterator[Joint]:
    for field in dict.fromkeys(account.field for account in material.accounts):
        yield _field(material, field, [a for a in material.accounts if a.field == field])
    if material.estimates:
        yield _estimates(material)


def _field(material: Material, field: str, accounts: Sequence[Account]) -> Joint:
    clauses = material.at(f"response.usage.{field}")
    states = {account.state for account in accounts}
    differs = "differs" in states
    within = any(a.state == "differs" and a.window in ("during", "unknown") for a in accounts)
    culprits = _misread(material) if within else frozenset()
    evidence: Evidence = "client-breach" if differs else "kept" if states == _WHOLE else "silent"
    return Joint(
        f"billing.recorded.{field}",
        standing_of(clauses),
        evidence,
        _client(states),
        assumed=f"recorded by the application as usage.{field}",
        documented=said(clauses),
        observed="; ".join(_told(account) for account in _first(accounts)),
        clauses=clauses,
        culprits=culprits,
        evidence_ids=tuple(sorted(culprits)),
        reason=_DIFFERS if differs else "",
        is_incident=material.of_usage and within,
        settle=f"capture the answers of every recorded call, or ask what usage.{field} counts",
    )


def _client(states: set[State]) -> Client:
    if "differs" in states or ESTIMATE in states:
        return "differs"  # what no source documents is recorded all the same
    return "agrees" if states == _WHOLE else "unknown"


def _first(accounts: Sequence[Account]) -> Sequence[Account]:
    return sorted(accounts, key=lambda account: _GRAVEST.index(account.state))[:_MOST]


def _told(account: Account) -> str:
    told = (
        f"{account.window}, {account.model}: {account.stated:.15g} stated in {account.answers} "
        f"answers, {account.recorded:.15g} recorded in {account.rows} rows"
    )
    return f"{told} ({account.note})" if account.note else told


def _misread(material: Material) -> frozenset[str]:
    """The exchanges of calls that failed because usage was not read right."""
    return frozenset(
        name
        for group in material.failing_groups
        if group.location.startswith("response.usage")
        for name in group.exchanges
    )


def _estimates(material: Material) -> Joint:
    return Joint(
        INTERNAL,
        "to-verify",
        "silent",
        "agrees",
        assumed=f"labelled an internal estimate: {', '.join(material.estimates)}",
        documented=said(()),
        observed="figures of the application's own",
    )


_TOTAL = stated("response.usage.total_tokens", "number", "kind")

RULE = Rule(
    "usage-recorded",
    "Does the application record the usage that the answers state?",
    _join,
    kept=Example(
        "What was recorded is what the last usage of each answer states.",
        "billing.recorded.total_tokens",
        "sound",
        case([_TOTAL], accounts=[accounted("agrees", 120, 120)]),
    ),
    breached=Example(
        "More was recorded than the answers state.",
        "billing.recorded.total_tokens",
        "client-mismatch",
        case([_TOTAL], accounts=[accounted("differs", 120, 240)]),
    ),
    undecided=Example(
        "Calls were recorded whose answers nobody captured.",
        "billing.recorded.total_tokens",
        "could-not-check",
        case([_TOTAL], accounts=[accounted("could-not-check", 0, 240)]),
    ),
)
