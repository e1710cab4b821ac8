"""A call as a text shows it, put together of the lines that belong to it."""

import json
import re
from typing import Any

from tallystick.intake.failures import failure_kind
from tallystick.intake.raw import RawAttempt, RawMessage
from tallystick.protocol.exceptions import read_exception

HEAD = re.compile(
    r"(?:[<>] )?\s*(?P<name>(?!\w*(?:Error|Exception)\b)[A-Za-z][\w-]{1,40}): (?P<value>[^{].*)"
)
_NAMED_TYPE = re.compile(r"\b(text/event-stream|application/json|text/html)\b")
_RAISED = re.compile(r"\b[A-Z]\w{2,60}(?:Error|Exception|Timeout)\b")


class Shown:
    """A call while its lines come."""

    def __init__(self, method: str = "", url: str = "", at: str | None = None) -> None:
        self.method, self.url, self.at = method, url, at
        self.sent: list[tuple[str, str]] = []
        self.got: list[tuple[str, str]] = []
        self.asked: Any = None
        self.answered: Any = None
        self.stream: list[str] = []
        self.words: list[str] = []
        self.status = 0
        self.in_head = bool(url)
        self.is_command = False
        self.call = ""

    @property
    def is_answered(self) -> bool:
        """Whether its answer's status or body was shown."""
        return bool(self.status or self.answered is not None or self.stream)

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

    def attempt(self, number: int) -> RawAttempt:
        """The attempt, as far as the text shows it."""
        words = "\n".join(self.words)
        told = read_exception(words) if words and not self.is_shown else None
        status, body, error = self.status, self._answer(), ""
        if told is not None and told.status is not None and body is None:
            status = status or told.status
            body = json.dumps(told.body) if told.body else None
        elif failure_kind(words) != "unknown" and (raised := _raised(self.words)):
            own = failure_kind(raised) in ("application", "decode")
            error = raised if own or not self.is_answered else ""
        return RawAttempt(
            entry=number,
            at=self.at,
            duration_ms=None,
            method=self.method or "POST",
            url=self.url,
            request=RawMessage(tuple(self.sent), self._request(), "application/json"),
            status=status,
            response=RawMessage(tuple(self.got), body),
            error=error,
            hidden=self._hidden(),
            call=self.call,
        )

    @property
    def is_shown(self) -> bool:
        """Whether its answer's body was shown."""
        return self.answered is not None or bool(self.stream)

    def _request(self) -> str | None:
        return None if self.asked is None else json.dumps(self.asked)

    def _answer(self) -> str | None:
        """The body. A log that has only the comments of a stream shows nothing of its data."""
        if any(line.startswith("data:") for line in self.stream):
            return "\n\n".join(self.stream) + "\n\n"
        return None if self.answered is None else json.dumps(self.answered)

    def _hidden(self) -> tuple[str, ...]:
        parts = [] if self.sent else ["headers"]
        return tuple(parts if self.url else [*parts, "line"])


def _raised(words: list[str]) -> str:
    """The lines that name what was raised."""
    return "\n".join(line for line in words if _RAISED.search(line))
