"""Scenario: one experiment of the lab as data, made of changes to a conforming answer."""

import re
from typing import Literal

import msgspec

from tallystick.record.exchange import UnheldError
from tallystick.record.location import is_location

Call = Literal["plain", "stream", "tools", "tools-stream"]
Shape = Literal["null", "wrong-kind", "empty", "zero", "float", "string", "unknown-value", "parts"]
Form = Literal["nested", "flat", "string", "list", "html", "text", "empty", "null", "truncated"]
End = Literal["close", "reset", "stall"]
Place = Literal["before-headers", "after-headers", "in-body"]
_TOKEN = re.compile(r"[A-Za-z0-9_.\[\]-]{0,120}", re.ASCII)
_VALUE = re.compile(r"[A-Za-z0-9_.,:;/ =+-]{0,80}", re.ASCII)


def _require(text: str, pattern: re.Pattern[str], where: str) -> None:
    if not pattern.fullmatch(text):
        raise UnheldError(where)


class Remove(msgspec.Struct, frozen=True, tag="remove"):
    """Leave out the member at `path` of the answer (of every chunk, when streamed)."""

    path: str

    def __post_init__(self) -> None:
        _require(self.path, _TOKEN, "$.changes[].path")


class Put(msgspec.Struct, frozen=True, tag="put"):
    """Give the member at `path` another shape, wherever the answer has it."""

    path: str
    shape: Shape

    def __post_init__(self) -> None:
        _require(self.path, _TOKEN, "$.changes[].path")


class Add(msgspec.Struct, frozen=True, tag="add"):
    """Add a member that no document names, to the object at `path` (the answer itself: empty)."""

    path: str = ""

    def __post_init__(self) -> None:
        _require(self.path, _TOKEN, "$.changes[].path")


class Choices(msgspec.Struct, frozen=True, tag="choices"):
    """Answer with that many choices: none, or the same one several times."""

    count: int


class Say(msgspec.Struct, frozen=True, tag="say"):
    """Answer with the other fixed text: what the client prints must depend on it."""


class Status(msgspec.Struct, frozen=True, tag="status"):
    """Answer with a status and a body of some form instead of the completion.

    `retry_after` is the header's value as sent; `+5` stands for the HTTP date five seconds on.
    `headers` are sent as they are.
    """

    code: int
    error_code: str = ""
    retry_after: str = ""
    body: Form = "nested"
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for text in (
            self.error_code,
            self.retry_after,
            *(t for pair in self.headers for t in pair),
        ):
            _require(text, _VALUE, "$.changes[]")


class Media(msgspec.Struct, frozen=True, tag="media"):
    """Send this content type with the answer, or none at all when it is empty."""

    content_type: str = ""

    def __post_init__(self) -> None:
        _require(self.content_type, _VALUE, "$.changes[].content_type")


class Gzip(msgspec.Struct, frozen=True, tag="gzip"):
    """Send the body compressed, asked for or not."""


class Framing(msgspec.Struct, frozen=True, tag="framing"):
    """How the events of a stream are written (WHATWG HTML, section 9.2).

    `newline` ends lines; `space` says whether one follows `data:`; `event` names every event;
    `split` sends the stream in pieces of that many bytes (0: one event a piece).
    """

    newline: Literal["lf", "cr", "crlf"] = "lf"
    space: bool = True
    event: Literal["", "message"] = ""
    split: int = 0
    bom: bool = False


class Insert(msgspec.Struct, frozen=True, tag="insert"):
    """Insert something between the events of a stream, before the event number `at`."""

    what: Literal[
        "comment",
        "keep-alives",
        "blank-lines",
        "ping",
        "empty-data",
        "error",
        "error-event",
        "error-then-done",
        "bad-json",
        "repeat",
    ]
    at: int = 1


class StreamUsage(msgspec.Struct, frozen=True, tag="stream-usage"):
    """Where a stream carries usage: in a last chunk with empty or no choices, in every chunk with
    growing counts, with the finish reason, or nowhere.
    """

    where: Literal["empty-choices", "no-choices", "every-chunk", "with-finish", "nowhere"]


class Leave(msgspec.Struct, frozen=True, tag="leave"):
    """Leave a part of a stream out: its `[DONE]`, or everything but that."""

    out: Literal["done", "all-but-done", "everything"]


class CutStream(msgspec.Struct, frozen=True, tag="cut-stream"):
    """End the answer after that many pieces: a clean close, a reset or silence."""

    after: int
    how: End = "close"


class Swap(msgspec.Struct, frozen=True, tag="swap"):
    """Answer a streamed request with one JSON object, or a plain one with a stream."""


class Fault(msgspec.Struct, frozen=True, tag="fault"):
    """A failure of the transport at some place of the answer."""

    how: Literal["refuse", "reset", "close", "stall", "drip", "malformed"]
    place: Place = "before-headers"


class Heal(msgspec.Struct, frozen=True, tag="heal"):
    """The other changes hold for the first `after` requests of a trial only."""

    after: int


class FirstModelOnly(msgspec.Struct, frozen=True, tag="first-model-only"):
    """The other changes hold for the model that was asked for first."""


class PrimaryOnly(msgspec.Struct, frozen=True, tag="primary-only"):
    """The other changes hold for the first provider; a second one conforms."""


Change = (
    Remove
    | Put
    | Add
    | Choices
    | Say
    | Status
    | Media
    | Gzip
    | Framing
    | Insert
    | StreamUsage
    | Leave
    | CutStream
    | Swap
    | Fault
    | Heal
    | FirstModelOnly
    | PrimaryOnly
)


class Scenario(msgspec.Struct, frozen=True):
    """One experiment as data: the changes made to a conforming answer. None at all: the baseline.

    `location` is what the experiment asks about; `call` says which kind of call it needs.
    """

    id: str
    location: str
    changes: tuple[Change, ...] = ()
    call: Call = "plain"

    def __post_init__(self) -> None:
        _require(self.id, _TOKEN, "$.scenario.id")
        if not is_location(self.location) or len(self.location) > 200:
            raise UnheldError("$.scenario.location")

    @property
    def streamed(self) -> bool:
        """Whether the call asks for a stream."""
        return self.call in ("stream", "tools-stream")

    @property
    def tools(self) -> bool:
        """Whether the call offers tools."""
        return self.call in ("tools", "tools-stream")
