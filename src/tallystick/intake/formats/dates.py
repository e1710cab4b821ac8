"""The date of an answer, where a capture tells no other time."""

from datetime import UTC
from email.utils import parsedate_to_datetime


def http_date(text: str) -> str | None:
    """An HTTP date (RFC 9110, section 5.6.7) as RFC 3339 in UTC; None when it is none."""
    try:
        moment = parsedate_to_datetime(text[:64])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
