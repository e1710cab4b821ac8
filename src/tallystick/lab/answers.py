"""The conforming answer of the simulated provider, and the changes a scenario makes to it.

The fields are those of the full example objects that the provider's documentation prints (facts
dossier, section 4); the text is fixed and harmless.
"""

import copy
import json
from collections.abc import Iterable, Mapping
from typing import Any

from tallystick.protocol import encode_event
from tallystick.protocol.sse import DONE

CONTENT = "Tallystick baseline answer: the tally holds."
OTHER = "Tallystick second answer: the tally was split."
_USAGE = {
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


def completion(text: str = CONTENT) -> dict[str, Any]:
    """A plain answer with every documented field."""
    message: dict[str, Any] = {
        "role": "assistant",
        "content": text,
        "refusal": None,
        "annotations": [],
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    body = {**_HEAD, "object": "chat.completion", "choices": [choice], "usage": _USAGE}
    return copy.deepcopy(body)


def chunks(include_usage: bool, text: str = CONTENT) -> list[dict[str, Any]]:
    """The same answer as the chunks of a stream; usage comes only if it was asked for."""
    head, _, tail = text.partition(": ")
    deltas = [{"role": "assistant", "content": ""}, {"content": head + ": "}, {"content": tail}]
    made = [_chunk(delta, None) for delta in deltas] + [_chunk({}, "stop")]
    if include_usage:
        made.append({**_chunk({}, None), "choices": [], "usage": copy.deepcopy(_USAGE)})
    return made


def _chunk(delta: Mapping[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": dict(delta), "logprobs": None, "finish_reason": finish}
    return {**_HEAD, "object": "chat.completion.chunk", "choices": [choice]}


def without(tree: Any, path: str) -> Any:
    """A copy of `tree` without the member at a path such as `choices[].message.content`."""
    pruned = copy.deepcopy(tree)
    _prune(pruned, path.replace("[]", ".[]").split("."))
    return pruned


def _prune(tree: Any, parts: list[str]) -> None:
    first, *rest = parts
    if first == "[]":
        for item in tree if isinstance(tree, list) else ():
            _prune(item, rest)
    elif isinstance(tree, dict):
        if not rest:
            tree.pop(first, None)
        elif first in tree:
            _prune(tree[first], rest)


def paths(tree: Any, prefix: str = "") -> Iterable[str]:
    """The path of every member of an answer, parents before children."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            path = f"{prefix}.{key}" if prefix else key
            yield path
            yield from paths(value, path)
    elif isinstance(tree, list) and tree:
        yield from paths(tree[0], f"{prefix}[]")


def events(parts: Iterable[Mapping[str, Any]]) -> list[bytes]:
    """The chunks as server-sent events, each ready to send, `[DONE]` last."""
    return [encode_event(json.dumps(part)) for part in parts] + [encode_event(DONE)]


def error(status: int, code: str, message: str) -> dict[str, Any]:
    """The error envelope that the provider's error page documents."""
    text = f"{message} (request id: tallystick{status})"
    return {"error": {"message": text, "type": "comet_api_error", "param": "", "code": code}}
