"""What the attributes of a field's component state."""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.documents import Node


def field_attributes(node: Node, location: str, kinds: str) -> Iterator[Draft]:
    """The clauses of a component's attributes at its place."""
    start, end = node.start, node.end
    yield Draft(location, "exists", "yes", start, end)
    if kinds:
        yield Draft(location, "kind", kinds, start, end)
    has = node.attributes
    listed = _TYPE_LIST.match(has.get("type", ""))
    values = re.findall(r"[\w.+-]+", listed[1]) if listed else []
    if len(values) > 1:
        yield Draft(location, "enum", "|".join(sorted(values)), start, end)
    if "required" in has:
        stated = "no" if has["required"] == "false" else "yes"
        yield Draft(location, "required", stated, start, end)
    if has.get("default"):
        yield Draft(location, "default", has["default"], start, end)
    if "deprecated" in has and has["deprecated"] != "false":
        yield Draft(location, "deprecated", "yes", start, end)
    for name in ("minimum", "maximum"):
        if re.fullmatch(r"-?\d+(?:\.\d+)?", has.get(name, "")):
            yield Draft(location, "minimum" if name == "minimum" else "maximum", has[name],
                        start, end)  # fmt: skip


# A type that lists its values: `enum: low | high | auto`.
_TYPE_LIST = re.compile(r"enum(?:<\w+>)?\s*[:(\[]\s*([\w.+'\"`-]+(?:\s*[|,/]\s*[\w.+'\"`-]+)+)")
