"""Response: answers that depart from the documented or common shape."""

from collections.abc import Iterator

from tallystick.protocol import Violation, completion_violations, stream_violations
from tallystick.record.exchange import Exchange
from tallystick.record.words import count
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, ids, said, standing_of
from tallystick.review.rules.example import ANSWER, Example, call, case, stated


def _join(material: Material) -> Iterator[Joint]:
    holders: dict[str, list[tuple[Exchange, Violation]]] = {}
    answered = [exchange for exchange in material.exchanges if exchange.answered]
    visible = [e for e in answered if e.response.body_kind not in ("not-visible", "partial")]
    for exchange in visible:
        for violation in _violations(exchange):
            holders.setdefault(violation.location, []).append((exchange, violation))
    for location, found in sorted(holders.items()):
        yield _departure(material, location, found)
    if visible and not holders:
        yield _whole(material, visible)


def _violations(exchange: Exchange) -> tuple[Violation, ...]:
    response = exchange.response
    if response.body_kind == "json":
        return completion_violations(response.body)
    frames = response.frames
    chunks = [frame.data for frame in frames if frame.kind == "data"]
    done = any(frame.kind == "done" for frame in frames)
    return stream_violations(chunks, done) if response.body_kind == "sse" else ()


def _departure(material: Material, location: str, found: list[tuple[Exchange, Violation]]) -> Joint:
    clauses = material.at(location)
    assumed = material.assumed(location)
    exchanges = [exchange for exchange, _ in found]
    relied = assumed is not None and assumed.value == "required"
    return Joint(
        location,
        standing_of(clauses),
        "provider-breach",
        "unknown" if assumed is None else "differs" if relied else "agrees",
        assumed=assumed.detail if assumed else "not measured",
        documented=said(clauses),
        observed=f"in {count(len(found), 'answer')}: {found[0][1].problem}",
        clauses=clauses,
        evidence_ids=ids(exchanges),
        culprits=frozenset(ids(exchanges)),
        settle="ask the provider whether this shape is intended",
    )


def _whole(material: Material, visible: list[Exchange]) -> Joint:
    clauses = material.at("response.choices")
    return Joint(
        "response.choices",
        standing_of(clauses),
        "kept",
        "agrees" if material.measured else "unknown",
        assumed="reads the answer from choices[0]" if material.measured else "not measured",
        documented=said(clauses),
        observed=f"{count(len(visible), 'successful answer')} of the expected shape",
        clauses=clauses,
        evidence_ids=ids(visible[:3]),
    )


RULE = Rule(
    "response-shape",
    "Do successful answers have the documented shape?",
    _join,
    kept=Example(
        "A successful answer has the documented members.",
        "response.choices",
        "sound",
        case([stated("response.choices", "array", "kind")], wire=[[call()]]),
    ),
    breached=Example(
        "A successful answer has no choice, although the page shows an array of them.",
        "response.choices",
        "provider-breach",
        case(
            [stated("response.choices", "array", "kind")],
            wire=[[call(answer={**ANSWER, "choices": []})]],
        ),
    ),
    undecided=Example(
        "An answer departs from the common protocol, and no source documents the rule.",
        "response.choices",
        "to-verify",
        case(wire=[[call(answer={**ANSWER, "choices": []})]]),
    ),
)
