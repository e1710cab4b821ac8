"""Example objects of a page: evidence of a shape, never a guarantee.

Only an object that says what it is counts: a completion or a chunk by its `object`, an error by its
envelope, a message by its role and content.
"""

from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.spanned import DocumentError, Spanned, parse_spanned

_SIDES = {"chat.completion": "response", "chat.completion.chunk": "stream"}
MAX_DEPTH = 8
# Members that hold a schema: its names are data.
_OF_DATA = (".function.parameters", ".json_schema.schema", ".metadata", ".logit_bias")
_PARTS = 8  # of a message's content: each may be of another type


def read_example(text: str, offset: int) -> Iterator[Draft]:
    """The members that an example shows; none when it is no JSON, or no answer."""
    try:
        tree = parse_spanned(text, offset)
    except DocumentError:
        return
    for item in tree.items or ():  # a conversation, as a request has it
        if item.fields and {"role", "content"} <= item.fields.keys():
            yield from _members(item, "request.messages[]", 0)
    side = _SIDES.get(tree.text("object")) or _side_of_choices(tree)
    error = tree.get("error")
    if tree.fields and {"role", "content"} <= tree.fields.keys() and "id" not in tree.fields:
        yield from _members(tree, "request.messages[]", 0)
        return
    if side is not None:
        yield from _members(tree, side, 0)
    elif error is not None and error.fields:
        yield from _members(error, "error", 0)
        names = "|".join(sorted(error.fields))
        yield Draft("error.body", "enum", names, error.start, error.end, form="example")


def _side_of_choices(tree: Spanned) -> str | None:
    """The side of an answer that a page shows a part of: its choices say what it is."""
    choices = tree.get("choices")
    first = choices.items[0] if choices is not None and choices.items else None
    if first is None or not first.fields:
        return None
    return (
        "response" if "message" in first.fields else "stream" if "delta" in first.fields else None
    )


def read_request(text: str, offset: int) -> Iterator[Draft]:
    """The members that an example of a request shows below its own: those of tools, parts and
    options. What stands in a schema is named by whoever wrote that, and is left out.
    """
    try:
        tree = parse_spanned(text, offset)
    except DocumentError:
        return
    if not tree.fields or not {"model", "messages"} <= tree.fields.keys():
        return
    for name, child in tree.fields.items():
        yield from _below(child, f"request.{name}", 0)


def _members(tree: Spanned, prefix: str, depth: int) -> Iterator[Draft]:
    if depth > MAX_DEPTH:
        return
    for name, child in (tree.fields or {}).items():
        location = f"{prefix}.{name}"
        if location.endswith(_OF_DATA):
            yield Draft(location, "exists", "example", child.key_start, child.key_end,
                        form="example")  # fmt: skip
            continue
        if not any(char.isspace() for char in name):
            yield Draft(
                location, "exists", "example", child.key_start, child.key_end, form="example"
            )
            yield from _below(child, location, depth)


def _is_null(node: Spanned) -> bool:
    return not node.fields and node.items is None and node.scalar is None


def _below(child: Spanned, location: str, depth: int) -> Iterator[Draft]:
    if location == "request.messages[].content" and _is_null(child):
        yield Draft(location, "kind", "null", child.key_start, child.key_end, form="example")
    if child.fields:
        if location.startswith("request."):
            here = child.key_start, child.key_end
            yield Draft(location, "kind", "object", *here, form="example")
        yield from _members(child, location, depth + 1)
    for item in (child.items or ())[: _PARTS if location.endswith(".content") else 1]:
        yield from _members(item, f"{location}[]", depth + 1)
