"""Tables with a column for each family of models: `max_tokens | Supported | Not supported`."""

import re
from collections.abc import Iterator, Mapping

from tallystick.contract.draft import Draft
from tallystick.contract.reading.modelnames import families_of
from tallystick.contract.reading.refusals import ANY
from tallystick.contract.reading.vocabulary import place_of
from tallystick.documents import Node, Text
from tallystick.record.policy import choices_at

_REFUSED = re.compile(
    r"(?:not supported|unsupported|not accepted|not allowed|refused|rejected|not available"
    r"|errors?|(?:returns? |answers? )?(?:an? )?`?400`?)"
    r"(?:\. (?:send|use|pass) [\w.` ]+)?\.?",
    re.IGNORECASE,
)


# Columns of a table of models that are about a member of a request.
_CAPABILITIES = (
    (r"tools?(?: (?:use|calls?|calling))?|function[ -]?call(?:s|ing)?|functions", "request.tools"),
    (r"json(?: mode| output)?|structured outputs?|response[_ ]format", "request.response_format"),
    (r"temperature", "request.temperature"),
    (r"stop(?: sequences?)?", "request.stop"),
    (r"logprobs|log probabilities", "request.logprobs"),
    (r"seed", "request.seed"),
    (r"reasoning[_ ]effort", "request.reasoning_effort"),
    (r"images?(?: input)?|vision|image input", "request.messages[].content[].image_url"),
)
_MODELS = re.compile(
    r"(?:model )?(?:models?|famil(?:y|ies)|series)(?: (?:id|name|family))?", re.IGNORECASE
)
_MODEL = re.compile(r"[a-z][\w.:/-]*", re.IGNORECASE)
_NONE = re.compile(
    r"(?:no|✗|❌|[-–—]|false|not supported|unsupported|refused|rejected)"
    r"|(?:use|send) `?\w+_\w+`?(?: instead)?",
    re.IGNORECASE,
)
# A value that is the only one: `only 1`, `fixed at 1`, `must be 1`, `1 only`.
_ONLY = re.compile(
    r"(?:only(?: the default,?)?|fixed(?: at)?|always|must be|has to be)[: ]+"
    r"`?(?P<value>-?\d+(?:\.\d+)?|true|false)`?"
    r"(?:[,;(] ?.*)?|`?(?P<other>-?\d+(?:\.\d+)?|true|false)`? only",
    re.IGNORECASE,
)
# Columns of the most that the answer of a model may have: what `max_tokens` may be.
_MOST = re.compile(
    r"(?:max(?:imum)?|largest|most|longest|highest)\.? `?(?P<name>[\w ]+?)`?(?: \(tokens\))?"
    r"|(?P<output>output) (?:token )?(?:limit|cap)s?(?: \(tokens\))?",
    re.IGNORECASE,
)
_OUTPUT = re.compile(
    r"(?:output|completion|answer|generated)(?: (?:tokens?|length))?", re.IGNORECASE
)
_COUNT = re.compile(
    r"(?P<number>\d{1,3}(?:[,. ]\d{3})+|\d+(?:\.\d+)?)\s?(?P<many>[kKM])?(?: tokens?)?"
)
_MANY = {"k": 1000, "m": 1_000_000}
_WHY = "stands in a table of what models take"


def capability_drafts(
    headings: tuple[str, ...], rows: tuple[Node, ...], title: str
) -> Iterator[Draft]:
    """What the rows of a table of models say that a model takes, or does not: `Model | Tools`."""
    yield from _values_by_model(title, headings, rows)
    if not headings or not _MODELS.fullmatch(headings[0].strip("` ")):
        return
    yield from _value_drafts(headings, rows)
    places = [_place_of(heading) for heading in headings[1:]]
    most = [_most_of(heading) for heading in headings[1:]]
    for row in rows:
        models = _models_of(row.children[0].text) if row.children else ""
        for place, cell in zip(places, row.children[1:], strict=False) if models else ():
            yield from _capability(place, cell.text.plain.strip(), f"model={models}", row)
        for place, cell in zip(most, row.children[1:], strict=False) if models else ():
            if place and (count := _count(cell.text.plain.strip("` "))):
                when = f"model={models}"
                yield Draft(place, "maximum", count, row.start, row.end, when, "candidate", _WHY)


def _value_drafts(headings: tuple[str, ...], rows: tuple[Node, ...]) -> Iterator[Draft]:
    """The values that each model takes, where every column is one value of the same member and a
    cell is ticked or empty: `Model | none | low | high`.
    """
    values = [heading.strip("` ").lower() for heading in headings[1:]]
    place = next((at for at in _OF_VALUES if len(values) > 1 and {*values} <= choices_at(at)), "")
    for row in rows if place else ():
        models = _models_of(row.children[0].text) if row.children else ""
        cells = [cell.text.plain.strip("` ") for cell in row.children[1:]]
        plain = all(_TICKED.fullmatch(cell) or _UNTICKED.fullmatch(cell) for cell in cells)
        ticked = [v for v, cell in zip(values, cells, strict=False) if _TICKED.fullmatch(cell)]
        if models and plain and ticked:
            said, when = "|".join(ticked), f"model={models}"
            yield Draft(place, "enum", said, row.start, row.end, when, "candidate", _WHY)


_VALUES = re.compile(
    r"(?:the )?(?:allowed|accepted|possible|supported|valid|permitted)?\s?values?"
    r"(?: (?:of|for) `?(?P<of>[\w.]+)`?)?$",
    re.IGNORECASE,
)


