import json
from pathlib import Path

import pytest

from tallystick.case.capture import exchanges
from tallystick.engine.merging import How
from tallystick.record import Exchange
from tests.conftest import REQUEST, entry, frozen, har

URL = "https://api.cometapi.com/v1/chat/completions"
OTHER = {**REQUEST, "temperature": 1}


def groups(exchanges: tuple[Exchange, ...]) -> list[tuple[int, int]]:
    names = list(dict.fromkeys(exchange.group for exchange in exchanges))
    return [(names.index(exchange.group), exchange.attempt) for exchange in exchanges]


def test_the_same_bytes_soon_after_a_failure_are_one_call() -> None:
    data = har([entry(500, {}, at=0), entry(500, {}, at=1), entry(200, {}, at=2)])
    assert groups(frozen(data)) == [(0, 1), (0, 2), (0, 3)]


def test_a_success_another_body_or_a_long_wait_begins_a_new_call() -> None:
    late = entry(500, {})
    late["startedDateTime"] = "2026-06-01T09:10:00Z"
    data = har([entry(200, {}), entry(500, {}, at=1), entry(500, {}, at=2, request=OTHER), late])
    assert groups(frozen(data)) == [(0, 1), (1, 1), (2, 1), (3, 1)]


@pytest.mark.parametrize(("status", "calls"), [(403, 2), (500, 1), (429, 1), (401, 1)])
def test_what_is_accepted_after_it_was_forbidden_came_from_another_caller(
    status: int, calls: int
) -> None:
    found = groups(frozen(har([entry(status, {}, at=0), entry(200, {}, at=1)])))
    assert len({call for call, _ in found}) == calls


def test_retry_after_widens_the_window() -> None:
    late = entry(200, {})
    late["startedDateTime"] = "2026-06-01T09:03:00Z"
    data = har([entry(429, {}, headers={"retry-after": "120"}), late])
    assert groups(frozen(data)) == [(0, 1), (0, 2)]


def test_a_clients_own_counter_tells_equal_calls_apart() -> None:
    def attempt(number: int, at: int) -> dict[str, object]:
        return entry(500, {}, at=at, sent={"x-stainless-retry-count": str(number)})

    data = har([attempt(0, 0), attempt(0, 1), attempt(1, 2), attempt(1, 3), attempt(0, 4)])
    assert groups(frozen(data)) == [(0, 1), (1, 1), (0, 2), (1, 2), (2, 1)]


def test_bodies_that_a_log_shortened_to_the_same_are_told_apart_by_their_length() -> None:
    def attempt(status: int, length: int, at: int) -> dict[str, object]:
        return entry(status, {}, at=at, sent={"Content-Length": str(length)})

    data = har([attempt(413, 1_893_311, 0), attempt(200, 402_119, 1)])
    assert groups(frozen(data)) == [(0, 1), (1, 1)]
    assert groups(frozen(har([attempt(503, 400, 0), attempt(200, 400, 1)]))) == [(0, 1), (0, 2)]


def test_attempts_without_times_or_bodies() -> None:
    bare = entry(500, {})
    del bare["startedDateTime"]
    assert groups(frozen(har([bare, bare]))) == [(0, 1), (0, 2)]
    blind = entry(500, {})
    del blind["request"]["postData"]
    assert groups(frozen(har([blind, blind]))) == [(0, 1), (1, 1)]


def test_a_log_that_numbers_attempts_tells_where_the_next_call_begins(tmp_path: Path) -> None:
    def line(nth: int, at: int) -> dict[str, object]:
        return {"ts": f"2026-06-01T09:00:{at:02d}Z", "url": URL, "status": 429, "attempt": nth,
                "request": REQUEST, "response": {"error": {"message": "slow down"}}}  # fmt: skip

    def grouped(lines: list[dict[str, object]]) -> list[tuple[int, int]]:
        path = tmp_path / f"{len(lines[0])}.jsonl"
        path.write_text("\n".join(json.dumps(one) for one in lines))
        return groups(exchanges([str(path)], How(workers=1))[0])

    lines = [line(1, 0), line(2, 1), line(3, 2), line(1, 30), line(2, 31)]
    assert grouped(lines) == [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2)]
    unnumbered = [{k: v for k, v in one.items() if k != "attempt"} for one in lines]
    assert {number for number, _ in grouped(unnumbered)} == {0}


@pytest.mark.parametrize(
    ("seconds", "calls"),
    [((0, 1, 3, 8, 20, 50), 1), ((0, 60, 120, 180), 4), ((0, 30, 60, 90), 1)],
    ids=["backoff", "a schedule", "steady retries"],
)
def test_equal_calls_a_minute_apart_are_a_schedule(seconds: tuple[int, ...], calls: int) -> None:
    entries = [entry(500, {}) for _ in seconds]
    for one, second in zip(entries, seconds, strict=True):
        one["startedDateTime"] = f"2026-06-01T09:{second // 60:02d}:{second % 60:02d}Z"
    assert len({number for number, _ in groups(frozen(har(entries)))}) == calls
