"""Errors: how many requests one failing call becomes."""

from collections.abc import Iterator

from tallystick.record.clause import Clause
from tallystick.record.finding import GroupClass
from tallystick.record.words import count
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, is_promised, said, standing_of
from tallystick.review.rules.example import REFUSED, Example, call, case, measured, stated
from tallystick.review.table import Client, Evidence

_PLACE = "retry.amplification"


def _join(material: Material) -> Iterator[Joint]:
    assumed = material.assumed(_PLACE)
    failed = material.failing_groups
    retried = [group for group in failed if group.attempts > 1]
    if assumed is None and not retried:
        return
    clauses = material.at(_PLACE)
    most = _most(clauses)
    beyond = [group for group in failed if most and group.attempts > most]
    told = bool(failed) and (most > 0 or not clauses)
    evidence: Evidence = "client-breach" if beyond else "kept" if told else "silent"
    yield Joint(
        _PLACE,
        standing_of(clauses),
        evidence,
        _client(most, assumed.value if assumed else ""),
        assumed=assumed.detail if assumed else "not measured",
        documented=said(clauses),
        observed=_observed(failed),
        clauses=clauses,
        evidence_ids=tuple(name for group in beyond or retried for name in group.exchanges),
        culprits=frozenset(name for group in beyond for name in group.exchanges),
        settle="decide how many attempts one call may make, and count calls, not requests",
    )


def _most(clauses: tuple[Clause, ...]) -> int:
    """How many requests a source leaves to one call; 0 where none says."""
    limits = [int(clause.value) for clause in clauses if clause.value.isdecimal()]
    return min(limits, default=0) if is_promised(clauses) else 0


def _client(most: int, requests: str) -> Client:
    if not requests.isdecimal():
        return "unknown"
    if most:
        return "agrees" if int(requests) <= most else "differs"
    # One request for one call relies on nothing; more may be right, and no source says so.
    return "agrees" if int(requests) <= 1 else "unknown"


def _observed(failed: tuple[GroupClass, ...]) -> str:
    if not failed:
        return "no failing call in the captures"
    requests = sum(group.attempts for group in failed)
    return (
        f"{requests / len(failed):.1f} requests for one failing call ({requests} requests in "
        f"{count(len(failed), 'call')})"
    )


RULE = Rule(
    "amplification",
    "How many requests does one failing call make?",
    _join,
    kept=Example(
        "A failing call is one request.",
        _PLACE,
        "sound",
        case(client=[measured(_PLACE, "1", "up to 1 request for one call")]),
    ),
    breached=Example(
        "A failing call is more requests than a source leaves to it.",
        _PLACE,
        "client-mismatch",
        case(
            [stated(_PLACE, "2")],
            [measured(_PLACE, "9", "up to 9 requests for one call")],
            [[call(503, REFUSED)] * 3],
        ),
    ),
    undecided=Example(
        "A failing call is several requests, and no source says how many may be.",
        _PLACE,
        "to-verify",
        case(wire=[[call(503, REFUSED)] * 3]),
    ),
)
