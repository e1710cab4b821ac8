"""What holds whichever alternative of a schema is taken (`oneOf`, `anyOf`)."""

from collections.abc import Iterator, Mapping

import msgspec

from tallystick.contract.draft import Draft

# What binds values of one kind only (JSON Schema, validation 6): it holds where every branch that
# allows that kind says the same. A string of any value beside an enumeration is no enumeration.
_OF_KIND: Mapping[str, str] = {
    "enum": "string",
    "min-items": "array",
    "max-items": "array",
    "min-length": "string",
    "max-length": "string",
    "pattern": "string",
    "minimum": "number",
    "maximum": "number",
}


def alternatives(branches: list[list[Draft]]) -> Iterator[Draft]:
    """What holds whichever branch is taken: lists and kinds together, the rest if all say it."""
    places: dict[tuple[str, str], list[list[Draft]]] = {}
    for branch in branches:
        own: dict[tuple[str, str], list[Draft]] = {}
        for draft in branch:
            own.setdefault((draft.location, draft.aspect), []).append(draft)
        for key, drafts in own.items():
            places.setdefault(key, []).append(drafts)
    for (location, aspect), found in places.items():
        yield from _held(branches, location, aspect, found)


def _held(
    branches: list[list[Draft]], location: str, aspect: str, found: list[list[Draft]]
) -> Iterator[Draft]:
    first = found[0][0]
    values = {value for drafts in found for draft in drafts for value in draft.value.split("|")}
    joined = msgspec.structs.replace(first, value="|".join(sorted(values)))
    if aspect == "kind":
        yield joined
    elif aspect in _OF_KIND:
        bound = [branch for branch in branches if _may_be(branch, location, _OF_KIND[aspect])]
        if len(bound) == len(found) and (aspect == "enum" or len(values) == 1):
            yield joined
    elif aspect == "exists" or (len(found) == len(branches) and len(values) == 1):
        yield first


def _may_be(branch: list[Draft], location: str, kind: str) -> bool:
    """Whether a branch that speaks of a place allows values of a kind there."""
    own = [draft for draft in branch if draft.location == location]
    kinds = {k for draft in own if draft.aspect == "kind" for k in draft.value.split("|")}
    return bool(own) and (not kinds or kind in kinds)
