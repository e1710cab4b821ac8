"""Transcripts of curl: `-v`, as a person pastes it, `--trace-ascii` and `--trace`.

`-v` shows no request body. `--trace-ascii` shows bodies with every byte that is no printable ASCII
as a dot; line ends that JSON and event streams need are put back where only they can have stood.
Neither tells a date but the answer's.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from tallystick.intake.formats.base import Broken, Cutter, Format, Piece, Read
from tallystick.intake.formats.dates import http_date
from tallystick.intake.raw import RawAttempt, RawMessage

Kind = Literal["info", "sent", "body-sent", "got", "body-got", "error", "text"]

_TIME = r"(?:\d\d:\d\d:\d\d\.\d{6} )?"
_HEAD = re.compile(
    rf"{_TIME}(?:== Info: (?P<info>.*)|(?:=>|<=) (?P<what>Send|Recv) (?P<part>header|data|SSL data)"
    r", (?P<size>\d+) bytes? \(0x[0-9a-f]+\))"
)
_ROW = re.compile(r"(?P<at>[0-9a-f]{4,}): ?(?P<row>.*)", re.DOTALL)
_HEX = re.compile(r"(?:[0-9a-f]{2} ){1,16} *")
_MARK = re.compile(
    rf"{_TIME}(?:\* (?P<info>.*)|> ?(?P<sent>[A-Z]+ \S+ HTTP/\S+|[\w-]+:.*|)$"
    r"|< ?(?P<got>HTTP/[\d.]+ .*|[\w-]+:.*|)$|(?P<count>[{}] \[\d+ bytes data\])"
    r"|curl: \((?P<error>\d+\) .*))"
)
# A progress meter, and what is glued behind one or behind a body without a last line end.
_METER = re.compile(r"^.*(?:--:--:--|\d:\d\d:\d\d) +[\d.]+[kMG]?(?=$|[*<>{}] )")
_TALK = re.compile(r"^(?:  % Total|\s+Dload|Note: |Warning: |Enter host password)")
_GLUED = re.compile(
    r"(?<=.)(?:\* (?:Found bundle|Connection #|Closing|Re-using|Hostname|Issue another|Excess|"
    r"transfer closed|Recv failure)|Warning: |  % Total|curl: \(\d+\) ).*$"
)
_REQUEST = re.compile(r"([A-Z]+) (\S+) HTTP/")
_STATUS = re.compile(r"HTTP/[\d.]+ (\d{3})")


class _Event(NamedTuple):
    kind: Kind
    text: str


def _events(text: str) -> Iterator[_Event]:
    """The lines of `-v`."""
    for raw in text.split("\n"):
        line = raw.rstrip("\r").rpartition("\r")[2]
        line = _METER.sub("", line)
        if _TALK.match(line):
            continue
        glued = None if _MARK.fullmatch(line) else _GLUED.search(line)
        if glued:
            yield _Event("text", line[: glued.start()])
            line = glued[0]
        yield from _marked(line)


def _marked(line: str) -> Iterator[_Event]:
    mark = _MARK.fullmatch(line)
    if mark is None:
        if not _TALK.match(line):
            yield _Event("text", line)
        return
    kinds: tuple[Kind, ...] = ("info", "sent", "got", "error")
    for kind in kinds:
        if mark[kind] is not None:
            yield _Event(kind, mark[kind])


def _traced(text: str) -> Iterator[_Event]:
    """The records of `--trace-ascii` and `--trace`."""
    head: re.Match[str] | None = None
    rows: list[tuple[int, str]] = []
    for line in text.split("\n"):
        found = _HEAD.fullmatch(line.rstrip("\r"))
        row = _ROW.fullmatch(line.rstrip("\r")) if found is None else None
        if found is not None:
            yield from _record(head, rows)
            head, rows = found, []
        elif row is not None:
            rows.append((int(row["at"], 16), row["row"]))
    yield from _record(head, rows)


def _record(head: re.Match[str] | None, rows: list[tuple[int, str]]) -> Iterator[_Event]:
    if head is None or head["part"] == "SSL data":
        return
    if head["info"] is not None:
        yield _Event("info", head["info"])
        return
    text = _rebuilt(rows, int(head["size"]))
    sent = head["what"] == "Send"
    if head["part"] == "data":
        yield _Event("body-sent" if sent else "body-got", text)
        return
    for line in text.split("\r\n"):
        yield _Event("sent" if sent else "got", line)


def _rebuilt(rows: list[tuple[int, str]], size: int) -> str:
    """The text of a record: a line end was dropped where the next offset lies two further on."""
    if all(_HEX.match(row) and _HEX.match(row)[0].rstrip() == row[:48].rstrip() for _, row in rows):  # type: ignore[index]
        return bytes.fromhex("".join(row[:48] for _, row in rows)).decode("latin-1")
    out: list[str] = []
    ends = [offset for offset, _ in rows[1:]] + [size]
    for (offset, row), end in zip(rows, ends, strict=False):
        out += [row, "\r\n" if end - offset - len(row) == 2 else ""]
    return "".join(out)


class _Call:
    """One attempt as its lines come."""

    def __init__(self) -> None:
        self.method = self.path = ""
        self.sent: list[tuple[str, str]] = []
        self.got: list[tuple[str, str]] = []
        self.status, self.error, self.tls = 0, "", False
        self.asked: list[str] = []
        self.shown: list[str] = []
        self.lines: list[str] = []
        self.begun = self.ended = False

    def attempt(self, number: int) -> RawAttempt:
        host = dict(self.sent).get("host", "")
        scheme = "https" if self.tls else "http"
        return RawAttempt(
            entry=number,
            at=http_date(dict(self.got).get("date", "")),
            duration_ms=None,
            method=self.method or "POST",
            url=f"{scheme}://{host}{self.path}" if self.path else "",
            request=RawMessage(tuple(self.sent), self._body(self.asked, [])),
            status=self.status,
            response=RawMessage(tuple(self.got), self._body(self.shown, self.lines)),
            error=self.error,
        )

    def _body(self, records: list[str], lines: list[str]) -> bytes | None:
        if records:
            chunked = dict(self.got).get("transfer-encoding", "") == "chunked"
            whole = "".join(_unchunked("".join(records)) if chunked and records is self.shown
                            else records)  # fmt: skip
            return _line_ends(whole).encode("latin-1", "replace")
        text = "\n".join(lines).strip("\n")
        if not text:
            return None
        return (text + "\n\n" if text.startswith("data:") else text).encode()


def _unchunked(text: str) -> Iterator[str]:
    """The data of chunks (RFC 9112, section 7.1)."""
    here = 0
    while (end := text.find("\r\n", here)) >= 0:
        size = re.match(r"[0-9a-fA-F]{1,8}", text[here:end])
        if size is None:
            yield text[here:]
            return
        start = end + 2
        yield text[start : start + int(size[0], 16)]
        here = start + int(size[0], 16) + 2


def _line_ends(text: str) -> str:
    """Dots that can only have been line ends: between events, and outside the strings of JSON."""
    if text.startswith(("data:", "event:", ": ")):
        return re.sub(r"\.\.(?=data: |event: |: |$)", "\n\n", text)
    if not text.startswith(("{", "[")):
        return text
    parts = re.split(r'("(?:[^"\\]|\\.)*")', text)
    outside = (re.sub(r"(?<!\d)\.|\.(?!\d)", " ", part) for part in parts[::2])
    return "".join(a + b for a, b in zip(outside, [*parts[1::2], ""], strict=True))


def _calls(events: Iterator[_Event]) -> Iterator[_Call]:
    call = _Call()
    for event in events:
        sends = event.kind == "sent" and _REQUEST.match(event.text) is not None
        connects = event.kind == "info" and event.text.lstrip().startswith("Trying ")
        if (sends and call.begun) or (connects and (call.status or call.ended)):
            yield call
            call = _Call()
        _take(call, event)
    if call.begun or call.error:
        yield call


def _take(call: _Call, event: _Event) -> None:
    match event.kind:
        case "info":
            _info(call, event.text)
        case "error":
            call.error = call.error if call.status else event.text
            call.begun = call.ended = True
        case "sent":
            _sent(call, event.text)
        case "got":
            _got(call, event.text)
        case "body-sent":
            call.asked.append(event.text)
        case "body-got":
            call.shown.append(event.text)
        case "text" if call.status:
            call.lines.append(event.text)


def _info(call: _Call, text: str) -> None:
    call.tls = call.tls or "SSL connection using" in text or "TLS" in text
    broken = re.search(
        r"Could not resolve|Failed to connect|transfer closed|Recv failure|reset by peer|timed out"
        r"|SSL certificate problem|Empty reply",
        text,
    )
    if broken and not call.error:
        call.error = text


def _sent(call: _Call, text: str) -> None:
    request = _REQUEST.match(text)
    if request:
        call.method, call.path, call.begun = request[1], request[2], True
        call.tls, call.error = call.tls, ""
    elif ":" in text:
        name, _, value = text.partition(":")
        call.sent.append((name.lower(), value.strip()))


def _got(call: _Call, text: str) -> None:
    status = _STATUS.match(text)
    if status:
        call.status, call.got = int(status[1]), []
        call.status = 0 if call.status < 200 else call.status
    elif ":" in text and call.status:
        name, _, value = text.partition(":")
        call.got.append((name.lower(), value.strip()))


def _read(piece: Piece) -> Iterator[Read]:
    text = piece.data.decode("utf-8", "replace")
    events = _traced(text) if _is_trace(piece.data) else _events(text)
    found = list(_calls(events))
    if not found:
        yield Broken(piece.offset, "a transcript without a request")
    for number, call in enumerate(found):
        yield call.attempt(number)


_TRACE = re.compile(rb"(?m)^(?:\d\d:\d\d:\d\d\.\d{6} )?(?:== Info: |=> Send |<= Recv )")


def _is_trace(data: bytes) -> bool:
    return _TRACE.search(data) is not None


# How a transcript begins: with a prompt, a progress meter, a note, or a mark of curl's own.
_FIRST = re.compile(
    rb"\$ |\s+% Total|\s+Dload|\s*0\s+0|Note: |Enter host password|curl: \(\d+\) |=> |<= |== Info: "
    rb"|\d\d:\d\d:\d\d\.\d{6} |\* +Trying |\* Host \S+ was resolved|\* Could not resolve host"
    rb"|\* STATE|\* Uses proxy|\* Expire|\* Added |\* Connected to |> [A-Z]+ \S+ HTTP/"
)
_SURE = re.compile(
    rb"(?m)(?:^|\r|[\d-] *)(?:\d\d:\d\d:\d\d\.\d{6} )?(?:\*   ?Trying |> [A-Z]+ \S+ HTTP/)"
    rb"|^curl: \(\d+\) |^\* Could not resolve host"
)


def _is_transcript(head: bytes) -> bool:
    first = head.lstrip(b"\r\n").split(b"\n")[0]
    begins = _FIRST.match(first) is not None
    return begins and (_is_trace(head) or _SURE.search(head) is not None)


_NEW = re.compile(rb"\n(?=(?:\S+ )?(?:\* |== Info: ) Trying )")


def _boundary(data: bytes) -> int:
    return max((match.end() for match in _NEW.finditer(data)), default=0)


FORMAT = Format(
    "curl", "curl -v, --trace-ascii and --trace", _is_transcript, lambda: Cutter(_boundary), _read
)
