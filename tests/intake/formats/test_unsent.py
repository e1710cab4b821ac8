"""Calls that only an exception between two answered ones tells of."""

import pytest

from tallystick.intake.formats.base import Piece
from tallystick.intake.formats.transcript import FORMAT
from tallystick.intake.raw import RawAttempt

_URL = "https://api.example.com/v1/chat/completions"


def _went_well(clock: str) -> str:
    return f'2026-11-20 {clock} INFO httpx HTTP Request: POST {_URL} "HTTP/1.1 200 OK"\n'


def _failed(clock: str, *lines: str) -> str:
    return "\n".join((f"2026-11-20 {clock} ERROR app job failed", *lines, ""))


_TIMED_OUT = (
    "Traceback (most recent call last):",
    "httpx.ReadTimeout: The read operation timed out",
    "",
    "The above exception was the direct cause of the following exception:",
    "openai.APITimeoutError: Request timed out.",
)


def _read(text: str) -> list[RawAttempt]:
    found = list(FORMAT.read(Piece(0, 0, text.encode())))
    return [one for one in found if isinstance(one, RawAttempt)]


def test_an_exception_of_a_client_that_sends_is_a_call_of_its_own() -> None:
    log = _went_well("09:00:01") + _went_well("09:01:00") + _failed("09:03:00", *_TIMED_OUT)
    log += _went_well("09:04:00")
    calls = _read(log)
    assert [call.status for call in calls] == [200, 200, 0, 200]
    lost = calls[2]
    assert "APITimeoutError" in lost.error
    assert lost.at == "2026-11-20T09:03:00+00:00"
    assert "line" in lost.hidden
    assert all(not call.error for call in calls if call.status)


@pytest.mark.parametrize(
    "line",
    [
        "httpx.ReadTimeout: while the stream was read",  # not while it was sent
        "litellm.APIConnectionError: KeyError 'choices'",  # raised for anything
        "openai.APITimeoutError in a text that tells status code: 504",
        "psycopg.OperationalError: connection refused, port 5432",
    ],
)
def test_what_else_was_raised_is_none(line: str) -> None:
    log = _went_well("09:00:01") + _went_well("09:01:00") + _failed("09:03:00", line)
    assert [call.status for call in _read(log)] == [200, 200]


def test_a_proxys_refusal_is_no_answer_of_the_api() -> None:
    raised = ("httpx.ProxyError: 407 Proxy Authentication Required", "openai.APIConnectionError")
    log = _went_well("09:00:01") + _went_well("09:01:00") + _failed("09:03:00", *raised)
    assert [call.status for call in _read(log)] == [200, 200, 407]


def test_lines_without_a_time_belong_to_one_block() -> None:
    log = _went_well("09:00:01") + _went_well("09:01:00") + "\n".join(_TIMED_OUT)
    assert [(call.status, call.at) for call in _read(log)][2:] == [(0, None)]


def test_what_a_proxy_could_not_write_into_its_database_is_no_call() -> None:
    log = _went_well("09:00:01") + _failed(
        "09:03:00",
        "Error writing spend logs to DB: httpx.ConnectError: All connection attempts failed",
        "Can't reach database server at `pg-main:5432`",
    )
    assert [call.status for call in _read(log + _went_well("09:04:00"))] == [200, 200]
