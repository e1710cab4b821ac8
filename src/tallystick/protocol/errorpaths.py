"""Paths by which errors name a part of a request, as locations."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tallystick.record.texts import is_member_name
from tallystick.record.vocabulary import SCHEMA_NAMES

IN_MESSAGES = frozenset(
    """role content tool_call_id tool_calls reasoning_content reasoning_details
    function_call cache_control thought_signature thoughtSignature refusal image_url""".split()
)
_NESTED = {"image_url": "request.messages[].content[].image_url"}
_TOOLS = frozenset("thought_signature thoughtSignature".split())
_ROLES = frozenset("system developer user assistant tool function".split())
_TAGGED = 3
# Members of a request whose entries are objects.
_LISTS = ("messages", "tools")


def place_of(path: str, sent: Mapping[str, Any], *, names_any: bool = False) -> str:
    """A path of an error as a location: indices become `[]`, members of messages stand there.

    A name that a record may not hold makes the place above it. `names_any`: the path may name a
    member that is not seen to be sent.
    """
    parts = [part for part in re.split(r"[.\[\]]+", path) if part]
    parts = [part for part in parts if part not in ("body", "request", "root", "$")]
    if not parts:
        return ""
    first = parts[0]
    if first in _NESTED:
        return _NESTED[first]
    if first in _TOOLS:
        return "request.messages[].tool_calls"
    if first in IN_MESSAGES and first not in sent:
        parts = ["messages", "0", *parts]
    if parts[0] in _LISTS and parts[1:] and not parts[1].isdigit():
        parts = [parts[0], "0", *parts[1:]]  # some APIs leave out which entry it is
    if parts[0] == "messages" and len(parts) > _TAGGED and parts[2] in _ROLES:
        parts = [*parts[:2], *parts[3:]]  # pydantic names the alternative that it tried, too
    return _joined(parts, sent, names_any=names_any or not sent)


# Members whose names below them are the application's own data: labels, tokens, schemas of its
# functions and answers, what a model is to be called with.
_OF_DATA = frozenset(
    "metadata logit_bias parameters arguments schema properties input_schema".split()
)


# Names of the protocol, and of its dialects, that stand below others.
_OF_PROTOCOL = (
    SCHEMA_NAMES
    | IN_MESSAGES
    | frozenset(
        "url file_data filename file_id format function_declarations thinking_blocks".split()
    )
)


def _joined(parts: list[str], sent: Mapping[str, Any], *, names_any: bool) -> str:
    """The parts as a place, up to the first one that is neither a name of the protocol nor a member
    that was sent there; below members of the application's own data there are none.
    """
    place, there = "request", [sent]
    for part in parts:
        if part.isdigit():
            place += "[]" if place != "request" else ""
            continue
        there = list(_objects(there))
        seen = any(part in one for one in there) or (names_any and place == "request")
        if not (seen and is_member_name(part)) and part not in _OF_PROTOCOL:
            break
        place += f".{part}" if is_member_name(part) else ""
        there = [one[part] for one in there if part in one]
        if part in _OF_DATA:
            break
    return place if place != "request" else "request.body"


def _objects(values: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    """The objects of some values, and of the lists among them."""
    for value in values:
        if isinstance(value, list):
            yield from _objects(value)
        elif isinstance(value, dict):
            yield value
