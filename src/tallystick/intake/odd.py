"""What is odd about an entry that was read all the same: told, so that nobody trusts it more than
it deserves.
"""

from collections.abc import Iterator

from tallystick.intake.raw import RawAttempt

NO_TIME = "no-time"
NO_DURATION = "no-duration"
TWICE = "member-twice"
COPY = "copy"

TOLD = {
    NO_TIME: "a time that is no date with an offset is left out: when the call was made is unknown",
    NO_DURATION: "a duration that no call can have is left out: how long it took is unknown",
    TWICE: "a member is written twice; the last was read, as JSON parsers do (RFC 8259, section 4)",
    COPY: "the same call, with one time and one id, is listed again and counts once",
}


def oddities(raw: RawAttempt, at: str | None, duration_ms: float | None) -> Iterator[str]:
    """What is odd about an attempt; `at` and `duration_ms` are what could be kept of its times."""
    if raw.at and at is None:
        yield NO_TIME
    if raw.duration_ms is not None and duration_ms is None:
        yield NO_DURATION
    if raw.written_twice:
        yield TWICE
