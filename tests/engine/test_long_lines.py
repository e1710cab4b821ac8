"""A line that is longer than any entry may be is one entry that could not be read."""

import json
import os
from pathlib import Path

import pytest

from tallystick.case.capture import exchanges
from tallystick.engine.merging import How

GOOD = {
    "ts": "2026-11-20T09:00:00Z", "url": "https://api.cometapi.com/v1/chat/completions",
    "status": 400, "request": {"body": {"model": "m", "messages": []}},
    "response": {"body": {"error": {"message": "messages is empty", "param": "messages"}}},
}  # fmt: skip


@pytest.mark.parametrize(("size", "workers"), [(100 << 20, 1), (100 << 20, 2), (2 << 30, 2)])
def test_what_stands_around_it_is_read(tmp_path: Path, size: int, workers: int) -> None:
    capture, line = tmp_path / "a.jsonl", json.dumps(GOOD).encode() + b"\n"
    with capture.open("wb") as file:
        file.write(line + b'{"ts": "')
        os.truncate(file.fileno(), file.tell())
        file.seek(size, os.SEEK_CUR)  # a hole: nothing is written to the disk
        file.write(b'"}\n' + line)
    found, (read,) = exchanges([str(capture)], How(workers=workers))
    assert [one.response.status for one in found] == [400, 400]
    assert read.damaged == 1
