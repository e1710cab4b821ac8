"""Talk goes to stderr: progress and advice. stdout is kept for the product."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from tallystick.record.canonical import pretty

stderr = Console(stderr=True, highlight=False, soft_wrap=True)
# A table that goes into a file or a pipe has no window whose width it must keep to.
WIDE = None if sys.stdout.isatty() else 160
stdout = Console(highlight=False, soft_wrap=True, markup=False, width=WIDE)


@contextmanager
def progress_bytes(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar of bytes; call the yielded function with how many more are done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bar:
        task = bar.add_task(label, total=total or None)
        yield lambda more: bar.update(task, advance=more)


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[str], None]]:
    """A progress bar; call the yielded function once for every step done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}"),
    )
    quiet = not stderr.is_terminal
    with Progress(*columns, console=stderr, transient=True, disable=quiet) as bar:
        task = bar.add_task(label, total=total, last="")
        yield lambda last: bar.update(task, advance=1, last=last)


def say(text: str) -> None:
    """One line of talk."""
    stderr.print(text, markup=False)


def print_json(value: object) -> None:
    """One JSON object on stdout."""
    sys.stdout.write(pretty(value).decode())
