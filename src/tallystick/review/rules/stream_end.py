"""Stream: what the client makes of a stream that ends early."""

from collections.abc import Iterator

from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, said, standing_of


def _join(material: Material) -> Iterator[Joint]:
    assumed = material.assumed("stream.done")
    if assumed is None:
        return
    clauses = material.at("stream.done")
    yield Joint(
        "stream.done",
        standing_of(clauses),
        "silent",
        "agrees" if assumed.value == "surfaces-cut" else "differs",
        assumed=f"{assumed.value}: {assumed.detail}",
        documented=said(clauses),
        observed="measured in the lab",
        clauses=clauses,
        evidence_ids=assumed.basis,
        settle="ask how a complete stream ends, and check for it",
    )


RULE = Rule("stream-end", "Does the client notice a stream that was cut?", _join)
