"""Rows of a table about a field of a request or an answer."""

import re
from collections.abc import Iterable, Iterator, Mapping

from tallystick.contract.draft import Draft
from tallystick.contract.reading.described import described
from tallystick.contract.reading.numerals import ungrouped
from tallystick.contract.reading.traits import kinds_of
from tallystick.contract.reading.vocabulary import below, place_of
from tallystick.documents import Node, Text
from tallystick.record.clause import Aspect


def field_drafts(
    cells: Mapping[str, Text], row: Node, side: str, parents: dict[int, str]
) -> Iterator[Draft]:
    """A row about a field, or about several. Rows that are indented by marks (`» role`) belong to
    the one above.
    """
    for one in _each(cells["field"]):
        yield from field_drafts({**cells, "field": one}, row, side, parents)
    written = cells["field"].plain.strip()
    depth = len(written) - len(written.lstrip("»>└─↳• "))
    name = re.sub(r"\s*[*(].*$", "", written.lstrip("»>└─↳• ").strip("`"))
    name = re.sub(r"\[[a-z]\]", "[]", name)  # `choices[i].message`
    place = cells["in"].plain.lower() if "in" in cells else ""
    if name.lower() == "authorization" and place in ("header", ""):
        yield from _authorization(cells, row)
        return
    if place in ("header", "query", "path", "cookie") or not re.fullmatch(MEMBER, name):
        return
    if place == "body" and name == "body":
        return
    side = "request" if place == "body" else side
    above = parents.get(max((at for at in parents if at < depth), default=-1), "")
    if not side:
        return
    plain = re.sub(r"\[\d+\]", "[]", name)
    location = f"{above}.{plain}" if depth and above else below(side, plain)
    kinds = kinds_of(cells["type"].plain.strip("[]")) if "type" in cells else ""
    many = "type" in cells and (cells["type"].plain.startswith("[") or "array" in kinds)
    for at in [at for at in parents if at >= depth]:
        del parents[at]
    parents[depth] = f"{location}[]" if many else location
    if (refused := _refused(location, cells, row)) is not None:
        yield refused
        return
    yield Draft(location, "exists", "yes", row.start, row.end)
    yield from _traits(location, cells, "array" if many and "array" not in kinds else kinds, row)


# A cell that tells of a member by the status that it leads to: `400`, `400 – use another`.
_AT_ERROR = re.compile(r"`?4(?:00|22)`?(?:\s*[–—:,;-] .*|\.?)", re.DOTALL)


def _refused(location: str, cells: Mapping[str, Text], row: Node) -> Draft | None:
    """What a row says of a member that is not taken: by a mark, or by the status of a refusal. For
    whom that holds a status may not say, and so it neither states the member nor forbids it.
    """
    if any(cell.text.plain.strip() in _CROSSES for cell in row.children[1:]) and not _asks(cells):
        why = "is marked as not taken"
        return Draft(location, "refused", "*", row.start, row.end, "", "candidate", why)
    if not location.startswith("request."):
        return None
    why = "stands beside the status of a refusal"
    others = [text for name, text in cells.items() if name != "meaning"]
    said = [cell.text.plain.strip() for cell in row.children[1:] if cell.text not in others]
    told = next((one for one in said if _AT_ERROR.fullmatch(one)), "")
    aside = Draft(location, "meaning", told, row.start, row.end, "", "candidate", why)
    return aside if told else None


def _each(text: Text) -> list[Text]:
    """The names of a cell that has nothing but several known ones, set as code."""
    names = [text.part(*span) for span in text.codes]
    between = "".join(_but(text.plain, text.codes))
    known = all(place_of(name.plain) for name in names)
    return names if len(names) > 1 and known and _BETWEEN.fullmatch(between) else []


_BETWEEN = re.compile(r"(?:\s|,|/|、|\band\b)*")


def _but(words: str, spans: Iterable[tuple[int, int]]) -> Iterator[str]:
    """What stands between some spans of a text, and around them."""
    begin = 0
    for first, last in spans:
        yield words[begin:first]
        begin = last
    yield words[begin:]


