"""The file locks that this process holds, so that a process forked from it can let them go."""

from typing import IO

LOCKS: list[IO[str]] = []


def forget_locks() -> None:
    """In a process that was forked: the locks of its parent are not its own to hold."""
    while LOCKS:
        LOCKS.pop().close()
