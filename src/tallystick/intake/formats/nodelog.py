"""What the OpenAI SDK for Node.js logs of its calls: `OPENAI_LOG=debug` since version 5, and
`DEBUG=true` before (openai-node, `src/internal/utils/log.ts` and `core.ts`).

Since version 5 every line has the id of its attempt, and a retry that of the attempt before. The
older log has none: while two calls wait for an answer, nothing tells whose it is.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec.structs import replace

from tallystick.intake.formats.base import Cutter, Format, Piece, Read
from tallystick.intake.formats.inspected import Inspected, objects
from tallystick.intake.formats.shown import Shown, attempts
from tallystick.intake.formats.times import moment_of_line
from tallystick.intake.raw import RawAttempt
from tallystick.protocol.exceptions import read_exception

_URL = r"https?://[^\s\"'<>]+"
_RECORD = re.compile(
    r"OpenAI:DEBUG:(?P<old>request|response)\b(?: \((?P<why>[^{\n]*)\))?"
    rf"(?: (?P<status>\d{{3}}))?(?: (?P<url>{_URL}))?"
    r"|\[(?P<id>log_[0-9a-z]{4,12})\b(?:, retryOf: (?P<before>\w+))?[^\]\n]*\] (?P<new>"
    r"sending request|response \w+|connection (?:failed|timed out)"
    rf"|(?:get|post) (?P<called>{_URL}) (?:failed|succeeded) with status (?P<ended>\d{{3}})"
    r" in (?P<took>\d+)ms)"
)
# What the SDK raises where no answer came (openai-node, `src/core/error.ts`).
_NO_ANSWER = re.compile(r"\bConnection error\.|\bRequest timed out\.")
_AT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?")
_OPERATION = "completions"
# Version 7 prints a body's type and length in its place.
_OF_REQUESTS = frozenset(("model", "messages"))
_OF_ANSWERS = frozenset(("choices", "error", "object"))
_COUNTER = "x-stainless-retry-count"


class _Record(NamedTuple):
    """What one line of the log says, with the objects that follow it and the text behind them."""

    head: re.Match[str]
    at: str | None
    objects: tuple[Inspected, ...]
    behind: str


class _Call(Shown):
    """A call of the log; a part of its bodies may have been left out by the printing."""

    def __init__(self, method: str, url: str, at: str | None) -> None:
        super().__init__(method, url, at)
        self.asked_in_part = self.answered_in_part = False
        self.duration_ms: float | None = None

    def attempt(self, number: int, *, alone: bool) -> RawAttempt:
        """The attempt, as far as the log shows it."""
        one = super().attempt(number, alone=alone)
        request = replace(one.request, partial=self.asked_in_part)
        # Of an error that only the exception repeats, the log shows no body that came.
        response = replace(one.response, partial=self.answered_in_part or self.answered is None)
        return replace(one, request=request, response=response, duration_ms=self.duration_ms)


def _records(text: str) -> Iterator[_Record]:
    heads = list(_RECORD.finditer(text))
    for number, head in enumerate(heads):
        until = heads[number + 1].start() if number + 1 < len(heads) else len(text)
        line = text.find("\n", head.end(), until)
        opened = text.find("{", head.end(), line if line >= 0 else until)
        begun = text.rfind("\n", 0, head.start()) + 1
        dated = _AT.search(text[begun : head.start()])
        at = moment_of_line(dated[0]) if dated else None
        if opened >= 0:
            yield _Record(head, at, *objects(text[opened:until]))
        else:
            yield _Record(head, at, (), text[head.end() : until])


class _Reader:
    """Reads records in their order."""

    def __init__(self) -> None:
        self.calls: list[_Call] = []
        self._by_id: dict[str, _Call] = {}
        self._open: list[_Call] = []
        self._again: list[_Call] = []

    def take(self, record: _Record) -> None:
        """Take one record."""
        head = record.head
        first = record.objects[0].value if record.objects else None
        told = first if isinstance(first, dict) else {}
        self._open = [one for one in self._open if not one.is_over]
        call: _Call | None
        if head["old"] == "request" or head["new"] == "sending request":
            call = self._began(record, told)
        else:
            call = self._named(record) if head["id"] else self._waited_for()
            if call is not None:
                _got(call, record, told)
                self._again += [call] if "retrying" in (head["why"] or "") else []
        if call is not None and all(one is call or one.is_over for one in self._open):
            _words(call, record.behind)

    def _began(self, record: _Record, told: dict[str, Any]) -> _Call:
        url = record.head["url"] or _text(told.get("url"))
        call = _Call("POST", url.rstrip("\"',"), record.at)
        options = told["options"] if isinstance(told.get("options"), dict) else told
        fields = told.get("headers") or (record.objects[1].value if record.objects[1:] else None)
        call.sent = _fields(fields)
        body = options.get("body")
        if isinstance(body, dict) and _OF_REQUESTS & set(body):
            call.asked = body
            call.asked_in_part = record.objects[0].part
        if record.head["id"]:
            self._keep(call, record, _text(told.get("retryOf") or told.get("retryOfRequestLogID")))
        else:
            self._wait(call)
        self._open.append(call)
        self.calls.append(call)
        return call

    def _keep(self, call: _Call, record: _Record, before: str) -> None:
        """Keep an attempt by its id, with that of the first attempt of its call."""
        name = record.head["id"]
        earlier = self._by_id.get(before)
        call.call = earlier.call if earlier is not None else name
        self._by_id[name] = call

    def _named(self, record: _Record) -> _Call:
        """The attempt of an id; one that a log without details tells of only as it ends."""
        name = record.head["id"]
        if name not in self._by_id:
            call = _Call("POST", record.head["called"] or "", record.at)
            self._keep(call, record, record.head["before"] or "")
            self.calls.append(call)
        return self._by_id[name]

    def _wait(self, call: _Call) -> None:
        """Let an attempt of the older log wait for its answer, and join it to the one before."""
        again = int(dict(call.sent).get(_COUNTER, "0") or 0)
        unanswered = [one for one in self._open if again and one.url == call.url]
        before = self._again or unanswered
        if again and len(before) == 1:
            before[0].call = call.call = before[0].call or f"call-{len(self.calls)}"
            if not self._again:
                before[0].words.append("APIConnectionError: sent again without an answer")
                self._open.remove(before[0])
        self._again = []
        if self._open:
            for one in (*self._open, call):
                one.is_torn = True

    def _waited_for(self) -> _Call | None:
        """The call that an answer of the older log is of: the only one that waits."""
        waiting, self._open = self._open, self._open[1:]
        return waiting[0] if waiting and not waiting[0].is_torn else None


def _got(call: _Call, record: _Record, told: dict[str, Any]) -> None:
    """Take what a record says of an answer."""
    head = record.head
    status = head["status"] or head["ended"] or told.get("status")
    call.status = call.status or int(status or 0)
    call.got = call.got or _fields(told if head["old"] else told.get("headers"))
    took = head["took"] or told.get("durationMs")
    call.duration_ms = float(took) if took is not None else call.duration_ms
    # The older log prints the body behind the head of the answer.
    second = record.objects[1] if head["old"] and record.objects[1:] else None
    body = second.value if second is not None else told.get("body")
    if isinstance(body, dict) and _OF_ANSWERS & set(body):
        call.answered = body
        call.answered_in_part = second.part if second is not None else record.objects[0].part
    if (what := head["new"] or "").startswith("connection"):
        call.words.append(f"APIConnectionError: {what}")


def _words(call: _Call, behind: str) -> None:
    """What an application printed behind a call, while no other one was open: an exception that
    tells another status is not of this answer.
    """
    if call.is_answered and read_exception(behind).status in (None, call.status):
        call.words += behind.strip().splitlines()
    elif not call.is_over and (raised := _NO_ANSWER.search(behind)):
        call.words.append(f"APIConnectionError: {raised[0]}")


def _fields(found: Any) -> list[tuple[str, str]]:
    """Header fields; Node.js prints those of a response as lists within an object of its own."""
    if not isinstance(found, dict):
        return []
    if isinstance(found.get("symbol"), dict):
        return _fields(found["symbol"])
    flat = {n: v[0] if isinstance(v, list) and len(v) == 1 else v for n, v in found.items()}
    return [(n.lower(), v) for n, v in flat.items() if isinstance(v, str)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _begun(data: bytes) -> list[_Call]:
    reader = _Reader()
    for record in _records(data.decode("utf-8", "replace")):
        reader.take(record)
    return reader.calls


def sniff(head: bytes) -> bool:
    """Whether a text has a record of a request to an API of models."""
    if b"OpenAI:DEBUG:" not in head and b"[log_" not in head:
        return False
    return any(_OPERATION in call.url for call in _begun(head))


def _read(piece: Piece) -> Iterator[Read]:
    yield from attempts(_begun(piece.data))


FORMAT = Format(
    "openai-node",
    "the debug log of the OpenAI SDK for Node.js",
    sniff,
    lambda: Cutter(lambda _: 0),
    _read,
)
