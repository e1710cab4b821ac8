"""A YAML writer for OpenAPI documents: block above, flow style where a node fits the width."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from .values import Json

_PLAIN = re.compile(r"[A-Za-z_$/][A-Za-z0-9_ ./-]*(?<! )")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"}


def _scalar(value: Json) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value)


def _flow(node: Json) -> str:
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in node.items()) + "}"
    if isinstance(node, Sequence) and not isinstance(node, str):
        return "[" + ", ".join(map(_flow, node)) + "]"
    return _scalar(node)


def _lines(node: Mapping[str, Json], indent: int, width: int) -> Iterator[str]:
    for key, value in node.items():
        head, flow = f"{' ' * indent}{_scalar(key)}:", _flow(value)
        if isinstance(value, Mapping) and value and len(flow) > width:
            yield head
            yield from _lines(value, indent + 2, width)
        else:
            yield f"{head} {flow}"


def render_yaml(document: Mapping[str, Json], width: int) -> str:
    """The document as YAML; mappings wider than `width` are opened into blocks."""
    return "\n".join(_lines(document, 0, width)) + "\n"
