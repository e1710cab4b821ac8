"""Billing: usage in an answer is no bill unless a source says so."""

from collections.abc import Iterator

from tallystick.record.case import ESTIMATE
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.record.words import count
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, agreement, ids, said, standing_of
from tallystick.review.rules.example import ANSWER, Example, call, case, declared, stated
from tallystick.review.table import Client


def _bodies(exchange: Exchange) -> list[object]:
    return [exchange.response.body, *(frame.data for frame in exchange.response.frames)]


def _join(material: Material) -> Iterator[Joint]:
    clauses = material.at("billing.usage")
    assumed = material.assumed("billing.usage")
    holders = [
        exchange
        for exchange in material.exchanges
        if any(isinstance(b, dict) and b.get("usage") for b in _bodies(exchange))
    ]
    yield Joint(
        "billing.usage",
        standing_of(clauses),
        "silent",  # what is billed is on no wire
        _client(clauses, assumed.value if assumed else None),
        assumed=f"{assumed.value} ({assumed.origin})" if assumed else "not measured",
        documented=said(clauses),
        observed=f"usage in {count(len(holders), 'answer')}" if holders else "no usage captured",
        clauses=clauses,
        evidence_ids=ids(holders[:3]),
        settle="ask support whether billed tokens equal the usage of the answer",
    )


def _client(clauses: tuple[Clause, ...], value: str | None) -> Client:
    """What is believed of bills, and no source documents, is relied on; an estimate is not."""
    if value == ESTIMATE:
        return "agrees"
    return agreement(clauses, value)


RULE = Rule(
    "billing-usage",
    "Does a source state that usage is what is billed?",
    _join,
    kept=Example(
        "Support confirmed that usage is what is billed, and the application counts on it.",
        "billing.usage",
        "sound",
        case(
            [stated("billing.usage", "yes", standing="support-confirmed")],
            [declared("billing.usage", "yes")],
        ),
    ),
    breached=Example(
        "The application bills by usage, and no source says that the provider does.",
        "billing.usage",
        "unsupported-assumption",
        case(client=[declared("billing.usage", "yes")]),
    ),
    undecided=Example(
        "Answers state usage; what is billed, no source documents.",
        "billing.usage",
        "to-verify",
        case(wire=[[call(answer={**ANSWER, "usage": {"total_tokens": 3}})]]),
    ),
)
