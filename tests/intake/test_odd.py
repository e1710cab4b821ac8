"""What is odd about an entry is told; a copy of an entry is no second attempt."""

import json
from pathlib import Path
from typing import Any

import pytest

from tallystick.case.capture import exchanges
from tallystick.engine.merging import How
from tallystick.intake.odd import COPY, NO_DURATION, NO_TIME, TOLD, TWICE

BODY = '{"model":"m","messages":[{"role":"user","content":"x"}]}'
ID = "chatcmpl-7QyqpwdfhqwajicIEznoc6Q47XAyW"


def entry(**changed: Any) -> dict[str, Any]:
    answer = {"error": {"message": "bad", "type": "x"}}
    made = {
        "startedDateTime": "2026-11-20T09:05:00.123Z",
        "time": 120,
        "request": {
            "method": "POST",
            "url": "https://api.cometapi.com/v1/chat/completions",
            "headers": [],
            "postData": {"mimeType": "application/json", "text": BODY},
        },
        "response": {
            "status": 400,
            "headers": [{"name": "x-request-id", "value": ID}],
            "content": {"mimeType": "application/json", "text": json.dumps(answer)},
        },
    }
    return made | changed


def read(folder: Path, *entries: str) -> tuple[list[str], dict[str, int]]:
    """The ids of the exchanges, and what is odd."""
    capture = folder / "calls.har"
    capture.write_text(f'{{"log":{{"version":"1.2","entries":[{",".join(entries)}]}}}}')
    found, captures = exchanges([str(capture)], How(workers=1))
    return [one.id for one in found], captures[0].odd


@pytest.mark.parametrize(
    ("changed", "odd"),
    [
        ({}, {}),
        ({"startedDateTime": "2026-11-31T09:05:00Z"}, {NO_TIME: 1}),
        ({"startedDateTime": "9999-12-31T23:59:59-12:00"}, {NO_TIME: 1}),
        ({"startedDateTime": None}, {}),
        ({"time": -7}, {NO_DURATION: 1}),
        ({"time": -1}, {}),
    ],
)
def test_times_that_cannot_be_are_told(
    tmp_path: Path, changed: dict[str, Any], odd: dict[str, int]
) -> None:
    ids, found = read(tmp_path, json.dumps(entry(**changed)))
    assert (len(ids), found) == (1, odd)


@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("before", ['"status": 500', '"method": "GET"', '"time": 1'])
def test_a_member_that_is_written_twice_is_told(tmp_path: Path, before: str, last: bool) -> None:
    name = before.partition(":")[0]
    twice = json.dumps(entry()).replace(name, f"{before}, {name}", 1)
    other = json.dumps(entry(startedDateTime="2026-11-20T09:06:00.123Z"))
    ids, found = read(tmp_path, *((other, twice) if last else (twice, other)))
    assert (len(ids), found) == (2, {TWICE: 1})


def test_what_a_body_writes_is_no_member_of_the_entry(tmp_path: Path) -> None:
    body = json.dumps({"model": "m", "messages": [], "status": {"url": "status", "method": "url"}})
    made = entry()
    made["request"]["postData"]["text"] = body
    assert read(tmp_path, json.dumps(made))[1] == {}


def test_a_copy_counts_once(tmp_path: Path) -> None:
    ids, found = read(tmp_path, *[json.dumps(entry())] * 3)
    assert (len(ids), found) == (1, {COPY: 2})


@pytest.mark.parametrize(
    "changed",
    [
        {"startedDateTime": "2026-11-20T09:05:00.124Z"},
        {"time": 121},
        {"response": entry()["response"] | {"headers": []}},
        {"response": entry()["response"] | {"status": 401}},
    ],
)
def test_another_attempt_is_no_copy(tmp_path: Path, changed: dict[str, Any]) -> None:
    ids, found = read(tmp_path, json.dumps(entry(**changed)), json.dumps(entry()))
    assert (len(ids), found) == (2, {})


def test_calls_that_nothing_names_are_no_copies(tmp_path: Path) -> None:
    """Two workers may send one request at one moment."""
    plain = json.dumps(entry(response=entry()["response"] | {"headers": []}))
    assert len(read(tmp_path, plain, plain)[0]) == 2


def test_every_word_is_told() -> None:
    assert set(TOLD) == {NO_TIME, NO_DURATION, TWICE, COPY}
