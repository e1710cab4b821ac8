"""Tables with a column for each family of models: `max_tokens | Supported | Not supported`."""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.refusals import ANY
from tallystick.documents import Node

_NAMED = re.compile(
    r"\b(?:(?P<gpt>GPT-\d)(?:\.[\dx]+)?|(?P<o>o)-series|(?P<id>o\d(?:-mini)?)"
    r"|(?P<family>Gemini|Claude|DeepSeek|Mistral|Llama|Qwen|Kimi|Grok|GLM))\b",
)
_O_SERIES = ("o1", "o3", "o4")
_REFUSED = re.compile(
    r"(?:not supported|unsupported|not accepted|not allowed|refused|rejected|not available)"
    r"(?:\. (?:send|use|pass) [\w.` ]+)?\.?",
    re.IGNORECASE,
)


def families_of(heading: str) -> str:
    """The beginnings of the ids of the models that a heading names, joined by `|`."""
    found: set[str] = set()
    for named in _NAMED.finditer(heading):
        if named["o"]:
            found.update(_O_SERIES)
        else:
            found.add((named["gpt"] or named["id"] or named["family"]).lower())
    return "|".join(sorted(found))


def family_drafts(headings: tuple[str, ...], row: Node, location: str) -> Iterator[Draft]:
    """What the cells of a member's row say is not taken by the models of their column."""
    for heading, cell in zip(headings, row.children, strict=False):
        models = families_of(heading)
        if models and _REFUSED.fullmatch(cell.text.plain.strip()):
            why = "says that the models of its column do not take it"
            when = f"model={models}"
            yield Draft(location, "refused", ANY, row.start, row.end, when, "candidate", why)
