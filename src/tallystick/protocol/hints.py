"""Retry hints of an answer: `Retry-After` and the dialects met beside it."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

import msgspec

Dialect = Literal["seconds", "date", "milliseconds", "unreadable"]


class RetryHint(msgspec.Struct, frozen=True):
    """How long the answer asks to wait: `seconds`, None when the value could not be read."""

    dialect: Dialect
    seconds: float | None


_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,6})?")


def retry_hint(
    retry_after: str | None, retry_after_ms: str | None = None, now: datetime | None = None
) -> RetryHint | None:
    """The hint that the headers give, or None when neither was sent.

    `Retry-After` is seconds or an HTTP date (RFC 9110, section 10.2.3); `retry-after-ms` is the
    dialect that the OpenAI clients read first. `now` is needed to read a date.
    """
    if retry_after_ms is not None and _SECONDS.fullmatch(retry_after_ms.strip()):
        return RetryHint("milliseconds", float(retry_after_ms) / 1000)
    if retry_after is None:
        return None
    text = retry_after.strip()
    if _SECONDS.fullmatch(text):
        return RetryHint("seconds", float(text))
    return _date(text, now)


def _date(text: str, now: datetime | None) -> RetryHint:
    try:
        when = parsedate_to_datetime(text[:64])
    except (ValueError, OverflowError, TypeError, IndexError):
        return RetryHint("unreadable", None)
    if now is None:
        return RetryHint("date", None)
    zoned = when if when.tzinfo else when.replace(tzinfo=UTC)
    return RetryHint("date", max(0.0, (zoned - now).total_seconds()))
