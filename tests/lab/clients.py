"""Small real clients, started as processes by the lab's tests. Standard library only."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

BASE = os.environ.get("OPENAI_BASE_URL", "")
TOOL = {
    "type": "function",
    "function": {
        "name": "count",
        "parameters": {"type": "object", "properties": {"stick": {"type": "string"}}},
    },
}


def post(body: dict[str, Any], base: str = "") -> str:
    request = urllib.request.Request(
        (base or os.environ.get("OPENAI_BASE_URL", "")) + "/chat/completions",
        data=json.dumps({"model": "m", **body}).encode(),
        headers={
            "Authorization": "Bearer " + os.environ.get("OPENAI_API_KEY", "x"),
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=2) as answer:
        return str(answer.read().decode())


def ask(stream: bool = False, base: str = "") -> str:
    data = post({"messages": [{"role": "user", "content": "x"}], "stream": stream}, base)
    if not stream:
        return str(json.loads(data)["choices"][0]["message"]["content"])
    chunks = [json.loads(line[6:]) for line in data.splitlines() if line.startswith("data: {")]
    return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)


def warm() -> str:
    """Reads its address when it is imported, as many applications do."""
    return ask(base=BASE)


def swallow() -> str:
    try:
        return ask()
    except urllib.error.HTTPError:
        return "sorry"


def nested() -> str:
    """Two layers of retries: two times three attempts, the gaps starting anew."""
    for outer in range(2):
        for inner in range(3):
            try:
                return ask()
            except urllib.error.HTTPError:
                if (outer, inner) == (1, 2):
                    raise
                time.sleep(0.15 * 2**inner if inner < 2 else 0.01)
    return ""


def fallback() -> str:
    """Turns to a second provider, with another model and one field less, when the first fails."""
    try:
        return ask()
    except (OSError, ValueError):
        body = {"model": "other", "messages": [{"role": "user", "content": "x"}]}
        data = post(body, os.environ["TALLYSTICK_FALLBACK_BASE_URL"])
        return str(json.loads(data)["choices"][0]["message"]["content"])


def tools() -> str:
    """One tool loop: offer, run what is called, answer with its result."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": "x"}]
    told = json.loads(post({"messages": messages, "tools": [TOOL]}))
    message = told["choices"][0]["message"]
    if not message.get("tool_calls"):
        return str(message["content"])
    call = message["tool_calls"][0]
    json.loads(call["function"]["arguments"])
    messages += [message, {"role": "tool", "tool_call_id": call["id"], "content": "3"}]
    return str(
        json.loads(post({"messages": messages, "tools": [TOOL]}))["choices"][0]["message"][
            "content"
        ]
    )


def hard_coded() -> str:
    return ask(base="https://api.cometapi.com/v1")


def elsewhere() -> str:
    """Calls home before it asks."""
    with contextlib.suppress(OSError):
        urllib.request.urlopen("https://telemetry.example/", timeout=2)
    return hard_coded()


def network() -> str:
    """Fails unless it can reach nothing but the lab."""
    try:
        socket.create_connection(("192.0.2.1", 9), 0.5).close()
    except OSError as error:
        if error.errno in (101, 113):  # no route: there is no such network
            return ask()
    raise RuntimeError("another network is there")


def needs_id() -> str:
    told = json.loads(post({"messages": [{"role": "user", "content": "x"}]}))
    return str(told["choices"][0]["message"]["content"] + told["id"][:0])


def checked() -> str:
    text = ask()
    if not text:
        raise ValueError("the answer is empty")
    return text


def flaky() -> str:
    """Fails in another way every other time; a file of its own counts."""
    try:
        return ask()
    except urllib.error.HTTPError:
        count = Path(sys.argv[2])
        count.write_text(count.read_text() + "x" if count.exists() else "x")
        if len(count.read_text()) % 2:
            raise
        return "never mind"


def sends_nothing() -> str:
    """A request with an empty list of messages: the documents refuse it."""
    return str(json.loads(post({"messages": []}))["choices"][0]["message"]["content"])


def never_ends() -> str:
    time.sleep(600)
    return ""


def fixed() -> str:
    ask()
    return "done"


def scattered() -> str:
    return f"{len(ask())} {time.monotonic_ns()}"


def twice() -> str:
    return ask() + ask()


def forks_away() -> str:
    """Ends at once; a child of another session goes on and asks."""
    subprocess.Popen([sys.executable, __file__, "ask"], start_new_session=True)
    return "started"


MODES = {
    "ask": ask,
    "stream": lambda: ask(stream=True),
    "swallow": swallow,
    "nested": nested,
    "fallback": fallback,
    "tools": tools,
    "hard-coded": hard_coded,
    "elsewhere": elsewhere,
    "network": network,
    "needs-id": needs_id,
    "flaky": flaky,
    "checked": checked,
    "sends-nothing": sends_nothing,
    "never-ends": never_ends,
    "never-calls": lambda: "an answer of my own",
    "silent": lambda: ask()[:0],
    "twice": twice,
    "fixed": fixed,
    "random": scattered,
    "forks-away": forks_away,
}

if __name__ == "__main__":
    print(MODES[sys.argv[1]]())
