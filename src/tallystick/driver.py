"""Serve trials of Tallystick's lab from one warm process. Copy this file or import it.

`serve(ask)` reads a JSON object a line on stdin (`id`, `base_url`, `fallback_base_url`, `api_key`,
`model`, `stream`, `timeout_s` of one request in seconds, `messages`, sometimes `tools`) and prints
one a line on stdout, in any order: `{"id", "ok": true, "text", "finish_reason", "usage"}`, or
`{"id", "ok": false, "error"}` with the exception's name. `ask(trial)` returns the text, or a dict
of `text` and, if known, `finish_reason` and `usage`. Coroutines share one event loop.
"""

import asyncio
import inspect
import json
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Trial = dict[str, Any]
WORKERS = 64


def serve(ask: Callable[[Trial], Any]) -> None:
    """Answer trials until stdin ends. What the client itself prints goes to stderr."""
    report, lock = os.fdopen(os.dup(1), "w", encoding="utf-8"), threading.Lock()
    os.dup2(2, 1)

    def one(trial: Trial, loop: asyncio.AbstractEventLoop) -> None:
        try:
            answer = ask(trial)
            if inspect.isawaitable(answer):
                answer = asyncio.run_coroutine_threadsafe(_awaited(answer), loop).result()
            told = {"ok": True, **(answer if isinstance(answer, dict) else {"text": answer})}
        except Exception as error:
            told = {"ok": False, "error": type(error).__name__}
        with lock:
            report.write(json.dumps({"id": trial["id"], **told}, default=str) + "\n")
            report.flush()

    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    with ThreadPoolExecutor(WORKERS) as pool:
        for line in sys.stdin:
            pool.submit(one, json.loads(line), loop)


async def _awaited(answer: Any) -> Any:
    return await answer
