"""What the words of a reported exception name of an answer: members that it lacks, that are null,
or that the client does not know, and values that its lists do not have.

Renderings: Python, Node (zod), Go, Rust (serde), Java and Kotlin, .NET, PHP, Elixir, Swift.
"""

import re
from collections.abc import Iterator

from tallystick.intake.features import Features
from tallystick.intake.rules import nulls
from tallystick.intake.rules.base import Claim
from tallystick.intake.rules.nulls import bodies_of, chunks_of
from tallystick.intake.rules.placed import MEMBERS, enumerated, listed_values, place_named
from tallystick.protocol.answer import has_member
from tallystick.record.texts import is_member_name

_IN_MESSAGE = frozenset(
    "reasoning_content reasoning refusal annotations audio function_call reasoning_details".split()
)
_LACKED = (
    r"key not found\W{1,4}(\w{2,40})|keyerror\W{1,4}(?!key not found)(\w{2,40})"
    r"|(?<!nonetype' object )has no attribute\W{1,3}(\w{2,40})|missing field\W{1,3}(\w{2,40})"
    r"|no value for\W{1,3}(\w{2,40})"
    r"|undefined (?:array key|index|property)\W{1,4}(?:\w{1,60}::\$)?(\w{2,40})"  # PHP
    r"|key :(\w{2,40}) not found"  # Elixir
    r"|the given key '(\w{2,40})'"  # .NET
    r"|field '(\w{2,40})' is required"  # kotlinx.serialization
    r"|codingkeys\(stringvalue: \W{1,2}(\w{2,40})"  # Swift
)


# That words are about an answer of a model, in which a vendor may have members of its own.
_OF_AN_ANSWER = (
    r"completion|response|repl(?:y|ies)|answer|choice|chunk|delta|\bllm|\bmodel\b|openai"
)
# Members of a usage (OpenAI, the completion object), and where they stand in it.
_IN_USAGE = {
    **{name: name for name in ("prompt_tokens", "completion_tokens", "total_tokens",
                               "prompt_tokens_details", "completion_tokens_details")},
    "cached_tokens": "prompt_tokens_details.cached_tokens",
    "reasoning_tokens": "completion_tokens_details.reasoning_tokens",
}  # fmt: skip
# How validators name a member that is not there, with what it stands in: pydantic, zod, serde.
_PATH = re.compile(r"\b((?:[a-z_]\w*|\d+)(?:\.(?:[a-z_]\w*|\d+))+)(?=\W)")
_ABSENT = re.compile(r"received undefined|required|missing|undefined")


def _absent_within(seen: Features, side: str) -> Claim | None:
    """A member that a validator names by its path, where what it stands in is there without it."""
    words = seen.facts.symptom
    bodies = bodies_of(seen)
    for path in _PATH.findall(words) if _ABSENT.search(words) else ():
        names = [name for name in path.split(".") if not name.isdecimal()]
        if len(names) > 1 and any(_holds_without(body, *names[-2:]) for body in bodies):
            reason = (
                f"The application wanted `{names[-1]}` in `{names[-2]}`, and a `{names[-2]}` of "
                f"the answer lacks it."
            )
            indexed = re.sub(r"(?<=choices|l_calls)\.", "[].", ".".join(names))
            return Claim("response_contract", f"{side}.{indexed}", reason)
    return None


def _holds_without(value: object, parent: str, child: str) -> bool:
    """Whether an object of that name stands in a value, without that member."""
    if isinstance(value, dict):
        held = value.get(parent)
        inside = held if isinstance(held, list) else [held]
        if any(isinstance(one, dict) and child not in one for one in inside):
            return True
        return any(_holds_without(one, parent, child) for one in value.values())
    return isinstance(value, list) and any(_holds_without(one, parent, child) for one in value)


def lacked_name(words: str) -> str:
    """The member that an exception's words say was not there; empty where they name none."""
    match = re.search(_LACKED, words)
    return next((group for group in match.groups() if group), "") if match else ""


def _lacked(seen: Features, side: str) -> Claim | None:
    """A member that the exception names and no part of the answer has."""
    name = lacked_name(seen.facts.symptom)
    bodies = bodies_of(seen)
    if not is_member_name(name) or not bodies or any(has_member(body, name) for body in bodies):
        return None
    known = f"{side}.usage.{_IN_USAGE[name]}" if name in _IN_USAGE else place_named(name, side)
    part = "delta" if side == "stream" else "message"
    inner = f"{side}.choices[].{part}.{name}" if name in _IN_MESSAGE else f"{side}.{name}"
    unknown = known.endswith(".body")
    if unknown and name not in (*_IN_MESSAGE, *MEMBERS) and not seen.facts.says(_OF_AN_ANSWER):
        return None  # a key of anything
    place = inner if unknown else known
    reason = f"The application looked for `{name}`, which the answer lacks."
    return Claim("response_contract", place, reason)


# Members of a delta: a chunk has those that it adds to (chat completions, streaming).
_OF_DELTA = frozenset(("content", "role", "tool_calls"))


def _lacked_in_some(seen: Features, side: str) -> Claim | None:
    """A member of a delta that the exception names, and that chunks before the last one lack."""
    name = lacked_name(seen.facts.symptom)
    if side != "stream" or name not in _OF_DELTA:
        return None
    deltas = [
        delta for chunk in chunks_of(seen) for choice in objects_in(chunk.get("choices"))
        if isinstance(delta := choice.get("delta"), dict) and delta
    ]  # fmt: skip
    lacking = sum(name not in delta for delta in deltas)
    if not lacking:
        return None
    reason = (
        f"What was reported fits the answer: {lacking} of {len(deltas)} chunks that say something "
        f"have no `{name}`."
    )
    return Claim("response_contract", f"stream.choices[].delta.{name}", reason)


