"""The client is a Python callable: imported once, called once, then forked for every trial.

Every trial has the same address, because many applications read it when they are imported. So a
trial needs a network of its own; where there can be none, the trials take turns.
"""

import asyncio
import contextlib
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from tallystick import chamber
from tallystick.lab.attempts import last_error
from tallystick.lab.transport.authority import Authority
from tallystick.lab.transport.network import SCRIPT, control_pair, receive
from tallystick.lab.transport.places import ROUTES, Place, Servers, opened_later
from tallystick.lab.transport.processes import LEFT, MAX_OUTPUT, CannotStartError, Spec
from tallystick.lab.transport.provided import Provider
from tallystick.lab.transport.target import Target, Trial, environment, too_long
from tallystick.lab.transport.warm import GONE, OFTEN, GoneError, Lines, OftenError
from tallystick.lab.wire import Result

NO_CALLABLE = (
    "the command names no callable: give the interpreter and then MODULE:CALLABLE, such as "
    '["python", "app:answer"]'
)
_CALLABLE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
_WARM_UP = "warm-up"
_OPEN_S = 10.0
_NOT_CALLED = (CannotStartError, GoneError, OftenError)


class Fork:
    """One warm process that forks. `warm_up` is the trial of its first call."""

    warnings: tuple[str, ...] = ()

    def __init__(
        self, target: Target, warm_up: Trial, authority: Authority | None, folder: Path
    ) -> None:
        self._target, self._warm_up, self._authority = target, warm_up, authority
        self._folder = folder
        self._bound = [chamber.bound(0) for _ in ROUTES]
        self._ports: list[int] = [made.getsockname()[1] for made in self._bound]
        self._control, self._theirs = control_pair()
        self._opened: dict[str, asyncio.Future[list[socket.socket]]] = {}
        self._servers: Servers | None = None
        self._lines: Lines | None = None
        self._turn = asyncio.Lock()
        self._problem = ""
        self.isolated = self.closing = False

    async def ask(self, trial: Trial) -> Result:
        """Run one trial."""
        async with self._turn:
            if self._lines is None and not self._problem:
                self._problem = await self._start()
        if self._problem:
            return Result(trial.name, problem=self._problem)
        if self.isolated:
            return await self._apart(trial)
        async with self._turn:
            return await self._in_turn(trial)

    async def _start(self) -> str:
        """Start and warm up; what is wrong, if anything."""
        words = self._target.command
        place = next((i for i, word in enumerate(words) if _CALLABLE.fullmatch(word)), 0)
        if not place:
            return NO_CALLABLE
        how = "fork" if self._target.isolate else "fork-shared"
        handle, ports = self._theirs.fileno(), ",".join(str(port) for port in self._ports)
        script = (str(SCRIPT), how, str(handle), ports)
        command = (*words[:place], *script, *words[place:])
        made = environment(self._target, (self._ports[0], self._ports[1]), self._authority)
        spec = Spec(command, self._target.directory, made, handles=(handle,))
        self._lines = Lines(spec)
        self._servers = Servers(self._target, self._authority)
        self._servers.provider = self._provider(self._warm_up)
        warming = asyncio.ensure_future(self._called(_WARM_UP, {"warm": True}))
        hello = asyncio.get_running_loop().run_in_executor(None, self._hello)
        both: list[asyncio.Future[Any]] = [hello, warming]
        done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if hello in done:
            sockets = hello.result()
            self.isolated = bool(sockets)
            for bound, route in zip(sockets or self._bound, ROUTES, strict=True):
                self._servers.serve(bound, route)
        else:
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            await warming
        except (*_NOT_CALLED, TimeoutError) as error:
            return _cannot(error)
        # A fork inherits the pool: its connections must be seen to be dead, or it would use them.
        self._servers.provider.close()
        if self.isolated:
            self._control.setblocking(False)
            asyncio.get_running_loop().add_reader(self._control, self._ready)
        return ""

    def _provider(self, trial: Trial) -> Provider:
        target = self._target
        return Provider(trial.respond, target.host, target.secret, shared=not self.isolated)

    def _hello(self) -> list[socket.socket]:
        return receive(self._control)[1]

    def _ready(self) -> None:
        """A trial's process has its own network, and here are the sockets it made there."""
        name, sockets = receive(self._control)
        future = self._opened.pop(name, None)
        if future is not None and not future.done():
            future.set_result(sockets)
        else:
            for made in sockets:
                made.close()

    async def _apart(self, trial: Trial) -> Result:
        provider = self._provider(trial)
        servers = Servers(self._target, self._authority)
        servers.provider = provider
        opened: asyncio.Future[list[socket.socket]] = asyncio.get_running_loop().create_future()
        self._opened[trial.name] = opened
        asked = asyncio.ensure_future(
            self._outcome(trial.name, {"closed": trial.refused_s is not None})
        )
        try:
            async with asyncio.timeout(_OPEN_S):
                waited: list[asyncio.Future[Any]] = [opened, asked]
                await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if not opened.done():
                return await asked
            sockets = opened.result()
            servers.serve(sockets[1], "fallback")
            opening = asyncio.ensure_future(opened_later(servers, sockets[0], trial.refused_s or 0))
            try:
                return Place(provider, (0, 0)).seen(await asked)
            finally:
                opening.cancel()
        except TimeoutError:
            asked.cancel()
            return Result(trial.name, problem="the trial's process got no network of its own")
        finally:
            self._opened.pop(trial.name, None)
            await servers.close()
            if opened.done() and not opened.cancelled():
                for made in opened.result():
                    made.close()

    async def _in_turn(self, trial: Trial) -> Result:
        assert self._servers is not None
        if trial.refused_s is not None:
            problem = "without a network of its own no port can be closed"
            return Result(trial.name, problem=problem)
        provider = self._provider(trial)
        self._servers.provider = provider
        result = Place(provider, (0, 0)).seen(await self._outcome(trial.name, {}))
        provider.close()
        return result

    async def _called(self, name: str, message: dict[str, Any]) -> dict[str, Any]:
        assert self._lines is not None
        return await self._lines.ask(name, {"id": name, **message}, self._target.timeout_s)

    async def _outcome(self, name: str, message: dict[str, Any]) -> Result:
        """Let the warm process fork, and read what the fork did."""
        with _output(self._folder, name) as (out, err):
            asked = {**message, "out": str(out.path), "err": str(err.path)}
            try:
                told = await self._called(name, asked)
            except TimeoutError:
                self._end(name)
                note = too_long(self._target.timeout_s)
                return Result(name, ended="hung", text=out.text(), error=err.text(), note=note)
            except _NOT_CALLED as error:
                return Result(name, problem=_cannot(error))
            code = told.get("exit_code")
            return Result(
                name,
                ended="failed" if code != 0 else "answered",
                text=out.text(),
                error=err.text(),
                exit_code=code if isinstance(code, int) else None,
                note=LEFT if told.get("left") else "",
            )

    def _end(self, name: str) -> None:
        assert self._lines is not None
        self._lines.tell({"end": name})

    async def close(self) -> None:
        """End the warm process; its forks end with it."""
        asyncio.get_running_loop().remove_reader(self._control)
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)  # a thread may still wait for its first word
        if self._lines is not None:
            await self._lines.close()
        if self._servers is not None:
            await self._servers.close()
        for made in (*self._bound, self._control, self._theirs):
            made.close()


class _Written(NamedTuple):
    """A file that a fork writes. The fork removes its name before it writes a word: a client's raw
    output is in no folder when everything is killed.
    """

    path: Path
    file: BinaryIO

    def text(self) -> str:
        """What is in it by now."""
        self.file.seek(0)
        return self.file.read(MAX_OUTPUT).decode("utf-8", "replace")


@contextlib.contextmanager
def _output(folder: Path, name: str) -> Iterator[tuple[_Written, _Written]]:
    paths = [folder / f"{name}.{end}" for end in ("out", "err")]
    with contextlib.ExitStack() as stack:
        out, err = (_Written(path, stack.enter_context(path.open("w+b"))) for path in paths)
        for path in paths:
            stack.callback(path.unlink, missing_ok=True)
        yield out, err


def _cannot(error: Exception) -> str:
    match error:
        case CannotStartError():
            return f"the command cannot be started: {error}"
        case GoneError():
            # The name of a known exception at most: what it printed is the client's own.
            name = last_error(error.error)
            return f"{GONE}, exit code {error.code}{f' ({name})' if name else ''}"
        case OftenError():
            return OFTEN
        case _:
            return "the warm-up call did not end in time: raise client.timeout_s"
