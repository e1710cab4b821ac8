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


# Columns of a table of models that are about a member of a request.
_CAPABILITIES = (
    (r"tools?(?: (?:use|calls?|calling))?|function[ -]?call(?:s|ing)?|functions", "request.tools"),
    (r"json(?: mode| output)?|structured outputs?|response[_ ]format", "request.response_format"),
    (r"temperature", "request.temperature"),
    (r"stop(?: sequences?)?", "request.stop"),
    (r"logprobs|log probabilities", "request.logprobs"),
    (r"seed", "request.seed"),
    (r"reasoning[_ ]effort", "request.reasoning_effort"),
)
_MODELS = re.compile(r"models?(?: (?:id|name))?", re.IGNORECASE)
_MODEL = re.compile(r"[a-z][\w.:/-]*", re.IGNORECASE)
_NONE = re.compile(r"no|✗|❌|false|not supported|unsupported", re.IGNORECASE)


def capability_drafts(headings: tuple[str, ...], rows: tuple[Node, ...]) -> Iterator[Draft]:
    """What the rows of a table of models say that a model does not take: `Model | Tools`."""
    if not headings or not _MODELS.fullmatch(headings[0].strip("` ")):
        return
    for row in rows:
        cells = [cell.text.plain.strip("` ") for cell in row.children]
        for heading, cell in zip(headings[1:], cells[1:], strict=False):
            place = next(
                (at for words, at in _CAPABILITIES
                 if re.fullmatch(words, heading.strip("` "), re.IGNORECASE)), ""
            )  # fmt: skip
            if place and _NONE.fullmatch(cell) and _MODEL.fullmatch(cells[0]):
                why = "stands in a table of what models take"
                when = f"model={cells[0].lower()}"
                yield Draft(place, "refused", ANY, row.start, row.end, when, "candidate", why)


def family_drafts(headings: tuple[str, ...], row: Node, location: str) -> Iterator[Draft]:
    """What the cells of a member's row say is not taken by the models of their column."""
    for heading, cell in zip(headings, row.children, strict=False):
        models = families_of(heading)
        if models and _REFUSED.fullmatch(cell.text.plain.strip()):
            why = "says that the models of its column do not take it"
            when = f"model={models}"
            yield Draft(location, "refused", ANY, row.start, row.end, when, "candidate", why)
