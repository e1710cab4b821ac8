"""Transcripts of curl: `-v`, as a person pastes it, `--trace-ascii` and `--trace`.

`-v` shows no request body. `--trace-ascii` shows bodies with every byte that is no printable ASCII
as a dot; line ends that JSON and event streams need are put back where only they can have stood.
Neither tells a date but the answer's.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from tallystick.intake.formats.base import Broken, Cutter, Format, Piece, Read
from tallystick.intake.formats.included import COMMAND, commanded
from tallystick.intake.formats.transfers import REQUEST, Transfer

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


def _calls(events: Iterator[_Event]) -> Iterator[Transfer]:
    call = Transfer()
    for event in events:
        sends = event.kind == "sent" and REQUEST.match(event.text) is not None
        connects = event.kind == "info" and event.text.lstrip().startswith("Trying ")
        if (sends and call.begun) or (connects and (call.status or call.ended)):
            if not call.tunnelled:
                yield call
            call = Transfer(call.tls)
        _take(call, event)
    if call.begun or call.error:
        yield call


# What curl ends with where an answer broke off that had begun: a partial file, a time-out, sending
# or receiving that failed, a stream of HTTP/2 or HTTP/3 (libcurl, error codes).
_BROKEN_OFF = ("18)", "28)", "55)", "56)", "92)", "95)")


def _take(call: Transfer, event: _Event) -> None:
    match event.kind:
        case "info":
            _info(call, event.text)
        case "error":
            broken = not call.error and event.text.startswith(_BROKEN_OFF)
            call.error = event.text if broken or not call.status else call.error
            call.begun = call.ended = True
        case "sent":
            call.send(event.text)
        case "got":
            call.get(event.text)
        case "body-sent":
            call.asked.append(event.text)
        case "body-got":
            call.shown.append(event.text)
        case "text" if call.status:
            call.lines.append(event.text)


def _info(call: Transfer, text: str) -> None:
    call.tls = call.tls or "SSL connection using" in text or "TLS" in text
    broken = re.search(
        r"Could not resolve|Failed to connect|transfer closed|Recv failure|reset by peer|timed out"
        r"|SSL certificate problem|Empty reply",
        text,
    )
    if broken and not call.error:
        call.error = text


def _read(piece: Piece) -> Iterator[Read]:
    text = piece.data.decode("utf-8", "replace")
    commands = list(_commands(text))
    found = [call for one in commands for call in _of_command(one)]
    if not found:
        yield Broken(piece.offset, "a transcript without a request")
    # A person who types a command again makes another call, and no retry.
    first = 1 if len(commands) > 1 else None
    for number, call in enumerate(found):
        yield msgspec.structs.replace(call.attempt(number), nth=first)


def _commands(text: str) -> Iterator[str]:
    """A text, cut where the commands that were pasted too begin; each ends where its shell asks
    for the next one.
    """
    begun = list(COMMAND.finditer(text))
    prompts = {found[0].partition("curl ")[0] for found in begun} - {""}
    shell = re.compile("|".join(rf"\n{re.escape(prompt)}" for prompt in prompts) or r"(?!)")
    for start, end in pairwise([0, *(found.start() for found in begun), len(text)]):
        if end > start:
            told = text[start:end]
            asked = shell.search(told)
            yield told[: asked.start()] if asked else told


def _of_command(text: str) -> list[Transfer]:
    """The calls that one command made. What `-v` shows of a request has no body, and before it is
    connected nothing at all; the command may. One command makes one call, or nothing tells which
    of several it is.
    """
    traced = _TRACE.search(text.encode("utf-8", "replace")) is not None
    calls = list(_calls(_traced(text) if traced else _events(text)))
    if len(calls) == 1:
        told = Transfer()
        commanded(told, text)
        calls[0].complete(told)
    return calls


_TRACE = re.compile(rb"(?m)^(?:\d\d:\d\d:\d\d\.\d{6} )?(?:== Info: |=> Send |<= Recv )")


def _is_trace(data: bytes) -> bool:
    return _TRACE.search(data) is not None


# How a transcript begins: with a prompt, a progress meter, a note, or a mark of curl's own.
_FIRST = re.compile(
    rb"\$ |[\w@.:~/-]{1,60}[$#%>] |\s+% Total|\s+Dload|\s*0\s+0|Note: |Enter host password"
    rb"|curl: \(\d+\) |=> |<= |== Info: |\d\d:\d\d:\d\d\.\d{6} "
    rb"|\* +Trying |\* Host \S+ was resolved|\* Could not resolve host"
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
    "curl",
    "curl -v, --trace-ascii and --trace",
    _is_transcript,
    lambda: Cutter(_boundary),
    _read,
)
