"""Ablation: every documented field of the answer removed, null, of a wrong kind; and more."""

from collections.abc import Iterable, Iterator
from typing import Any

from tallystick.lab import answers, edits
from tallystick.lab.answers import Contract
from tallystick.lab.framing import edited
from tallystick.record.canonical import canonical
from tallystick.record.scenario import Add, Call, Choices, Put, Remove, Scenario, Shape

_EVERY: tuple[Shape, ...] = ("null", "wrong-kind")
_UNKNOWN = ("object", "model", "service_tier", "choices[].finish_reason")
_BOTH: tuple[tuple[str, Shape], ...] = (
    ("usage", "empty"),
    ("usage", "zero"),
    ("usage", "float"),
    ("usage", "string"),
    ("created", "float"),
    ("created", "string"),
    ("choices[].index", "string"),
    ("choices", "empty"),
)
_SHAPED: dict[str, tuple[tuple[str, Shape], ...]] = {
    "response": (
        ("choices[].message.role", "unknown-value"),
        ("choices[].message.content", "empty"),
        ("choices[].message.content", "parts"),
        ("choices[].message.annotations", "parts"),
        *_BOTH,
    ),
    "stream": (
        ("choices[].delta.role", "unknown-value"),
        ("choices[].delta.content", "empty"),
        ("choices[].delta.content", "parts"),
        *_BOTH,
    ),
}
_EXTRA = {
    "response": ("", "choices[]", "choices[].message", "usage"),
    "stream": ("", "choices[]", "choices[].delta", "usage"),
}


def ablations(contract: Contract, call: Call) -> Iterator[Scenario]:
    """The scenarios that change one member of a conforming answer; those that would change
    nothing, such as null for what is null, are left out.
    """
    bodies = list(_bodies(contract, call))
    before = [canonical(body) for body in bodies]
    for scenario in _edits(contract, call):
        if [canonical(edited(scenario, body)) for body in bodies] != before:
            yield scenario


def _edits(contract: Contract, call: Call) -> Iterator[Scenario]:
    side = "stream" if call in ("stream", "tools-stream") else "response"
    held = list(dict.fromkeys(_held(contract, call)))
    prefix = "tools-" if call.startswith("tools") else ""
    for path in held:
        named = f"{prefix}{{}}-{side}.{path}".replace("[]", "")
        location = f"{side}.{path}"
        yield Scenario(named.format("without"), location, (Remove(path),), call)
        for shape in _EVERY:
            yield Scenario(named.format(shape), location, (Put(path, shape),), call)
    if not prefix:
        yield from _more(side, call)


def _more(side: str, call: Call) -> Iterator[Scenario]:
    shaped: list[tuple[str, Shape]] = [(path, "unknown-value") for path in _UNKNOWN]
    for path, shape in (*shaped, *_SHAPED[side]):
        name = f"{shape}-{side}.{path}".replace("[]", "")
        yield Scenario(name, f"{side}.{path}", (Put(path, shape),), call)
    for path in _EXTRA[side]:
        place = f"{side}.{path}".rstrip(".")
        name = f"extra-{place}".replace("[]", "")
        yield Scenario(name, f"{place}.{edits.EXTRA}", (Add(path),), call)
    if side == "response":
        yield Scenario("two-response.choices", "response.choices", (Choices(2),), call)
    else:
        yield Scenario("two-stream.choices", "stream.choices", (Choices(2),), call)


def _bodies(contract: Contract, call: Call) -> Iterable[Any]:
    """The conforming answer of a kind of call: one object, or the chunks of its stream."""
    match call:
        case "plain":
            return [answers.with_documented(answers.completion(), contract.plain)]
        case "tools":
            return [answers.with_documented(answers.tool_completion({}), contract.plain)]
        case "stream":
            made = answers.chunks(usage=True)
        case "tools-stream":
            made = answers.tool_chunks({}, usage=True)
    return [answers.with_documented(chunk, contract.chunk) for chunk in made]


_WITHOUT_TOOLS: dict[str, Call] = {"tools": "plain", "tools-stream": "stream"}


def _held(contract: Contract, call: Call) -> Iterator[str]:
    """The members to change: of a tool call's answer, only what another one does not have."""
    known: set[str] = set()
    if call in _WITHOUT_TOOLS:
        for body in _bodies(contract, _WITHOUT_TOOLS[call]):
            known |= set(edits.paths(body)) - {"choices[].finish_reason"}
    for body in _bodies(contract, call):
        yield from (path for path in edits.paths(body) if path not in known)
