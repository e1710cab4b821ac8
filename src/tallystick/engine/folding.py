"""Pieces folded into parts: in this process, by a pool of processes, or by a cluster.

Parts are spooled to one file as they come; the values in them are keyed digests whose key is
never written, and the file goes when the run ends.
"""

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import IO, NamedTuple, Protocol

import msgspec

from tallystick.engine.files import opened
from tallystick.engine.reading import known_format
from tallystick.host.errors import CannotRunError
from tallystick.host.locks import forget_locks
from tallystick.intake import Folder, Part
from tallystick.intake.formats import lines
from tallystick.intake.formats.base import Broken, Format, Piece
from tallystick.intake.formats.mapping import Mapping
from tallystick.intake.merge import PartHead, head_of
from tallystick.intake.part import added
from tallystick.intake.period import ALWAYS, Period, near
from tallystick.record.exchange import LedgerEntry

# A piece that ends a worker this often is given up: it would end every other one too.
_MOST_DEATHS = 3


class Task(msgspec.Struct, frozen=True):
    """A piece to fold: its bytes, or where a worker finds them. Of calls outside the period nothing
    is kept; `member` tells the time of a line, if one is known to.
    """

    capture: int
    number: int
    offset: int
    last: bool
    format: str
    mapping: Mapping | None = None
    data: bytes = b""
    path: str = ""
    size: int = 0
    period: Period = ALWAYS
    member: tuple[str, ...] = ()
    inside: bool = False

    def form(self) -> Format:
        """The format that the piece is read with."""
        return lines.mapped(self.mapping) if self.mapping else known_format(self.format)

    def piece(self) -> Piece:
        """The piece with its bytes."""
        data = self.data
        if self.path:
            with opened(self.path) as file:
                file.seek(self.offset)
                data = file.read(self.size)
        return Piece(self.number, self.offset, data, self.last, self.inside)


class Folded(NamedTuple):
    """A part, encoded, with what is asked of it before it is merged."""

    head: PartHead
    data: bytes
    broken: tuple[Broken, ...]
    ledger: tuple[LedgerEntry, ...]


class Fold(Protocol):
    """What folds tasks into parts, in any order."""

    def __call__(self, tasks: Iterable[Task]) -> Iterator[Folded]:
        """The parts of all tasks."""


class Keys(NamedTuple):
    """The secrets of a run: of the ordinals, which goes with it, and of the digests by which other
    captures know a call.
    """

    run: bytes
    calls: bytes = b""


_folders: dict[Keys, Folder] = {}


def fold_one(task: Task, keys: Keys) -> Folded:
    """The part of one task; runs in any process of the run."""
    folder = _folders.get(keys)
    if folder is None:
        _folders.clear()
        folder = _folders[keys] = Folder(*keys)
    gc.disable()  # a piece makes many objects and no cycles: they go when their counts do
    try:
        piece, outside = task.piece(), 0
        if task.member and task.period != ALWAYS:
            piece, outside = near(piece, task.member, task.period)
        part = folder.fold(piece, task.form(), task.capture, task.period)
        part = msgspec.structs.replace(part, outside=part.outside + outside)
    finally:
        gc.enable()
    return Folded(head_of(part), msgspec.msgpack.encode(part), part.broken, part.ledger)


