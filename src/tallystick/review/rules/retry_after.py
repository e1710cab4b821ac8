"""Errors: whether a documented wait is kept."""

from collections.abc import Iterator

from tallystick.record.words import count
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, ids, said, standing_of
from tallystick.review.rules.example import Example, call, case, measured, stated
from tallystick.review.table import Client


def _join(material: Material) -> Iterator[Joint]:
    clauses = material.at("retry.retry_after")
    assumed = material.assumed("retry.retry_after")
    sent = [e for e in material.exchanges if e.response_header("retry-after") is not None]
    if assumed is None and not sent and not clauses:
        return
    yield Joint(
        "retry.retry_after",
        standing_of(clauses),
        "kept" if sent else "silent",
        # A client that honours the header when it comes relies on nothing when it does not.
        "unknown" if assumed is None or not clauses else _agrees(assumed.value),
        assumed=f"{assumed.value}: {assumed.detail}" if assumed else "not measured",
        documented=said(clauses),
        observed=f"sent in {count(len(sent), 'answer')}" if sent else "never sent in the captures",
        clauses=clauses,
        evidence_ids=ids(sent[:3]) + (assumed.basis if assumed else ()),
        settle="ask support whether Retry-After is sent, and in which form",
    )


def _agrees(value: str) -> Client:
    return "agrees" if value == "honoured" else "differs"


RULE = Rule(
    "retry-after",
    "Is Retry-After documented, sent and honoured?",
    _join,
    kept=Example(
        "The wait that is asked for is kept.",
        "retry.retry_after",
        "sound",
        case(
            [stated("retry.retry_after", "yes", "exists")],
            [measured("retry.retry_after", "honoured")],
        ),
    ),
    breached=Example(
        "The client comes back before the documented wait is over.",
        "retry.retry_after",
        "client-mismatch",
        case(
            [stated("retry.retry_after", "yes", "exists")],
            [measured("retry.retry_after", "ignored")],
        ),
    ),
    undecided=Example(
        "The header was sent, and no source documents it.",
        "retry.retry_after",
        "to-verify",
        case(wire=[[call(429, {}, got=(("retry-after", "1"),))]]),
    ),
)
