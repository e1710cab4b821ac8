"""Rendering: the review and the record as documents. No judgement, no I/O."""

from tallystick.handoff.jsonform import render_json, summary
from tallystick.handoff.junit import (
    isolation_rows,
    lab_rows,
    regression_rows,
    render_junit,
)
from tallystick.handoff.markdown import Dossier, render_markdown

__all__ = [
    "Dossier",
    "isolation_rows",
    "lab_rows",
    "regression_rows",
    "render_json",
    "render_junit",
    "render_markdown",
    "summary",
]
