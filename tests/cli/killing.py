"""A command that kills itself before one of the operations by which it changes files.

The interpreter raises an audit event (PEP 578) before every such operation; a forked process counts
them and sends itself SIGKILL before one. So the moment is exact, and a sweep meets every state that
a command can leave behind between two operations.
"""

import errno
import os
import resource
import signal
import sys
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running
from typing import NamedTuple

# What the commands load when they are run: a fork begins with it.
import tests.cli.loaded  # noqa: F401
from tallystick.cli.main import main

_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Ended(NamedTuple):
    """How a command ended: its exit code (negative: a signal), what it printed, and the number of
    operations on files that it made (0 where it was killed).
    """

    code: int
    printed: str
    operations: int


def forkserver() -> ForkServerContext:
    """Processes that begin with every module of the command line loaded, and are not measured:
    coverage would follow each for nothing, as a killed one cannot write what it saw.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    measured = {name: value for name, value in os.environ.items() if "COVERAGE" in name}
    for name in measured:
        del os.environ[name]
    try:
        ensure_running()
    finally:
        os.environ.update(measured)
    return context


class Begun:
    """A forked command that runs.

    It is killed before an operation where one is given (`at`, from 1), no file may grow beyond
    `most - 1` bytes where that is (setrlimit(2), RLIMIT_FSIZE), and with `is_readonly` nothing may
    be changed at all, as on a file system that is mounted so (EROFS).
    """

    def __init__(
        self,
        context: ForkServerContext,
        words: Sequence[object],
        *,
        at: int = 0,
        most: int = 0,
        is_readonly: bool = False,
    ) -> None:
        self._words = [*map(str, words)]
        self._told, its = context.Pipe(duplex=False)
        how = (self._words, its, at, most, is_readonly)
        self._process = context.Process(target=_run, args=how)
        self._process.start()
        its.close()

    def ended(self) -> Ended:
        """How it ended; waits for that."""
        printed = b"".join(iter(lambda: os.read(self._told.fileno(), 65_536), b""))
        self._process.join(60)
        code = self._process.exitcode
        assert code is not None, f"{self._words} does not end"
        text, _, told = printed.decode(errors="replace").partition("\0")
        counted, _, trouble = told.partition("\0")
        assert not trouble, trouble
        return Ended(code, text, int(counted or 0))


def _run(words: list[str], told: Connection, at: int, most: int, is_readonly: bool) -> None:
    for number in (1, 2):
        os.dup2(told.fileno(), number)
    told.close()
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    if most:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most - 1, most - 1))
    begun = 0

    def count(event: str, given: tuple[object, ...]) -> None:
        nonlocal begun
        if event in _CHANGES or (event == "open" and _writes(given)):
            begun += 1
            if begun == at:
                os.kill(os.getpid(), signal.SIGKILL)
            if is_readonly and given[0] != os.devnull:
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), given[0])

    sys.argv = ["tallystick", *words]
    sys.addaudithook(count)
    try:
        main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(1, f"\0{begun}\0".encode())


def _writes(given: tuple[object, ...]) -> bool:
    flags = given[2]
    return isinstance(flags, int) and bool(flags & _WRITING)
