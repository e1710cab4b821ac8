"""The conforming answers of the simulated provider.

The fields are those of the full example objects that the provider's documentation prints (facts
dossier, section 4), and every further field that a clause documents; the text is fixed and
harmless.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from tallystick.lab import edits
from tallystick.record.clause import Clause

CONTENT = "Tallystick baseline answer: the tally holds."
OTHER = "Tallystick second answer: the tally was split."
WORD, OTHER_WORD = "tally", "stick"
CUT_AFTER = "Tallystick baseline"
USAGE = {
    "prompt_tokens": 19,
    "completion_tokens": 10,
    "total_tokens": 29,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {
        "reasoning_tokens": 0,
        "audio_tokens": 0,
        "accepted_prediction_tokens": 0,
        "rejected_prediction_tokens": 0,
    },
}
_HEAD = {
    "id": "chatcmpl-tallystick",
    "created": 1774412483,
    "model": "gpt-4.1-nano-2025-04-14",
    "service_tier": "default",
    "system_fingerprint": "fp_tallystick",
}
_SAMPLES: dict[str, Any] = {
    "string": "tallystick",
    "number": 1,
    "boolean": True,
    "array": [],
    "object": {},
    "null": None,
}


class Contract(msgspec.Struct, frozen=True):
    """What clauses document beyond the example objects: paths with a conforming value.

    `stated` are the documented paths of both sides, as locations.
    """

    plain: tuple[tuple[str, Any], ...] = ()
    chunk: tuple[tuple[str, Any], ...] = ()
    stated: frozenset[str] = frozenset()


def contract_of(clauses: Iterable[Clause]) -> Contract:
    """The documented fields of an answer that the example objects do not have."""
    listed = [c for c in clauses if not c.when]
    known = {"response": set(edits.paths(completion())) | set(edits.paths(tool_completion({})))}
    known["stream"] = {path for c in chunks(usage=True) for path in edits.paths(c)}
    known["stream"] |= {path for c in tool_chunks({}, usage=True) for path in edits.paths(c)}
    extra: dict[str, dict[str, Any]] = {"response": {}, "stream": {}}
    stated = {c.location for c in listed if c.aspect in ("exists", "kind", "required")}
    for clause in listed:
        side, _, path = clause.location.partition(".")
        if side in extra and clause.aspect == "kind" and path not in known[side]:
            parent = path.rpartition(".")[0].removesuffix("[]")
            if not parent or parent in known[side]:
                extra[side][path] = _SAMPLES.get(clause.value.split("|")[0])
    return Contract(
        tuple(extra["response"].items()), tuple(extra["stream"].items()), frozenset(stated)
    )


def with_documented(tree: Any, extra: Iterable[tuple[str, Any]]) -> Any:
    """An answer with the documented members that it does not have yet."""
    for path, value in extra:
        tree = edits.fill(tree, path, value)
    return tree


def completion(text: str = CONTENT) -> dict[str, Any]:
    """A plain answer with every documented field."""
    message: dict[str, Any] = {
        "role": "assistant",
        "content": text,
        "refusal": None,
        "annotations": [],
    }
    return _whole(message, "stop")


def tool_completion(request: Mapping[str, Any], word: str = WORD) -> dict[str, Any]:
    """A plain answer that calls the first function which the request offers; `word` stands for
    every text among its arguments.
    """
    message = {
        "role": "assistant",
        "content": None,
        "refusal": None,
        "annotations": [],
        "tool_calls": [_call(request, word)],
    }
    return _whole(message, "tool_calls")


def _whole(message: Mapping[str, Any], finish: str) -> dict[str, Any]:
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    body = {**_HEAD, "object": "chat.completion", "choices": [choice], "usage": USAGE}
    return _copied(body)


def _copied(body: dict[str, Any]) -> dict[str, Any]:
    """A deep copy; by way of JSON, which is faster here than `copy.deepcopy`."""
    return msgspec.json.decode(msgspec.json.encode(body), type=dict[str, Any])


def chunks(usage: bool, text: str = CONTENT) -> list[dict[str, Any]]:
    """The same answer as the chunks of a stream; usage comes only if it was asked for."""
    first, second = text[: len(CUT_AFTER)], text[len(CUT_AFTER) :]
    deltas = [{"role": "assistant", "content": ""}, {"content": first}, {"content": second}]
    return _streamed(deltas, "stop", usage)


def tool_chunks(request: Mapping[str, Any], usage: bool, word: str = WORD) -> list[dict[str, Any]]:
    """The tool call as chunks: the head first, its arguments in two fragments."""
    call = _call(request, word)
    arguments = call["function"]["arguments"]
    half = len(arguments) // 2
    head = {**call, "index": 0, "function": {**call["function"], "arguments": ""}}
    parts = [arguments[:half], arguments[half:]]
    deltas: list[dict[str, Any]] = [
        {"role": "assistant", "content": None, "tool_calls": [head]},
        *({"tool_calls": [{"index": 0, "function": {"arguments": part}}]} for part in parts),
    ]
    return _streamed(deltas, "tool_calls", usage)


def _streamed(deltas: list[dict[str, Any]], finish: str, usage: bool) -> list[dict[str, Any]]:
    made = [_chunk(delta, None) for delta in deltas] + [_chunk({}, finish)]
    return [*made, usage_chunk()] if usage else made


def _chunk(delta: Mapping[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": dict(delta), "logprobs": None, "finish_reason": finish}
    return {**_HEAD, "object": "chat.completion.chunk", "choices": [choice]}


def usage_chunk() -> dict[str, Any]:
    """The last chunk of a stream that was asked for usage: no choices."""
    return {**_chunk({}, None), "choices": [], "usage": _copied(USAGE)}


def _call(request: Mapping[str, Any], word: str) -> dict[str, Any]:
    tools = request.get("tools")
    first = tools[0] if isinstance(tools, list) and tools else {}
    function = first.get("function") if isinstance(first, dict) else None
    offered = function if isinstance(function, dict) else {}
    name = offered.get("name") if isinstance(offered.get("name"), str) else "tally"
    arguments = json.dumps(sample(offered.get("parameters"), word))
    return {
        "id": "call_tallystick",
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }


def sample(schema: object, word: str = WORD, depth: int = 0) -> Any:
    """A value that a JSON schema of a function's parameters accepts, as far as it is simple."""
    if not isinstance(schema, dict) or depth > 8:
        return {} if depth == 0 else word
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return choices[0]
    kind = schema.get("type", "object" if depth == 0 else "string")
    properties = schema.get("properties")
    if kind == "object":
        named = properties if isinstance(properties, dict) else {}
        return {key: sample(part, word, depth + 1) for key, part in named.items()}
    if kind == "array":
        return [sample(schema.get("items"), word, depth + 1)]
    number = 1 if word == WORD else 2
    usual = {"integer": number, "number": number, "boolean": True, "null": None}
    return usual.get(str(kind), word)
