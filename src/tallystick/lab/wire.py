"""What passes between the simulated provider and its transport: values only."""

from typing import Literal

import msgspec


class SeenRequest(msgspec.Struct, frozen=True):
    """A request as it arrived. `at_ms` counts from the start of the trial."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at_ms: int

    def header(self, name: str) -> str | None:
        """A header's value by lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


class Reply(msgspec.Struct, frozen=True):
    """What the transport shall do: an answer in pieces, or a reset before its first byte."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[bytes, ...] = ()
    end: Literal["complete", "reset"] = "complete"


class WireEvent(msgspec.Struct, frozen=True):
    """One request and what was answered; `done_ms` is when the last byte had been handed over."""

    request: SeenRequest
    reply: Reply
    done_ms: int


class ProcessResult(msgspec.Struct, frozen=True):
    """What a trial showed. `exit_code` None: it had not ended in time and was stopped.

    `problem` says why the command could not be started.
    """

    name: str
    events: tuple[WireEvent, ...]
    exit_code: int | None
    stdout: str = ""
    stderr: str = ""
    problem: str = ""
