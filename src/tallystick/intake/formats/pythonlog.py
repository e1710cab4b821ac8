"""What the OpenAI SDK for Python logs of its calls since version 3 (`OPENAI_LOG=debug`,
`openai._base_client`): that they are sent, their statuses and retries; no address, fields or body.

Its lines have no ids: while two calls wait for an answer, nothing tells whose it is.
"""

import re
from collections.abc import Iterator

from tallystick.intake.formats.base import Cutter, Format, Piece, Read
from tallystick.intake.formats.shown import Shown, attempts
from tallystick.intake.formats.times import moment
from tallystick.protocol.exceptions import read_exception

_AT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?")
_SDK = "openai._base_client"
_LINE = re.compile(
    r"Sending HTTP Request: (?P<method>[A-Z]+)\s*$"
    r"|HTTP Response: [A-Z]+ (?P<status>\d{3})\s*$"
    r"|request_id: (?P<request_id>\S+)\s*$"
    r"|Encountered exception: (?P<raised>\w+)\s*$"
    r"|(?P<again>Retrying request in )"
)
_RAISED = re.compile(r"\b\w+Error\b")


class _Reader:
    """Reads lines in their order."""

    def __init__(self) -> None:
        self.calls: list[Shown] = []
        self._open: list[Shown] = []
        self._repeats: Shown | None = None

    def take(self, line: str) -> None:
        """Take one line."""
        told = _LINE.search(line) if _SDK in line else None
        if _SDK not in line:
            self._printed(line)
        elif told is not None and told["method"]:
            dated = _AT.search(line)
            self._sent(told["method"], dated[0] if dated else "")
        elif told is not None:
            self._went_on(told)

    def _sent(self, method: str, at: str) -> None:
        call = Shown(method, "", moment(at.replace(",", ".").replace(" ", "T")))
        before, self._repeats = self._repeats, None
        if before is not None:
            before.call = call.call = before.call or f"call-{len(self.calls)}"
        self._open = [one for one in self._open if not one.is_over] + [call]
        if len(self._open) > 1:
            for one in self._open:
                one.is_torn = True
        self.calls.append(call)

    def _went_on(self, told: re.Match[str]) -> None:
        waiting = [one for one in self._open if not one.is_over]
        if told["status"] or told["raised"]:
            call = waiting[0] if waiting else None
            self._open = waiting[1:]
            if call is not None and not call.is_torn:
                call.status = int(told["status"] or 0)
                call.words += [f"{told['raised']}: raised by the client"] if told["raised"] else []
        elif self.calls and not waiting and not self.calls[-1].is_torn:
            if (told["request_id"] or "None") != "None":
                self.calls[-1].got.append(("x-request-id", told["request_id"]))
            if told["again"]:
                self._repeats = self.calls[-1]

    def _printed(self, line: str) -> None:
        """What an application printed while no call was open: an exception that tells another
        status is not of the last one.
        """
        if not self.calls or any(not one.is_over for one in self._open):
            return
        last = self.calls[-1]
        status = read_exception(line).status
        if last.is_answered and _RAISED.search(line) and status in (None, last.status):
            last.words.append(line.strip())


def _begun(data: bytes) -> list[Shown]:
    reader = _Reader()
    for line in data.decode("utf-8", "replace").splitlines():
        reader.take(line)
    return reader.calls


def sniff(head: bytes) -> bool:
    """Whether a text has the line of a request of this version."""
    return _SDK.encode() in head and bool(_begun(head))


def _read(piece: Piece) -> Iterator[Read]:
    yield from attempts(_begun(piece.data))


FORMAT = Format(
    "openai-python",
    "the debug log of the OpenAI SDK for Python, since version 3",
    sniff,
    lambda: Cutter(lambda _: 0),
    _read,
)
