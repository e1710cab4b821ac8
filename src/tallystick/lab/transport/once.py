"""The client is started anew for every trial: its exit code and what it prints are its answer."""

import asyncio
import time
from tempfile import TemporaryFile

from tallystick.lab.transport.authority import Authority
from tallystick.lab.transport.network import Network
from tallystick.lab.transport.places import Place, place_of
from tallystick.lab.transport.processes import (
    LEFT,
    MAX_OUTPUT,
    CannotStartError,
    Spec,
    end,
    kept,
    left_behind,
    start,
    too_much,
)
from tallystick.lab.transport.target import Target, Trial, environment, too_long
from tallystick.lab.wire import Result

AWAY = (
    "it ended before any request came, and a request came after: it goes on in the background. "
    "Give a command that stays until it has its answer"
)
_LATE_S = 0.5


class Once:
    """Starts the command for each trial."""

    warnings: tuple[str, ...] = ()

    def __init__(self, target: Target, network: Network, authority: Authority | None) -> None:
        self._target, self._network, self._authority = target, network, authority
        self._running: set[int] = set()
        self.closing = False

    async def ask(self, trial: Trial) -> Result:
        """Run one trial."""
        async with place_of(trial, self._target, self._network, self._authority) as place:
            return place.seen(await self._ask(trial, place))

    async def _ask(self, trial: Trial, place: Place) -> Result:
        spec = Spec(
            self._target.command,
            self._target.directory,
            environment(self._target, place.ports, self._authority),
            self._network.enter,
        )
        # Output goes to files: pipes stay open in what a process leaves behind.
        with TemporaryFile() as out, TemporaryFile() as err:
            try:
                streams = {"stdin": asyncio.subprocess.DEVNULL, "stdout": out, "stderr": err}
                process = await start(spec, **streams)
            except CannotStartError as error:
                return Result(trial.name, problem=f"the command cannot be started: {error}")
            code, note = await self._ended(process, place)
            if too_much(out):
                problem = f"it printed more than {MAX_OUTPUT:,} bytes; print the answer alone"
                return Result(trial.name, exit_code=code, problem=problem)
            ended = "hung" if code is None else "failed" if code else "answered"
            return Result(
                trial.name,
                ended=ended,  # type: ignore[arg-type]
                text=kept(out),
                error=kept(err),
                exit_code=code,
                note=note,
            )

    async def _ended(
        self, process: asyncio.subprocess.Process, place: Place
    ) -> tuple[int | None, str]:
        self._running.add(process.pid)
        note = ""
        try:
            async with asyncio.timeout(self._target.timeout_s):
                code: int | None = await process.wait()
            note = LEFT if left_behind(process.pid) else ""
            if not place.provider.events():
                note = await _late(place) or note
        except TimeoutError:
            code, note = None, too_long(self._target.timeout_s)
        finally:
            end(process.pid)
            await process.wait()
            self._running.discard(process.pid)
        return code, note

    async def close(self) -> None:
        """End what still runs."""
        for pid in self._running:
            end(pid)


async def _late(place: Place) -> str:
    """Whether requests come although the process has ended: then it works in the background."""
    until = time.monotonic() + _LATE_S
    while time.monotonic() < until:
        await asyncio.sleep(_LATE_S / 10)
        if place.provider.events():
            return AWAY
    return ""
