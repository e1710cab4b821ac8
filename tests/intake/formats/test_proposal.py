"""Mappings that are proposed from the first lines of a log."""

import json
import tomllib

import msgspec
import pytest

from tallystick.intake.formats.mapping import Mapping
from tallystick.intake.formats.own import OWN
from tallystick.intake.formats.parts import find_parts
from tallystick.intake.formats.proposal import as_toml, proposed, tells

URL = "https://api.cometapi.com/v1/chat/completions"
ASKED = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
TOLD = {"error": {"message": "slow down", "code": "rate_limit_exceeded"}}
SHAPES = {
    "plain": {"ts": "2026-06-01T09:00:00Z", "url": URL, "status": 429, "request": ASKED,
              "response": TOLD, "duration_ms": 12},
    "inner": {"when": "2026-06-01T09:00:00Z", "call": {"target": URL, "sent": json.dumps(ASKED)},
              "outcome": {"http_code": 429, "text": TOLD}, "elapsed_seconds": 1.5},
    "host and path": {"time": 1_780_300_800, "host": "api.cometapi.com", "path": "/v1/chat/completions",
                      "status": 429, "error": "it was slow"},
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_proposed_mapping_reads_what_the_log_was_read_as(shape: str) -> None:
    line = SHAPES[shape]
    paths = proposed([line] * 3)
    assert tells(paths)
    mapping = msgspec.convert(tomllib.loads(as_toml(paths)), Mapping)
    found = find_parts(line)
    if found.get("duration_ms") is None and found.get("duration_s") is not None:
        found["duration_ms"] = found["duration_s"] * 1000
    there, here = mapping.attempt(line, 0), OWN.attempt(found, 0)
    assert there is not None and here is not None
    assert (there.status, there.url, there.at) == (here.status, here.url, here.at)
    assert there.duration_ms == here.duration_ms
    assert (there.request.body, there.response.body) == (here.request.body, here.response.body)


def test_lines_that_tell_of_no_call_propose_nothing() -> None:
    paths = proposed([{"msg": "started", "level": "info"}])
    assert paths == {}
    assert not tells(paths)


def test_the_place_that_most_lines_have_stands_first() -> None:
    other = {**SHAPES["plain"], "status": None, "code": 429}
    paths = proposed([other, SHAPES["plain"], SHAPES["plain"]])
    assert paths["status"][0] == "status"
