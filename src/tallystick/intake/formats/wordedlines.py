"""A line of words, pairs and JSON, as loggers of programs write it:
`2026-06-01T09:10:00Z INFO out id=4 body={"model": …}`.
"""

import json
import re

from tallystick.intake.formats.mapping import parsed
from tallystick.intake.formats.marks import AT
from tallystick.intake.formats.nodes import Line

_PAIR = re.compile(r'([A-Za-z_][\w.@-]*)=("(?:[^"\\]|\\.)*"|\S*)')
_OPENS = re.compile(r"(?:([A-Za-z_][\w.@-]*)\s*[=:]\s*)?(?=\{)")
_DECODER = json.JSONDecoder()
IN_LINE = "address in words"
_WORDED = (
    ("ts", re.compile(rf"^\W?({AT.pattern})")),
    (IN_LINE, re.compile(r"\b((?:GET|POST) https?://\S+)")),
    ("error", re.compile(r"((?:\b\w+\.)*\b\w+(?:Error|Exception|Timeout)\b: .*)")),
)
# A line that says in words that a model is asked: `llm request model=… temperature=0.2`.
ASKED = "request in words"
_ASKS = re.compile(
    r"\b(?:llm|model|chat|openai|completions?|upstream|provider)\W?(?:request|call)\b(?!\W*(?:fail|err|done"
    r"|ended|took|finish|complet|status))",
    re.IGNORECASE,
)


def worded(text: str) -> Line:
    """What a line tells by its words, its pairs and its JSON; empty where it has no time first or
    nothing but its time.
    """
    found: Line = {}
    rest = _take_json(text, found)
    found |= {name: told[1] for name, form in _WORDED if (told := form.search(rest))}
    pairs = {name: _value(value) for name, value in _PAIR.findall(rest)}
    if "ts" not in found or not (pairs or len(found) > 1):
        return {}
    if "model" in pairs and "status" not in pairs and _ASKS.search(rest):
        found[ASKED] = True
    return {**found, **pairs}


def _take_json(text: str, found: Line) -> str:
    """Put the JSON objects of a text under their names, and return the text without them."""
    kept, here = "", 0
    while (opened := _OPENS.search(text, here)) is not None:
        try:
            value, end = _DECODER.raw_decode(text, opened.end())
        except ValueError:
            kept, here = kept + text[here : opened.end() + 1], opened.end() + 1
            continue
        found[opened[1] or "body"] = value
        kept, here = kept + text[here : opened.start()], end
    return kept + text[here:]


def _value(text: str) -> object:
    return parsed(text) if text[:1] == '"' else text
