"""What passes between the simulated provider and its transport: values only."""

from typing import Any, Literal

import msgspec

from tallystick.record.trial import Route


class SeenRequest(msgspec.Struct, frozen=True):
    """A request as it arrived. `at_ms` counts from the start of the trial.

    `origin` is the scheme and host the client meant, `connection` numbers the trial's connections.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at_ms: int
    origin: str = ""
    connection: int = 1

    def header(self, name: str) -> str | None:
        """A header's value by lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def json(self) -> dict[str, Any]:
        """The body as an object; empty when it is none."""
        try:
            body = msgspec.json.decode(self.body)
        except (ValueError, RecursionError):
            return {}
        return body if isinstance(body, dict) else {}


class Turn(msgspec.Struct, frozen=True):
    """Which request of the trial this is, from 1; which provider it reached; what was asked
    first.
    """

    number: int = 1
    route: Route = "primary"
    first_model: str = ""


class Reply(msgspec.Struct, frozen=True):
    """What the transport shall do. `status` 0: send no head.

    The pieces are sent `pause_ms` apart; `declared` is the content length to state, None for a
    chunked body. `end` tells what follows the last piece; while it stalls, `beat` is sent again
    and again. `raw` is sent instead of all that.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[bytes, ...] = ()
    end: Literal["complete", "close", "reset", "stall"] = "complete"
    declared: int | None = None
    pause_ms: int = 0
    beat: bytes = b""
    raw: bytes = b""


class WireEvent(msgspec.Struct, frozen=True):
    """One request and what was answered; `done_ms` is when the last byte had been handed over.

    `hung_up_ms` is when the client closed the connection before that; both from the trial's start.
    """

    request: SeenRequest
    status: int
    done_ms: int
    hung_up_ms: int | None = None
    route: Route = "primary"


class Result(msgspec.Struct, frozen=True):
    """What a trial showed.

    `ended`: the client `answered` with `text`, `failed` with `error`, was still `hung` when its
    time was over, or got `lost` (it could not be asked, or went away; `problem` says why).
    `extra` holds what a driver told beside the text; `note` what was odd; `at_ms` when it ended.
    """

    name: str
    events: tuple[WireEvent, ...] = ()
    ended: Literal["answered", "failed", "hung", "lost"] = "lost"
    text: str = ""
    error: str = ""
    exit_code: int | None = None
    extra: dict[str, Any] = {}
    problem: str = ""
    note: str = ""
    at_ms: int = 0
