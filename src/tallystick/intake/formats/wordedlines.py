"""A line of words, pairs and JSON, as loggers of programs write it:
`2026-06-01T09:10:00Z INFO out id=4 body={"model": …}`.
"""

import json
import re

from tallystick.intake.formats.mapping import parsed
from tallystick.intake.formats.marks import AT
from tallystick.intake.formats.nodes import Line, is_chunk

# A pair of logfmt; a name begins where a word does, so that no word is looked at twice.
PAIR = re.compile(r'(?<![\w.@-])([A-Za-z_][\w.@-]*)=("(?:[^"\\]|\\.)*"|\S*)')
_NAMED = re.compile(r"([A-Za-z_][\w.@-]{0,40})\s?[=:]\s?$")
_NAME = 48
# So many braces that open nothing are words of a line, and not its JSON.
_MOST_TRIES = 8
_DECODER = json.JSONDecoder()
IN_LINE = "address in words"
_WORDED = (
    ("ts", re.compile(rf"^\W?({AT.pattern})")),
    (IN_LINE, re.compile(r"\b((?:GET|POST) https?://\S+)")),
    ("error", re.compile(r"((?:\b\w+\.){0,8}\b\w+(?:Error|Exception|Timeout)\b: .*)")),
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
    pairs = {name: _value(value) for name, value in PAIR.findall(rest)}
    if "ts" not in found or not (pairs or len(found) > 1):
        return {}
    if "model" in pairs and "status" not in pairs and _ASKS.search(rest):
        found[ASKED] = True
    return {**found, **pairs}


def _take_json(text: str, found: Line) -> str:
    """Put the JSON objects of a text under their names, and return the text without them. One
    that stands behind `data:` is a line of a stream (WHATWG HTML, 9.2.5).
    """
    kept, here, look, failed = [], 0, 0, 0
    while failed < _MOST_TRIES and (at := text.find("{", look)) >= 0:
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            look, failed = at + 1, failed + 1
            continue
        named = _NAMED.search(text, max(here, at - _NAME), at)
        is_event = named is not None and named[0].rstrip() == "data:" and _is_event(value)
        found[named[1] if named else "body"] = f"data: {text[at:end]}" if is_event else value
        kept.append(text[here : named.start() if named else at])
        here = look = end
    return "".join((*kept, text[here:]))


def _is_event(value: object) -> bool:
    """Whether JSON is what one event of a stream holds: a chunk, or an error alone."""
    return is_chunk(value) or (isinstance(value, dict) and {*value} == {"error"})


def _value(text: str) -> object:
    return parsed(text) if text[:1] == '"' else text
