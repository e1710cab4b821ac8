"""Logs with something before every line, which a collector put there."""

import json
from typing import Any

import pytest

from tallystick.intake.formats import Piece, detect

URL = "https://api.cometapi.com/v1/chat/completions"
LINES = [
    json.dumps({"ts": "2026-06-01T09:00:00Z", "url": URL, "status": status, "request": {
        "model": "m", "messages": [{"role": "user", "content": "x"}]}})
    for status in (200, 429)
]  # fmt: skip
PREFIXES = {
    "docker compose": "gateway-1  | ",
    "journald": "Nov 20 12:31:02 edge-1 caddy[1204]: ",
    "kubectl": "2026-06-01T09:00:01.118403911Z ",
}


def read(text: str) -> tuple[str, list[Any]]:
    form = detect(text.encode())
    assert form is not None
    return form.name, list(form.read(Piece(0, 0, text.encode(), last=True)))


@pytest.mark.parametrize("prefix", PREFIXES.values(), ids=PREFIXES)
def test_what_stands_behind_the_prefix_is_read_as_it_was_written(prefix: str) -> None:
    name, found = read("".join(f"{prefix}{line}\n" for line in LINES))
    assert name == "prefixed"
    assert [one.status for one in found] == [200, 429]
    assert [one.request.body for one in found] == [
        one.request.body for one in read("\n".join(LINES))[1]
    ]


def test_a_bar_within_some_lines_is_no_prefix() -> None:
    text = f"table | of words\n{LINES[0]}\nno prefix here\n{LINES[1]}\n"
    form = detect(text.encode())
    assert form is None or form.name != "prefixed"


def test_lines_that_tell_of_no_call_are_of_no_format() -> None:
    assert detect(b"web-1  | started\nweb-1  | stopped\n") is None
