"""Changes to a JSON tree at a path such as `choices[].message.content`. Copies, never in place."""

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tallystick.record.scenario import Shape

UNKNOWN = "tallystick_unknown"
EXTRA = "tallystick_extra"


def paths(tree: Any, prefix: str = "") -> Iterable[str]:
    """The path of every member of an answer, parents before children."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            path = f"{prefix}.{key}" if prefix else key
            yield path
            yield from paths(value, path)
    elif isinstance(tree, list) and tree:
        yield from paths(tree[0], f"{prefix}[]")


def without(tree: Any, path: str) -> Any:
    """A copy without the member at `path`."""
    made = copy.deepcopy(tree)
    for holder, key in list(_holders(made, path)):
        holder.pop(key, None)
    return made


def put(tree: Any, path: str, shape: Shape) -> Any:
    """A copy with the member at `path` in another shape, wherever it is."""
    made = copy.deepcopy(tree)
    for holder, key in list(_holders(made, path)):
        if key in holder:
            holder[key] = _SHAPES[shape](holder[key])
    return made


def add(tree: Any, path: str) -> Any:
    """A copy with an unknown member in every object at `path`."""
    made = copy.deepcopy(tree)
    for holder, _ in list(_holders(made, f"{path}.{EXTRA}" if path else EXTRA)):
        holder[EXTRA] = {"value": 1}
    return made


def fill(tree: Any, path: str, value: Any) -> Any:
    """A copy with `value` at `path`, in every object that can hold it and does not yet."""
    made = copy.deepcopy(tree)
    for holder, key in list(_holders(made, path)):
        holder.setdefault(key, copy.deepcopy(value))
    return made


def _holders(tree: Any, path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects that can hold the last part of a path, with that part."""
    *parents, last = path.replace("[]", ".[]").split(".")
    for place in _reach(tree, parents):
        if isinstance(place, dict):
            yield place, last


def _reach(tree: Any, parts: list[str]) -> Iterator[Any]:
    if not parts:
        yield tree
    elif parts[0] == "[]":
        for item in tree if isinstance(tree, list) else ():
            yield from _reach(item, parts[1:])
    elif isinstance(tree, dict) and parts[0] in tree:
        yield from _reach(tree[parts[0]], parts[1:])


def _wrong_kind(value: Any) -> Any:
    match value:
        case str() | None:
            return 7
        case list():
            return {EXTRA: 1}
        case _:
            return "tallystick"


def _numbers(change: Callable[[int | float], Any]) -> Callable[[Any], Any]:
    def walk(value: Any) -> Any:
        match value:
            case bool():
                return value
            case int() | float():
                return change(value)
            case dict():
                return {key: walk(item) for key, item in value.items()}
            case _:
                return value

    return walk


_SHAPES: dict[Shape, Callable[[Any], Any]] = {
    "null": lambda _: None,
    "wrong-kind": _wrong_kind,
    "empty": lambda value: type(value)() if isinstance(value, (str, list, dict)) else "",
    "zero": _numbers(lambda _: 0),
    "float": _numbers(float),
    "string": _numbers(str),
    "unknown-value": lambda _: UNKNOWN,
    "parts": lambda value: [{"type": "text", "text": value}],
}
