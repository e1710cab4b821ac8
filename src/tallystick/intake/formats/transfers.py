"""One transfer of curl, put together of the lines that a transcript has of it."""

import re
from collections.abc import Iterator

from tallystick.intake.formats.dates import http_date
from tallystick.intake.raw import RawAttempt, RawMessage

REQUEST = re.compile(r"([A-Z]+) (\S+) HTTP/")
_STATUS = re.compile(r"HTTP/[\d.]+ (\d{3})")


class Transfer:
    """One attempt as the lines of a transcript come."""

    def __init__(self, tls: bool = False) -> None:
        self.method = self.path = ""
        self.sent: list[tuple[str, str]] = []
        self.got: list[tuple[str, str]] = []
        self.status, self.error, self.tls = 0, "", tls
        self.asked: list[str] = []
        self.shown: list[str] = []
        self.lines: list[str] = []
        self.begun = self.ended = False
        self.is_open = False  # a field of its head is a shell's variable: what was sent is unknown

    @property
    def tunnelled(self) -> bool:
        """Whether it only opened a way through a proxy."""
        return self.method == "CONNECT" and self.status == 200

    def attempt(self, number: int) -> RawAttempt:
        """The attempt, as far as the transcript shows it."""
        if self.method == "CONNECT":
            return self._untunnelled(number)
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
            hidden=("headers",) if self.is_open else (),
        )

    def _untunnelled(self, number: int) -> RawAttempt:
        """A proxy that opened no tunnel (RFC 9110, section 9.3.6): the call itself was not sent."""
        error = self.error or f"CONNECT tunnel failed, response {self.status}"
        empty = RawMessage()
        return RawAttempt(
            number, http_date(dict(self.got).get("date", "")), None, "POST", "", empty, 0, empty,
            error=f"proxy: {error}", hidden=("line",),
        )  # fmt: skip

    def _body(self, records: list[str], lines: list[str]) -> bytes | None:
        if records:
            chunked = dict(self.got).get("transfer-encoding", "") == "chunked"
            whole = "".join(_unchunked("".join(records)) if chunked and records is self.shown
                            else records)  # fmt: skip
            return _line_ends(whole).encode("latin-1", "replace")
        text = "\n".join(lines).strip("\n")
        if not text:
            empty = records is self.shown and dict(self.got).get("content-length") == "0"
            return b"" if empty else None
        return (text + "\n\n" if text.startswith("data:") else text).encode()

    def complete(self, told: "Transfer") -> None:
        """Take from the command what the transfer itself does not show."""
        self.asked, self.tls = self.asked or told.asked, self.tls or told.tls
        self.is_open = told.is_open and not self.sent
        if not self.path:  # it was never sent
            self.tls, self.path = told.tls, told.path
            self.method, self.sent = self.method or told.method, self.sent or told.sent

    def send(self, text: str) -> None:
        """Take a line of the request's head."""
        request = REQUEST.match(text)
        if request:
            self.method, self.path, self.begun = request[1], request[2], True
            self.error = ""
        elif ":" in text:
            name, _, value = text.partition(":")
            self.sent.append((name.lower(), value.strip()))

    def get(self, text: str) -> None:
        """Take a line of the answer's head."""
        status = _STATUS.match(text)
        if status:
            self.status, self.got = int(status[1]), []
            self.status = 0 if self.status < 200 else self.status
        elif ":" in text and self.status:
            name, _, value = text.partition(":")
            self.got.append((name.lower(), value.strip()))


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
