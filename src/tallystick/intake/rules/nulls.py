"""Nulls of an answer, where a reported exception says that one was met."""

import re
from collections.abc import Iterator

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim

TYPE = (
    r"typeerror|nonetype|null|undefined|attributeerror|cannot read|not iterable|not subscriptable"
    r"|\bis none\b"
)


def chunks_of(seen: Features) -> list[dict[str, object]]:
    """The chunks of a stream that are objects."""
    frames = seen.last.response.frames
    return [f.data for f in frames if f.kind == "data" and isinstance(f.data, dict)]


def bodies_of(seen: Features) -> list[object]:
    """The body of a plain answer, or the chunks of a stream."""
    return [seen.last.response.body] if seen.body_kind == "json" else list(chunks_of(seen))


# In which member a member stands that clients read without a guard (chat completions, objects).
_ABOVE = {
    "cached_tokens": ("prompt_tokens_details",),
    "reasoning_tokens": ("completion_tokens_details",),
    "audio_tokens": ("prompt_tokens_details", "completion_tokens_details"),
    "prompt_tokens": ("usage",),
    "completion_tokens": ("usage",),
    "total_tokens": ("usage",),
    "content": ("message", "delta"),
    "tool_calls": ("message", "delta"),
    "arguments": ("function",),
}
_READ_OF_NULL = re.compile(
    r"(?:reading|get(?:ting)? (?:the )?property|has no attribute|property)\W{1,4}(\w{2,40})"
)


def null_above(seen: Features, side: str) -> Claim | None:
    """A member that was read of a null: what it stands in is null in the answer."""
    named = _READ_OF_NULL.search(seen.facts.symptom)
    above = _ABOVE.get(named[1], ()) if named and seen.facts.says(TYPE) else ()
    bodies = bodies_of(seen)
    nulls = sorted({place for body in bodies for place in _null_places(body, side)})
    place = next((one for one in nulls if one.rpartition(".")[2] in above), None)
    if place is None:
        return None
    reason = (
        f"What was reported fits the answer: `{place.rpartition('.')[2]}`, of which it read "
        f"`{named[1] if named else ''}`, is null."
    )
    return Claim("response_contract", place, reason)


# Of which kind a client wants a member to be, where it is null: what is joined or walked first.
_WANTED = {
    "array": ("tool_calls", "choices", "annotations"),
    "object": ("usage", "message", "delta", "function_call", "logprobs"),
    "string": ("content", "arguments", "name", "role", "model", "id", "refusal", "finish_reason"),
}
_NULL_MET = re.compile(
    r"expected (?:an? )?(array|object|string)\W{1,3}(?:but )?(?:received|got|was|found) null"
)


def null_of_kind(seen: Features, side: str) -> Claim | None:
    """A null where the client says that it wants a value of some kind, and names no member."""
    found = _NULL_MET.search(seen.facts.symptom)
    bodies = bodies_of(seen)
    nulls = sorted({place for body in bodies for place in _null_places(body, side)})
    for name in _WANTED[found[1]] if found else ():
        place = next((one for one in nulls if one.rpartition(".")[2] == name), None)
        if place is not None:
            reason = f"What was reported fits the answer: `{name}` is null."
            return Claim("response_contract", place, reason)
    return None


_GENERAL = frozenset("choices message content delta usage error".split())


def null(seen: Features, side: str) -> Claim | None:
    """A member that the exception's line names, and that is null in the answer."""
    if not seen.facts.says(TYPE):
        return None
    words = set(re.findall(r"[a-z_]{4,40}", seen.facts.symptom)) - _GENERAL
    bodies = bodies_of(seen)
    nulls = {place for body in bodies for place in _null_places(body, side)}
    named = sorted(place for place in nulls if place.rpartition(".")[2] in words)
    if not named:
        return None
    name = named[0].rpartition(".")[2]
    reason = f"What was reported fits the answer: `{name}`, which it names, is null."
    return Claim("response_contract", named[0], reason)


def _null_places(value: object, place: str) -> Iterator[str]:
    for key, inner in value.items() if isinstance(value, dict) else ():
        if inner is None:
            yield f"{place}.{key}"
        elif isinstance(inner, list):
            for one in inner:
                yield from _null_places(one, f"{place}.{key}[]")
        else:
            yield from _null_places(inner, f"{place}.{key}")


# Members of a chunk that are null as a rule.
_OFTEN_NULL = frozenset(
    "finish_reason logprobs usage refusal system_fingerprint function_call tool_calls content name "
    "stop_reason service_tier reasoning_content".split()
)
_NO_VARIANT = r"did not match any variant|no variant of|no matching (?:variant|union member)"


def no_variant(seen: Features, side: str) -> Claim | None:
    """A closed list of shapes that the answer has none of: the one null where none is usual."""
    if not seen.facts.says(_NO_VARIANT):
        return None
    bodies = bodies_of(seen)
    nulls = {place for body in bodies for place in _null_places(body, side)}
    odd = sorted(place for place in nulls if place.rpartition(".")[2] not in _OFTEN_NULL)
    if len(odd) != 1:
        return None
    reason = f"What was reported fits the answer: `{odd[0].rpartition('.')[2]}` is null."
    return Claim("response_contract", odd[0], reason)
