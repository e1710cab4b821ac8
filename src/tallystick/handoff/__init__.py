"""Rendering: the review and the record as documents. No judgement, no I/O.

Each rendering is loaded when it is asked for: the libraries behind them are slow to load.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
_MODULES = {
    "html": ("render_html",),
    "jsonform": ("render_json", "summary"),
    "junit": ("isolation_rows", "lab_rows", "regression_rows", "render_junit", "review_rows"),
    "markdown": ("Dossier", "render_markdown"),
    "pdf": ("render_pdf",),
    "sarif": ("render_sarif",),
    "support": ("render_support",),
}


def __getattr__(name: str) -> Any:  # PEP 562
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(name)
