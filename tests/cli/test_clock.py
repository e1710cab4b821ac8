"""A clock that is set back or forward between commands: nothing is lost, and it is told."""

import json
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from tallystick.people import decide, signing
from tallystick.record.case import JOURNAL
from tallystick.review.checklist import KEYS
from tests.cli.conftest import Tallystick

BEGAN = datetime(2026, 6, 2, 12, tzinfo=UTC)
TOLD = "is dated before the one before it"


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """From now on the commands that write into the journal are given at a moment."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls.fromtimestamp(moment.timestamp(), tz)

    for module in (decide, signing):
        monkeypatch.setattr(module, "datetime", Clock)


def decide_one(tallystick: Tallystick, case: Path, number: int) -> None:
    done = tallystick(
        "decide", case, "retry.status.500", "--aspect", "retry", "--value", "no", "--when",
        f"error.code=code_{number}", "--who", "t", "--why", "w", "--ticket", f"T-{number}",
        "--answered", "2025-01-01",
    )  # fmt: skip
    assert done.code in (0, 1, 3), done.err


@pytest.mark.parametrize(
    ("steps", "entry"),
    [
        ((0, 60, 120), 0),
        ((0, -3600, 60), 2),
        ((0, 60, -86_400 * 300), 3),
        ((0, 86_400 * 300, 60), 3),
        ((0, 0, 0), 0),
    ],
)
def test_a_clock_that_steps_loses_nothing_and_is_told(
    tallystick: Tallystick,
    case: Path,
    monkeypatch: pytest.MonkeyPatch,
    steps: tuple[int, ...],
    entry: int,
) -> None:
    for number, step in enumerate(steps):
        at(monkeypatch, BEGAN + timedelta(seconds=step))
        decide_one(tallystick, case, number)
    entries = [json.loads(line) for line in (case / JOURNAL).read_text().splitlines()]
    assert [one["when"] for one in entries] == [f"error.code=code_{n}" for n in range(len(steps))]
    verified = tallystick("verify", case)
    assert verified.code == 0, "an order that the chain shows is no damage"
    assert (f"entry {entry} {TOLD}" in verified.err) == bool(entry)
    assert (TOLD in verified.err) == bool(entry)


def test_a_signature_given_by_a_clock_that_was_set_back_covers_what_it_covers(
    tallystick: Tallystick, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, BEGAN)
    decide_one(tallystick, case, 0)
    at(monkeypatch, BEGAN - timedelta(days=2))
    who = ("--who", "t", "--why", "w")
    waived = [word for key in (*KEYS, "unchecked") for word in ("--waive", key)]
    assert tallystick("sign", case, *who, *waived).code == 0
    assert tallystick("sign", case, *who).code == 0
    assert tallystick("seal", case).code == 0, "what was signed is current, whatever the clock says"
    verified = tallystick("verify", case)
    assert verified.code == 0
    assert TOLD in verified.err
