"""The client is a running service: a request triggers it, and it calls the lab at a fixed address.

Trials take turns, because nothing else tells whose request is whose.
"""

import asyncio
import contextlib
import socket
import time

import httpx

from tallystick.lab.transport.authority import Authority
from tallystick.lab.transport.places import ROUTES, Place, Servers
from tallystick.lab.transport.processes import CannotStartError, Spec, end, start
from tallystick.lab.transport.provided import Provider
from tallystick.lab.transport.target import Target, Trial, environment, too_long
from tallystick.lab.wire import Result

NO_LISTEN = (
    "the lab has no address to listen at: give client.trigger.listen, such as 127.0.0.1:8089, and "
    "configure the service's base URL to it"
)
_POLL_S = 0.05
_QUIET_S, _QUIET_MOST_S = 3.0, 20.0


class Service:
    """Triggers a service that runs already, or that the command starts."""

    def __init__(self, target: Target, idle: Trial, authority: Authority | None) -> None:
        self._target, self._idle, self._authority = target, idle, authority
        self._servers = Servers(target, authority)
        self._between = self._provider(idle)
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._ready = False
        self._problem = ""
        self.closing = False

    @property
    def warnings(self) -> tuple[str, ...]:
        """Requests that came between trials."""
        strays = len(self._between.events())
        if not strays:
            return ()
        return (
            f"{strays} requests came between trials: the service goes on after it has answered, "
            "so that attempts may be missing from trials",
        )

    async def ask(self, trial: Trial) -> Result:
        """Run one trial."""
        async with self._turn:
            if not self._ready and not self._problem:
                self._problem = await self._start()
                self._ready = not self._problem
            if self._problem:
                return Result(trial.name, problem=self._problem)
            if trial.refused_s is not None:
                return Result(trial.name, problem="a service's address stays open between trials")
            provider = self._provider(trial)
            self._servers.provider = provider
            try:
                result = Place(provider, (0, 0)).seen(await self._triggered(trial.name))
            finally:
                self._servers.provider = self._between
                provider.close()
            if result.ended == "hung":
                await self._quieted()
            return result

    def _provider(self, trial: Trial) -> Provider:
        """What answers: every process of this machine can reach a service's addresses."""
        return Provider(trial.respond, self._target.host, self._target.secret, shared=True)

    async def _quieted(self) -> None:
        """After a trial that hung, the service may still try: let that not reach the next trial."""
        if self._process is not None:
            end(self._process.pid)
            await self._process.wait()
            self._problem = await self._launched()
            return
        until = time.monotonic() + _QUIET_MOST_S
        seen, since = -1, time.monotonic()
        while time.monotonic() < until and time.monotonic() - since < _QUIET_S:
            if len(self._between.events()) != seen:
                seen, since = len(self._between.events()), time.monotonic()
            await asyncio.sleep(_POLL_S)

    async def _start(self) -> str:
        trigger = self._target.trigger
        self._servers.provider = self._between
        for place, route in zip((trigger.listen, trigger.fallback_listen), ROUTES, strict=True):
            if not place and route == "fallback":
                continue
            host, _, port = place.rpartition(":")
            if not port.isdecimal():
                return NO_LISTEN
            try:
                bound = socket.create_server((host or "127.0.0.1", int(port)))
            except (OSError, OverflowError) as error:
                reason = getattr(error, "strerror", None) or "no such port"
                return f"the lab cannot listen at {place}: {reason}"
            self._servers.serve(bound, route)
        return await self._launched() if self._target.command else ""

    async def _launched(self) -> str:
        trigger = self._target.trigger
        places = (trigger.listen, trigger.fallback_listen or trigger.listen)
        first, second = (int(place.rpartition(":")[2]) for place in places)
        made = environment(self._target, (first, second), self._authority)
        spec = Spec(self._target.command, self._target.directory, made)
        null = asyncio.subprocess.DEVNULL
        try:
            self._process = await start(spec, stdin=null, stdout=null, stderr=null)
        except CannotStartError as error:
            return f"the command cannot be started: {error}"
        return await self._answering()

    async def _answering(self) -> str:
        """Wait until the service accepts connections."""
        assert self._process is not None
        try:
            url = httpx.URL(self._target.trigger.url)
        except httpx.InvalidURL:
            return "client.trigger.url is no address"
        port = url.port or (443 if url.scheme == "https" else 80)
        until = time.monotonic() + self._target.timeout_s
        while time.monotonic() < until:
            if self._process.returncode is not None:
                return f"the service ended by itself with exit code {self._process.returncode}"
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(url.host, port)
                writer.close()
                return ""
            await asyncio.sleep(_POLL_S)
        return f"the service does not listen at {url.host}:{port}"

    async def _triggered(self, name: str) -> Result:
        trigger = self._target.trigger
        limit = httpx.Timeout(self._target.timeout_s)
        try:
            async with (
                asyncio.timeout(self._target.timeout_s),
                httpx.AsyncClient(timeout=limit, trust_env=False) as client,
            ):
                answer = await client.request(
                    trigger.method, trigger.url, headers=dict(trigger.headers), content=trigger.body
                )
        except (TimeoutError, httpx.TimeoutException):
            return Result(name, ended="hung", note=too_long(self._target.timeout_s))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return Result(name, problem=f"the service cannot be triggered: {type(error).__name__}")
        if answer.is_success:
            return Result(name, ended="answered", text=answer.text)
        return Result(name, ended="failed", error=answer.text, exit_code=answer.status_code)

    async def close(self) -> None:
        """Stop listening, and end the service if the lab started it."""
        if self._process is not None:
            end(self._process.pid)
            await self._process.wait()
        await self._servers.close()
