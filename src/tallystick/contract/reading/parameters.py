"""Fields of a request or an answer: components, lists, headings and definitions that are for them.

Tables of fields are read by `tables`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from tallystick.contract.draft import Draft
from tallystick.contract.reading.containers import OF_MESSAGE, PARTS
from tallystick.contract.reading.described import described
from tallystick.contract.reading.fieldattributes import field_attributes
from tallystick.contract.reading.passages import FIELD, Passage, Title
from tallystick.contract.reading.traits import is_attribute_line, kinds_of, traits
from tallystick.contract.reading.vocabulary import DEEPER, VALUES, below, place_of, side_of
from tallystick.documents import Node, Text
from tallystick.record.clause import Aspect

_NAMES = ("body", "name", "field", "parameter", "prop", "property", "id")
_LIMIT_HEADER = re.compile(r"(?:x-(?:\w+-)?rate-?limit|ratelimit-)[\w-]*", re.IGNORECASE)
_ELSEWHERE = ("query", "path", "cookie")
_NAME = re.compile(r"[A-Za-z_]\w*(?:(?:\.|\[\d*\]\.?)\w+)*(?:\[\])?")
_LEAD = re.compile(
    r"^(?P<name>[A-Za-z_]\w*(?:(?:\.|\[\d*\]\.?)\w+)*)(?P<mark>\*?)\s*"
    r"(?:(?P<open>[(\[])(?P<inner>[^()\[\]]*(?:\[\][^()\[\]]*)*)[)\]])?\s*(?P<colon>[:：–—-]+)?\s*"
)


def component_fields(passage: Passage) -> Iterator[Draft]:
    """The fields of a component that describes one, and of those within it."""
    if passage.node.kind == "component" and not passage.is_within:
        heads = [title.words for title in passage.titles]
        yield from _component(passage.node, "", heads)


def _component(node: Node, parent: str, heads: list[str]) -> Iterator[Draft]:
    """A field, and the fields that stand in it; other components are passed through."""
    elsewhere = node.attributes.keys() & set(_ELSEWHERE)
    if not FIELD.fullmatch(node.name) or (elsewhere and not _is_body_path(node)):
        return
    if "header" in node.attributes:
        yield from _header(node)
        return
    name = next((node.attributes[at] for at in (*_NAMES, "path") if node.attributes.get(at)), "")
    if not _NAME.fullmatch(name) and not _LIMIT_HEADER.fullmatch(name):
        return
    if node.attributes.get("type") == "header" and _LIMIT_HEADER.fullmatch(name):
        yield Draft("limit.headers", "value", name.lower(), node.start, node.end)
        return
    if not parent:
        side = _side_of_component(node, name, heads)
        parent = "" if name == "error" else side
        if not side:
            return
    location = below(parent, name).removeprefix(".")
    kinds = kinds_of(node.attributes.get("type", ""))
    yield from field_attributes(node, location, kinds)
    many = "[]" if "array" in kinds.split("|") and not location.endswith("[]") else ""
    for draft in _within(node.children, location, f"{location}{many}", heads):
        counts = kinds == "array" and draft.location == location and draft.aspect in _COUNTS
        yield msgspec.structs.replace(draft, aspect=_COUNTS[draft.aspect]) if counts else draft


# What bounds the number of entries where the field is a list.
_COUNTS: Mapping[Aspect, Aspect] = {"minimum": "min-items", "maximum": "max-items"}


def _side_of_component(node: Node, name: str, heads: list[str]) -> str:
    if "Response" in node.name:
        return "response"
    if "body" in node.attributes:
        return "request"
    return side_of(heads, [name]) or ("request" if node.attributes.get("path") else "")


def _is_body_path(node: Node) -> bool:
    """Whether `path` names a member of the body: pages use it for both."""
    path = node.attributes.get("path", "")
    return bool(path) and (bool(place_of(path)) or "." in path or "[]" in path)


_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")  # RFC 9110, section 5.1


def _within(nodes: Iterable[Node], location: str, parent: str, heads: list[str]) -> Iterator[Draft]:
    for node in nodes:
        if node.kind == "component" and FIELD.fullmatch(node.name):
            yield from _component(node, parent, heads)
        elif node.kind == "component":  # what folds the field itself away is no other thing
            yield from _within(
                node.children, location if node.name == "details" else "", parent, heads
            )
        elif node.kind == "paragraph" and location:
            yield from described(location, node.text)
        elif node.kind == "list":
            yield from bullets(node, parent)
            yield from _boxed(node, parent, heads)


def _boxed(node: Node, parent: str, heads: list[str]) -> Iterator[Draft]:
    """The fields that stand in a list's items."""
    for inner in (one.children for one in node.children if one.children):
        fields = [one for one in inner if FIELD.fullmatch(one.name)]
        if inner[0].kind in ("component", "list"):
            yield from _within(inner, "", parent, heads)
        elif fields:  # behind what says which of several kinds they are of
            yield from _within(fields, "", parent, heads)


