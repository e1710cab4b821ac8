"""Paths by which errors name a part of a request, as locations."""

import re
from collections.abc import Mapping
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


def place_of(path: str, sent: Mapping[str, Any]) -> str:
    """A path of an error as a location: indices become `[]`, members of messages stand there.

    A name that a record may not hold makes the place above it.
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
    if parts[0] == "messages" and len(parts) > _TAGGED and parts[2] in _ROLES:
        parts = [*parts[:2], *parts[3:]]  # pydantic names the alternative that it tried, too
    return _joined(parts)


def _joined(parts: list[str]) -> str:
    place = "request"
    for part in parts:
        if part.isdigit():
            place += "[]" if place != "request" else ""
        elif is_member_name(part) or part in SCHEMA_NAMES:
            place += f".{part}" if is_member_name(part) else ""
        else:
            break
    return place if place != "request" else "request.body"
