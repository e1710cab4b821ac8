"""Rate limits: nothing is concluded from traffic; only sources count."""

from collections.abc import Iterator

from tallystick.record.exchange import Exchange
from tallystick.record.words import count
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, agreement, ids, said, standing_of
from tallystick.review.rules.example import Example, call, case, declared, stated


def _join(material: Material) -> Iterator[Joint]:
    sent = [
        exchange
        for exchange in material.exchanges
        if any(h.name.startswith("x-ratelimit") for h in exchange.response.headers)
    ]
    limited = [e for e in material.exchanges if e.response.status == 429]
    shown = f"sent in {count(len(sent), 'answer')}" if sent else "never sent in the captures"
    headers = "ask support for the headers that announce the account's limits"
    yield _limit(material, "limit.headers", sent, shown, headers)
    # A burst that works or fails proves no limit: 429s are shown and never counted as evidence.
    seen = f"{count(len(limited), 'answer')} with 429, from which no limit is inferred"
    yield _limit(material, "limit.requests", [], seen, "ask support for the account's limits")


def _limit(
    material: Material, location: str, holders: list[Exchange], observed: str, settle: str
) -> Joint:
    clauses = material.at(location)
    assumed = material.assumed(location)
    return Joint(
        location,
        standing_of(clauses),
        "kept" if holders else "silent",
        # What was read off traffic, or believed, is relied on all the same.
        agreement(clauses, assumed.value if assumed else None),
        assumed=f"{assumed.value} ({assumed.origin})" if assumed else "not measured",
        documented=said(clauses),
        observed=observed,
        clauses=clauses,
        evidence_ids=ids(holders[:3]),
        settle=settle,
    )


RULE = Rule(
    "rate-limit-signals",
    "Are limits and their headers documented?",
    _join,
    kept=Example(
        "A limit that support confirmed is the one the application keeps to.",
        "limit.requests",
        "sound",
        case(
            [stated("limit.requests", "60", standing="support-confirmed")],
            [declared("limit.requests", "60")],
        ),
    ),
    breached=Example(
        "A limit that was read off a burst of 429: traffic states no limit.",
        "limit.requests",
        "unsupported-assumption",
        case(client=[declared("limit.requests", "60")], wire=[[call(429, {})]]),
    ),
    undecided=Example(
        "A header that announces a limit came, and no source documents it.",
        "limit.headers",
        "to-verify",
        case(wire=[[call(got=(("x-ratelimit-limit-requests", "60"),))]]),
    ),
)
