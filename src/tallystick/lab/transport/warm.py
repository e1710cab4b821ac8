"""The client is a warm process, or a few: trials go in on stdin, answers come in any order."""

import asyncio
import contextlib
from tempfile import TemporaryFile
from typing import Any

import msgspec

from tallystick.lab.transport.authority import Authority
from tallystick.lab.transport.network import Network
from tallystick.lab.transport.places import Place, place_of
from tallystick.lab.transport.processes import CannotStartError, Spec, end, kept, start
from tallystick.lab.transport.secret import dummy_key
from tallystick.lab.transport.target import (
    Target,
    Trial,
    base_url,
    environment,
    too_long,
)
from tallystick.lab.wire import Result

MESSAGES = ({"role": "user", "content": "Reply with the tally."},)
MODEL = "gpt-4.1-nano"
GONE = "the driver ended during this trial"
AT_ONCE = "the driver ended before it answered anything"
OFTEN = "not run: the driver had ended many times in a row"
MAX_STARTS = 40
_GRACE_S = 0.2


class GoneError(Exception):
    """The warm process ended. `code` is its exit code, `error` what it printed to stderr."""

    def __init__(self, code: int | None, error: str) -> None:
        super().__init__(GONE)
        self.code, self.error = code, error


class OftenError(Exception):
    """The warm process is not started again."""


class Lines:
    """A process that answers lines with lines; answers are told apart by `id`."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._asked: set[str] = set()
        self._starting = asyncio.Lock()
        self.closing = False
        self.starts = self.answered = self.noise = self.unknown = 0

    @property
    def load(self) -> int:
        """How many answers it owes."""
        return len(self._waiting)

    async def ask(self, name: str, message: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """The answer to a message.

        Raises:
            TimeoutError: none came in time.
            GoneError: the process ended first.
            CannotStartError: it cannot be started.
            OftenError: it has ended too often, or nothing is to be started any more.
        """
        await self._alive()
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[name] = future
        self._asked.add(name)
        try:
            self.tell(message)
            async with asyncio.timeout(timeout_s):
                return await future
        finally:
            self._waiting.pop(name, None)

    def tell(self, message: dict[str, Any]) -> None:
        """Send one line, if the process is there."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(ConnectionError, RuntimeError):
                self._process.stdin.write(msgspec.json.encode(message) + b"\n")

    async def _alive(self) -> None:
        async with self._starting:
            if self._process is None:
                if self.starts >= MAX_STARTS or self.closing:
                    raise OftenError
                self.starts += 1
                pipe = asyncio.subprocess.PIPE
                errors = TemporaryFile()  # noqa: SIM115 - closed when the process has ended
                try:
                    made = await start(self._spec, stdin=pipe, stdout=pipe, stderr=errors)
                except CannotStartError:
                    errors.close()
                    raise
                self._process = made
                self._reading = asyncio.ensure_future(self._read(made, errors))

    async def _read(self, process: asyncio.subprocess.Process, errors: Any) -> None:
        assert process.stdout is not None
        try:
            async for line in process.stdout:
                self._take(line)
        except ValueError:  # a line longer than any answer
            self.noise += 1
        finally:
            end(process.pid)
        code = await process.wait()
        gone = GoneError(code, kept(errors))
        errors.close()
        self._process = None
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(gone)

    def _take(self, line: bytes) -> None:
        try:
            answer = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError:
            self.noise += bool(line.strip())
            return
        name = answer.get("id")
        future = self._waiting.get(name) if isinstance(name, str) else None
        if future is not None and not future.done():
            self.answered += 1
            self.starts = 0
            future.set_result(answer)
        elif name not in self._asked:  # else its time was over, and its trial says so
            self.unknown += 1

    async def close(self) -> None:
        """Let the process end, and then end it and its group."""
        if self._process is not None:
            await self._let_end(self._process)
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _let_end(self, process: asyncio.subprocess.Process) -> None:
        """A process that serves lines ends with the last one; one that still waits is ended."""
        assert process.stdin is not None
        process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_S):
                await process.wait()
        end(process.pid)
        await process.wait()


class Driver:
    """Sends each trial to the least busy of a few warm processes."""

    def __init__(self, target: Target, network: Network, authority: Authority | None) -> None:
        self._target, self._network, self._authority = target, network, authority
        # The environment leads nowhere: a driver must use the address of each trial.
        self._nowhere = [network.bound() for _ in range(2)]
        ports = [made.getsockname()[1] for made in self._nowhere]
        spec = Spec(
            target.command,
            target.directory,
            environment(target, (ports[0], ports[1]), authority),
            network.enter,
        )
        self._lines = [Lines(spec) for _ in range(max(1, target.processes))]

    @property
    def closing(self) -> bool:
        """Whether nothing is to be started any more."""
        return any(lines.closing for lines in self._lines)

    @closing.setter
    def closing(self, value: bool) -> None:
        for lines in self._lines:
            lines.closing = value

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd about the driver, with what to change."""
        return driver_warnings(self._lines)

    async def ask(self, trial: Trial) -> Result:
        """Run one trial."""
        async with place_of(trial, self._target, self._network, self._authority) as place:
            return place.seen(await self._ask(trial, place))

    async def _ask(self, trial: Trial, place: Place) -> Result:
        lines = min(self._lines, key=lambda each: each.load)
        message: dict[str, Any] = {
            "id": trial.name,
            "base_url": base_url(self._target, place.ports[0]),
            "fallback_base_url": base_url(self._target, place.ports[1]),
            "api_key": dummy_key(self._target.secret),
            "model": MODEL,
            "stream": trial.stream,
            "timeout_s": self._target.call_timeout_s,
            "messages": MESSAGES,
        }
        if trial.tools:
            message["tools"] = trial.tools
        try:
            answer = await lines.ask(trial.name, message, self._target.timeout_s)
        except TimeoutError:
            return Result(trial.name, ended="hung", note=too_long(self._target.timeout_s))
        except CannotStartError as error:
            return Result(trial.name, problem=f"the command cannot be started: {error}")
        except OftenError:
            return Result(trial.name, problem=OFTEN)
        except GoneError as gone:
            problem = GONE if lines.answered else AT_ONCE
            return Result(trial.name, problem=problem, exit_code=gone.code, error=gone.error)
        return _result(trial.name, answer)

    async def close(self) -> None:
        """End the processes."""
        await asyncio.gather(*(lines.close() for lines in self._lines))
        for made in self._nowhere:
            made.close()


def _result(name: str, answer: dict[str, Any]) -> Result:
    if not isinstance(answer.get("ok"), bool):
        return Result(name, problem="the driver's answer has no `ok` that is true or false")
    if answer["ok"] is not True:
        error = answer.get("error")
        return Result(name, ended="failed", error=error if isinstance(error, str) else "")
    text = answer.get("text")
    extra = {key: answer.get(key) for key in ("finish_reason", "usage")}
    return Result(name, ended="answered", text=text if isinstance(text, str) else "", extra=extra)


def driver_warnings(listed: list[Lines]) -> tuple[str, ...]:
    """What the lines of some processes showed beside their answers."""
    noise = sum(lines.noise for lines in listed)
    unknown = sum(lines.unknown for lines in listed)
    found = []
    if noise:
        found.append(
            f"the driver printed {noise} lines that are no answers: stdout is the protocol's, "
            "print anything else to stderr"
        )
    if unknown:
        found.append(
            f"the driver answered {unknown} times to an id that was not asked: give back the id "
            "of the trial"
        )
    return tuple(found)
