"""Processes of the client: started in a session of their own, ended as a group by their pid."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import msgspec

MAX_OUTPUT = 1_000_000
MAX_LINE = 4_000_000
MARK = "TALLYSTICK_LAB"
LEFT = "it left processes behind when it ended; they were ended"


class Spec(msgspec.Struct, frozen=True):
    """What to start, where, with which environment. `enter` joins a network first; `handles` are
    the descriptors it inherits beside the standard ones.
    """

    command: tuple[str, ...]
    directory: Path
    environment: Mapping[str, str]
    enter: Callable[[], None] | None = None
    handles: tuple[int, ...] = ()


class CannotStartError(Exception):
    """The command cannot be started; the text says why."""


async def start(spec: Spec, **streams: Any) -> asyncio.subprocess.Process:
    """Start a process in a session of its own.

    Raises:
        CannotStartError: no such command or folder, or no permission.
    """
    try:
        return await asyncio.create_subprocess_exec(
            *spec.command,
            cwd=spec.directory,
            env=dict(spec.environment),
            start_new_session=True,
            preexec_fn=spec.enter,
            pass_fds=spec.handles,
            limit=MAX_LINE,
            **streams,
        )
    except (OSError, ValueError) as error:
        raise CannotStartError(getattr(error, "strerror", None) or "cannot be started") from None


def end(pid: int) -> None:
    """End a process we started, and everything in its process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def left_behind(pid: int) -> bool:
    """Whether a process that ended has left others in its process group."""
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def strays(mark: str) -> list[int]:
    """The processes that carry a run's mark in their environment: what left its session (Linux)."""
    wanted, found = f"{MARK}={mark}".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def end_strays(mark: str) -> int:
    """End the processes that a run left behind wherever they went; how many there were."""
    found = [pid for pid in strays(mark) if pid != os.getpid()]
    for pid in found:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    return len(found)


def too_much(file: IO[bytes]) -> bool:
    """Whether a process printed more than is read."""
    return file.seek(0, os.SEEK_END) > MAX_OUTPUT


def kept(file: IO[bytes]) -> str:
    """The first MAX_OUTPUT bytes of what a process printed."""
    file.seek(0)
    return file.read(MAX_OUTPUT).decode("utf-8", "replace")