def _values_by_model(
    title: str, headings: tuple[str, ...], rows: tuple[Node, ...]
) -> Iterator[Draft]:
    """The values that each model takes of the member that a title, or the column's own heading,
    names: `Model | Values`, `Model | Values of seed`.
    """
    told = [_VALUES.match(heading.strip("` ")) for heading in headings]
    columns = [n for n, found in enumerate(told) if found is not None]
    said = next((found["of"] for found in told if found is not None and found["of"]), title)
    place = next((at for word in re.findall(r"\w+", said) if (at := place_of(word))), "")
    known = choices_at(place) if place.startswith("request.") else frozenset[str]()
    if not known or len(columns) != 1 or not _MODELS.fullmatch(headings[0].strip("` ")):
        return
    for row in rows:
        models = _models_of(row.children[0].text) if len(row.children) > columns[0] else ""
        values = re.findall(r"[\w-]+", row.children[columns[0]].text.plain) if models else []
        values = [value for value in values if value not in ("and", "or")]
        if values and {*values} <= known:
            span, when = (row.start, row.end), f"model={models}"
            yield Draft(place, "enum", "|".join(values), *span, when, "candidate", _WHY)


_OF_VALUES = (
    "request.reasoning_effort", "request.messages[].role", "request.response_format.type"
)  # fmt: skip
_TICKED = re.compile(r"yes|✓|✔|✅|☑|x|●|supported", re.IGNORECASE)
_UNTICKED = re.compile(
    r"(?:[-–—]|not supported|(?:no|✗|✘|❌)(?:[ ,;:(][^|]{0,60})?)?", re.IGNORECASE
)


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


def _most_of(heading: str) -> str:
    """The member of a request whose largest value a column has; empty for none."""
    found = _MOST.fullmatch(heading.replace("`", "").strip())
    name = (found["name"] or found["output"]) if found else ""
    if _OUTPUT.fullmatch(name):
        return "request.max_tokens"
    known = place_of(name)
    return known if known.startswith("request.") else ""


def _count(said: str) -> str:
    """A number with its thousands written out; empty for what is none, or is no whole one."""
    found = _COUNT.fullmatch(said)
    if found is None:
        return ""
    grouped = re.sub(r"[,. ](?=\d{3}(?:\D|$))", "", found["number"])
    number = float(grouped) * _MANY.get((found["many"] or "").lower(), 1)
    return str(int(number)) if number == int(number) else ""


def _models_of(text: Text) -> str:
    """The models that the first cell of a row names: as code, as a family, or as an id."""
    codes = [text.plain[a:b].strip().lower() for a, b in text.codes]
    if codes and all(map(_MODEL.fullmatch, codes)):
        return "|".join(sorted(set(codes)))
    bare = text.plain.strip("` ")
    return families_of(bare) or (bare.lower() if _MODEL.fullmatch(bare) else "")


def named_by(title: str, lead: Text | None) -> Mapping[str, str]:
    """The models that the words of a title stand for, as the paragraph under it lists them:
    `Reasoning models`, and `Models that think (`o3`, `o4-mini`)`.
    """
    codes = [lead.plain[a:b].strip().lower() for a, b in lead.codes] if lead else []
    listed = len(codes) > 1 and all(_MODEL.fullmatch(code) for code in codes)
    of_models = re.search(r"\bmodels\b", title, re.IGNORECASE) and not any(map(place_of, codes))
    return {title.strip().lower(): "|".join(sorted(set(codes)))} if listed and of_models else {}


def family_drafts(
    headings: tuple[str, ...], row: Node, location: str, named: Mapping[str, str]
) -> Iterator[Draft]:
    """What the cells of a member's row say is not taken by the models of their column."""
    for heading, cell in zip(headings, row.children, strict=False):
        models = families_of(heading) or named.get(heading.strip().lower(), "")
        said, when = cell.text.plain.strip(), f"model={models}"
        if models and _REFUSED.fullmatch(said):
            why = "says that the models of its column do not take it"
            yield Draft(location, "refused", ANY, row.start, row.end, when, "candidate", why)
        elif models:
            yield from _only(location, said, when, row)


# The column of the ids that are sent as `model`.
_IDS = re.compile(
    r"models?(?: (?:ids?|names?|slugs?|strings?|identifiers?))?|api (?:model )?(?:names?|ids?)"
    r"|模型(?:名称|名|\s?ID)?",
    re.IGNORECASE,
)
_ID = re.compile(r"(?=.*[\d-])[A-Za-z][\w.:/@-]{2,63}")
_LISTED = "lists ids of models"


def listed_models(headings: tuple[str, ...], rows: tuple[Node, ...]) -> Iterator[Draft]:
    """The ids of models that a table lists in its first column, each set as code."""
    if not headings or not _IDS.fullmatch(headings[0].strip("` *")):
        return
    cells = [row.children[0].text for row in rows[1:] if row.children]
    ids = [cell.plain.strip() for cell in cells if cell.codes and cell.codes[0][0] == 0]
    if len(ids) > 1 and len(ids) == len(cells) and all(map(_ID.fullmatch, ids)):
        span = rows[1].start, rows[-1].end
        values = "|".join(dict.fromkeys(ids))
        yield Draft("request.model", "enum", values, *span, "", "candidate", _LISTED)
