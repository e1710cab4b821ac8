"""Small real drivers: one that is sound, and some that break the protocol."""

import asyncio
import json
import os
import sys
import time
import urllib.error
import urllib.request
from typing import Any

from tallystick.driver import serve


def ask(trial: dict[str, Any]) -> Any:
    body = {"model": trial["model"], "messages": trial["messages"], "stream": trial["stream"]}
    request = urllib.request.Request(
        trial["base_url"] + "/chat/completions",
        data=json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + trial["api_key"], "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=trial["timeout_s"]) as answer:
        data = answer.read().decode()
    if trial["stream"]:
        chunks = [json.loads(line[6:]) for line in data.splitlines() if line.startswith("data: {")]
        return "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
    told = json.loads(data)
    choice = told["choices"][0]
    return {
        "text": choice["message"]["content"],
        "finish_reason": choice.get("finish_reason"),
        "usage": told.get("usage"),
    }


async def ask_async(trial: dict[str, Any]) -> Any:
    return await asyncio.to_thread(ask, trial)


def dies(trial: dict[str, Any]) -> Any:
    """Is ended by the one answer that it cannot bear."""
    try:
        return ask(trial)
    except urllib.error.HTTPError as error:
        if error.code == 503:
            os._exit(9)
        raise


def plain_only(trial: dict[str, Any]) -> Any:
    return ask({**trial, "stream": False})


def by_environment(trial: dict[str, Any]) -> Any:
    return ask({**trial, "base_url": os.environ["OPENAI_BASE_URL"]})


def answer_by_hand(change: str) -> None:
    """The protocol without `serve`, broken in one way."""
    if change == "exits":
        sys.exit(4)
    for line in sys.stdin:
        trial = json.loads(line)
        try:
            told = (
                {"ok": True, **ask(trial)}
                if not trial["stream"]
                else {"ok": True, "text": ask(trial)}
            )
        except Exception as error:
            told = {"ok": False, "error": type(error).__name__}
        if change == "noise":
            print("loading …")
        if change == "unknown":
            print(json.dumps({"id": "someone-else", **told}))
        if change == "late" and trial["id"] == "status-500":
            time.sleep(1.2)
        print(json.dumps({"id": trial["id"], **told}), flush=True)


ASKS = {
    "sound": ask,
    "async": ask_async,
    "dies": dies,
    "plain-only": plain_only,
    "by-environment": by_environment,
}

if __name__ == "__main__":
    if sys.argv[1] in ASKS:
        serve(ASKS[sys.argv[1]])
    else:
        answer_by_hand(sys.argv[1])
