"""Errors: the members of the error envelope, as documented and as seen."""

from collections.abc import Iterator

from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange, is_masked
from tallystick.record.placeholder import json_kind
from tallystick.record.words import count
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, ids, said, standing_of
from tallystick.review.rules.example import REFUSED, Example, call, case, stated


def _join(material: Material) -> Iterator[Joint]:
    holders: dict[str, list[Exchange]] = {}
    for exchange in material.exchanges:
        for name in _members(exchange):
            holders.setdefault(name, []).append(exchange)
    for name, exchanges in sorted(holders.items()):
        location = f"error.{name}"
        clauses = material.at(location)
        wrong = [e for e in exchanges if not _is_of_kind(e, name, clauses)]
        shown = f"of another kind in {count(len(wrong), 'error')}" if wrong else ""
        yield Joint(
            location,
            standing_of(clauses),
            "provider-breach" if wrong else "kept",
            "unknown",
            assumed="not measured",
            documented=said(clauses),
            observed=shown or f"in {count(len(exchanges), 'error')}",
            clauses=clauses,
            evidence_ids=ids(wrong or exchanges[:3]),
            culprits=frozenset(ids(wrong)),
            settle="read the error page, or ask what the member means",
        )


def _is_of_kind(exchange: Exchange, name: str, clauses: tuple[Clause, ...]) -> bool:
    kinds = {k for c in clauses if c.aspect == "kind" for k in c.value.split("|")}
    return not kinds or json_kind(exchange.response.body["error"][name]) in kinds


def _members(exchange: Exchange) -> list[str]:
    body = exchange.response.body
    error = body.get("error") if isinstance(body, dict) else None
    return [name for name in error if not is_masked(name)] if isinstance(error, dict) else []


RULE = Rule(
    "error-envelope",
    "Are the members of the error envelope documented?",
    _join,
    kept=Example(
        "A documented member of the error, of the documented kind.",
        "error.code",
        "sound",
        case([stated("error.code", "string", "kind")], wire=[[call(500, REFUSED)]]),
    ),
    breached=Example(
        "A documented text comes as a number.",
        "error.code",
        "provider-breach",
        case(
            [stated("error.code", "string", "kind")],
            wire=[[call(500, {"error": {"code": 500}})]],
        ),
    ),
    undecided=Example(
        "A member that no source documents.",
        "error.code",
        "to-verify",
        case(wire=[[call(500, REFUSED)]]),
    ),
)