def objects_in(value: object) -> list[dict[str, object]]:
    """The objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _not_enumerated(seen: Features, side: str) -> Claim | None:
    """A value that the client's enumeration lacks, at a place where the answer has one."""
    place = enumerated(seen.facts.symptom, side)
    name = place.rpartition(".")[2]
    bodies = bodies_of(seen)
    if not place or not bodies:
        return None
    if not any(has_member(body, name) for body in bodies):
        reason = f"The application wants one of its list at `{name}`, which the answer lacks."
        return Claim("response_contract", place, reason)
    values = {one for body in bodies for one in _values(body, name) if isinstance(one, str)}
    if values and values <= listed_values(seen.facts.symptom):
        return None  # this answer has none that the client does not know
    reason = f"The application knows no such `{name}` as the answer has: its list is closed."
    return Claim("response_contract", place, reason)


def _values(value: object, name: str) -> Iterator[object]:
    """What stands under a name, wherever it is."""
    inner = list(value.values()) if isinstance(value, dict) else value
    if isinstance(value, dict) and name in value:
        yield value[name]
    for one in inner if isinstance(inner, list) else []:
        yield from _values(one, name)


# How strict deserializers tell of a member that they do not know: Newtonsoft, Jackson, pydantic,
# serde, kotlinx.serialization, Go.
_UNKNOWN_MEMBER = re.compile(
    r"could not find member\W{1,3}(\w{2,40})|unrecognized field\W{1,3}(\w{2,40})"
    r"|unknown (?:field|key|property)\W{1,3}(\w{2,40})"
    r"|(\w{2,40})\W{1,12}extra inputs are not permitted"
    r"|unexpected keyword argument\W{1,3}(\w{2,40})"
)


def _unknown_member(seen: Features, side: str) -> Claim | None:
    """A member that the client does not know, and that the answer has."""
    found = _UNKNOWN_MEMBER.search(seen.facts.symptom)
    name = next((group for group in found.groups() if group), "") if found else ""
    bodies = bodies_of(seen)
    if not is_member_name(name) or not any(has_member(body, name) for body in bodies):
        return None
    place = next((p for body in bodies for p in _places_of(body, side, name)), f"{side}.{name}")
    reason = f"The application knows no member `{name}`, which the answer has."
    return Claim("response_contract", place, reason)


def _places_of(value: object, place: str, name: str) -> Iterator[str]:
    for key, inner in value.items() if isinstance(value, dict) else ():
        if key == name:
            yield f"{place}.{key}"
        for one in inner if isinstance(inner, list) else [inner]:
            below = f"{place}.{key}[]" if isinstance(inner, list) else f"{place}.{key}"
            yield from _places_of(one, below, name)


def _untyped(seen: Features, side: str) -> Claim | None:
    """A stream without the content type of one, over which a client that asks for it failed."""
    shown = "headers" not in seen.last.response.hidden and seen.last.response.headers
    named = seen.facts.says(r"content[- ]?type|event-?stream|media type|mime")
    if side != "stream" or not shown or not named:
        return None
    kind = seen.last.response_header("content-type") or ""
    if "event-stream" in kind or kind.startswith("‹"):
        return None
    has = f"its content type says `{kind}`" if kind else "has no content type"
    reason = f"What was reported fits the answer: it is a stream, and {has}."
    return Claim("response_contract", "stream.content_type", reason)


# How the AI SDK tells of a tool call whose first fragment lacks what it looks for there.
_EXPECTED = re.compile(r"expected ['\"`](?P<name>id|function\.name)['\"`] to be an? ")


def _fragment_lacks(seen: Features, side: str) -> Claim | None:
    """A member that the client looked for in the first fragment of a tool call, and that is not
    there.
    """
    told = f"{seen.facts.symptom} {seen.last.failure_text.lower()}"
    found = _EXPECTED.search(told) if side == "stream" else None
    firsts: dict[object, dict[str, object]] = {}
    for call in _tool_fragments(seen) if found else ():
        firsts.setdefault(call.get("index"), call)
    for first in firsts.values():
        holder = first.get("function") if found and found["name"] != "id" else first
        name = found["name"].rpartition(".")[2] if found else ""
        if found and not (isinstance(holder, dict) and isinstance(holder.get(name), str)):
            place = f"stream.choices[].delta.tool_calls[].{found['name']}"
            reason = f"The first fragment of a tool call has no `{found['name']}`."
            return Claim("response_contract", place, reason)
    return None


def _tool_fragments(seen: Features) -> Iterator[dict[str, object]]:
    for chunk in chunks_of(seen):
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            delta = choice.get("delta") if isinstance(choice, dict) else None
            calls = delta.get("tool_calls") if isinstance(delta, dict) else None
            yield from (
                c for c in (calls if isinstance(calls, list) else ()) if isinstance(c, dict)
            )


# What an exception may name, the surest first.
_READINGS = (
    _fragment_lacks,
    _not_enumerated,
    _unknown_member,
    _absent_within,
    _untyped,
    nulls.null,
    nulls.null_above,
)
_LAST_READINGS = (nulls.null_of_kind, nulls.no_variant, _lacked, _lacked_in_some)


def named(seen: Features, side: str) -> Claim | None:
    """What the exception names by a member, and the answer confirms."""
    return next((claim for read in _READINGS if (claim := read(seen, side))), None)


def pointed(seen: Features, side: str) -> Claim | None:
    """What it points at by a kind or an absence, where nothing surer explains it."""
    return next((claim for read in _LAST_READINGS if (claim := read(seen, side))), None)
