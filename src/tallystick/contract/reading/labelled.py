"""Lists that give a field's attributes by labels: `Key: temperature`, `类型：数组`, `必需：是`.

The field is the one that the title above names, or that the list itself names as its key.
"""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.numerals import ungrouped
from tallystick.contract.reading.parameters import bullets, field_location
from tallystick.contract.reading.passages import Passage
from tallystick.contract.reading.traits import is_attribute_line, kinds_of, traits
from tallystick.contract.reading.vocabulary import place_of
from tallystick.documents import Node, Text

_LABELS = {
    "key": r"key|name|parameter|参数名?|字段名?",
    "type": r"(?:data )?type|(?:数据)?类型|typ|тип",
    "required": r"required|(?:是否)?必(?:需|填|须|选)",
    "default": r"default(?: value)?|默认值?",
    "members": r"properties|members|attributes|属性|字段",
}
_LABEL = re.compile(
    "|".join(rf"(?P<{name}>{words})" for name, words in _LABELS.items()), re.IGNORECASE
)
_PARTED = re.compile(r"(?P<label>[^:：]{1,24})[:：]\s*(?P<said>.*)", re.DOTALL)
_YES = re.compile(r"(?:yes|true|是|required)\W*", re.IGNORECASE)
_NO = re.compile(r"(?:no|false|否|optional)\W*", re.IGNORECASE)
_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")


def labelled_fields(passage: Passage, names: list[str]) -> Iterator[Draft]:
    """What a list says of the one field that it is about."""
    node = passage.node
    if node.kind != "list" or passage.is_within or not passage.titles:
        return
    items = [(item, item.children[0].text) for item in node.children if item.children]
    parts = [(item, text, _part(text)) for item, text in items]
    key = next((text for _, text, (label, _) in parts if label == "key" and text.codes), None)
    location = _of_key(key, passage) if key else field_location(passage.titles, names)
    if not location or not any(label in ("key", "type", "required") for _, _, (label, _) in parts):
        return
    title = passage.titles[-1]
    yield Draft(location, "exists", "yes", *(key.span() if key else (title.start, title.end)))
    kinds = next((kinds_of(said.plain) for _, _, (label, said) in parts if label == "type"), "")
    for item, text, (label, said) in parts:
        yield from _stated(location, label, said, text)
        if label == "members":
            inner = f"{location}[]" if "array" in kinds.split("|") else location
            yield from _members(item, inner)


def _part(text: Text) -> tuple[str, Text]:
    """The label that an item begins with, and what follows it; no label where it has none."""
    found = _PARTED.match(text.plain)
    label = _LABEL.fullmatch(found["label"].strip()) if found else None
    if found is None or label is None:
        return "", text
    return str(label.lastgroup), text.part(found.start("said"), len(text.plain)).stripped()


def _of_key(key: Text, passage: Passage) -> str:
    """The place of a field that a list names: a known one, or one that its title spells out."""
    first, last = key.codes[0]
    name = key.plain[first:last].strip()
    title = re.sub(r"\W+", "_", passage.titles[-1].words.strip().lower())
    spelled = f"request.{name}" if _NAME.fullmatch(name) and title == name else ""
    return place_of(name) or spelled


def _stated(location: str, label: str, said: Text, whole: Text) -> Iterator[Draft]:
    start, end = whole.span()
    words = ungrouped(said.plain.strip())
    if label == "type" and (kinds := kinds_of(words)):
        yield Draft(location, "kind", kinds, start, end)
    elif label == "required" and (_YES.fullmatch(words) or _NO.fullmatch(words)):
        value = "yes" if _YES.fullmatch(words) else "no"
        yield Draft(location, "required", value, start, end)
    elif label == "default" and words and " " not in words:
        yield Draft(location, "default", words.strip("`\"'"), start, end)
    elif not label and is_attribute_line(words):
        yield from traits(location, whole, form="stated")


def _members(item: Node, location: str) -> Iterator[Draft]:
    for inner in item.children[1:]:
        if inner.kind == "list":
            yield from bullets(inner, location)
