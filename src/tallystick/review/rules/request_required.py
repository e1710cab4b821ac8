"""Request: fields that a source requires, and how many items it asks for."""

from collections.abc import Iterator
from typing import Any

from tallystick.record.clause import Clause
from tallystick.record.placeholder import json_kind
from tallystick.record.words import count
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, ids, said, standing_of
from tallystick.review.rules.example import ASKED, REFUSED, Example, call, case, stated
from tallystick.review.table import Evidence


def _join(material: Material) -> Iterator[Joint]:
    required = {c.location for c in material.clauses if c.aspect == "required" and c.value == "yes"}
    for location in sorted(place for place in required if _is_top_field(place)):
        yield _field(material, location)


def _is_top_field(location: str) -> bool:
    return location.startswith("request.") and "[" not in location and location.count(".") == 1


def _field(material: Material, location: str) -> Joint:
    name = location.removeprefix("request.")
    clauses = material.at(location, "required", "kind", "min-items")
    bodies = list(material.bodies())
    problems = {e.id: why for e, body in bodies if (why := _problem(body, name, clauses))}
    wrong = [e for e, _ in bodies if e.id in problems]
    assumed = material.assumed(location)
    evidence: Evidence = "client-breach" if wrong else "kept" if bodies else "silent"
    shown = (
        f"{count(len(wrong), 'request')} of {len(bodies)}: {problems[wrong[0].id]}" if wrong else ""
    )
    return Joint(
        location,
        standing_of(clauses),
        evidence,
        "agrees" if assumed else "unknown",
        assumed=assumed.detail if assumed else "not measured",
        documented=said(clauses),
        observed=shown or (f"sent in all {len(bodies)}" if bodies else _in_parts(material, name)),
        clauses=clauses,
        evidence_ids=ids(wrong) or ids(e for e, _ in bodies[:1]),
        culprits=frozenset(ids(wrong)),
        settle="capture a failing request with its body",
    )


def _in_parts(material: Material, name: str) -> str:
    """What is seen of a member where no request is captured whole."""
    asked = [e.request.body for e in material.exchanges if e.request.body_kind == "partial"]
    holding = sum(isinstance(body, dict) and name in body for body in asked)
    if holding:
        return f"in {count(holding, 'request')}, of which only a part is captured"
    return "no whole request captured" if asked else "no request body captured"


def _problem(body: dict[str, Any], name: str, clauses: tuple[Clause, ...]) -> str:
    if name not in body:
        return "not sent"
    value = body[name]
    for clause in clauses:
        if clause.aspect == "kind" and json_kind(value) not in clause.value.split("|"):
            return f"sent as {json_kind(value)}"
        if clause.aspect == "min-items" and isinstance(value, list):
            least = int(clause.value) if clause.value.isdigit() else 0
            if len(value) < least:
                return f"sent as an array of {len(value)}"
    return ""


_STATED = (
    stated("request.messages", "yes", "required"),
    stated("request.messages", "array", "kind"),
    stated("request.messages", "1", "min-items"),
)
RULE = Rule(
    "request-required",
    "Is every required field sent, of the right kind?",
    _join,
    kept=Example(
        "A required array is sent with an item.",
        "request.messages",
        "sound",
        case(_STATED, wire=[[call()]]),
    ),
    breached=Example(
        "A required array is sent empty.",
        "request.messages",
        "client-mismatch",
        case(_STATED, wire=[[call(500, REFUSED, body={**ASKED, "messages": []})]]),
    ),
    undecided=Example(
        "No request body is visible, and no lab has run.",
        "request.messages",
        "could-not-check",
        case(_STATED),
    ),
)
