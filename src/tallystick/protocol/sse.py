"""Server-sent events exactly as the WHATWG HTML standard, section 9.2.6, defines them.

Bytes may be split anywhere, also inside a UTF-8 character or between CR and LF.
"""

import codecs

import msgspec

DONE = "[DONE]"


class SseEvent(msgspec.Struct, frozen=True):
    """A dispatched event, or a comment.

    `kind` is `event` or `comment`; a comment's text is in `data`. `last_id` is the last event ID
    in force when it was dispatched.
    """

    data: str
    event: str = "message"
    last_id: str = ""
    kind: str = "event"


class SseParser:
    """Turns the bytes of an event stream into events.

    `feed` returns what became complete; `close` tells whether an undispatched event was left
    over, which the standard says to discard.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._pending: list[str] = []
        self._at_start = True
        self._after_cr = False
        self._data: list[str] = []
        self._event = ""
        self._last_id = ""
        self._touched = False
        self.retry_ms: int | None = None
        self.unfinished: SseEvent | None = None

    def feed(self, data: bytes) -> list[SseEvent]:
        """The events and comments that `data` completes."""
        return self._take(self._decoder.decode(data))

    def close(self) -> list[SseEvent]:
        """End of the stream. An unterminated event is discarded, and kept in `unfinished`."""
        events = self._take(self._decoder.decode(b"", final=True))
        rest = "".join(self._pending)
        self._pending.clear()
        data = list(self._data)
        if rest:
            name, value = _split_field(rest)
            data += [value] if name == "data" else []
        if self._touched or rest:
            event = self._event or "message"
            self.unfinished = SseEvent("\n".join(data), event, self._last_id)
        return events

    def _take(self, text: str) -> list[SseEvent]:
        if not text:
            return []
        if self._at_start:
            text = text.removeprefix("\ufeff")
            self._at_start = False
        if self._after_cr and text:
            text = text.removeprefix("\n")
            self._after_cr = False
        self._after_cr = self._after_cr or text.endswith("\r")
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self._take_lines(lines)

    def _take_lines(self, lines: list[str]) -> list[SseEvent]:
        found: list[SseEvent] = []
        *complete, rest = lines
        for line in complete:
            self._pending.append(line)
            event = self._line("".join(self._pending))
            self._pending.clear()
            if event is not None:
                found.append(event)
        if rest:
            self._pending.append(rest)
        return found

    def _line(self, line: str) -> SseEvent | None:
        if not line:
            return self._dispatch()
        if line.startswith(":"):
            return SseEvent(line[1:].removeprefix(" "), "", self._last_id, "comment")
        self._field(*_split_field(line))
        return None

    def _field(self, name: str, value: str) -> None:
        self._touched = True
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._last_id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry_ms = int(value)

    def _dispatch(self) -> SseEvent | None:
        data, event = self._data, self._event
        self._data, self._event, self._touched = [], "", False
        # "If the data buffer is an empty string, set the data buffer and the event type buffer to
        # the empty string and return." A lone empty `data:` line leaves "\n", which dispatches.
        if not data:
            return None
        return SseEvent("\n".join(data), event or "message", self._last_id)


def _split_field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.removeprefix(" ")


def encode_event(data: str, event: str = "", line_end: str = "\n") -> bytes:
    """The bytes of one event; `data` may hold several lines."""
    head = [f"event: {event}"] if event else []
    lines = head + [f"data: {line}" for line in data.split("\n")]
    return (line_end.join(lines) + line_end * 2).encode()
