"""The servers of one trial: where the client finds its provider, and its fallback."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import msgspec

from tallystick.lab.transport.authority import Authority
from tallystick.lab.transport.network import Network, listen
from tallystick.lab.transport.provided import Provider
from tallystick.lab.transport.server import Connection
from tallystick.lab.transport.target import Target, Trial
from tallystick.lab.wire import Result
from tallystick.record.trial import Route

ELSEWHERE = "it asked for another host"
STRANGERS = "requests had neither the secret path nor the key of this trial and were not counted"
ROUTES: tuple[Route, Route] = ("primary", "fallback")


def strange(count: int) -> str:
    """What to say of requests that are not known to be the client's."""
    return (
        f"{count} {STRANGERS}: they are another process's, or the client takes neither its base "
        "URL nor its key from the environment; let it do so, or allow the lab a network of its own"
    )


class Place:
    """The provider of one trial and the ports it answers at, primary first."""

    def __init__(self, provider: Provider, ports: tuple[int, int]) -> None:
        self.provider, self.ports = provider, ports

    def seen(self, result: Result) -> Result:
        """A result with what the provider saw, and when it was there."""
        provider = self.provider
        note = result.note
        if provider.elsewhere:
            note = note or f"{ELSEWHERE}, {provider.elsewhere} times; that was refused"
        if provider.strangers:
            note = note or strange(provider.strangers)
        return msgspec.structs.replace(
            result, events=provider.events(), at_ms=provider.now(), note=note
        )


class Servers:
    """Listening sockets that all lead to one provider, which may be changed between trials.

    Connections are accepted here and not by `asyncio.Server`: that one loses a socket which it
    accepts while it closes, and a trial closes while clients still try.
    """

    def __init__(self, target: Target, authority: Authority | None) -> None:
        self._target, self._authority = target, authority
        self._listening: list[socket.socket] = []
        self._arriving: set[asyncio.Task[object]] = set()
        self.provider: Provider | None = None

    def serve(self, bound: socket.socket, route: Route) -> None:
        """Answer at a socket that is bound, and listens or will."""
        bound.setblocking(False)
        listen(bound)
        self._listening.append(bound)
        asyncio.get_running_loop().add_reader(bound, self._accept, bound, route)

    def _accept(self, bound: socket.socket, route: Route) -> None:
        loop = asyncio.get_running_loop()
        provider, contexts = self.provider, None
        if self._authority is not None:
            contexts = self._authority.context
        while True:
            try:
                made, _ = bound.accept()
            except OSError:  # nobody waits any more, or the client went away again
                return
            made.setblocking(False)
            if provider is None:
                made.close()
                continue
            secure = contexts("127.0.0.1") if self._target.reach == "https" and contexts else None
            connection = partial(Connection, provider, route, contexts)
            arriving = loop.connect_accepted_socket(connection, made, ssl=secure)
            task: asyncio.Task[object] = loop.create_task(arriving)
            self._arriving.add(task)
            task.add_done_callback(partial(self._arrived, made))

    def _arrived(self, made: socket.socket, task: asyncio.Task[object]) -> None:
        """A handshake may fail where the client does not trust the lab, and a task may end before
        its first step: then nobody else closes the socket.
        """
        self._arriving.discard(task)
        if task.cancelled() or task.exception() is not None:
            made.close()

    async def close(self) -> None:
        """Stop listening and drop every connection, also those on their way."""
        loop = asyncio.get_running_loop()
        for bound in self._listening:
            loop.remove_reader(bound)
            bound.close()
        self._listening = []
        for task in tuple(self._arriving):
            task.cancel()
        await asyncio.gather(*self._arriving, return_exceptions=True)
        if self.provider is not None:
            self.provider.close()


@asynccontextmanager
async def place_of(
    trial: Trial, target: Target, network: Network, authority: Authority | None
) -> AsyncIterator[Place]:
    """Ports of a trial's own, for as long as the trial lasts."""
    shared = bool(target.secret) and not network.isolated
    provider = Provider(trial.respond, target.host, secret=target.secret, shared=shared)
    sockets = [network.bound() for _ in ROUTES]
    servers = Servers(target, authority)
    servers.provider = provider
    opening: asyncio.Task[None] | None = None
    try:
        servers.serve(sockets[1], "fallback")
        if trial.refused_s is None:
            servers.serve(sockets[0], "primary")
        else:
            opening = asyncio.ensure_future(opened_later(servers, sockets[0], trial.refused_s))
        ports = [bound.getsockname()[1] for bound in sockets]
        yield Place(provider, (ports[0], ports[1]))
    finally:
        if opening is not None:
            opening.cancel()
        await servers.close()
        for bound in sockets:
            bound.close()


async def opened_later(servers: Servers, bound: socket.socket, seconds: float) -> None:
    """Open a port after a while; until then connections to it are refused."""
    await asyncio.sleep(seconds)
    servers.serve(bound, "primary")
