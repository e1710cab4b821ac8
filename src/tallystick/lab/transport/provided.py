"""One trial's provider: what to answer, and everything that was seen."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from tallystick.lab.wire import Reply, SeenRequest, Turn, WireEvent
from tallystick.record.trial import Route

MAX_EVENTS = 1_000
Respond = Callable[[SeenRequest, Turn], Reply]


class Droppable(Protocol):
    """A connection, as far as its provider is concerned."""

    def drop(self) -> None:
        """End it."""
        ...


@dataclass
class Seen:
    """One request and its answer, while it is under way."""

    request: SeenRequest
    status: int
    route: Route
    done_ms: int | None = None
    hung_up_ms: int | None = None


@dataclass
class Provider:
    """What one trial's servers share: what to answer, and what was seen.

    `host` is the one that a proxy answers for; `elsewhere` counts requests for others. Where other
    processes can reach the trial (`shared`), a request without the `secret` is a stranger's and is
    counted as such.
    """

    respond: Respond
    host: str = ""
    secret: str = ""
    shared: bool = False
    began: float = field(default_factory=time.monotonic)
    elsewhere: int = 0
    strangers: int = 0
    _seen: list[Seen] = field(default_factory=list)
    _open: set[Droppable] = field(default_factory=set)
    _connections: int = 0
    _first_model: str | None = None
    _closed: bool = False

    def now(self) -> int:
        """Milliseconds since the trial began."""
        return round((time.monotonic() - self.began) * 1000)

    def events(self) -> tuple[WireEvent, ...]:
        """What was seen until now."""
        return tuple(
            WireEvent(
                seen.request,
                seen.status,
                _first(seen.done_ms, seen.hung_up_ms, self.now()),
                seen.hung_up_ms,
                seen.route,
            )
            for seen in self._seen
        )

    def opened(self, connection: Droppable) -> int:
        """Note a connection; its number within the trial."""
        self._open.add(connection)
        self._connections += 1
        if self._closed:  # it was on its way when the trial ended
            connection.drop()
        return self._connections

    def closed(self, connection: Droppable) -> None:
        """Forget a connection."""
        self._open.discard(connection)

    def close(self) -> None:
        """Drop every connection of the trial, and those still on their way."""
        self._closed = True
        for connection in tuple(self._open):
            connection.drop()

    def answer(self, request: SeenRequest, route: Route) -> tuple[Reply, Seen] | None:
        """What to answer; None when a client asks without end."""
        if len(self._seen) >= MAX_EVENTS:
            return None
        if self._first_model is None:
            model = request.json().get("model")
            self._first_model = model if isinstance(model, str) else ""
        number = 1 + sum(seen.route == route for seen in self._seen)
        reply = self.respond(request, Turn(number, route, self._first_model))
        seen = Seen(request, reply.status, route)
        self._seen.append(seen)
        return reply, seen


def _first(*times: int | None) -> int:
    return next(time for time in times if time is not None)
