"""Request: the structure of the messages, and of what answers a tool call."""

from collections.abc import Iterator
from typing import Any

from tallystick.protocol import Violation, request_violations
from tallystick.record.exchange import Exchange
from tallystick.record.words import count
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, ids, said, standing_of
from tallystick.review.rules.example import ASKED, REFUSED, Example, call, case, stated

_ROLE = "request.messages[].role"


def _join(material: Material) -> Iterator[Joint]:
    holders: dict[str, list[tuple[Exchange, Violation]]] = {}
    for exchange, body in material.bodies():
        for found in request_violations(body):
            if found.location.startswith("request.messages[]"):
                holders.setdefault(found.location, []).append((exchange, found))
    for location, wrong in sorted(holders.items()):
        yield _joint(material, location, [exchange for exchange, _ in wrong], wrong[0][1].problem)
    if not holders:
        yield from _roles(material)


def _roles(material: Material) -> Iterator[Joint]:
    """The roles of well-formed messages, against those that are stated."""
    clauses = material.at(_ROLE)
    known = {role for c in clauses if c.aspect == "enum" for role in c.value.split("|")}
    sent = [(exchange, roles) for exchange, body in material.bodies() if (roles := _sent(body))]
    stray = [(exchange, roles - known) for exchange, roles in sent if known and roles - known]
    if stray:
        problem = f"has the role {', '.join(sorted(stray[0][1]))}, which is not stated"
        yield _joint(material, _ROLE, [exchange for exchange, _ in stray], problem)
    elif sent and clauses:
        yield _joint(material, _ROLE, [exchange for exchange, _ in sent], "")


def _sent(body: dict[str, Any]) -> set[str]:
    messages = body.get("messages")
    listed = messages if isinstance(messages, list) else []
    return {str(one["role"]) for one in listed if isinstance(one, dict) and "role" in one}


def _joint(material: Material, location: str, held: list[Exchange], problem: str) -> Joint:
    clauses = material.at(location)
    exchanges = list({exchange.id: exchange for exchange in held}.values())
    told = count(len(exchanges), "request")
    return Joint(
        location,
        standing_of(clauses),
        "client-breach" if problem else "kept",
        "unknown",
        assumed="sent in the captures",
        documented=said(clauses),
        observed=f"in {told}: {problem}" if problem else f"well formed in {told}",
        clauses=clauses,
        evidence_ids=ids(exchanges[:3]),
        culprits=frozenset(ids(exchanges)) if problem else frozenset(),
        settle="ask which order and members of messages are accepted",
    )


_STATED = (stated("request.messages[].role", "yes", "required"),)
_ODD = {**ASKED, "messages": [{"role": "‹value›"}]}
RULE = Rule(
    "request-messages",
    "Are messages and answers to tool calls well formed?",
    _join,
    kept=Example(
        "Every message has a known role.",
        "request.messages[].role",
        "sound",
        case(_STATED, wire=[[call()]]),
    ),
    breached=Example(
        "A message has a role that is none.",
        "request.messages[].role",
        "client-mismatch",
        case(_STATED, wire=[[call(400, REFUSED, body=_ODD)]]),
    ),
    undecided=Example(
        "A message has a role that is none, and no source documents the roles.",
        "request.messages[].role",
        "to-verify",
        case(wire=[[call(400, REFUSED, body=_ODD)]]),
    ),
)
