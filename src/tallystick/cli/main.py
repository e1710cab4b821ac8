"""The entry point: one exit code and one shape of error, whatever happens."""

import errno
import os
import signal
import sys
import traceback
from io import TextIOWrapper
from pathlib import Path

import typer

from tallystick.cli.commands import app
from tallystick.host.errors import CannotRunError, Problem
from tallystick.host.exits import EXIT_CANNOT_RUN, EXIT_OK
from tallystick.host.talk import print_json, stderr

# The disk is full, or this user's share of it is.
_ROOM = (errno.ENOSPC, errno.EDQUOT)
_INTERRUPTED = 130  # what typer returns for SIGINT


def _fail(problem: Problem) -> int:
    if "--json" in sys.argv[1:]:
        print_json({"error": problem})
    else:
        stderr.print(f"tallystick: {problem.paragraph()}", markup=False)
    return EXIT_CANNOT_RUN


def main() -> None:
    """Run the command line and exit with its code; no traceback for bad input."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        code = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        code = _unheard()
    except Exception as error:
        code = _fail_safely(_unforeseen(error))
    sys.exit(code)


def _fail_safely(problem: Problem) -> int:
    """Say what went wrong where stdout itself may be what did."""
    try:
        code = _fail(problem)
        sys.stdout.flush()
    except OSError:
        stderr.print(f"tallystick: {problem.paragraph()}", markup=False)
        return _unheard()
    return code


def _unheard() -> int:
    """Nobody takes what would be printed: end without a second complaint of the interpreter's."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_CANNOT_RUN


def _run() -> int:
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
    except CannotRunError as error:
        return _fail(error.problem)
    except (typer.Abort, KeyboardInterrupt):
        code = _INTERRUPTED
    except typer.TyperException as error:
        bare = sys.argv[1:2] == ["lab"] and "--" not in sys.argv
        hint = "put `--` before a command, or " if bare else ""
        return _fail(Problem(_usage(error), do=f"{hint}see `tallystick --help`"))
    if code == _INTERRUPTED:
        return _fail(Problem("the command was interrupted; what was recorded before that stays"))
    return code if isinstance(code, int) else EXIT_OK


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _unforeseen(error: Exception) -> Problem:
    """What is left to say of an error that nobody foresaw: never its text, which may hold input."""
    reason = error.strerror if isinstance(error, OSError) else None
    if isinstance(error, OSError) and error.errno in _ROOM:
        return Problem(
            f"there is no room to write: {reason}",
            where=str(error.filename or "the case's folder, or the temporary folder"),
            do="make room, then run the same command again: what was recorded before stays",
        )
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return Problem(
        f"the command failed: {reason or type(error).__name__}",
        where=f"{Path(frame.filename).name}, line {frame.lineno}",
        do="what was recorded before stays; report this with the input's shape, not its content",
    )


def _usage(error: typer.TyperException) -> str:
    tell = getattr(error, "format_message", None)
    return str(tell() if tell is not None else error).rstrip(".") or "a command is needed"
