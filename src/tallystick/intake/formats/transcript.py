"""Text logs in which the messages of HTTP calls can be found: what an HTTP client logs of the wire,
what a proxy prints, and what applications write around a call.

Known by their marks: a method and an address, an arrow or a version before a status, lines of a
head, JSON that reads as a request or an answer, lines of an event stream. Shapes: httpx and the
OpenAI SDK for Python (`OPENAI_LOG=debug`), Apache HttpClient's wire log, mitmproxy's console.
"""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

from tallystick.intake.formats.base import Cutter, Format, Piece, Read
from tallystick.intake.formats.included import commanded
from tallystick.intake.formats.mapping import moment, parsed
from tallystick.intake.formats.nodes import is_answer, is_request
from tallystick.intake.formats.shown import Shown
from tallystick.intake.formats.transfers import Transfer

_URL = r"https?://[^\s\"'<>]+"
_ASKS = re.compile(
    rf"\b(?P<method>GET|POST|PUT|PATCH|DELETE)\b[\s'\":,]{{1,4}}(?P<url>{_URL}|/[\w/.:-]*completions\b)"
)
_ANSWERS = re.compile(
    r"(?:(?:<{1,3}|<--?|\u2190|<=|=>|->|-->)\s*(?:HTTP/[\d.]+ )?|\bHTTP/[\d.]+ )"
    r"(?P<status>[1-5]\d\d)\b(?P<rest>[^{]*)"
)
_CURL = re.compile(rf"(?:^|[$#%>] )curl\b[^\n]*(?:{_URL}|completions\b)")
_WIRE = re.compile(r"http-outgoing-(?P<channel>\d+) (?P<way>>>|<<) \"(?P<text>.*)\"\s*$")
_WIRE_ENDS = re.compile(r"(?:\[\\r\])?(?:\[\\n\])?$")
_REQUEST_LINE = re.compile(r"(?P<method>[A-Z]{3,7}) (?P<path>/\S*) HTTP/[\d.]+")
_ANSWER_HEAD = re.compile(r"HTTP Response: [^{\[]*Headers\((?P<fields>[\[{].*[\]}])\)")
_AGAIN = re.compile(r"Retrying request to \S+ in ")
_STATUS_LINE = re.compile(r"HTTP/[\d.]+ (?P<status>\d{3})\b(?P<rest>.*)")
_OPTIONS = re.compile(r"Request options: (?P<options>\{.*\})\s*$")
_HEAD = re.compile(
    r"(?:[<>] )?\s*(?P<name>(?!\w*(?:Error|Exception)\b)[A-Za-z][\w-]{1,40}): (?P<value>[^{].*)"
)
_EVENT = re.compile(r"(?:^|\s)(data: ?(?:\{.*|\[DONE\])|event: \w+)\s*$|^\s*(:(?: .*)?)$")
_COMMENT = re.compile(r"\b(?:raw|line|chunk):? [\"']?(: [^\"']*)[\"']?$")
_AT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?")
_NAMED_TYPE = re.compile(r"\b(text/event-stream|application/json|text/html)\b")
_OPERATION = "/chat/completions"
_MOST_LINES = 4000
_LOOKED_AT = 400
_ENOUGH = 2
_DECODER = json.JSONDecoder()


