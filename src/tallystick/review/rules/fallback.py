"""Errors: what the client turns to when the first provider or model fails."""

from collections.abc import Iterator

from tallystick.record.clause import Clause
from tallystick.record.trial import Assumption
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, is_promised, said, standing_of
from tallystick.review.rules.example import Example, case, measured, stated
from tallystick.review.table import Client

_STAYS = ("none", "preserved")


def _join(material: Material) -> Iterator[Joint]:
    for assumption in material.assumptions:
        if assumption.location.startswith("fallback."):
            yield _joint(material, assumption)


def _joint(material: Material, assumption: Assumption) -> Joint:
    clauses = material.at(assumption.location)
    return Joint(
        assumption.location,
        standing_of(clauses),
        "silent",
        _client(clauses, assumption.value),
        assumed=f"{assumption.value}: {assumption.detail}",
        documented=said(clauses),
        observed="measured in the lab" if assumption.origin == "measured" else "declared",
        clauses=clauses,
        evidence_ids=assumption.basis,
        settle=f"decide which failures may go elsewhere ({assumption.location}), and say so",
    )


def _client(clauses: tuple[Clause, ...], value: str) -> Client:
    """A client that stays relies on nothing. That another provider or model keeps the same
    contract, only a source can say.
    """
    if value in _STAYS:
        return "agrees"
    allowed = {clause.value for clause in clauses if clause.value in ("yes", "no")}
    if not allowed or not is_promised(clauses):
        return "unknown"
    return "agrees" if "no" not in allowed else "differs"


RULE = Rule(
    "fallback",
    "Does what the client turns to keep the same contract?",
    _join,
    kept=Example(
        "A failing call asks no other provider or model.",
        "fallback.model",
        "sound",
        case(client=[measured("fallback.model", "none", "no other model was asked")]),
    ),
    breached=Example(
        "Another model is asked, which a source rules out.",
        "fallback.model",
        "client-mismatch",
        case(
            [stated("fallback.model", "no", standing="support-confirmed")],
            [measured("fallback.model", "second-model", "asks another model")],
        ),
    ),
    undecided=Example(
        "Another provider is asked, and no source says that it keeps the same contract.",
        "fallback.route",
        "to-verify",
        case(client=[measured("fallback.route", "second-provider", "asks another provider")]),
    ),
)
