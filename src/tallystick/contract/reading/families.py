"""Tables with a column for each family of models: `max_tokens | Supported | Not supported`."""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.refusals import ANY
from tallystick.contract.reading.vocabulary import place_of
from tallystick.documents import Node, Text

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
_MODELS = re.compile(
    r"(?:model )?(?:models?|famil(?:y|ies)|series)(?: (?:id|name|family))?", re.IGNORECASE
)
_MODEL = re.compile(r"[a-z][\w.:/-]*", re.IGNORECASE)
_NONE = re.compile(
    r"(?:no|✗|❌|false|not supported|unsupported|refused|rejected)"
    r"|(?:use|send) `?\w+_\w+`?(?: instead)?",
    re.IGNORECASE,
)
# A value that is the only one: `only 1`, `fixed at 1`, `must be 1`, `1 only`.
_ONLY = re.compile(
    r"(?:only|fixed(?: at)?|always|must be|has to be)[: ]+`?(?P<value>-?\d+(?:\.\d+)?|true|false)`?"
    r"(?:[,;(] ?.*)?|`?(?P<other>-?\d+(?:\.\d+)?|true|false)`? only",
    re.IGNORECASE,
)
_WHY = "stands in a table of what models take"


def capability_drafts(headings: tuple[str, ...], rows: tuple[Node, ...]) -> Iterator[Draft]:
    """What the rows of a table of models say that a model does not take: `Model | Tools`."""
    if not headings or not _MODELS.fullmatch(headings[0].strip("` ")):
        return
    places = [_place_of(heading) for heading in headings[1:]]
    for row in rows:
        models = _models_of(row.children[0].text) if row.children else ""
        for place, cell in zip(places, row.children[1:], strict=False) if models else ():
            yield from _capability(place, cell.text.plain.strip(), f"model={models}", row)


def _capability(place: str, said: str, when: str, row: Node) -> Iterator[Draft]:
    if place and _NONE.fullmatch(said.strip("` ")):
        yield Draft(place, "refused", ANY, row.start, row.end, when, "candidate", _WHY)
    elif place:
        yield from _only(place, said, when, row)


def _only(place: str, said: str, when: str, row: Node) -> Iterator[Draft]:
    """The one value that a cell says some models take."""
    found = _ONLY.fullmatch(said)
    if found:
        value = found["value"] or found["other"]
        yield Draft(place, "enum", value, row.start, row.end, when, "candidate", _WHY)


def _place_of(heading: str) -> str:
    """The member of a request that a column is about; empty for none."""
    words = heading.strip("` ")
    named = next(
        (at for pattern, at in _CAPABILITIES if re.fullmatch(pattern, words, re.IGNORECASE)), ""
    )
    known = place_of(words)
    return named or (known if known.startswith("request.") and known != "request.model" else "")


def _models_of(text: Text) -> str:
    """The models that the first cell of a row names: as code, as a family, or as an id."""
    codes = [text.plain[a:b].strip().lower() for a, b in text.codes]
    if codes and all(map(_MODEL.fullmatch, codes)):
        return "|".join(sorted(set(codes)))
    bare = text.plain.strip("` ")
    return families_of(bare) or (bare.lower() if _MODEL.fullmatch(bare) else "")


def family_drafts(headings: tuple[str, ...], row: Node, location: str) -> Iterator[Draft]:
    """What the cells of a member's row say is not taken by the models of their column."""
    for heading, cell in zip(headings, row.children, strict=False):
        models = families_of(heading)
        said, when = cell.text.plain.strip(), f"model={models}"
        if models and _REFUSED.fullmatch(said):
            why = "says that the models of its column do not take it"
            yield Draft(location, "refused", ANY, row.start, row.end, when, "candidate", why)
        elif models:
            yield from _only(location, said, when, row)
