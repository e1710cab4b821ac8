"""Answers that keep the documents: plain completions and streams, with the usual variety."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random

from .values import Answer, Json

TEXTS = (
    "It left the depot this morning.",
    "The invoice was paid on Monday.",
    "Three items match your filter.",
    "Der Termin ist am Freitag um zehn.",
    "Here is a short summary of the ticket.",
)
STREAM_HEADERS = (("Content-Type", "text/event-stream"),)


def _usage(rng: Random, text: str) -> dict[str, Json]:
    prompt, done = rng.randrange(8, 90), len(text) // 4
    usage: dict[str, Json] = {"prompt_tokens": prompt, "completion_tokens": done}
    usage["total_tokens"] = prompt + done
    if rng.random() < 0.3:
        usage["prompt_tokens_details"] = {"cached_tokens": 0, "audio_tokens": 0}
    return usage


def completion(rng: Random, model: str, created: int, text: str | None = None) -> dict[str, Json]:
    """The object of a plain answer; every documented field is there."""
    said = rng.choice(TEXTS) if text is None else text
    message: dict[str, Json] = {"role": "assistant", "content": said}
    if rng.random() < 0.3:
        message |= {"refusal": None, "annotations": []}
    choice: dict[str, Json] = {"index": 0, "message": message, "finish_reason": "stop"}
    body: dict[str, Json] = {
        "id": f"chatcmpl-{rng.randrange(16**12):012x}",
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [choice],
        "usage": _usage(rng, said),
    }
    if rng.random() < 0.4:
        body["system_fingerprint"] = f"fp_{rng.randrange(16**8):08x}"
    return body


def tool_call(rng: Random, model: str, created: int) -> dict[str, Json]:
    """An answer that calls a tool: content is null, as the documents allow."""
    body = completion(rng, model, created)
    function = {"name": "find_parcel", "arguments": '{"number": 9}'}
    call: Json = {"id": f"call_{rng.randrange(10**8)}", "type": "function", "function": function}
    message: Json = {"role": "assistant", "content": None, "tool_calls": [call]}
    body["choices"] = [{"index": 0, "message": message, "finish_reason": "tool_calls"}]
    return body


def plain(body: Json) -> Answer:
    """A 200 answer with this body."""
    return Answer(200, json.dumps(body))


def chunks(rng: Random, model: str, created: int, usage: bool) -> list[Json]:
    """The chunks of one streamed answer, the one with `usage` last where asked for."""
    words = rng.choice(TEXTS).split(" ")
    head: Mapping[str, Json] = {
        "id": f"chatcmpl-{rng.randrange(16**12):012x}",
        "object": "chat.completion.chunk",
        "created": created,
        "model": model,
    }
    deltas: list[Mapping[str, Json]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": word + " "} for word in words]
    made: list[Json] = [_chunk(head, delta, None) for delta in deltas]
    made.append(_chunk(head, {}, "stop"))
    if usage:
        made.append({**head, "choices": [], "usage": _usage(rng, " ".join(words))})
    return made


def _chunk(head: Mapping[str, Json], delta: Json, reason: str | None) -> Json:
    return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


def stream(parts: list[Json], done: bool = True, comment: str = "", cut: bool = False) -> Answer:
    """The chunks as server-sent events, whole unless `cut`."""
    events = [f": {comment}\n\n"] if comment else []
    events += [f"data: {json.dumps(part)}\n\n" for part in parts]
    events += ["data: [DONE]\n\n"] if done else []
    return Answer(200, "".join(events), STREAM_HEADERS, "cut" if cut else None)


def html(status: int, title: str, server: str) -> Answer:
    """An HTML page, as gateways and proxies answer with."""
    text = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1>"
    text += f"</center>\r\n<hr><center>{server}</center>\r\n</body>\r\n</html>\r\n"
    return Answer(status, text, (("Content-Type", "text/html"), ("Server", server)))
