"""A value of a request beside what is documented at its place: how it leaves that, in words."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tallystick.record.clause import Clause
from tallystick.record.exchange import is_masked
from tallystick.record.placeholder import json_kind
from tallystick.record.policy import choices_at


def pointed(place: str, words: str) -> str:
    """The place with the numbers of entries that words name it with: `messages[2].content`."""
    form = re.escape(place.removeprefix("request.")).replace(r"\[\]", r"\.?\[?(\d{1,6})\]?")
    found = re.search(rf"(?<![\w.]){form}(?!\w)", words) if "[]" in place else None
    if found is None:
        return place
    numbers = iter(found.groups())
    return re.sub(r"\[\]", lambda _: f"[{next(numbers)}]", place)


def values_at(body: object, place: str) -> Iterator[Any]:
    """The values at a place of a request's body: of every entry of a list, or of a numbered one."""
    parts = place.removeprefix("request").strip(".").split(".")
    yield from _walk(body, parts)


def _walk(value: object, parts: list[str]) -> Iterator[Any]:
    if not parts:
        yield value
        return
    name, rest = parts[0], parts[1:]
    bare, _, number = name.rstrip("]").partition("[")
    inner = value.get(bare, _NONE) if isinstance(value, dict) else _NONE
    if inner is _NONE:
        return
    if not name.endswith("]"):
        yield from _walk(inner, rest)
        return
    items = inner if isinstance(inner, list) else []
    for item in items[int(number) :][:1] if number else items:
        yield from _walk(item, rest)


_NONE = object()


def outside(value: object, clauses: tuple[Clause, ...], place: str) -> Iterator[str]:
    """How a value leaves what is documented, in words."""
    for clause in clauses:
        check = _CHECKS.get(clause.aspect)
        if check is not None:
            yield from check(value, clause)
        if clause.aspect == "enum" and is_masked(value) and _would_be_kept(clause, place):
            yield f"another value than the documented {clause.value.replace('|', ', ')}"


def _kind(value: object, clause: Clause) -> Iterator[str]:
    kind = json_kind(value)
    if kind not in clause.value.split("|"):
        yield f"{_a(kind)} (documented: {clause.value.replace('|', ' or ')})"


def _choice(value: object, clause: Clause) -> Iterator[str]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:g}"
    shown = isinstance(value, str) and not is_masked(value)
    if shown and value not in clause.value.split("|"):
        yield f"`{value}` (documented: {clause.value.replace('|', ', ')})"


def _items(value: object, clause: Clause) -> Iterator[str]:
    if not isinstance(value, list) or not clause.value.isdigit():
        return
    least, limit = clause.aspect == "min-items", int(clause.value)
    if (len(value) < limit) if least else (len(value) > limit):
        told = "at least" if least else "at most"
        size = f"a list of {len(value)}" if value else "an empty list"
        yield f"{size} (documented: {told} {clause.value})"


def _would_be_kept(clause: Clause, place: str) -> bool:
    """Whether the sanitizer keeps every documented value of a place: what it masked is another."""
    kept = choices_at(place)
    return bool(kept) and kept.issuperset(clause.value.split("|"))


def _limit(value: object, clause: Clause) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    limit, excluded = float(clause.value.lstrip("<>")), clause.value[:1] in ("<", ">")
    beyond = value < limit if clause.aspect == "minimum" else value > limit
    if beyond or (excluded and value == limit):
        yield f"{value} (documented {clause.aspect}: {clause.value})"


_CHECKS: Mapping[str, Callable[[object, Clause], Iterator[str]]] = {
    "kind": _kind,
    "enum": _choice,
    "minimum": _limit,
    "maximum": _limit,
    "min-items": _items,
    "max-items": _items,
}


def _a(kind: str) -> str:
    return f"a{'n' if kind[0] in 'aeiou' else ''} {kind}" if kind != "null" else "null"
