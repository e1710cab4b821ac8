"""Lines about fields: one with its attributes, or several in a row."""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.containers import DEEP, container
from tallystick.contract.reading.described import described
from tallystick.contract.reading.numerals import ungrouped
from tallystick.contract.reading.parameters import lead_of
from tallystick.contract.reading.passages import Passage
from tallystick.contract.reading.traits import is_attribute_line, kinds_of, traits
from tallystick.contract.reading.vocabulary import REQUEST, below, place_of, side_of
from tallystick.documents import Text

_IN_MESSAGES = frozenset("role content name tool_call_id".split())
_LINE = re.compile(
    r"^(?P<name>[A-Za-z_]\w*(?:(?:\.|\[\d*\]\.?)\w+)*)\s*[:·-]?\s+(?P<rest>.{3,120})$"
)


# Members that stand within others whatever list a page draws them in.
_WITHIN = {
    "finish_reason": "response.choices[].finish_reason",
    "completion_tokens": "response.usage.completion_tokens",
    "prompt_tokens": "response.usage.prompt_tokens",
    "total_tokens": "response.usage.total_tokens",
    "include_usage": "request.stream_options.include_usage",
}


def line_fields(passage: Passage, names: list[str]) -> Iterator[Draft]:
    """A line that is a name and its attributes: `model string required`."""
    if passage.node.kind not in ("paragraph", "term"):
        return
    text = passage.node.text
    yield from _typed(passage, names)
    found = _LINE.match(text.plain)
    if found is None or not is_attribute_line(found["rest"]):
        return
    if found["name"] == "Authorization":
        span = text.span(found.start("name"), found.end("name"))
        yield Draft("auth.header", "value", found["name"], *span)
    if found["name"][0].isupper():
        return
    side = container(passage) or side_of([title.words for title in passage.titles], names)
    known = place_of(found["name"])
    location = _location(side, found["name"], known)
    if location == f"request.{found['name']}" and found["name"] in _IN_MESSAGES:
        return  # a member of a message, of which an entry within a list tells
    if len(text.codes) > 1 and text.codes[1][0] >= found.start("rest"):
        return  # a line of several fields
    if location and (known or text.codes):
        yield Draft(location, "exists", "yes", *text.span(found.start("name"), found.end("name")))
        yield from traits(location, text.part(*found.span("rest")), form="stated")


# What may stand behind a type: that it is needed, and then what is said of it.
_NEEDED = re.compile(
    r"\s*(?:[(\[]?(?P<said>required|optional)\b[)\]]?\W*)?"
    r"(?:defaults? (?:to|is|:)\s*(?P<default>[\w.,\[\]-]*[\w\]])\W*)?(?=(?-i:[A-Z`(\d])|$)",
    re.IGNORECASE,
)
_TYPES = re.compile(r"[A-Za-z]+(?:\[\])*(?:(?: or |\s*[|/,]\s*| of )[A-Za-z]+(?:\[\])*)*")


def _typed(passage: Passage, names: list[str]) -> Iterator[Draft]:
    """A paragraph that begins with a name and its type as code, and goes on with what is said of
    it: `model` `string` Required, and the words below it.
    """
    text = passage.node.text
    named = re.match(r"[a-z_]\w*(?=\s)", text.plain)
    at = next((code for code in text.codes if named and code[0] > named.end() - 1), None)
    if named is None or at is None or text.plain[named.end() : at[0]].strip():
        return
    told = text.plain[slice(*at)].strip()
    kinds = kinds_of(told) if _TYPES.fullmatch(told) else ""
    needed = _NEEDED.match(text.plain, at[1])
    side = container(passage) or side_of([title.words for title in passage.titles], names)
    known = place_of(named[0])
    location = _location(side, named[0], known) if side else ""
    inner = location == f"request.{named[0]}" and named[0] in _IN_MESSAGES
    if not kinds or needed is None or not location or inner:
        return
    if needed.end() >= len(text.plain.rstrip()):
        return  # a line of nothing else is read as one
    span = text.span(0, needed.end())
    yield Draft(location, "exists", "yes", *span)
    yield Draft(location, "kind", kinds, *span)
    if needed["said"]:
        asked = "yes" if needed["said"].lower() == "required" else "no"
        yield Draft(location, "required", asked, *span)
    if needed["default"]:
        yield Draft(location, "default", ungrouped(needed["default"]), *span)
    yield from described(location, text.part(needed.end(), len(text.plain)).stripped())


def _location(side: str, name: str, known: str) -> str:
    """The place of a line's member on a side of the contract, or in what its passage names."""
    if side in ("request", "response") and name in _WITHIN:
        return _WITHIN[name]
    held = side in ("request", "response") or "." in side
    return f"{side}.{name}" if held and known not in DEEP else known


# What begins a line of fields, and whether it says that they are needed.
_LABEL = re.compile(
    r"(?:(?P<yes>required|mandatory)|(?P<no>optional)|(?:the )?(?:request )?body|parameters|members"
    r"|fields|request)(?: members| fields| parameters)?\s?[:–—-]\s?",
    re.IGNORECASE,
)
# What parts the fields of a line: a mark, or a comma before the next name.
_APART = re.compile(
    r"\s*[·|;]\s*|,?\s+and\s+(?=[A-Za-z_])|,\s*(?=[A-Za-z_][\w.]*(?:\s*[(,.]|\s*$))"
)


def inline_fields(passage: Passage) -> Iterator[Draft]:
    """A line of several fields of a request: `model` (string, required) · `messages` (array), or
    Required: `model`, `messages`.
    """
    text = passage.node.text
    if passage.node.kind not in ("paragraph", "item") or len(text.codes) < 2:
        return
    for begin, end in _lines(text.plain):
        line = text.part(begin, end)
        label = _LABEL.match(line.plain)
        needed = "" if label is None else "yes" if label["yes"] else "no" if label["no"] else ""
        found = list(_fields(line.part(label.end() if label else 0, len(line.plain))))
        names = [name for name, _, _ in found]
        ours = sum(name in REQUEST for name in names)
        if len(found) < 2 or "" in names or ours < max(2, 0.6 * len(found)):
            continue
        if label is None and not all(stated.plain for _, stated, _ in found):
            continue
        if side_of([title.words for title in passage.titles], names) not in ("", "request"):
            continue
        for name, stated, whole in found:
            location = below("request", name)
            yield Draft(location, "exists", "yes", *whole.span())
            if needed:
                yield Draft(location, "required", needed, *line.span())
            yield from traits(location, stated, form="stated")


def _lines(plain: str) -> Iterator[tuple[int, int]]:
    """The sentences of a line: after a point, one begins with a capital or a name."""
    begin = 0
    for gap in re.finditer(r"\.\s+(?=[A-Z`])", plain):
        yield begin, gap.start()
        begin = gap.end()
    yield begin, len(plain.rstrip(". "))


def _fields(line: Text) -> Iterator[tuple[str, Text, Text]]:
    """The fields of a line, each with its attributes and its whole text; one without a name where
    a part is none.
    """
    begin = 0
    for gap in [*_APART.finditer(line.plain), None]:
        part = line.part(begin, gap.start() if gap else len(line.plain)).stripped()
        begin = gap.end() if gap else begin
        if not part.plain:
            continue
        lead = lead_of(part)
        bare = part.codes == ((0, len(part.plain)),) and re.fullmatch(r"[A-Za-z_]\w*", part.plain)
        if bare:
            yield part.plain, part.part(0, 0), part
        elif lead is not None and lead[1].plain and not lead[2].plain.strip(" ."):
            yield lead[0], lead[1], part
        else:
            yield "", part, part
