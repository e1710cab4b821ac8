"""Small real clients, started as processes by the lab's tests. Standard library only."""

import json
import os
import sys
import time
import urllib.error
import urllib.request


def ask(stream: bool = False) -> str:
    request = urllib.request.Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions",
        data=json.dumps(
            {"model": "m", "messages": [{"role": "user", "content": "x"}], "stream": stream}
        ).encode(),
        headers={
            "Authorization": "Bearer " + os.environ["OPENAI_API_KEY"],
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        data = answer.read().decode()
    if not stream:
        return str(json.loads(data)["choices"][0]["message"]["content"])
    chunks = [json.loads(line[6:]) for line in data.splitlines() if line.startswith("data: {")]
    return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)


def swallow() -> str:
    try:
        return ask()
    except urllib.error.HTTPError:
        return "sorry"


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


MODES = {
    "ask": ask,
    "stream": lambda: ask(stream=True),
    "swallow": swallow,
    "never-ends": never_ends,
    "never-calls": lambda: "an answer of my own",
    "silent": lambda: ask()[:0],
    "twice": twice,
    "fixed": fixed,
    "random": scattered,
}

if __name__ == "__main__":
    print(MODES[sys.argv[1]]())
