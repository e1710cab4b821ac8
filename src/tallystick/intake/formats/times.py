"""Times and numbers as logs have them: texts, or counts since 1970 of any unit."""

import re
from datetime import UTC, datetime

from tallystick.record.held import number_held
from tallystick.record.policy import MOMENT


def seconds_of(value: object) -> float | None:
    """A time in any form that a log has it in, as seconds since 1970; None when it is none."""
    counted = number(value)
    if counted is not None:
        scale = next((size for size in (1e18, 1e15, 1e12) if counted > size / 10), 1e9)
        return counted / (scale / 1e9)
    if not isinstance(value, str):
        return None
    try:
        told = _of_portal(value) or _of_server(value) or datetime.fromisoformat(value)
    except ValueError:
        return None
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()


# How Azure's portal writes times into its exports: `11/3/2026, 9:44:10.512 AM`.
_PORTAL = re.compile(r"\d{1,2}/\d{1,2}/\d{4}, \d{1,2}:\d\d:\d\d\.\d+ [AP]M")


def _of_portal(value: str) -> datetime | None:
    whole = _PORTAL.fullmatch(value)
    return datetime.strptime(value, "%m/%d/%Y, %I:%M:%S.%f %p") if whole else None


# The Common Log Format of Apache HTTP Server: `20/Nov/2026:09:00:01 +0000`.
_SERVER = re.compile(r"\d{2}/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}")


def _of_server(value: str) -> datetime | None:
    whole = _SERVER.fullmatch(value)
    return datetime.strptime(value, "%d/%b/%Y:%H:%M:%S %z") if whole else None


def moment(value: object) -> str | None:
    """A time in any form that a log has it in, as RFC 3339 in UTC; None when it is none."""
    seconds = seconds_of(value)
    if seconds is None or not number_held(seconds, MOMENT):
        return None
    return datetime.fromtimestamp(round(seconds, 6), UTC).isoformat()


def moment_of_line(text: str) -> str | None:
    """The moment that a line of a log begins with, as loggers write it: `2026-11-20 09:00:01,5`,
    or web servers: `20/Nov/2026:09:00:01 +0000`.
    """
    if text[2:3] == "/":
        return moment(text)
    dated = text.replace("/", "-").replace(" - ", " ", 1).replace(",", ".")
    return moment(dated.replace(" ", "T", 1).replace(" ", ""))


def number(value: object) -> float | None:
    """A number, or a text that is one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