# Marks of what is not taken, in a table of what is.
_CROSSES = frozenset(("❌", "✗", "✘", "✖", "🚫"))


def _asks(cells: Mapping[str, Text]) -> bool:
    """Whether a cross stands in the column of what is required."""
    return "required" in cells and cells["required"].plain.strip() in _CROSSES


def _traits(location: str, cells: Mapping[str, Text], kinds: str, row: Node) -> Iterator[Draft]:
    if kinds:
        yield Draft(location, "kind", kinds, row.start, row.end)
    required = cells["required"].plain.strip().lower() if "required" in cells else ""
    always = _ALWAYS.fullmatch(required) is not None
    if required in _ASKED or always:
        value = "yes" if always else _ASKED[required]
        yield Draft(location, "required", value, row.start, row.end)
    if always:  # what it stands in is always there, too
        above = location.rpartition(".")[0]
        while "." in above and not above.endswith("]"):
            yield Draft(above, "required", "yes", row.start, row.end)
            above = above.rpartition(".")[0]
    default = ungrouped(cells["default"].plain.strip("` \"'")) if "default" in cells else ""
    if default.lower() in ("required", "optional"):
        yield Draft(location, "required", _ASKED[default.lower()], row.start, row.end)
    elif re.fullmatch(r"-?\d+(?:\.\d+)?|true|false|null|auto|none|\w+", default):
        yield Draft(location, "default", default, row.start, row.end)
    yield from _range(location, cells, row)
    if "meaning" in cells:
        yield from described(location, cells["meaning"])


# That a member is there each time, with nothing that makes an exception.
_ALWAYS = re.compile(
    r"always(?: (?:there|present|sent|returned|included|set))?"
    r"(?:,? in (?:each|every) (?:chunk|piece|answer|response|event))?\W*"
)
_BOUNDS: tuple[Aspect, ...] = ("minimum", "maximum")
# A number that holds without a condition.
_BOUND = re.compile(
    r"`?(-?\d+(?:\.\d+)?)`?(?: tokens)?(?:,? (?:for |in |on )?(?:every|all|any)(?: the)? models?)?",
    re.IGNORECASE,
)
ONE = re.compile(r"[`\"']?(-?[\w.]+)[`\"']?")


def _range(location: str, cells: Mapping[str, Text], row: Node) -> Iterator[Draft]:
    """The cells of a smallest and a largest value, and that of allowed values: a list of them, or
    a range.
    """
    for aspect in _BOUNDS:
        if aspect in cells and (bound := _BOUND.fullmatch(ungrouped(cells[aspect].plain.strip()))):
            yield Draft(location, aspect, bound[1], row.start, row.end)
    cell = cells.get("range")
    if cell is None:
        return
    parts = [part.strip() for part in re.split(r"\s*(?:,|\||/|\bor\b)\s*", cell.plain.strip())]
    found = [ONE.fullmatch(part) for part in parts if part]
    if cell.codes and found and all(found):
        values = sorted({one[1] for one in found if one})
        yield Draft(location, "enum", "|".join(values), row.start, row.end)
    else:
        yield from described(location, cell)


def _authorization(cells: Mapping[str, Text], row: Node) -> Iterator[Draft]:
    yield Draft("auth.header", "value", "Authorization", row.start, row.end)
    if any(re.search(r"\bBearer\b", text.plain) for text in cells.values()):
        yield Draft("auth.scheme", "value", "Bearer", row.start, row.end)


_ASKED = {
    **dict.fromkeys(
        (
            "yes",
            "required",
            "true",
            "✓",
            "✅",
            "y",
            "是",
            "必填",
            "必选",
            "必须",
            "always",
            "always present",
            "ja",
            "oui",
            "sí",
            "はい",
        ),
        "yes",
    ),
    **dict.fromkeys(
        (
            "sometimes",
            "not always",
            "may be absent",
            "no",
            "optional",
            "false",
            "✗",
            "❌",
            "n",
            "否",
            "可选",
            "选填",
            "nein",
            "non",
            "いいえ",
        ),
        "no",
    ),
}
MEMBER = r"[A-Za-z_]\w*(?:(?:\.|\[\d*\]\.?)\w+)*(?:\[\])?"
