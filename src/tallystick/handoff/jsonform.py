"""The handoff as JSON: the shape that `tallystick run --json` prints (without the paths)."""

from typing import Any

import msgspec

from tallystick.handoff.dossier import Dossier
from tallystick.record.canonical import pretty


def render_json(dossier: Dossier) -> bytes:
    """Canonical JSON, laid out for reading."""
    return pretty(summary(dossier))


def summary(dossier: Dossier) -> dict[str, Any]:
    """The members of the handoff's JSON."""
    review = dossier.review
    lab = dossier.lab
    return {
        "verdict": review.verdict.name,
        "reason": review.verdict.reason,
        "strength": review.verdict.strength,
        "settle": review.verdict.settle,
        "incident": msgspec.to_builtins(dossier.case.incident),
        "classification": msgspec.to_builtins(review.classification),
        "findings": [{"id": f.id, **msgspec.to_builtins(f)} for f in review.findings],
        "areas": msgspec.to_builtins(review.areas),
        "sources": msgspec.to_builtins(dossier.sources),
        "decisions": msgspec.to_builtins(dossier.decisions),
        "replays": msgspec.to_builtins(dossier.replays),
        "isolation": msgspec.to_builtins(dossier.isolation),
        "regression": msgspec.to_builtins(dossier.regression),
        "worksheet": msgspec.to_builtins(dossier.worksheet),
        "checklist": msgspec.to_builtins(dossier.items),
        "obstacles": dossier.obstacles,
        "proposals": msgspec.to_builtins(dossier.proposals),
        "changes": msgspec.to_builtins(dossier.changes),
        "signatures": msgspec.to_builtins(dossier.signatures),
        "retries": msgspec.to_builtins(dossier.retries),
        "lab": {
            "run": lab is not None and not lab.unavailable,
            "could_not_check": lab.unavailable if lab else "no client command in case.toml",
            "trials": len(lab.observations) if lab else 0,
        },
    }
