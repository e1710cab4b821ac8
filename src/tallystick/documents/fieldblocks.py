"""Blocks of an HTML page that describe a field, told by what their classes call their parts.

Generators of references draw each field as nested boxes without a word that says so; only the
classes name the parts: ReadMe (`Param-name`, `Param-type`), Docusaurus' OpenAPI plugin
(`openapi-schema__property`, `openapi-schema__name`), Mintlify (`data-component-part="field-name"`),
Scalar (`property-name`), Swagger UI (`parameter__name`, `parameter__type`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tallystick.documents.elements import Element, every

_WHAT = r"(?:param(?:eter)?|prop(?:erty)?|field|attribute)s?[-_]{0,2}"
_PARTS = (
    ("name", rf"(?:^|[-_]){_WHAT}(?:name|key)(?![a-z])|schema__property$"),
    ("type", rf"(?:^|[-_]){_WHAT}(?:type|info-pill|detail)(?![a-z])|schema__name$"),
    ("required", r"required|optional"),
    ("nullable", r"nullable"),
    ("deprecated", r"deprecated"),
)
_COMPILED = tuple((part, re.compile(pattern, re.IGNORECASE)) for part, pattern in _PARTS)
_NAME = re.compile(r"[A-Za-z_]\w*(?:(?:\.|\[\d*\]\.?)\w+)*(?:\[\])?")
_MOST_NAMES = 5_000


class FieldBlock(NamedTuple):
    """A field's box: its attributes as a component has them, and the elements that state them."""

    attributes: Mapping[str, str]
    stated_by: frozenset[int]


def field_blocks(root: Element) -> dict[int, FieldBlock]:
    """The boxes of fields by the identity of their elements."""
    parents = {id(child): one for one in every(root) for child in one.children}
    names = [
        one
        for one in every(root)
        if (_part_of(one) == "name" or _labels(one, parents) or _is_bold(one, parents))
        and _NAME.fullmatch(_words(one))
        and not any(above.name == "table" for above in _above(one, parents))
    ]
    if len(names) > _MOST_NAMES:
        return {}
    order = {id(one): number for number, one in enumerate(names)}
    first: dict[int, int] = {}  # which name comes first in an element
    for one in names:
        for above in _above(one, parents):
            first.setdefault(id(above), order[id(one)])
    boxes = {id(_box(one, parents, first, order)): one for one in names}
    inner = set(boxes)
    found = {}
    for above in every(root):
        if id(above) in boxes:
            found[id(above)] = _made(above, boxes[id(above)], inner, parents)
    return found


def _labels(element: Element, parents: Mapping[int, Element]) -> bool:
    """Whether an element is the label (HTML, section 4.10.4) beside which a field's type stands."""
    above = parents.get(id(element)) if element.name == "label" else None
    return above is not None and any(_part_of(one) == "type" for one in above.children)


# A type as a word of its own, beside a name in bold letters (Docusaurus' OpenAPI plugin, 1.x).
_TYPE = re.compile(
    r"(?:string|integer|number|boolean|object|float|int|bool|enum)(?:\[\])*(?: \(\w+\))?"
    r"|array(?: .*)?"
)


def _behind(element: Element, parents: Mapping[int, Element]) -> list[Element]:
    """The elements that follow one beside it."""
    above = parents.get(id(element))
    beside = _written(above) if above is not None else []
    at = next((n for n, one in enumerate(beside) if one is element), len(beside))
    return beside[at + 1 :]


def _is_bold(element: Element, parents: Mapping[int, Element]) -> bool:
    """Whether an element is a name in bold letters that begins an entry and has its type behind."""
    above = parents.get(id(element)) if element.name in ("strong", "b") else None
    if above is None or above.name not in ("li", "summary", "div", "span", "p", "dt"):
        return False
    behind = _behind(element, parents)
    typed = bool(behind) and behind[0].name in ("span", "em", "code", "i")
    return typed and _written(above)[0] is element and bool(_TYPE.fullmatch(_words(behind[0])))


