"""Raw attempts, before sanitizing. These values never leave the intake room."""

import msgspec


class RawMessage(msgspec.Struct, frozen=True):
    """One side of an attempt. `body` None means that the capture does not show it."""

    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    media_type: str = ""


class RawAttempt(msgspec.Struct, frozen=True):
    """One attempt as captured. `status` 0 means that no answer arrived.

    `stream_shown` is false where the capture cannot hold the frames of a stream: the answer was
    streamed, and what the capture shows in its place is no stream that was empty.
    """

    entry: int
    at: str | None
    duration_ms: float | None
    method: str
    url: str
    request: RawMessage
    status: int
    response: RawMessage
    error: str = ""
    stream_shown: bool = True


class CaptureError(ValueError):
    """A capture that cannot be read: the place in it, what was expected and what was found."""

    def __init__(self, place: str, expected: str, got: str) -> None:
        super().__init__(f"{place}: expected {expected}, got {got}")
        self.place, self.expected, self.got = place, expected, got