def _header(node: Node) -> Iterator[Draft]:
    name = node.attributes["header"]
    if name.lower() != "authorization":
        if _FIELD_NAME.fullmatch(name) and "Response" not in node.name:
            yield from field_attributes(node, f"request.headers.{name}", "")
        return
    yield Draft("auth.header", "value", "Authorization", node.start, node.end)
    for inner in node.walk():
        found = re.search(r"\bBearer\b", inner.text.plain)
        if found:
            yield Draft("auth.scheme", "value", "Bearer", *inner.text.span(*found.span()))
            return


def bullets(node: Node, parent: str) -> Iterator[Draft]:
    """A list whose items begin with names: fields below `parent`, or below a known one."""
    for item in node.children:
        first = item.children[0] if item.children else None
        if first is None or first.kind != "paragraph":
            continue
        lead = lead_of(first.text)
        if lead is None:
            continue
        name, stated, rest = lead
        location = below(parent, name)
        yield Draft(location, "exists", "yes", *first.text.span())
        if stated.plain:
            yield from traits(location, stated, form="stated")
        yield from described(location, rest)
        kinds = kinds_of(stated.plain).split("|")
        deeper = f"{location}[]" if "array" in kinds or name == "messages" else location
        for inner in item.children[1:]:
            if inner.kind == "list":
                yield from bullets(inner, deeper)


def lead_of(text: Text) -> tuple[str, Text, Text] | None:
    """A name at the beginning of an item, its attributes, and what follows; None where the item
    begins with something else.
    """
    found = _LEAD.match(text.plain)
    if found is None:
        return None
    is_code = bool(text.codes) and text.codes[0][0] == 0
    goes_on = text.plain[found.end("name") : text.codes[0][1]] if is_code else ""
    if goes_on[:1] in tuple("-./+") or (not is_code and found["name"][0].isupper()):
        return None  # an id such as `gpt-4o`, or a word that begins a sentence
    inner = text.part(found.start("inner"), found.end("inner")) if found["inner"] else None
    has_attributes = inner is not None and is_attribute_line(inner.plain)
    if not (has_attributes or (is_code and (found["colon"] or found["inner"] is not None))):
        return _set_apart(text, found)
    stated = inner if inner is not None and has_attributes else text.part(0, 0)
    if not has_attributes:
        stated = text.part(found.end(), found.end() + _stated(text.plain[found.end() :]))
    return found["name"], stated, text.part(found.end(), len(text.plain))


# What attributes without brackets end at: a dash, a colon, or a sentence about the field.
_ENDS = re.compile(r"\s+[-–—]\s|\s*[:：]\s|\s+(?=[A-Z])|\s*$")


def _set_apart(text: Text, found: re.Match[str]) -> tuple[str, Text, Text] | None:
    """A name whose attributes follow it without brackets, the type first, and set apart as code or
    by an underscore in the name: `**content** `string` *required* — …`.
    """
    if found["inner"] is not None or found["colon"]:
        return None
    rest = text.plain[found.end() :]
    ends = [(m.start(), m.end()) for m in _ENDS.finditer(rest[:120])]
    held = [pair for pair in ends if pair[0] and is_attribute_line(rest[: pair[0]])]
    if not held or not kinds_of(rest.split(maxsplit=1)[0].strip(",")):
        return None
    coded = any(first <= found.end() < last or first == 0 for first, last in text.codes)
    if not coded and "_" not in found["name"]:
        return None
    end, begin = max(held)
    stated = text.part(found.end(), found.end() + end)
    return found["name"], stated, text.part(found.end() + begin, len(text.plain))


def _stated(rest: str) -> int:
    """How many characters of a text are attributes, up to a mark between its parts."""
    ends = [m.start() for m in re.finditer(r"[.;:,]|\s[-–—]\s|$", rest)]
    return max((end for end in ends if is_attribute_line(rest[:end])), default=0)


