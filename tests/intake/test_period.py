"""A period, and the member that tells the time of a line."""

import json

import pytest

from tallystick.intake.formats import detect
from tallystick.intake.formats.base import Format, Piece
from tallystick.intake.period import ALWAYS, Period, near, time_member

NOON = 1_763_640_000.0


def _text(**members: object) -> bytes:
    asked = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
    call = {"url": "https://h.example/v1/chat/completions", "status": 200, "request": asked}
    return json.dumps({**members, **call}).encode()


def _form(line: bytes) -> Format:
    form = detect(line)
    assert form is not None
    return form


def test_a_period_holds_its_bounds_and_what_has_no_time() -> None:
    period = Period(NOON, NOON + 60)
    assert period.holds("2025-11-20T12:00:00+00:00")
    assert period.holds("2025-11-20T13:01:00+01:00")
    assert not period.holds("2025-11-20T12:01:01Z")
    assert period.holds(None)
    assert ALWAYS.holds("2025-11-20T12:01:01Z")


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"ts": "2025-11-20T12:00:00Z"}, ("ts",)),
        ({"time": NOON}, ("time",)),
        ({"timestamp": str(int(NOON * 1000))}, ("timestamp",)),
        ({"meta": {"at": "2025-11-20T12:00:00Z"}}, ("meta", "at")),
    ],
)
def test_the_member_is_the_one_that_the_reader_takes(
    members: dict[str, object], path: tuple[str, ...]
) -> None:
    line = _text(**members)
    assert time_member(_form(line), [line, line]) == path


def test_no_member_that_is_not_common_to_all_lines() -> None:
    lines = [_text(ts="2025-11-20T12:00:00Z"), _text(time="2025-11-20T12:00:01Z")]
    assert time_member(_form(lines[0]), lines) == ()


def test_a_line_is_passed_over_only_where_its_member_says_so() -> None:
    lines = [
        _text(ts="2025-11-20T12:00:00Z"),
        _text(ts="2025-11-20T18:00:00Z"),
        _text(),
        b"no json",
        _text(ts="soon"),
    ]
    piece = Piece(3, 70, b"\n".join(lines), last=True)
    kept, outside = near(piece, ("ts",), Period(NOON, NOON + 60))
    assert outside == 1
    assert len(kept.data) == len(piece.data)
    assert [line for line in kept.data.split(b"\n") if line.strip()] == [lines[0], *lines[2:]]
    assert (kept.number, kept.offset, kept.last) == (3, 70, True)
