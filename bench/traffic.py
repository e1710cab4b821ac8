"""Made-up traffic: a third of the calls streamed (three quarters of the bytes), conversations of
several turns, tools, 5 % errors with retries, and secrets and personal data in many kinds of places.

`Planted.values` is the manifest: none of them may be found in anything that Tallystick writes.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WORDS = "the tally stick was cut in two and each party kept a half of it until the debt was paid".split()
SYSTEMS = 8
MODELS = ("gpt-4o-2024-08-06", "gpt-4o-mini", "claude-sonnet-4", "acme-internal/llama-tuned")


class Planted:
    """Secrets and personal data, each in one kind of place, and how often each was planted."""

    PLACES = (
        "prompt", "system prompt", "completion", "stream, split over deltas", "authorization",
        "x-api-key", "cookie", "set-cookie", "unknown header", "header name", "query", "path",
        "user", "metadata key", "tool arguments", "tool name", "model", "error message",
        "image URL", "request id",
    )  # fmt: skip

    def __init__(self, random_: random.Random) -> None:
        self._random = random_
        self.values: dict[str, str] = {
            place: self._make(number) for number, place in enumerate(self.PLACES)
        }
        self.count = dict.fromkeys(self.PLACES, 0)

    def _make(self, number: int) -> str:
        token = "".join(self._random.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=14))
        return (f"{token}@corp.example", f"sk-{token}", f"+49{token}", token)[number % 4]

    def __getitem__(self, place: str) -> str:
        self.count[place] += 1
        return self.values[place]

    def sometimes(self, place: str, chance: float = 0.05) -> str:
        """The value of a place now and then, and nothing otherwise."""
        return self[place] if self._random.random() < chance else ""


class Traffic:
    """Entries of a HAR file; the same seed makes the same ones."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)
        self.planted = Planted(self._random)
        self._systems = [self._text(500) for _ in range(SYSTEMS)]
        self._second = 0

    def _text(self, words: int) -> str:
        return " ".join(self._random.choices(WORDS, k=words))

    def entries(self) -> Iterator[dict[str, Any]]:
        """One entry after the other, without end."""
        while True:
            self._second += 1
            streamed, failed = self._random.random() < 1 / 3, self._random.random() < 0.05
            request = json.dumps(self._request(streamed))
            for attempt in range(self._random.choice((1, 2, 3)) if failed else 1):
                yield self._entry(request, streamed, failed, attempt)

    def _request(self, streamed: bool) -> dict[str, Any]:
        random_, planted = self._random, self.planted
        system = random_.choice(self._systems) + planted.sometimes("system prompt")
        messages: list[dict[str, Any]] = [{"role": "system", "content": system}]
        for turn in range(random_.choice((1, 1, 1, 2, 3, 4, 6))):
            if turn:
                messages.append(
                    {"role": "assistant", "content": self._text(random_.randint(50, 350))}
                )
            messages.append(
                {
                    "role": "user",
                    "content": self._text(random_.randint(20, 500)) + planted.sometimes("prompt"),
                }
            )
        made: dict[str, Any] = {"model": random_.choice(MODELS), "messages": messages,
                                "temperature": 0.2, "max_tokens": 1024}  # fmt: skip
        if planted.sometimes("model", 0.01):
            made["model"] = f"{planted.values['model']}/gpt-4o"
        if random_.random() < 0.3:
            made["tools"] = [_tool(name) for name in ("look_up", "book", self._tool_name())]
            arguments = json.dumps({"q": self._text(5) + planted.sometimes("tool arguments")})
            call = {"id": "call_1", "type": "function",
                    "function": {"name": "look_up", "arguments": arguments}}  # fmt: skip
            messages += [{"role": "assistant", "content": None, "tool_calls": [call]},
                         {"role": "tool", "tool_call_id": "call_1", "content": self._text(40)}]  # fmt: skip
        if planted.sometimes("user", 0.1):
            made["user"] = planted.values["user"]
        if planted.sometimes("metadata key", 0.02):
            made["metadata"] = {planted.values["metadata key"]: "1"}
        if planted.sometimes("image URL", 0.02):
            url = f"https://h.example/{planted.values['image URL']}.png"
            parts = [
                {"type": "text", "text": "x"},
                {"type": "image_url", "image_url": {"url": url}},
            ]
            messages.append({"role": "user", "content": parts})
        return (
            {**made, "stream": True, "stream_options": {"include_usage": True}}
            if streamed
            else made
        )

    def _tool_name(self) -> str:
        return self.planted.sometimes("tool name") or "cancel"

    def _answer(self) -> str:
        content = self._text(self._random.randint(100, 700)) + self.planted.sometimes("completion")
        message = {"role": "assistant", "content": content, "refusal": None}
        return json.dumps({"id": f"chatcmpl-{self._random.getrandbits(100):x}", "object": "chat.completion",
                           "created": 1_774_412_483 + self._second, "model": "gpt-4o-2024-08-06",
                           "choices": [{"index": 0, "message": message, "logprobs": None,
                                        "finish_reason": "stop"}], "usage": self._usage()})  # fmt: skip

    def _usage(self) -> dict[str, Any]:
        prompt, said = self._random.randint(80, 4000), self._random.randint(40, 900)
        return {"prompt_tokens": prompt, "completion_tokens": said, "total_tokens": prompt + said,
                "prompt_tokens_details": {"cached_tokens": 0}}  # fmt: skip

    def _stream(self) -> str:
        head = {"id": f"chatcmpl-{self._random.getrandbits(100):x}", "object": "chat.completion.chunk",
                "created": 1_774_412_483 + self._second, "model": "gpt-4o-2024-08-06",
                "service_tier": "default", "system_fingerprint": "fp_44709d6fcb"}  # fmt: skip

        def chunk(delta: dict[str, Any], finish: str | None = None) -> str:
            choices = [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
            body = {
                **head,
                "choices": choices,
                "usage": None,
                "obfuscation": "x" * self._random.randint(1, 9),
            }
            return f"data: {json.dumps(body, separators=(',', ':'))}\n\n"

        said = [f"{word} " for word in self._text(self._random.randint(200, 900)).split()]
        secret = self.planted.sometimes("stream, split over deltas")
        said[10:10] = [secret[at : at + 4] for at in range(0, len(secret), 4)]
        pieces = [
            chunk({"role": "assistant", "content": ""}),
            *(chunk({"content": s}) for s in said),
        ]
        last = json.dumps({**head, "choices": [], "usage": self._usage()}, separators=(",", ":"))
        return "".join([*pieces, chunk({}, "stop"), f"data: {last}\n\n", "data: [DONE]\n\n"])

    def _error(self) -> tuple[int, str]:
        status = self._random.choice((400, 429, 500, 503))
        words = {400: f"Invalid value: '{self.planted.sometimes('error message', 0.3)}'",
                 429: "Rate limit reached for requests per min", 500: "Internal server error",
                 503: "The server is overloaded"}[status]  # fmt: skip
        return status, json.dumps(
            {"error": {"message": words, "type": "server_error", "code": None}}
        )

    def _entry(self, request: str, streamed: bool, failed: bool, attempt: int) -> dict[str, Any]:
        planted, second = self.planted, self._second
        status, reply = (
            self._error() if failed else (200, self._stream() if streamed else self._answer())
        )
        kind = "text/event-stream; charset=utf-8" if streamed and not failed else "application/json"
        day = f"2026-06-{1 + second // 86400 % 28:02d}T{second // 3600 % 24:02d}:"
        sent = {"Host": "api.cometapi.com", "Authorization": f"Bearer {planted['authorization']}",
                "User-Agent": "OpenAI/Python 2.54.0", "Content-Type": "application/json",
                "Accept": "application/json", "Accept-Encoding": "gzip, deflate, br",
                "Connection": "keep-alive", "X-Stainless-Lang": "python", "X-Stainless-OS": "Linux",
                "X-Stainless-Runtime": "CPython", "X-Stainless-Retry-Count": str(attempt),
                "Content-Length": str(len(request)), "X-Trace-Id": f"{self._random.getrandbits(64):x}"}  # fmt: skip
        for name, place in (
            ("X-Api-Key", "x-api-key"),
            ("Cookie", "cookie"),
            ("X-Customer", "unknown header"),
        ):
            if found := planted.sometimes(place):
                sent[name] = found
        if found := planted.sometimes("header name", 0.01):
            sent[f"X-{found}"] = "1"
        got = {"Date": "Mon, 01 Jun 2026 09:00:00 GMT", "Content-Type": kind, "Server": "cloudflare",
               "CF-Ray": f"{self._random.getrandbits(60):x}-FRA", "X-Request-Id": f"req_{second}{planted.sometimes('request id')}",
               "OpenAI-Processing-Ms": str(self._random.randint(90, 9000)), "Vary": "Origin",
               "X-RateLimit-Remaining-Requests": str(9999 - second % 9000)}  # fmt: skip
        if found := planted.sometimes("set-cookie"):
            got["Set-Cookie"] = found
        if status == 429:
            got["Retry-After"] = "2"
        query = f"?token={planted['query']}" if self._random.random() < 0.01 else ""
        path = f"/{planted['path']}" if self._random.random() < 0.01 else ""
        return {
            "startedDateTime": f"{day}{second // 60 % 60:02d}:{second % 60:02d}.{attempt}00Z",
            "time": 80.0 + self._random.randint(0, 9000) / 10 if not failed else 60.0,
            "request": {"method": "POST", "url": f"https://api.cometapi.com{path}/v1/chat/completions{query}",
                        "httpVersion": "HTTP/2", "cookies": [], "queryString": [], "headersSize": -1,
                        "headers": [{"name": n, "value": v} for n, v in sent.items()],
                        "postData": {"mimeType": "application/json", "text": request}},
            "response": {"status": status, "statusText": "", "httpVersion": "HTTP/2", "cookies": [],
                         "headers": [{"name": n, "value": v} for n, v in got.items()],
                         "content": {"size": len(reply), "mimeType": kind, "text": reply}, "redirectURL": ""},
            "cache": {}, "timings": {"send": 0, "wait": 70, "receive": 10},
        }  # fmt: skip


def _tool(name: str) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {n: {"type": "string", "description": " ".join(WORDS)}
                                                   for n in ("query", "place", "date")}}  # fmt: skip
    return {
        "type": "function",
        "function": {"name": name, "description": " ".join(WORDS), "parameters": parameters},
    }


def write(path: Path, size: int, seed: int = 7) -> Traffic:
    """A HAR file of about `size` bytes; says what was planted in it."""
    traffic, total = Traffic(seed), 0
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '{"log": {"version": "1.2", "creator": {"name": "bench", "version": "1"}, "entries": ['
        )
        for number, entry in enumerate(traffic.entries()):
            text = json.dumps(entry)
            file.write(f"{',' if number else ''}\n{text}")
            total += len(text)
            if total >= size:
                break
        file.write("]}}\n")
    return traffic