def _written(element: Element) -> list[Element]:
    """What stands in an element, without the blanks between."""
    return [one for one in element.children if one.name != "#text" or one.chars.strip()]


def _above(element: Element, parents: Mapping[int, Element]) -> Iterator[Element]:
    while (above := parents.get(id(element))) is not None:
        yield above
        element = above


def _folded(name: Element, parents: Mapping[int, Element]) -> Element | None:
    """The details that a name stands in the summary of (HTML, section 4.11.1): all of them are of
    its field.
    """
    for above in _above(name, parents):
        if above.name == "summary":
            holder = parents.get(id(above))
            return holder if holder is not None and holder.name == "details" else None
    return None


def _box(
    name: Element,
    parents: Mapping[int, Element],
    first: Mapping[int, int],
    order: Mapping[int, int],
) -> Element:
    """The largest element that is about the field of a name alone: fields beside it are drawn
    alike, and those within it are not drawn as its heading is.
    """
    box, folded = name, _folded(name, parents)
    for above in _above(name, parents):
        others = (one for one in above.children if one.name == "details" and id(one) in first)
        if any(first[id(one)] != order[id(name)] for one in others):
            break  # the details of a field, which is another one
        drawn = [_drawn(one) for one in above.children if id(one) in first or id(one) in order]
        if first[id(above)] != order[id(name)] or len(drawn) > len(set(drawn)):
            break
        box = above
    inside = folded is not None and (box is name or folded in _above(box, parents))
    return folded if folded is not None and inside else box


# A class that a build named after the file and a digest (CSS modules: `schemaItem_x1Bk`).
_HASHED = re.compile(r"[A-Za-z][\w-]*_[A-Za-z0-9]{3,8}")


def _drawn(element: Element) -> tuple[str, str]:
    """How an element is drawn: what a build added to its classes marks no kind of element."""
    classes = element.attributes.get("class", "").split()
    plain = [one for one in classes if "__" in one or not _HASHED.fullmatch(one)]
    return element.name, " ".join(plain or classes)


def _part_of(element: Element) -> str:
    """Which part of a field an element is, by its classes; empty for none."""
    told = element.attributes.get("data-component-part", "")
    for token in (*element.attributes.get("class", "").split(), told):
        for part, pattern in _COMPILED:
            if token and pattern.search(token):
                return part
    return ""


def _made(
    box: Element, name: Element, others: set[int], parents: Mapping[int, Element]
) -> FieldBlock:
    attributes = {"name": _words(name)}
    stated = {id(name)}
    for one in _behind(name, parents) if _is_bold(name, parents) else ():
        words = _words(one)
        if "type" not in attributes and _TYPE.fullmatch(words):
            attributes["type"] = words
            stated.add(id(one))
        elif words in ("nullable", "required", "deprecated"):
            attributes |= _mark(words)
            stated.add(id(one))
    for one in _own(box, others):
        part, words = _part_of(one), _words(one)
        if part == "type" and "type" not in attributes:
            attributes["type"] = words
            stated.add(id(one))
        elif part in ("required", "nullable", "deprecated") and len(words) < 40:
            attributes |= _mark(words)
            stated.add(id(one))
    if attributes.pop("nullable", "") and attributes.get("type"):
        attributes["type"] += " | null"
    return FieldBlock(attributes, frozenset(stated))


def _mark(words: str) -> dict[str, str]:
    """What a mark beside a name says: `required`, `nullable required`, `deprecated`."""
    said = words.lower().split()
    marks: tuple[str, ...] = ("required", "nullable", "deprecated")
    found = {word: "true" for word in marks if word in said}
    return found | ({"required": "false"} if "optional" in said else {})


def _own(box: Element, others: set[int]) -> Iterator[Element]:
    """What stands in a box, without the boxes in it."""
    for child in box.children:
        if id(child) not in others:
            yield child
            yield from _own(child, others)


def _words(element: Element) -> str:
    return " ".join("".join(one.chars for one in every(element)).split())
