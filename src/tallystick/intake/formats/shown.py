"""A call as a text shows it, put together of the lines that belong to it."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tallystick.intake.failures import failure_kind
from tallystick.intake.formats import marks
from tallystick.intake.formats.mapping import parsed
from tallystick.intake.formats.nodes import is_answer
from tallystick.intake.formats.printed import header_pairs
from tallystick.intake.formats.related import is_related, lacks_own_key
from tallystick.intake.formats.times import seconds_of
from tallystick.intake.raw import RawAttempt, RawMessage
from tallystick.protocol.exceptions import read_exception, read_members

HEAD = re.compile(
    # neither what was raised nor a level (Python, .NET) is a field
    r"(?:[<>] )?\s*(?!\w*(?:Error|Exception)\b|(?:INFO|WARN(?:ING)?|ERROR|DEBUG):"
    r"|\w{4}: [\w.]+\[\d+\]$)(?P<name>[A-Za-z][\w-]{1,40}): (?P<value>[^{].*)"
)
_NAMED_TYPE = re.compile(r"\b(text/event-stream|application/json|text/html)\b")
# What a stream ends with: its mark, a reason, an error (chat completions, streaming).
_ENDS = re.compile(r"^data: ?(?:\[DONE\]|.*\"finish_reason\": ?\"\w|\{\"error\")")
_BEGINS = re.compile(r'"(?:role|content|reasoning\w*|tool_calls|function_call|refusal)"')
# Fields of an answer's head that lines name beside a status.
_HEAD_FIELDS = frozenset(
    ("retry-after", "x-request-id", "request-id", "content-type", "x-ratelimit-limit-requests",
     "x-ratelimit-remaining-requests", "x-ratelimit-limit", "x-ratelimit-remaining")
)  # fmt: skip
_RAISED = re.compile(r"\b[A-Z]\w{2,60}(?:Error|Exception|Timeout)\b")


# A member that a line of a program reads: `response["usage"]`, `choice[:message]`.
_READS = re.compile(r"\w\[(?:[\"'][a-z_]{3,40}[\"']|:[a-z_]{3,40})\]")

_FAILED = 400
# A page that a program logged in place of an answer, to the end of its line.
_PAGE = re.compile(r"<!doctype html\b[^\n]*|<html\b[^\n]*", re.IGNORECASE)
# The prompt of a shell, which comes back when a command has ended.
_PROMPT = re.compile(r"\S{0,40} ?[$%#>]")
# A line of a stream that is one whole object.
_CHUNK = re.compile(r"data: ?\{.*\}\s*")


class Shown:
    """A call while its lines come."""

    def __init__(self, method: str = "", url: str = "", at: str | None = None) -> None:
        self.method, self.url, self.at = method, url, at
        self.sent: list[tuple[str, str]] = []
        self.got: list[tuple[str, str]] = []
        self.asked: Any = None
        self.model = ""
        self.has_some_fields = False
        self.answered: Any = None
        self.stream: list[str] = []
        self.words: list[str] = []
        self.status = 0
        self.ended: str | None = None
        self.tags: dict[str, str] = {}
        self.in_head = bool(url)
        self.has_no_line = False
        self.is_command = False
        self.call = ""
        self.nth = 0
        self.is_torn = False
        self.broken = ""
        self.is_stream = self.is_local = False

    def is_apart_from(self, tags: Mapping[str, str]) -> bool:
        """Whether a line says that it is of another call than this one's lines do."""
        return any(self.tags.get(name, value) != value for name, value in tags.items())

    @property
    def is_answered(self) -> bool:
        """Whether its answer's status or body was shown."""
        return bool(self.status or self.answered is not None or self.stream)

    @property
    def raised(self) -> str:
        """What was raised, in the lines that name it."""
        return _raised(self.words)

    @property
    def is_over(self) -> bool:
        """Whether no answer of it is waited for any more."""
        return self.is_answered or bool(self.raised)

    def field(self, name: str, value: str) -> None:
        """Take a field of the head that is open."""
        (self.got if self.status else self.sent).append((name, value))
        if name == "host" and not self.status and self.url.startswith("/"):
            self.url = f"https://{value}{self.url}"

    def answer(self, status: int, rest: str) -> None:
        """Take the answer's status, and what its line says of a type."""
        self.status, self.in_head = status, True
        kind = _NAMED_TYPE.search(rest)
        if kind:
            self.got.append(("content-type", kind[1]))

    def told_before(self, before: "Shown") -> None:
        """Take what a server raised over this call, which it logs before the call's own line: lines
        that tell this status, behind a call that went well or before any.
        """
        unlike = before.status >= _FAILED or self.status < _FAILED
        if unlike or self.words or read_exception("\n".join(before.words)).status != self.status:
            return
        self.words, before.words = before.words, []

    def tell(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take what a line says of a call in pairs: the model, fields of the answer's head."""
        for name, value in pairs:
            if name == "model":
                self.model = value.strip('"')
            elif name == "stream" and value in ("true", "false"):
                self.is_stream = value == "true"
            elif name in marks.OF_UPSTREAM and value == "-":
                self.is_local = True  # nginx: it asked nobody
            elif name.lower().replace("_", "-") in _HEAD_FIELDS:
                self.got.append((name.lower().replace("_", "-"), value.strip('"')))
                self.has_some_fields = True

    def without_head(self, line: str) -> str:
        """A line without the head of the answer, where it stands in it as an object."""
        held = marks.HEADERS.search(line)
        fields = parsed(held["fields"]) if held else None
        if held is None or not isinstance(fields, dict):
            return line
        self.got += header_pairs(fields)
        return line[: held.start()] + line[held.end() :]

    def attempt(self, number: int, *, alone: bool) -> RawAttempt:
        """The attempt, as far as the text shows it. Where it is `alone`, what was raised behind
        its answer is about that.
        """
        words = "\n".join(self.words)
        told = read_exception(words) if words and not self.is_shown else None
        status, body, error, is_part = self.status, self._answer(), "", self._begins_within()
        of_this = told is not None and self.status in (0, told.status)
        if told is not None and told.status is not None and body is None and of_this:
            status = status or told.status
            is_part = not told.body  # what was raised repeats some of it
            message = {"error": {"message": self.raised}} if self.raised else None
            body = json.dumps(told.body or message) if told.body or message else None
        elif told is not None and told.status is None and body is None and status >= _FAILED:
            body = json.dumps(printed) if (printed := read_members(words)) else None
        elif failure_kind(words) != "unknown" and (raised := _raised(self.words)):
            own = failure_kind(raised) in ("application", "decode")
            named = _names_a_part(raised, self.answered)
            related = named or ((alone or is_related(raised)) and not lacks_own_key(raised))
            error = raised if (own and related) or not self.is_answered else ""
        error = error or self.broken
        told_alone = self.is_command or self.has_no_line or is_answer(self.answered)
        saved = not status and not error and told_alone and body is not None
        last = self.words[-1] if self.words else ""
        if saved and re.fullmatch(r"[1-5]\d\d", last):  # `curl -w '%{http_code}'`
            status, saved = int(last), False
        elif saved and (told := read_exception(body or "")).status is not None:
            status = told.status or 0
        return RawAttempt(
            entry=number,
            at=self.at,
            duration_ms=self._took_ms(),
            method=self.method or "POST",
            url=self.url,
            request=self._request(),
            status=status or (200 if saved else 0),
            response=RawMessage(tuple(self.got), body, partial=is_part),
            error=error,
            hidden=tuple(sorted({*self._hidden(), "response-status"})) if saved else self._hidden(),
            call=self.call,
            nth=self.nth or None,
            local=self.is_local,
            stream_shown=not self._is_left,
        )

    def _took_ms(self) -> float | None:
        """How long it took, where its end has a line with a time of its own."""
        began, ended = seconds_of(self.at), seconds_of(self.ended)
        took = None if began is None or ended is None else round((ended - began) * 1000, 3)
        return took if took is None or took > 0 else None

    @property
    def is_shown(self) -> bool:
        """Whether its answer's body was shown."""
        return self.answered is not None or bool(self.stream)

    def _request(self) -> RawMessage:
        """The request; of one whose model alone is told nobody knows the rest."""
        if self.asked is None and self.model:
            named = json.dumps({"model": self.model} | ({"stream": True} if self.is_stream else {}))
            return RawMessage(tuple(self.sent), named, "application/json", partial=True)
        body = None if self.asked is None else json.dumps(self.asked)
        return RawMessage(tuple(self.sent), body, "application/json")

    def _begins_within(self) -> bool:
        """Whether the log shows a stream from somewhere within it: the first chunk of an answer
        has its role (chat completions, streaming) or the beginning of its text.
        """
        first = next((line for line in self.stream if line.startswith("data:")), "")
        return '"delta"' in first and _BEGINS.search(first) is None

    def _answer(self) -> str | None:
        """The body. Of a stream whose end a log does not show, nobody knows whether it was cut
        there, or left out of the log.
        """
        back = self.is_command and bool(self.stream) and any(map(_PROMPT.fullmatch, self.words))
        if self.broken or any(_ENDS.search(line) for line in self.stream) or self._is_left or back:
            return "\n\n".join(self.stream) + "\n\n"
        page = _PAGE.search("\n".join(self.words)) if self.status and not self.is_shown else None
        if page is not None:
            return page[0]
        return None if self.answered is None else json.dumps(self.answered)

    @property
    def _is_left(self) -> bool:
        """Whether the program left a stream over what it raised: its end is not shown."""
        ended = any(_ENDS.search(line) for line in self.stream)
        own = failure_kind(self.raised) in ("application", "decode") if self.raised else False
        whole = all(_CHUNK.fullmatch(line) for line in self.stream)
        return bool(self.stream) and whole and not ended and not self.broken and own

    def _hidden(self) -> tuple[str, ...]:
        parts = [] if self.sent else ["headers"]
        parts += ["response-headers"] if self.has_some_fields else []
        parts += (
            ["response-status"] if self.has_no_line and self.is_shown and not self.status else []
        )
        return tuple([*parts, "line"] if self.has_no_line or not self.url else parts)


def tags_of(line: str) -> dict[str, str]:
    """What a line says of which call it is of, before any JSON in it."""
    pairs = marks.PAIR.findall(line.partition("{")[0])
    return {name.lower(): value for name, value in pairs if marks.TAG.fullmatch(name)}


_QUOTED = re.compile(r"['\"`]([A-Za-z_]\w{2,40})['\"`]")


def _names_a_part(raised: str, answered: Any) -> bool:
    """Whether what was raised repeats, in quotation marks, a word of the answer."""
    words = set(_QUOTED.findall(raised))
    return bool(words) and any(f'"{word}"' in json.dumps(answered) for word in words)


def attempts(calls: Iterable[Shown]) -> Iterator[RawAttempt]:
    """The calls of a log that are over, as attempts."""
    over = [call for call in calls if call.is_over]
    for number, call in enumerate(over):
        yield call.attempt(number, alone=len(over) == 1)


def _raised(words: list[str]) -> str:
    """The lines that name what was raised, and those of the program that show what it read."""
    lines = [line for line in words if _RAISED.search(line)]
    read = [line for line in words if _READS.search(line)] if lines else []
    return "\n".join(dict.fromkeys((*lines, *read)))
