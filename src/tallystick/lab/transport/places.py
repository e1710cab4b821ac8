"""The servers of one trial: where the client finds its provider, and its fallback."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from tallystick.lab.transport.authority import Authority
from tallystick.lab.transport.network import Network, listen
from tallystick.lab.transport.provided import Provider
from tallystick.lab.transport.server import Connection
from tallystick.lab.transport.target import Target, Trial
from tallystick.lab.wire import Result
from tallystick.record.trial import Route

ELSEWHERE = "it asked for another host"
ROUTES: tuple[Route, Route] = ("primary", "fallback")


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
        return msgspec.structs.replace(
            result, events=provider.events(), at_ms=provider.now(), note=note
        )


class Servers:
    """Listening sockets that all lead to one provider, which may be changed between trials."""

    def __init__(self, target: Target, authority: Authority | None) -> None:
        self._target, self._authority = target, authority
        self._servers: list[asyncio.Server] = []
        self.provider: Provider | None = None

    async def serve(self, bound: socket.socket, route: Route) -> None:
        """Answer at a socket that is bound, and listens or will."""
        contexts = self._authority.context if self._authority is not None else None
        https = self._target.reach == "https"
        made = await asyncio.get_running_loop().create_server(
            lambda: Connection(self._current(), route, contexts),
            sock=bound,
            ssl=contexts("127.0.0.1") if https and contexts is not None else None,
        )
        self._servers.append(made)

    def _current(self) -> Provider:
        if self.provider is None:
            raise ConnectionRefusedError
        return self.provider

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        for server in self._servers:
            server.close()
        if self.provider is not None:
            self.provider.close()
        for server in self._servers:
            await server.wait_closed()
        self._servers = []


@asynccontextmanager
async def place_of(
    trial: Trial, target: Target, network: Network, authority: Authority | None
) -> AsyncIterator[Place]:
    """Ports of a trial's own, for as long as the trial lasts."""
    provider = Provider(trial.respond, target.host)
    sockets = [network.bound() for _ in ROUTES]
    servers = Servers(target, authority)
    servers.provider = provider
    opening: asyncio.Task[None] | None = None
    try:
        await servers.serve(sockets[1], "fallback")
        if trial.refused_s is None:
            await servers.serve(sockets[0], "primary")
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
    listen(bound)
    await servers.serve(bound, "primary")
