"""Lines that tools collect: a query of Loki, a tail of Cloudflare's Workers."""

import json
from typing import Any

from tallystick.intake.formats import Piece, detect

URL = "https://api.cometapi.com/v1/chat/completions"


def read(value: object) -> tuple[str, list[Any]]:
    data = json.dumps(value).encode()
    form = detect(data)
    assert form is not None
    return form.name, list(form.read(Piece(0, 0, data, last=True)))


def loki(*lines: str) -> dict[str, Any]:
    values = [[str(1_780_300_800_000_000_000 - n), line] for n, line in enumerate(lines)]
    streams = [{"stream": {"app": "desk"}, "values": values}, {"stream": {}, "values": 3}]
    return {"status": "success", "data": {"resultType": "streams", "result": streams}}


def test_the_lines_of_a_query_are_read_the_oldest_first() -> None:
    answered = 'HTTP Request: POST {} "HTTP/1.1 {}"'
    name, found = read(loki(answered.format(URL, "200 OK"), answered.format(URL, "429 Too Many")))
    assert name == "wrapped"
    assert [one.status for one in found] == [429, 200]


def tail(*said: str, raised: str = "") -> dict[str, Any]:
    exceptions = [{"name": "TypeError", "message": raised, "timestamp": 1_780_300_800_900}]
    return {"scriptName": "edge", "outcome": "exception", "exceptions": exceptions if raised else [],
            "logs": [{"message": [line], "level": "log", "timestamp": 1_780_300_800_000 + n}
                     for n, line in enumerate(said)],
            "event": {"request": {"url": "https://edge.example/ask", "method": "POST"},
                      "response": {"status": 500}}}  # fmt: skip


def chunk(delta: dict[str, Any], *, ends: str | None = None) -> str:
    choices = [{"index": 0, "delta": delta, "finish_reason": ends}]
    return "chunk data: " + json.dumps({"object": "chat.completion.chunk", "choices": choices})


def test_the_status_of_a_worker_is_not_that_of_the_api_it_called() -> None:
    raised = "Cannot read properties of undefined (reading 'delta')"
    begun = chunk({"role": "assistant", "content": "x"})
    whole = tail(
        f"POST {URL} -> 200 text/event-stream", begun, chunk({}, ends="stop"), raised=raised
    )
    name, (found,) = read(whole)
    assert (name, found.status) == ("wrapped", 200)
    assert raised in found.error and not found.response.partial
    assert found.at == "2026-06-01T08:00:00+00:00"


def test_a_stream_of_which_a_log_has_the_end_only_is_a_part() -> None:
    _, (found,) = read(tail(f"POST {URL} -> 200 text/event-stream", chunk({}, ends="stop")))
    assert found.response.partial
