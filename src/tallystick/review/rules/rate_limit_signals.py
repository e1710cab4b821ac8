"""Rate limits: nothing is concluded from traffic; only sources count."""

from collections.abc import Iterator

from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, count, ids, said, standing_of


def _join(material: Material) -> Iterator[Joint]:
    clauses = material.at("limit.headers")
    sent = [
        exchange
        for exchange in material.exchanges
        if any(h.name.startswith("x-ratelimit") for h in exchange.response.headers)
    ]
    yield Joint(
        "limit.headers",
        standing_of(clauses),
        "kept" if sent else "silent",
        "unknown",
        assumed="not measured",
        documented=said(clauses),
        observed=f"sent in {count(len(sent), 'answer')}" if sent else "never sent in the captures",
        clauses=clauses,
        evidence_ids=ids(sent[:3]),
        settle="ask support for the account's limits and the headers that announce them",
    )
    limits = material.at("limit.requests")
    limited = [e for e in material.exchanges if e.response.status == 429]
    yield Joint(
        "limit.requests",
        standing_of(limits),
        "silent",
        "unknown",
        assumed="not measured; a burst that works or fails proves no limit",
        documented=said(limits),
        observed=f"{count(len(limited), 'answer')} with 429",
        clauses=limits,
        evidence_ids=ids(limited[:3]),
        settle="ask support for the account's limits",
    )


RULE = Rule("rate-limit-signals", "Are limits and their headers documented?", _join)
