"""How one JSON tree departs from a conforming one, leaf by leaf; and any part of that, applied.

Content that is merely other content is no difference; a member's presence, its kind, an enumerated
value, or emptiness is.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from tallystick.lab.deviation import Path, TreePart
from tallystick.record.placeholder import json_kind, parse, text_length

_ENUMERATED = ("object", "role", "type", "finish_reason")
_MOST_TEXT = 4000


def filled(tree: Any) -> Any:
    """A sanitized tree with every placeholder filled by a harmless value of its kind."""
    match tree:
        case dict():
            return {key: filled(value) for key, value in tree.items()}
        case list() | tuple():
            return [filled(item) for item in tree]
        case str() if parse(tree) is not None:
            return _fill(tree)
        case _:
            return tree


def _fill(text: str) -> Any:
    empty: dict[str, Any] = {"number": 1, "boolean": True, "array": [], "object": {}}
    kind = json_kind(text)
    return empty[kind] if kind in empty else "x" * min(text_length(text), _MOST_TEXT)


def differences(base: Any, own: Any, slot: int, path: Path) -> Iterator[TreePart]:
    """How a tree departs from the conforming one; `slot` and `path` say where it is."""
    if isinstance(base, dict) and isinstance(own, dict):
        yield from _members(base, own, slot, path)
    elif isinstance(base, list) and isinstance(own, (list, tuple)) and len(base) == len(own):
        for index, (mine, theirs) in enumerate(zip(base, own, strict=True)):
            yield from differences(mine, theirs, slot, (*path, index))
    elif not _alike(base, own, path):
        yield TreePart(slot, path, "set", filled(own))


def _members(
    base: dict[str, Any], own: dict[str, Any], slot: int, path: Path
) -> Iterator[TreePart]:
    for key, value in base.items():
        if key in own:
            yield from differences(value, own[key], slot, (*path, key))
        else:
            yield TreePart(slot, (*path, key), "remove")
    for key, value in own.items():
        if key not in base:
            yield from _additions(value, slot, (*path, key))


def _additions(own: Any, slot: int, path: Path) -> Iterator[TreePart]:
    """A member that a conforming answer does not have; an object's members one by one."""
    if isinstance(own, dict) and own and all(isinstance(key, str) for key in own):
        for key, value in own.items():
            yield from _additions(value, slot, (*path, key))
    else:
        yield TreePart(slot, path, "set", filled(own))


def _alike(base: Any, own: Any, path: Path) -> bool:
    """Whether two leaves are the same as far as a contract goes."""
    if json_kind(base) != json_kind(own):
        return False
    if isinstance(base, list):
        return bool(base) == bool(own)
    if isinstance(base, str) and isinstance(own, str):
        if path[-1] in _ENUMERATED:
            return base == own or parse(own) is not None
        return bool(base) == bool(text_length(own))
    return base == own if isinstance(base, bool) else True


def applied(base: Any, parts: Iterable[TreePart]) -> Any:
    """A copy of the conforming tree with some of its deviations; what is left out goes first."""
    tree = msgspec.json.decode(msgspec.json.encode(base))
    for part in sorted(parts, key=lambda part: part.change == "set"):
        tree = _apply(tree, part.path, part)
    return tree


def _apply(tree: Any, path: Path, part: TreePart) -> Any:
    if not path:
        return part.value
    key, rest = path[0], path[1:]
    if isinstance(key, int):
        if isinstance(tree, list) and key < len(tree):
            tree[key] = _apply(tree[key], rest, part)
        return tree
    if not isinstance(tree, dict):
        return tree
    if part.change == "remove" and not rest:
        tree.pop(key, None)
    elif rest:
        tree[key] = _apply(tree.get(key, {}), rest, part)
    else:
        tree[key] = part.value
    return tree