def list_fields(passage: Passage) -> Iterator[Draft]:
    """A list of fields that stands under titles of a side, or whose names say which side it is."""
    node = passage.node
    if (
        node.kind != "list"
        or passage.is_within
        or any(t.is_lead or _names_field(t) for t in passage.titles[-1:])
    ):
        return
    yield from _of_roles(node)
    leads = [lead_of(item.children[0].text) for item in node.children if item.children]
    names = [lead[0] for lead in leads if lead]
    if not names or len(names) < 0.6 * len(node.children):
        return
    side = side_of([title.words for title in passage.titles], names)
    of_chunks = side == "stream" and any(n.startswith(("choices", "delta")) for n in names)
    if side in ("request", "response", "error") or of_chunks:
        yield from bullets(node, side)


_ROLE = re.compile(
    r"(?:system|developer|user|assistant|tool|function) messages?(?: object)?:?", re.IGNORECASE
)


def _of_roles(node: Node) -> Iterator[Draft]:
    """A list of the kinds of messages, with the members of each: that there are such members. What
    else is said of them holds for one role.
    """
    items = [item for item in node.children if item.children]
    if len(items) < 2 or not all(_ROLE.fullmatch(i.children[0].text.plain.strip()) for i in items):
        return
    for item in items:
        for inner in item.children[1:]:
            drafts = bullets(inner, "request.messages[]") if inner.kind == "list" else ()
            yield from (one for one in drafts if one.aspect == "exists")


def limit_term(passage: Passage) -> Iterator[Draft]:
    """A header of the limits that a list defines."""
    text = passage.node.text
    if passage.node.kind == "term" and _LIMIT_HEADER.fullmatch(text.plain.strip("` ")):
        yield Draft("limit.headers", "value", text.plain.strip("` ").lower(), *text.span())


def titled_field(passage: Passage, names: list[str]) -> Iterator[Draft]:
    """A paragraph under a title that is a field's name: its attributes, or sentences about it."""
    if passage.node.kind != "paragraph" or not passage.titles or passage.is_within:
        return
    title = passage.titles[-1]
    location = field_location(passage.titles, names)
    if not location:
        return
    text = passage.node.text
    yield Draft(location, "exists", "yes", title.start, title.end)
    if _is_of_value(text):
        return
    if is_attribute_line(text.plain):
        yield from traits(location, text, form="stated")
    else:
        yield from described(location, text)


def _is_of_value(text: Text) -> bool:
    """Whether a line is about a value that it begins with: `auto`: the model decides."""
    led = bool(text.codes) and text.codes[0][0] == 0
    return led and re.match(r"\s*[:：—–]", text.plain[text.codes[0][1] :]) is not None


def _names_field(title: Title) -> bool:
    words = _ABOUT_IT.sub("", title.words.strip())
    return bool(_NAME.fullmatch(words)) and (title.is_code or "_" in words)


# What a title adds to the name of a field.
_ABOUT_IT = re.compile(
    r"\s*(?:[(\[]?(?:required|optional)[)\]]?|(?:parameter|field|option|property|member))$",
    re.IGNORECASE,
)


# A term with its attributes: `name (string, optional)`.
_BRACKETED = re.compile(r"(?P<name>[A-Za-z_][\w.\[\]]*)\s*\((?P<inner>[^()]{3,60})\)")


def field_location(titles: tuple[Title, ...], names: list[str]) -> str:
    """The place of the field that the innermost title names; empty where it names none."""
    bracketed = _BRACKETED.fullmatch(titles[-1].words.strip())
    words = _ABOUT_IT.sub("", titles[-1].words.strip())
    if bracketed is not None and is_attribute_line(bracketed["inner"]):
        words = bracketed["name"]
    if not _NAME.fullmatch(words) or not (titles[-1].is_code or words == words.lower()):
        return ""
    if words in DEEPER:
        return DEEPER[words]
    if words in VALUES:
        return ""
    if len(titles) > 1 and PARTS.search(titles[-2].words):
        return f"request.messages[].content[].{words}"
    if len(titles) > 1 and OF_MESSAGE.search(titles[-2].words):
        return f"request.messages[].{words}"
    heads = [title.words for title in titles[:-1]]
    side = (side_of(heads) if len(heads) > 1 else "") or side_of(heads, names)
    known = place_of(words)
    if side not in ("request", "response", "error"):
        return known if titles[-1].is_code or "_" in words else ""
    plain = re.sub(r"\[\d+\]", "[]", words)
    return below(side, plain)
