"""Errors: how many requests one failing call becomes."""

from collections.abc import Iterator

from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, count, said, standing_of


def _join(material: Material) -> Iterator[Joint]:
    assumed = material.assumed("retry.amplification")
    failed = material.failing_groups
    retried = [group for group in failed if group.attempts > 1]
    if assumed is None and not retried:
        return
    clauses = material.at("retry.amplification")
    requests = sum(group.attempts for group in failed)
    factor = f"{requests / len(failed):.1f}" if failed else ""
    yield Joint(
        "retry.amplification",
        standing_of(clauses),
        "kept" if failed else "silent",
        "unknown",
        assumed=assumed.detail if assumed else "not measured",
        documented=said(clauses),
        observed=f"{factor} requests for one failing call ({requests} requests in "
        f"{count(len(failed), 'call')})"
        if failed
        else "no failing call in the captures",
        clauses=clauses,
        evidence_ids=tuple(name for group in retried for name in group.exchanges),
        settle="decide how many attempts one call may make, and count calls, not requests",
    )


RULE = Rule("amplification", "How many requests does one failing call make?", _join)
