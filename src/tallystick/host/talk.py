"""Talk goes to stderr: progress and advice. stdout is kept for the product."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
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
from rich.segment import Segment

from tallystick.handoff.escape import json_text, printable
from tallystick.record.canonical import pretty


class _Printable:
    """What is to be printed, without characters that act on a terminal."""

    def __init__(self, inner: ConsoleRenderable) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for one in console.render(self._inner, options):
            yield one if one.control else Segment(printable(one.text), one.style)


class _Escaper(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Printable(one) for one in renderables]


def escaping(console: Console) -> Console:
    """A console that prints nothing which acts on a terminal, but its own colours."""
    console.push_render_hook(_Escaper())
    return console


_hushed: list[bool] = []
stderr = escaping(Console(stderr=True, highlight=False, soft_wrap=True))
# A table that goes into a file or a pipe has no window whose width it must keep to.
WIDE = None if sys.stdout.isatty() else 160
stdout = escaping(Console(highlight=False, soft_wrap=True, markup=False, width=WIDE))


def _is_still() -> bool:
    """Whether nothing moves: nobody watches, or nobody wants it."""
    return bool(_hushed) or not stderr.is_terminal


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
    with Progress(*columns, console=stderr, transient=True, disable=_is_still()) as bar:
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
    with Progress(*columns, console=stderr, transient=True, disable=_is_still()) as bar:
        task = bar.add_task(label, total=total, last="")
        yield lambda last: bar.update(task, advance=1, last=last)


def say(text: str) -> None:
    """One line of talk."""
    if not _hushed:
        stderr.print(text, markup=False)


@contextmanager
def hushed(wanted: bool) -> Iterator[None]:
    """No talk and no progress meanwhile, if that is wanted; errors are told all the same."""
    _hushed.extend([True] * wanted)
    try:
        yield
    finally:
        _hushed.clear()


def write(text: str) -> None:
    """Some lines of the product on stdout, as they are but for what acts on a terminal."""
    sys.stdout.write(printable(text))


def print_json(value: object) -> None:
    """One JSON object on stdout."""
    sys.stdout.write(json_text(pretty(value).decode()))
