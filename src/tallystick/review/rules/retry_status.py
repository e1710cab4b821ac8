"""Errors: what is retried, status by status, against the documented rule."""

import re
from collections.abc import Iterator

from tallystick.protocol import read_error
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.record.trial import Assumption
from tallystick.record.words import count
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, said, standing_of
from tallystick.review.rules.example import REFUSED, Example, call, case, measured, stated
from tallystick.review.table import Client, Evidence

_RETRIES = ("retries", "retries-then-swallows")


def _join(material: Material) -> Iterator[Joint]:
    asked = {(a.location, a.when) for a in material.assumptions if _is_status(a.location)}
    seen = {key for exchange in material.exchanges if (key := _key(material, exchange))}
    for location, when in sorted(asked | seen):
        yield _status(material, location, when)


def _is_status(location: str) -> bool:
    return re.fullmatch(r"retry\.(?:status\.\d{3}|transport\.[a-z]+)", location) is not None


def _key(material: Material, exchange: Exchange) -> tuple[str, str] | None:
    status = exchange.response.status
    if exchange.failure is not None:
        return f"retry.transport.{exchange.failure}", ""
    if status < 400:
        return None
    return f"retry.status.{status}", error_condition(material, exchange)


def error_condition(material: Material, exchange: Exchange) -> str:
    """The condition under which a rule on a status holds of an answer; empty without one.

    A code is a condition where some source makes it one. That of a request which will never pass
    is told apart in any case: clients meet it under a 500.
    """
    status = exchange.response.status
    error = read_error(exchange.response.body) if exchange.response.body_kind == "json" else None
    if error is None or not error.code:
        return ""
    when = f"error.code={error.code}"
    stated = {clause.when for clause in material.at(f"retry.status.{status}", "retry")}
    special = status >= 500 and error.code == "invalid_request"
    return when if special or when in stated else ""


def _status(material: Material, location: str, when: str) -> Joint:
    clauses = applicable(material.at(location, "retry"), when)
    assumed = material.assumed(location, when)
    groups = _groups(material, location, when)
    again = {name: calls for name, calls in groups.items() if len(calls) > 1}
    evidence_ids = tuple(e.id for calls in (again or groups).values() for e in calls)
    return Joint(
        location,
        standing_of(clauses),
        _evidence(clauses, bool(again), bool(groups)),
        _client(clauses, assumed),
        assumed=_assumed(assumed, when),
        documented=said(clauses),
        observed=_observed(groups, again, when),
        clauses=clauses,
        evidence_ids=(*evidence_ids, *(assumed.basis if assumed else ())),
        culprits=frozenset(evidence_ids) if again else frozenset(),
        settle=_settle(location, when),
    )


def _settle(location: str, when: str) -> str:
    kind = location.rsplit(".", 1)[-1]
    if location.startswith("retry.transport."):
        return f"ask support whether a request may be sent again after no answer came ({kind})"
    return f"ask support whether {kind} may be retried" + (f" when {when}" if when else "")


def applicable(clauses: tuple[Clause, ...], when: str) -> tuple[Clause, ...]:
    """The rules that speak of a condition: per source the narrowest one that holds."""
    exact = tuple(c for c in clauses if c.when == when != "" and c.standing != "conflicting")
    if exact:
        return exact
    out: list[Clause] = []
    for source in dict.fromkeys(clause.citation.source for clause in clauses):
        own = [clause for clause in clauses if clause.citation.source == source]
        narrow = [clause for clause in own if when and clause.when == when]
        others = [clause for clause in own if clause.when == "otherwise"]
        out += narrow or others or [clause for clause in own if not clause.when]
    return tuple(out)


def _groups(material: Material, location: str, when: str) -> dict[str, list[Exchange]]:
    groups: dict[str, list[Exchange]] = {}
    for exchange in material.exchanges:
        if _key(material, exchange) == (location, when):
            groups.setdefault(exchange.group, []).append(exchange)
    return groups


def _evidence(clauses: tuple[Clause, ...], again: bool, seen: bool) -> Evidence:
    if not seen:
        return "silent"
    forbidden = any(clause.value == "no" for clause in clauses)
    return "client-breach" if forbidden and again else "kept"


def _client(clauses: tuple[Clause, ...], assumed: Assumption | None) -> Client:
    if assumed is None or assumed.origin != "measured":
        return "unknown"
    does = "yes" if assumed.value in _RETRIES else "no"
    if not clauses:
        # Failing fast where nothing is documented relies on nothing.
        return "differs" if does == "yes" else "agrees"
    # Leave to retry is no duty to: a client that fails fast breaks nothing.
    return "agrees" if all(clause.value in ("yes", does) for clause in clauses) else "differs"


def _assumed(assumed: Assumption | None, when: str) -> str:
    if assumed is None:
        return "not measured"
    return f"{assumed.value}{f' when {when}' if when else ''}: {assumed.detail}"


def _observed(
    groups: dict[str, list[Exchange]], again: dict[str, list[Exchange]], when: str
) -> str:
    if not groups:
        return "not in the captures"
    requests = sum(len(calls) for calls in groups.values())
    what = f"{count(requests, 'answer')} in {count(len(groups), 'call')}"
    repeated = f", {count(len(again), 'call')} retried" if again else ", none retried"
    return what + repeated + (f" ({when})" if when else "")


_INVALID = "error.code=invalid_request"
RULE = Rule(
    "retry-status",
    "Is each status retried as the documents say?",
    _join,
    kept=Example(
        "A status is retried that the page says to retry.",
        "retry.status.503",
        "sound",
        case(
            [stated("retry.status.503", "yes", "retry")], [measured("retry.status.503", "retries")]
        ),
    ),
    breached=Example(
        "A refusal of the request itself is sent again, against the page.",
        "retry.status.500",
        "client-mismatch",
        case(
            [stated("retry.status.500", "no", "retry", when=_INVALID)],
            [measured("retry.status.500", "retries", when=_INVALID)],
            [[call(500, REFUSED), call(500, REFUSED)]],
        ),
    ),
    undecided=Example(
        "The captures hold a status that nobody measured, and no source says what to do.",
        "retry.status.429",
        "to-verify",
        case(wire=[[call(429, {})]]),
    ),
)
