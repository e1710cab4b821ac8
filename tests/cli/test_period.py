"""`--from` and `--to`: captures that are read for a period, and what is said of the rest."""

import json
from pathlib import Path
from typing import Any

import pytest

from tallystick.record.case import CASE_FILE, EXCHANGES, HANDOFF_MARKDOWN
from tests.cli.conftest import Tallystick

HEAD = 'version = 1\n[incident]\ntitle = "t"\nstart = "2026-06-01T09:02:00Z"\n'
ASKED = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
ANSWER = {"choices": [{"index": 0, "finish_reason": "stop",
                       "message": {"role": "assistant", "content": "x"}}]}  # fmt: skip
WITHIN = ("--from", "2026-06-01T09:01:00Z", "--to", "2026-06-01T11:02:00+02:00")
KEPT = [f"2026-06-01T09:0{minute}:00+00:00" for minute in (1, 2)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "gateway.jsonl"
    path.write_text("".join(f"{json.dumps(_line(minute))}\n" for minute in range(5)))
    return path


def _line(minute: int) -> dict[str, Any]:
    return {
        "ts": f"2026-06-01T09:0{minute}:00Z",
        "url": "https://api.cometapi.com/v1/chat/completions",
        "status": 200,
        "request": {"body": ASKED},
        "response": {"body": ANSWER},
    }


def _times(case: Path) -> list[str]:
    return [json.loads(line)["at"] for line in (case / EXCHANGES).read_text().splitlines()]


def test_only_the_period_is_profiled_and_classified(tallystick: Tallystick, log: Path) -> None:
    found = tallystick("scan", log, *WITHIN, "--json").json
    assert [found["profile"]["first"], found["profile"]["last"]] == KEPT
    assert found["captures"][0]["outside"] == 3
    assert len(tallystick("classify", log, *WITHIN, "--json").json["groups"]) == 2
    assert tallystick("scan", log, "--from", "2026-06-02T09:00:00Z").code == 3


def test_a_plan_reads_nothing(tallystick: Tallystick, log: Path) -> None:
    (plan,) = tallystick("scan", log, *WITHIN, "--explain", "--json").json["plans"]
    assert (plan["format"], plan["member"], plan["is_sorted"]) == ("own", "ts", None)
    told = tallystick("scan", log, *WITHIN, "--explain").out
    assert "lines whose ts lies outside are passed over" in told
    assert "from its first byte to its last" in tallystick("scan", log, "--explain").out


def test_a_case_keeps_the_period_and_says_so(
    tallystick: Tallystick, log: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case"
    case.mkdir()
    (case / CASE_FILE).write_text(HEAD)
    first = tallystick("intake", case, log, *WITHIN)
    assert _times(case) == KEPT
    told = "2026-06-01T09:01:00+00:00 to 2026-06-01T09:02:00+00:00"
    assert f"only calls from {told} were looked for" in first.err
    assert f"of gateway.jsonl only the calls from {told} were read" in _handoff(case)
    assert tallystick("intake", case, log).code == 0
    assert _times(case) == KEPT, "what was frozen stays"
    again = tallystick("intake", case, log, "--from", "2026-06-01T09:03:00Z")
    assert "takes the place of gateway.jsonl" in again.err
    assert _times(case) == [f"2026-06-01T09:0{minute}:00+00:00" for minute in (3, 4)]
    assert "only the calls from 2026-06-01T09:03:00+00:00 were read" in _handoff(case)
    assert tallystick("verify", case).code == 0


def _handoff(case: Path) -> str:
    return (case / HANDOFF_MARKDOWN).read_text()


def test_a_period_without_calls_is_refused(
    tallystick: Tallystick, log: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case"
    case.mkdir()
    (case / CASE_FILE).write_text(HEAD)
    refused = tallystick("intake", case, log, "--from", "2026-06-02T00:00:00Z")
    assert refused.code == 2
    assert "no call of this capture began in the period" in refused.err
    assert "5 of other times" in refused.err
    assert not (case / EXCHANGES).exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "noon"), "no point in time"),
        (("--from", "2026-06-01T09:00:00"), "no point in time"),
        (("--from", "2026-06-02T00:00:00Z", "--to", "2026-06-01T00:00:00Z"), "ends before"),
    ],
)
def test_times_that_are_none_are_refused(
    tallystick: Tallystick, log: Path, words: tuple[str, ...], told: str
) -> None:
    done = tallystick("scan", log, *words)
    assert done.code == 2
    assert told in done.err
    assert words[0] in done.err or words[2] in done.err
