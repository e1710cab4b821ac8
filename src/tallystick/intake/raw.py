"""Raw attempts, before sanitizing. These values never leave the intake room."""

import msgspec


class RawMessage(msgspec.Struct, frozen=True):
    """One side of an attempt. `body` None means that the capture does not show it; it is text
    where the capture keeps text.

    `partial` says that the body was put together of the members that a log kept: what it lacks
    may have been on the wire.
    """

    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | str | None = None
    media_type: str = ""
    partial: bool = False


class RawAttempt(msgspec.Struct, frozen=True):
    """One attempt as captured. `status` 0 means that no answer arrived.

    `stream_shown` is false where the capture cannot hold the frames of a stream: the answer was
    streamed, and what the capture shows in its place is no stream that was empty. `hidden` names
    parts that the capture cannot show though something stands in their place: `line` (an address
    that was put together), `response-status` (a status that only an exception's class tells).
    `call` is an id that all attempts of one call have; `ids` are what else the capture calls it by,
    `traces` what it calls that and others by. `written_twice`: the capture gives one of its members
    twice, and the last one was read (RFC 8259, section 4). `nth` is the number that it gives the
    attempt within its call, wherever it begins to count. `leg` says of a record that holds both
    sides of a gateway which of them this is: `near` the application, or `far` behind it, which is
    the entry that follows; with `-named` behind it, of a record of one side of a call that has a
    name. `local` says that the gateway whose log this is made the answer itself.
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
    hidden: tuple[str, ...] = ()
    call: str = ""
    ids: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    written_twice: bool = False
    nth: int | None = None
    local: bool = False
    leg: str = ""