class Inline:
    """Folds in this process."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def __call__(self, tasks: Iterable[Task]) -> Iterator[Folded]:
        """The parts of all tasks, in their order."""
        return (fold_one(task, self._keys) for task in tasks)


class Pool:
    """Folds in processes of its own, and gives the task of one that died to another."""

    def __init__(self, keys: Keys, workers: int) -> None:
        self._keys, self._workers = keys, workers
        self._first = self._executor()

    def __call__(self, tasks: Iterable[Task]) -> Iterator[Folded]:
        """The parts of all tasks.

        Raises:
            CannotRunError: one task ended several workers.
        """
        waiting = iter(tasks)
        again: deque[Task] = deque()
        deaths: dict[tuple[int, int], int] = {}
        executor = self._first
        running: deque[tuple[Future[Folded], Task]] = deque()
        try:
            while self._fill(executor, running, again, waiting):
                future, task = running.popleft()
                try:
                    yield future.result()
                except BrokenProcessPool:
                    lost = [task, *(one for _, one in running)]
                    running.clear()
                    again.extend(lost)
                    _count_death(deaths, lost)
                    executor.shutdown(wait=True)
                    executor = self._executor()
        finally:
            executor.shutdown(wait=True, cancel_futures=True)

    def _executor(self) -> Executor:
        # A copy of this process would hold the locks of its other threads, if it had any.
        alone = threading.active_count() == 1
        context = multiprocessing.get_context("fork" if alone else "forkserver")
        executor = ProcessPoolExecutor(
            self._workers,
            mp_context=context,
            initializer=_as_worker,
            initargs=(os.getpid() if alone else None,),
        )
        executor.submit(int)  # they start now, before a progress bar has a thread
        return executor

    def _fill(
        self,
        executor: Executor,
        running: deque[tuple[Future[Folded], Task]],
        again: deque[Task],
        waiting: Iterator[Task],
    ) -> bool:
        """Keep a few tasks running; whether any is. One that a broken pool refuses has failed."""
        while len(running) < 2 * self._workers:
            task = again.popleft() if again else next(waiting, None)
            if task is None:
                break
            future: Future[Folded]
            try:
                future = executor.submit(fold_one, task, self._keys)
            except BrokenProcessPool as error:
                future = Future()
                future.set_exception(error)
            running.append((future, task))
        return bool(running)


def _as_worker(forked_by: int | None) -> None:
    """A worker ends when it is told to, or when its parent has ended, and leaves an interrupt to
    the process that has it. Without `forked_by` a server of forks made it, which ends with the
    process that runs the pool.
    """
    from tallystick.chamber import end_with_parent  # noqa: PLC0415 - a worker alone needs it

    forget_locks()
    end_with_parent(os.getppid() if forked_by is None else forked_by)
    runs_the_pool = multiprocessing.parent_process()
    if runs_the_pool is not None and not runs_the_pool.is_alive():
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _count_death(deaths: dict[tuple[int, int], int], tasks: Iterable[Task]) -> None:
    """A worker died with some of these tasks; which one, nobody says."""
    for task in tasks:
        key = task.capture, task.number
        deaths[key] = deaths.get(key, 0) + 1
        if deaths[key] >= _MOST_DEATHS:
            raise CannotRunError(
                "the processes that read a capture keep ending",
                where=f"capture {task.capture + 1}, from byte {task.offset}",
                expected="a process that reads this piece and lives",
                got=f"{deaths[key]} that ended",
                do="look for what ends them (memory?), or leave this capture out",
            )


class Spool:
    """A file of parts, read in any order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] = path.open("w+b")
        self._places: dict[tuple[int, int], tuple[int, int]] = {}
        self.heads: list[PartHead] = []
        self.broken: dict[int, list[Broken]] = {}
        self.ledger: tuple[LedgerEntry, ...] = ()
        self._end = 0

    def add(self, folded: Folded) -> None:
        """Take one part."""
        self._file.write(folded.data)
        head = folded.head
        self._places[head.capture, head.number] = (self._end, len(folded.data))
        self._end += len(folded.data)
        self.heads.append(head)
        self.broken.setdefault(head.capture, []).extend(folded.broken)
        self.ledger = added((*self.ledger, *folded.ledger))

    def data(self, head: PartHead) -> bytes:
        """A part as it was encoded."""
        at, size = self._places[head.capture, head.number]
        self._file.seek(at)
        found = self._file.read(size)
        self._file.seek(self._end)
        return found

    def load(self, head: PartHead) -> Part:
        """A part."""
        return msgspec.msgpack.decode(self.data(head), type=Part)

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
        self.path.unlink(missing_ok=True)