class _Reader:
    """Reads a text line by line; one call is open at a time, or one a channel of a wire log."""

    def __init__(self) -> None:
        self.calls: list[Shown] = []
        self._channels: dict[str, Shown] = {}
        self._options: Any = None
        self._began: str | None = None
        self._open: list[str] = []
        self._last: str | None = None

    @property
    def current(self) -> Shown | None:
        """The call whose lines come."""
        return self.calls[-1] if self.calls else None

    def take(self, line: str) -> None:
        """Take one line."""
        dated = _AT.search(line)
        self._last = _moment(dated[0]) if dated else self._last
        wire = _WIRE.search(line)
        if wire is not None:
            self._wire(wire)
        elif self._open:
            self._open.append(line)
            self._try_json()
        elif not self._of_sdk(line):
            self._plain(line)

    def _of_sdk(self, line: str) -> bool:
        """Whether a line is one of the OpenAI SDK for Python beside httpx's: the options of a
        request, the head of an answer that httpx has told of, or that it is sent again.
        """
        options, answer = _OPTIONS.search(line), _ANSWER_HEAD.search(line)
        if options is not None:
            self._options, self._began = _json_data(options["options"]), self._last
        elif answer is not None and self.current is not None:
            self.current.got += _pairs(_literal(answer["fields"]))
        elif _AGAIN.search(line) and self.current is not None:
            self._options, self._began = self.current.asked, None
        else:
            return False
        return True

    def _plain(self, line: str) -> None:
        if _CURL.search(line):
            self._command(line)
            return
        asked = _ASKS.search(line)
        if asked is not None and _is_call(asked["url"]):
            self._begin(asked)
            line = line[asked.end() :]
        if self.current is not None:
            self._of_call(self.current, line, begins=asked is not None)

    def _of_call(self, call: Shown, line: str, *, begins: bool) -> None:
        answered = _ANSWERS.search(line)
        if answered is not None and not call.status:
            self._status(call, answered)
            line = line[answered.end("status") :]
        told = _EVENT.search(line) or _COMMENT.search(line)
        streams = (call.is_answered or call.is_command) and not line.lstrip().startswith("{")
        if told is not None and streams:
            call.stream.append(next(part for part in told.groups() if part))
        elif "{" in line:
            self._open = [line[line.index("{") :]]
            self._try_json()
        elif call.in_head and (head := _HEAD.fullmatch(line)) is not None:
            call.field(head["name"].lower(), head["value"].strip())
        elif not begins and line.strip():
            call.words.append(line.strip())

    def _begin(self, asked: re.Match[str]) -> None:
        url = asked["url"].rstrip("\"',")
        call = self.current
        if call is None or call.is_answered or not call.is_command:
            call = Shown(asked["method"], url, self._began or self._last)
            self.calls.append(call)
        call.url = call.url if "://" in call.url else url
        call.asked = call.asked or self._options
        self._options = self._began = None

    def _command(self, line: str) -> None:
        """A call that a command of curl's makes; its answer follows, as curl prints it."""
        told = Transfer()
        commanded(told, line)
        host = dict(told.sent).get("host", "")
        url = f"{'https' if told.tls else 'http'}://{host}{told.path}" if host else ""
        call = Shown(told.method, url, None)
        call.sent = [pair for pair in told.sent if pair[0] != "host"]
        body = parsed(told.asked[0]) if told.asked else None
        call.asked, call.is_command = (body if isinstance(body, dict) else None), True
        self.calls.append(call)

    def _status(self, call: Shown, answered: re.Match[str]) -> None:
        call.status, call.in_head = int(answered["status"]), True
        kind = _NAMED_TYPE.search(answered["rest"])
        if kind:
            call.got.append(("content-type", kind[1]))

    def _try_json(self) -> None:
        """Whether the lines that are open are whole JSON by now."""
        text = "\n".join(self._open)
        try:
            found, end = _DECODER.raw_decode(text)
        except ValueError:
            if len(self._open) == 1 and not text.rstrip().endswith(("{", "[", ",")):
                self._give_up(text)  # no JSON that goes on: an exception's text, for one
            elif len(self._open) > _MOST_LINES:
                self._open = []
            return
        self._open = []
        self._body(found, text[end:])

    def _give_up(self, text: str) -> None:
        self._open = []
        if self.current is not None:
            self.current.words.append(text)

    def _body(self, found: Any, rest: str) -> None:
        call = self.current
        if call is None or not isinstance(found, dict):
            return
        if is_request(found) and not call.is_answered:
            call.asked = found
        elif (is_answer(found) or "error" in found) and not call.is_shown:
            call.answered = found
        answered = _ANSWERS.search(rest)
        if answered is not None and not call.status:
            self._status(call, answered)

    def _wire(self, wire: re.Match[str]) -> None:
        """A line of Apache HttpClient's wire log (`org.apache.hc.client5.http.wire`)."""
        text, channel = _WIRE_ENDS.sub("", wire["text"]), wire["channel"]
        text = text.replace('\\"', '"') if '\\"' in text else text
        sent = wire["way"] == ">>"
        asked = _REQUEST_LINE.fullmatch(text) if sent else None
        if asked is not None:
            call = Shown(asked["method"], asked["path"], self._last)
            self._channels[channel] = call
            self.calls.append(call)
            return
        if channel in self._channels:
            self._part(self._channels[channel], text, sent=sent)

    def _part(self, call: Shown, text: str, *, sent: bool) -> None:
        answered = None if sent else _STATUS_LINE.fullmatch(text)
        if answered is not None:
            self._status(call, answered)
        elif text.startswith(("data:", "event:", ": ")) and not sent:
            call.stream.append(text)
        elif text.startswith("{"):
            self._wire_body(call, text, sent=sent)
        elif (head := _HEAD.fullmatch(text)) is not None:
            (call.sent if sent else call.got).append((head["name"].lower(), head["value"]))
            if sent and head["name"].lower() == "host" and "://" not in call.url:
                call.url = f"https://{head['value']}{call.url}"

    def _wire_body(self, call: Shown, text: str, *, sent: bool) -> None:
        try:
            found = _DECODER.raw_decode(text)[0]
        except ValueError:
            return
        if sent:
            call.asked = found
        elif call.answered is None:
            call.answered = found


