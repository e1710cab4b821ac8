"""Made-up traffic as a HAR file: a third streamed, several turns, tools, errors, retries."""

import json
import random
from collections.abc import Iterator
from typing import Any

WORDS = "the tally stick was cut in two and each party kept a half of it until the debt was paid".split()


def text(random_: random.Random, words: int) -> str:
    return " ".join(random_.choices(WORDS, k=words))


def body(random_: random.Random, stream: bool) -> dict[str, Any]:
    turns = random_.randint(1, 6)
    messages = [{"role": "system", "content": text(random_, 40)}]
    roles = ("user", "assistant")
    messages += [{"role": roles[n % 2], "content": text(random_, 30)} for n in range(turns)]
    made: dict[str, Any] = {"model": "gpt-4o", "messages": messages, "temperature": 0.2}
    if random_.random() < 0.3:
        made["tools"] = [{"type": "function", "function": {"name": "look_up", "parameters": {}}}]
    return {**made, "stream": True} if stream else made


def answer(random_: random.Random) -> str:
    message = {"role": "assistant", "content": text(random_, 120)}
    usage = {"prompt_tokens": 90, "completion_tokens": 120, "total_tokens": 210}
    return json.dumps({"id": "chatcmpl-1", "object": "chat.completion", "created": 1_774_412_483,
                       "model": "gpt-4o-2024-08-06", "usage": usage,
                       "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})  # fmt: skip


def stream(random_: random.Random) -> str:
    def chunk(delta: dict[str, str], finish: str | None = None) -> str:
        made = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_774_412_483,
                "model": "gpt-4o-2024-08-06",
                "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}  # fmt: skip
        return f"data: {json.dumps(made)}\n\n"

    pieces = [chunk({"role": "assistant", "content": ""})]
    pieces += [chunk({"content": f"{word} "}) for word in text(random_, 120).split()]
    return "".join([*pieces, chunk({}, "stop"), "data: [DONE]\n\n"])


def entries(seed: int) -> Iterator[dict[str, Any]]:
    random_, second = random.Random(seed), 0
    while True:
        second += 1
        streamed, failed = random_.random() < 1 / 3, random_.random() < 0.05
        request = json.dumps(body(random_, streamed))
        for attempt in range(3 if failed else 1):
            reply = json.dumps({"error": {"message": "Internal server error", "code": ""}})
            if not failed:
                reply = stream(random_) if streamed else answer(random_)
            kind = "text/event-stream" if streamed and not failed else "application/json"
            stamp = f"2026-06-{1 + second // 86400:02d}T{second // 3600 % 24:02d}:"
            yield {
                "startedDateTime": f"{stamp}{second // 60 % 60:02d}:{second % 60:02d}.{attempt}00Z",
                "time": 80.0,
                "request": {
                    "method": "POST",
                    "url": "https://api.cometapi.com/v1/chat/completions",
                    "headers": [
                        {
                            "name": "Authorization",
                            "value": f"Bearer sk-{random_.getrandbits(128):x}",
                        },
                        {"name": "X-Stainless-Retry-Count", "value": str(attempt)},
                    ],
                    "postData": {"mimeType": "application/json", "text": request},
                },
                "response": {
                    "status": 500 if failed else 200,
                    "headers": [{"name": "Content-Type", "value": kind}],
                    "content": {"size": len(reply), "mimeType": kind, "text": reply},
                },
            }


def capture(size: int, seed: int = 7) -> bytes:
    """A HAR file of about `size` bytes; the same seed makes the same bytes."""
    made, total = [], 0
    for one in entries(seed):
        made.append(json.dumps(one))
        total += len(made[-1])
        if total >= size:
            break
    return b'{"log": {"version": "1.2", "entries": [' + ",".join(made).encode() + b"]}}"
