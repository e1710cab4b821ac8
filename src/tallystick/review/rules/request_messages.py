"""Request: the structure of the messages, and of what answers a tool call."""

from collections.abc import Iterator

from tallystick.protocol import Violation, request_violations
from tallystick.record.exchange import Exchange
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, count, ids, said, standing_of


def _join(material: Material) -> Iterator[Joint]:
    holders: dict[str, list[tuple[Exchange, Violation]]] = {}
    for exchange, body in material.bodies():
        for found in request_violations(body):
            if found.location.startswith("request.messages[]"):
                holders.setdefault(found.location, []).append((exchange, found))
    for location, wrong in sorted(holders.items()):
        yield _joint(material, location, wrong)


def _joint(material: Material, location: str, wrong: list[tuple[Exchange, Violation]]) -> Joint:
    clauses = material.at(location)
    exchanges = list({exchange.id: exchange for exchange, _ in wrong}.values())
    return Joint(
        location,
        standing_of(clauses),
        "client-breach",
        "unknown",
        assumed="sent in the captures",
        documented=said(clauses),
        observed=f"in {count(len(exchanges), 'request')}: {wrong[0][1].problem}",
        clauses=clauses,
        evidence_ids=ids(exchanges[:3]),
        culprits=frozenset(ids(exchanges)),
        settle="ask which order and members of messages are accepted",
    )


RULE = Rule("request-messages", "Are messages and answers to tool calls well formed?", _join)
