"""Rendering: the review and the record as documents. No judgement, no I/O."""

from tallystick.handoff.html import render_html
from tallystick.handoff.jsonform import render_json, summary
from tallystick.handoff.junit import (
    isolation_rows,
    lab_rows,
    regression_rows,
    render_junit,
    review_rows,
)
from tallystick.handoff.markdown import Dossier, render_markdown
from tallystick.handoff.pdf import render_pdf
from tallystick.handoff.sarif import render_sarif
from tallystick.handoff.support import render_support

__all__ = [
    "Dossier",
    "isolation_rows",
    "lab_rows",
    "regression_rows",
    "render_html",
    "render_json",
    "render_junit",
    "render_markdown",
    "render_pdf",
    "render_sarif",
    "render_support",
    "review_rows",
    "summary",
]
