"""The handoff as JSON: the shape that `tallystick run --json` prints (without the paths)."""

from typing import Any

import msgspec

from tallystick.handoff.dossier import Dossier
from tallystick.handoff.escape import json_text
from tallystick.record.answer import Answer
from tallystick.record.canonical import pretty
from tallystick.record.case import Incident
from tallystick.record.checklist import ChangeKind, Item, Proposal, SignOff, WorksheetRow
from tallystick.record.clause import Source
from tallystick.record.finding import (
    AreaAnswer,
    Classification,
    Completeness,
    Finding,
    RootCause,
    VerdictName,
)
from tallystick.record.isolation import Isolation, OtherTrials, Regression
from tallystick.record.journal import Entry
from tallystick.record.replay import Replay
from tallystick.record.trial import RetryRow
from tallystick.record.usage import Account


def render_json(dossier: Dossier) -> bytes:
    """Canonical JSON, laid out for reading; what acts on a terminal is escaped."""
    return json_text(pretty(summary(dossier)).decode()).encode()


def summary(dossier: Dossier) -> dict[str, Any]:
    """The members of the handoff's JSON."""
    review = dossier.review
    lab = dossier.lab
    return {
        "verdict": review.verdict.name,
        "reason": review.verdict.reason,
        "strength": review.verdict.strength,
        "settle": review.verdict.settle,
        "answer": msgspec.to_builtins(review.answer),
        "cause": msgspec.to_builtins(review.cause),
        "also": msgspec.to_builtins(review.also),
        "completeness": msgspec.to_builtins(review.completeness),
        "incident": msgspec.to_builtins(dossier.case.incident),
        "classification": msgspec.to_builtins(review.classification),
        "findings": [{"id": f.id, **msgspec.to_builtins(f)} for f in review.findings],
        "areas": msgspec.to_builtins(review.areas),
        "sources": msgspec.to_builtins(dossier.sources),
        "decisions": msgspec.to_builtins(dossier.decisions),
        "replays": msgspec.to_builtins(dossier.replays),
        "isolation": msgspec.to_builtins(dossier.isolation),
        "regression": msgspec.to_builtins(dossier.regression),
        "other_trials": msgspec.to_builtins(dossier.other_trials),
        "worksheet": msgspec.to_builtins(dossier.worksheet),
        "checklist": msgspec.to_builtins(dossier.items),
        "obstacles": dossier.obstacles,
        "proposals": msgspec.to_builtins(dossier.proposals),
        "changes": msgspec.to_builtins(dossier.changes),
        "signatures": msgspec.to_builtins(dossier.signatures),
        "retries": msgspec.to_builtins(dossier.retries),
        "accounts": msgspec.to_builtins(dossier.accounts),
        "lab": {
            "run": lab is not None and not lab.unavailable,
            "could_not_check": lab.unavailable if lab else "no client command in case.toml",
            "trials": len(lab.observations) if lab else 0,
        },
    }


_LAB = {
    "type": "object",
    "properties": {
        "run": {"type": "boolean"},
        "could_not_check": {"type": "string"},
        "trials": {"type": "integer"},
    },
    "required": ["run", "could_not_check", "trials"],
}
# The kinds behind the members of the JSON form.
_MEMBERS: dict[str, Any] = {
    "verdict": VerdictName,
    "reason": str,
    "strength": str,
    "settle": tuple[str, ...],
    "answer": Answer,
    "cause": RootCause | None,
    "also": tuple[RootCause, ...],
    "completeness": Completeness,
    "incident": Incident,
    "classification": Classification,
    "findings": tuple[Finding, ...],
    "areas": tuple[AreaAnswer, ...],
    "sources": tuple[Source, ...],
    "decisions": tuple[Entry, ...],
    "replays": tuple[Replay, ...],
    "isolation": Isolation | None,
    "regression": Regression | None,
    "other_trials": OtherTrials,
    "worksheet": tuple[WorksheetRow, ...],
    "checklist": tuple[Item, ...],
    "obstacles": tuple[str, ...],
    "proposals": tuple[Proposal, ...],
    "changes": tuple[ChangeKind, ...],
    "signatures": tuple[SignOff, ...],
    "retries": tuple[RetryRow, ...],
    "accounts": tuple[Account, ...],
}


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the handoff's JSON."""
    kinds = list(_MEMBERS.values())
    found, parts = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    members: dict[str, Any] = dict(zip(_MEMBERS, found, strict=True))
    numbered = {"properties": {"id": {"type": "string"}}, "required": ["id"]}
    members["findings"]["items"] = {"allOf": [members["findings"]["items"], numbered]}
    members["lab"] = _LAB
    required = list(members)
    members["handoff"] = {"type": "object", "additionalProperties": {"type": "string"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tallystick handoff",
        "type": "object",
        "properties": members,
        "required": required,  # what is printed also tells where the documents lie
        "additionalProperties": False,
        "$defs": parts,
    }
