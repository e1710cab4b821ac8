"""The HTTP server of a trial: h11 reads requests, `respond` says what to do, bytes are written.

Answers are written by hand, because many of them are wrong on purpose.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Callable

import h11

from tallystick.lab.transport.provided import Provider, Seen
from tallystick.lab.transport.secret import for_provider, knows_secret, without_secret
from tallystick.lab.transport.written import (
    CONTINUE,
    ESTABLISHED,
    LAST_CHUNK,
    REFUSED,
    framed,
    head,
    split,
)
from tallystick.lab.wire import Reply, SeenRequest
from tallystick.record.trial import Route

MAX_BODY = 20_000_000
BEAT_S = 0.25
ContextFor = Callable[[str], ssl.SSLContext]


class Connection(asyncio.Protocol):
    """One connection of a client: reads requests, and plays what the provider replies."""

    def __init__(
        self,
        provider: Provider,
        route: Route = "primary",
        contexts: ContextFor | None = None,
        origin: str = "",
        *,
        known: bool = False,
    ) -> None:
        self._provider, self._route = provider, route
        self._contexts, self._origin, self._known = contexts, origin, known
        self._parser = h11.Connection(h11.SERVER)
        self._head: h11.Request | None = None
        self._body = bytearray()
        self._number, self._at = 0, 0
        self._playing: asyncio.Task[None] | None = None
        self._current: Seen | None = None
        self._late = b""
        self._transport: asyncio.Transport | None = None
        self._ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._number = self._provider.opened(self)
        self._catch_up()  # a tunnel's first bytes may be there before its task goes on

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """See asyncio.Protocol. A reply that was under way: the client hung up."""
        self._provider.closed(self)
        if self._current is not None and self._current.done_ms is None:
            self._current.done_ms = self._provider.now()
            if self._current.hung_up_ms is None:
                self._current.hung_up_ms = self._current.done_ms
        if self._playing is not None:
            self._playing.cancel()

    def drop(self) -> None:
        """End the connection with the trial."""
        self._current = None
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        if self._playing is not None or self._transport is None:
            self._late += data
            return
        self._late += data
        self._catch_up()

    def _catch_up(self) -> None:
        """Take what has arrived, as far as no reply is under way."""
        try:
            while self._late and self._playing is None and self._is_open():
                late, self._late = self._late, b""
                self._parser.receive_data(late)
                self._advance()
        except h11.RemoteProtocolError:
            self._close()

    def _is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def eof_received(self) -> bool:
        """See asyncio.Protocol. A client may close its half and still read the answer; if that
        never becomes whole, this is when it hung up.
        """
        self._ended = True
        if self._current is not None:
            self._current.hung_up_ms = self._provider.now()
        plain = self._transport is None or self._transport.get_extra_info("sslcontext") is None
        return plain and self._playing is not None

    def _advance(self) -> None:
        while self._playing is None:
            event = self._parser.next_event()
            if isinstance(event, h11.Request):
                self._begin(event)
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > MAX_BODY:
                    self._close()
                    return
            elif isinstance(event, h11.EndOfMessage):
                self._complete()
                return
            else:
                return

    def _begin(self, head: h11.Request) -> None:
        self._head, self._at, self._body = head, self._provider.now(), bytearray()
        if self._parser.they_are_waiting_for_100_continue:
            self._write(CONTINUE)

    def _complete(self) -> None:
        assert self._head is not None
        method, target = self._head.method.decode(), self._head.target.decode("latin-1")
        headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in self._head.headers)
        known = self._known or self._is_ours(target, headers)
        if method == "CONNECT":
            self._tunnel(target, known=known)
            return
        if not known:
            self._provider.strangers += 1
            self._refuse()
            return
        origin, path = split(target)
        if origin and origin.partition("://")[2].partition(":")[0] != self._provider.host:
            self._refuse_elsewhere()
            return
        request = SeenRequest(
            method=method,
            target=without_secret(self._provider.secret, path),
            headers=for_provider(headers),
            body=bytes(self._body),
            at_ms=self._at,
            origin=origin or self._origin,
            connection=self._number,
        )
        answered = self._provider.answer(request, self._route)
        if answered is None:
            self._close()
            return
        reply, self._current = answered
        if reply.end == "complete" and not reply.pause_ms and len(reply.pieces) <= 1:
            self._whole(reply, self._current)
        else:
            self._playing = asyncio.ensure_future(self._play(reply, self._current))

    def _is_ours(self, target: str, headers: tuple[tuple[str, str], ...]) -> bool:
        provider = self._provider
        return not provider.shared or knows_secret(provider.secret, target, headers)

    def _whole(self, reply: Reply, seen: Seen) -> None:
        """The common case at once: one write."""
        self._write(head(reply) + b"".join(framed(reply, piece) for piece in reply.pieces))
        if reply.declared is None:
            self._write(LAST_CHUNK)
        self._done(seen)

    async def _play(self, reply: Reply, seen: Seen) -> None:
        if reply.raw:
            self._write(reply.raw)
        elif reply.status:
            self._write(head(reply))
        for piece in reply.pieces:
            await asyncio.sleep(reply.pause_ms / 1000)
            self._write(framed(reply, piece))
        await self._end(reply, seen)

    async def _end(self, reply: Reply, seen: Seen) -> None:
        match reply.end:
            case "complete":
                if reply.declared is None:
                    self._write(LAST_CHUNK)
                self._playing = None
                self._done(seen)
                self._catch_up()
            case "stall":
                while True:
                    await asyncio.sleep(BEAT_S)
                    if reply.beat:
                        self._write(framed(reply, reply.beat))
            case "close":
                seen.done_ms = self._provider.now()
                self._close()
            case "reset":
                await asyncio.sleep(0.01)  # what was sent before may arrive before the reset
                seen.done_ms = self._provider.now()
                self._reset()

    def _done(self, seen: Seen) -> None:
        """Ready for the next request on this connection, if the client keeps it."""
        seen.done_ms, seen.hung_up_ms = self._provider.now(), None
        self._current = None
        assert self._head is not None
        asked = {(k, v.lower()) for k, v in self._head.headers if k == b"connection"}
        trailing = self._parser.trailing_data[0]
        old = self._head.http_version < b"1.1"
        if old or self._ended or (b"connection", b"close") in asked:
            self._close()
            return
        self._parser = h11.Connection(h11.SERVER)
        self._late = trailing + self._late

    def _tunnel(self, target: str, *, known: bool) -> None:
        """CONNECT (RFC 9110, section 9.3.6): answer, and speak TLS as the host that was asked."""
        host, _, port = target.rpartition(":")
        if self._contexts is None or host != self._provider.host:
            self._refuse_elsewhere()
            return
        assert self._transport is not None
        self._write(ESTABLISHED)
        self._transport.pause_reading()
        origin = f"https://{host}" + ("" if port == "443" else f":{port}")
        inner = Connection(self._provider, self._route, origin=origin, known=known)
        self._playing = asyncio.ensure_future(self._upgrade(inner, self._contexts(host)))

    async def _upgrade(self, inner: "Connection", context: ssl.SSLContext) -> None:
        loop = asyncio.get_running_loop()
        assert self._transport is not None
        with contextlib.suppress(OSError, ssl.SSLError):
            made = await loop.start_tls(self._transport, inner, context, server_side=True)
            if made is not None:
                inner.connection_made(made)

    def _refuse_elsewhere(self) -> None:
        self._provider.elsewhere += 1
        self._refuse()

    def _refuse(self) -> None:
        self._write(REFUSED)
        self._close()

    def _write(self, data: bytes) -> None:
        if self._transport is not None and self._is_open():
            self._transport.write(data)

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _reset(self) -> None:
        """Close with RST: a linger time of zero discards what was not sent (socket(7))."""
        assert self._transport is not None
        raw = self._transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()
