"""A period of a log: what is found by halving, or by one member of each line, is what reading the
whole of it finds.
"""

import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.engine import merging, seeking
from tallystick.engine.merging import How
from tallystick.engine.reading import Reading
from tallystick.intake.formats import detect
from tallystick.intake.period import Period

START = datetime(2026, 11, 20, tzinfo=UTC)
FILL = "x" * 400


def _line(seconds: float, status: int = 200) -> bytes:
    at = (START + timedelta(seconds=seconds)).isoformat()
    body = {"model": "m", "messages": [{"role": "user", "content": FILL}]}
    answer = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "ts"}}]}
    made = {"ts": at, "url": "https://h.example/v1/chat/completions", "status": status,
            "request": {"body": body}, "response": {"body": answer}}  # fmt: skip
    return json.dumps(made).encode() + b"\n"


def _at(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()


def _read(path: Path, how: How, folder: Path) -> tuple[list[str | None], merging.FrozenCapture]:
    folder.mkdir(exist_ok=True)
    with merging.read([str(path)], how, folder) as run:
        return [attempt.at for attempt in run.attempts()], run.captures[0]


@pytest.fixture
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeking, "PIECE", 4000)
    monkeypatch.setattr(seeking, "_PROBE", 2000)


@pytest.mark.usefixtures("_small_pieces")
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    times=st.lists(st.integers(0, 20_000), min_size=80, max_size=160),
    is_sorted=st.booleans(),
    first=st.integers(0, 20_000),
    length=st.integers(0, 5_000),
)
def test_a_period_is_what_reading_everything_finds_of_it(
    tmp_path: Path, times: list[int], is_sorted: bool, first: int, length: int
) -> None:
    path = tmp_path / "log.ndjson"
    path.write_bytes(b"".join(_line(t) for t in (sorted(times) if is_sorted else times)))
    how = How(workers=1, since=_at(first), until=_at(first + length))
    found, frozen = _read(path, how, tmp_path / "a")
    everything, whole = _read(path, How(workers=1), tmp_path / "b")
    within = [at for at in everything if at and how.since <= at <= how.until]
    assert found == within
    assert (frozen.digest, frozen.size) == (whole.digest, whole.size)
    assert (frozen.since, frozen.until) == (how.since, how.until)
    assert frozen.outside <= whole.exchanges - frozen.exchanges


@pytest.mark.usefixtures("_small_pieces")
def test_a_sorted_log_is_halved_and_another_is_not(tmp_path: Path) -> None:
    lines = [_line(60 * n) for n in range(600)]
    path = tmp_path / "log.ndjson"
    how = How(since=_at(18_000), until=_at(18_300))
    path.write_bytes(b"".join(lines))
    plan = Reading(str(path), None, how.period).plan()
    assert plan.is_sorted is True
    assert plan.member == "ts"
    assert plan.bytes is not None
    assert plan.bytes[0] > path.stat().st_size * 0.4
    assert plan.bytes[1] < path.stat().st_size * 0.6
    path.write_bytes(b"".join([*lines[300:], *lines[:300]]))
    plan = Reading(str(path), None, how.period).plan()
    assert (plan.is_sorted, plan.bytes) == (False, (0, path.stat().st_size))


def test_packed_logs_and_documents_are_read_from_their_beginning(tmp_path: Path) -> None:
    how = How(workers=1, since=_at(120), until=_at(180))
    lines = b"".join(_line(60 * n) for n in range(10))
    packed = tmp_path / "log.ndjson.gz"
    packed.write_bytes(gzip.compress(lines))
    assert Reading(str(packed), None, how.period).plan().bytes is None
    assert _read(packed, how, tmp_path / "a")[0] == [_at(120), _at(180)]
    laid_out = tmp_path / "log.json"
    laid_out.write_text(json.dumps([json.loads(one) for one in lines.splitlines()], indent=1))
    found, frozen = _read(laid_out, how, tmp_path / "b")
    assert found == [_at(120), _at(180)]
    assert (frozen.exchanges, frozen.outside) == (2, 8)


@pytest.mark.usefixtures("_small_pieces")
def test_lines_without_a_time_hide_no_call() -> None:
    note = json.dumps({"note": FILL}).encode() + b"\n"
    lines = [line for n in range(400) for line in (_line(60 * n), note, note)]
    log = b"".join(lines)
    form = detect(log[: 1 << 16])
    assert form is not None
    first = (START + timedelta(seconds=12_000)).timestamp()
    found = seeking.extent(io.BytesIO(log), log[:5000], form, Period(first, first + 60))
    within = log[found.first : found.last]
    assert all(_line(s) in within for s in (12_000, 12_060))
    assert len(within) < len(log) / 2
