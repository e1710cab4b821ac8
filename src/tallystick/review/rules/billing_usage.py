"""Billing: usage in an answer is no bill unless a source says so."""

from collections.abc import Iterator

from tallystick.record.exchange import Exchange
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, agreement, count, ids, said, standing_of


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
        "kept" if holders else "silent",
        agreement(clauses, assumed.value) if assumed and clauses else "unknown",
        assumed=f"{assumed.value} ({assumed.origin})" if assumed else "not measured",
        documented=said(clauses),
        observed=f"usage in {count(len(holders), 'answer')}" if holders else "no usage captured",
        clauses=clauses,
        evidence_ids=ids(holders[:3]),
        settle="ask support whether billed tokens equal the usage of the answer",
    )


RULE = Rule("billing-usage", "Does a source state that usage is what is billed?", _join)