def _literal(text: str) -> Any:
    """What a program printed as Python; None where it is no literal."""
    try:
        return ast.literal_eval(re.sub(r"<[^<>]*>|\bNOT_GIVEN\b", "None", text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _json_data(text: str) -> Any:
    """The body among an SDK's options; None where there is none."""
    found = _literal(text)
    body = found.get("json_data") if isinstance(found, dict) else None
    return body if is_request(body) else None


def _pairs(fields: Any) -> list[tuple[str, str]]:
    """Header fields that were printed as an object, or as pairs."""
    listed = list(fields.items()) if isinstance(fields, dict) else fields
    pairs = [one for one in listed or () if isinstance(one, tuple) and len(one) == 2]
    return [(str(name).lower(), str(value)) for name, value in pairs]


def _is_call(url: str) -> bool:
    return _OPERATION in url or re.search(r"/v\d\w*/|/api/", url) is not None


def _moment(text: str) -> str | None:
    return moment(text.replace(",", ".").replace(" ", "T", 1).replace(" ", ""))


def _calls(text: str) -> list[Shown]:
    reader = _Reader()
    for line in text.splitlines():
        reader.take(line)
    return [call for call in reader.calls if call.is_answered or call.words]


def sniff(head: bytes) -> bool:
    """Whether a text shows the messages of a call, or the statuses of several."""
    text = head.decode("utf-8", "replace")
    if text.lstrip("\ufeff \r\n").startswith(("{", "<", "$ ")) or "\0" in text:
        return False
    calls = _calls("\n".join(text.splitlines()[:_LOOKED_AT]))
    named = [call for call in calls if _OPERATION in call.url]
    whole = any(call.is_shown and (call.status or call.asked is not None) for call in named)
    return whole or sum(bool(call.status) for call in named) >= _ENOUGH


def _read(piece: Piece) -> Iterator[Read]:
    text = piece.data.decode("utf-8", "replace")
    for number, call in enumerate(_calls(text)):
        yield call.attempt(number)


FORMAT = Format(
    "transcript",
    "text logs that show HTTP calls (httpx, SDKs, wire logs, mitmproxy's console)",
    sniff,
    lambda: Cutter(lambda _: 0),
    _read,
)
