"""Writing a case in the layout that `score_verdict.py` reads."""

from __future__ import annotations

import json
from pathlib import Path

from .values import Case, Json


def expected(case: Case) -> dict[str, Json]:
    """The content of `expected.json`; empty sets are left out, as in the samples."""
    truth = case.truth
    sets: dict[str, Json] = {
        "verdict": list(truth.verdict),
        "never": list(truth.never),
        "side": list(truth.side),
        "location": list(truth.location),
        "not_guilty": list(truth.not_guilty),
    }
    return {
        **{name: values for name, values in sets.items() if values},
        "kind": case.kind,
        "format": case.format,
        "fault": case.fault,
        "herring": case.herring,
        "twin": case.twin,
    }


def write(case: Case, folder: Path) -> Path:
    """Write the case into a folder of its name below `folder`; returns that folder."""
    home = folder / case.name
    for name, text in case.documents.items():
        path = home / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    given = {"symptom": case.symptom, "docs": list(case.documents)}
    (home / case.capture_name).write_text(case.capture, encoding="utf-8")
    (home / "case.json").write_text(json.dumps(given) + "\n", encoding="utf-8")
    text = json.dumps(expected(case), indent=1)
    (home / "expected.json").write_text(text + "\n", encoding="utf-8")
    return home
