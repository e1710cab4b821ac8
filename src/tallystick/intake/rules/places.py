"""Which request field an error is about."""

import re

from tallystick.intake.features import Features
from tallystick.record.vocabulary import SCHEMA_NAMES

_PLAIN_WORDS = frozenset(
    """error errors message code type detail status title none null low high auto medium text file
    index object body model models generation engine signature path query completion completions
    chat provider system user custom api_key request_id requestid timestamp instance id data input
    required parameters parameter schema reasoning json created length name content messages tool
    function tools usage deployment api-version stream_error msg properties assistant minimal audio
    parts prompt reasoning_content choices stop image
    content_filter content_policy_violation""".split()
)
_MEMBERS = {
    "role": "request.messages[].role",
    "content": "request.messages[].content",
    "tool_call_id": "request.messages[].tool_call_id",
    "tool_calls": "request.messages[].tool_calls",
    "reasoning_content": "request.messages[].reasoning_content",
    "name": "request.messages[].name",
    "image_url": "request.messages[].content[].image_url",
    "tool_call": "request.messages[].tool_calls",
}
_PHRASES = (
    (r"context[ _]length|maximum context|too long|context window|too many tokens", "max_tokens"),
    (r"\broles?\b|alternat", "messages[].role"),
    (r"\btool_call_id\b|tool messages|tool_use|tool_result", "messages[].tool_call_id"),
    (r"\bimage", "messages[].content[].image_url"),
    (r"\bmessages?\b.{0,200}\b(?:empty|required|least|missing)|messages", "messages"),
    (r"\bcontent\b", "messages[].content"),
    (r"\btools?\b|\bfunctions?\b", "tools"),
    (r"\bschema\b|json mode|response format", "response_format"),
    (r"\bstream", "stream"),
    (r"\bmodels?\b", "model"),
)


def named_fields(seen: Features) -> tuple[str, ...]:
    """The request's fields that the error names unmistakably, as locations."""
    param = seen.error.param if seen.error else ""
    if param:
        return (_from_path(param),)
    body = seen.last.request.body
    sent = set(body) if isinstance(body, dict) else set()
    quoted = re.findall(r"['\"`]([a-z_][\w.\[\]]*)['\"`]", seen.words)
    bare = [word for word in re.findall(r"[a-z_]+", seen.words) if "_" in word or word == "role"]
    found = [name for name in quoted + bare if _is_field(name, sent)]
    return tuple(dict.fromkeys(_from_path(name) for name in found))


def _is_field(name: str, sent: set[str]) -> bool:
    first = re.split(r"[.\[]", name)[0]
    unmistakable = first in SCHEMA_NAMES and first not in _PLAIN_WORDS
    return unmistakable or (first in sent and first not in ("model", "messages"))


def _from_path(path: str) -> str:
    plain = re.sub(r"\[\d+\]|\.\d+(?=\.|$)", "[]", path)
    first = re.split(r"[.\[]", plain)[0]
    return _MEMBERS.get(first, f"request.{plain}")


def field_location(seen: Features) -> str:
    """The best single location for a refused request."""
    fields = named_fields(seen)
    if fields:
        return _preferred(fields, seen)
    if seen.request_faults:
        return seen.request_faults[0].location
    phrase = next((place for pattern, place in _PHRASES if seen.says(pattern)), None)
    return f"request.{phrase}" if phrase else "request.body"


def _preferred(fields: tuple[str, ...], seen: Features) -> str:
    """Of several fields named, the one that was sent: the others are advice."""
    body = seen.last.request.body
    sent = [f for f in fields if isinstance(body, dict) and f.removeprefix("request.") in body]
    faulty = {fault.location for fault in seen.request_faults}
    return next((f for f in fields if f in faulty), sent[0] if sent else fields[0])
