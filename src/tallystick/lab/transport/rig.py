"""Runs trials on a client: many that wait at once, few that work, and each result as it comes."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, Self

import msgspec

from tallystick.lab.transport.authority import Authority
from tallystick.lab.transport.forked import Fork
from tallystick.lab.transport.network import Network
from tallystick.lab.transport.once import Once
from tallystick.lab.transport.places import ELSEWHERE
from tallystick.lab.transport.processes import end_strays
from tallystick.lab.transport.secret import new_secret
from tallystick.lab.transport.service import Service
from tallystick.lab.transport.target import Target, Trial, has_fallback
from tallystick.lab.transport.warm import AT_ONCE, GONE, Driver
from tallystick.lab.wire import Result

NO_FALLBACK = "reached in this way, the client has no second provider"
OnResult = Callable[[Result], None]
WORKING = 2


class Client(Protocol):
    """One way of running the client under test."""

    closing: bool

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd about the client beside its trials."""
        ...

    async def ask(self, trial: Trial) -> Result:
        """Run one trial."""
        ...

    async def close(self) -> None:
        """End everything that was started."""
        ...


class Rig:
    """A client ready for trials. A context manager: everything it started ends with it.

    `idle` is what the provider says when no trial runs: at a warm-up, and between trials. `folder`
    takes what the client must find in a file.
    """

    def __init__(self, target: Target, idle: Trial, folder: Path) -> None:
        self._mark = uuid.uuid4().hex
        secret = target.secret or new_secret()
        self._target = msgspec.structs.replace(target, mark=self._mark, secret=secret)
        self._idle, self._elsewhere = idle, 0
        self._runner = asyncio.Runner()
        self._folder = folder
        self._network: Network | None = None
        self._asking: list[asyncio.Task[None]] = []
        self._client: Client | None = None
        self.left = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._runner.run(self._ended())
        finally:
            self._runner.close()
            self.left = end_strays(self._mark)
            if self._network is not None:
                self._network.close()

    async def _ended(self) -> None:
        """End what is under way first: an interrupt may have come in the middle of it."""
        if self._client is not None:
            self._client.closing = True
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        if self._client is not None:
            await self._client.close()
        await asyncio.sleep(0.01)  # dropped connections close in the loop's next turns

    @property
    def isolated(self) -> bool:
        """Whether the client had no network but the lab's."""
        if isinstance(self._client, Fork):
            return self._client.isolated
        return self._network is not None and self._network.isolated

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd about the client beside its trials."""
        told = self._client.warnings if self._client is not None else ()
        if not self._elsewhere:
            return told
        return (*told, f"the client asked for other hosts in {self._elsewhere} trials; refused")

    def run(self, trials: Sequence[Trial], on_result: OnResult) -> tuple[Result, ...]:
        """Run trials; the results keep their order. `on_result` sees each as soon as it is there.

        What a warm process took with it when it ended is asked once more, one at a time.
        """
        return self._runner.run(self._all(trials, on_result))

    async def _all(self, trials: Sequence[Trial], on_result: OnResult) -> tuple[Result, ...]:
        client = self._started()
        found: dict[str, Result] = {}
        gates = [asyncio.Semaphore(count) for count in _gates(self._target)]

        async def one(trial: Trial) -> None:
            if trial.fallback and not has_fallback(self._target):
                result = Result(trial.name, problem=NO_FALLBACK)
            else:
                async with gates[0] if trial.wait_s else gates[-1]:
                    result = await client.ask(trial)
            self._elsewhere += result.note.startswith(ELSEWHERE)
            if _went_away(result):
                return
            found[trial.name] = result
            on_result(result)

        async with asyncio.TaskGroup() as group:
            for trial in sorted(trials, key=lambda trial: -trial.wait_s):
                self._asking.append(group.create_task(one(trial)))
        self._asking.clear()
        for trial in trials:
            if trial.name not in found:
                found[trial.name] = await _alone(client, trial)
                on_result(found[trial.name])
        return tuple(found[trial.name] for trial in trials)

    def _started(self) -> Client:
        if self._client is None:
            self._client = self._made()
        return self._client

    def _made(self) -> Client:
        target, folder = self._target, self._folder
        authority = None if target.reach == "base-url" else Authority(folder)
        if target.mode == "fork":
            return Fork(target, self._idle, authority, folder)
        if target.mode == "http":
            return Service(target, self._idle, authority)
        self._network = Network(target.isolate)
        return (Driver if target.mode == "driver" else Once)(target, self._network, authority)


async def _alone(client: Client, trial: Trial) -> Result:
    """One trial with nothing else under way. Asked of a process that was ending, it asks again."""
    result = await client.ask(trial)
    if _went_away(result) and not result.events:
        result = await client.ask(trial)
    return result


def _went_away(result: Result) -> bool:
    return result.ended == "lost" and result.problem.startswith((GONE, AT_ONCE))


def _gates(target: Target) -> tuple[int, ...]:
    """How many trials run at once: those that wait, and those that work."""
    if target.mode in ("once", "http"):
        return (target.parallel,)
    return target.parallel, min(target.parallel, WORKING * target.processes)
