"""The command line run in this process: arguments in, exit code and output out."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tallystick.cli.main import main
from tallystick.host import userstate
from tallystick.record.case import CASE_FILE
from tests.cli.killing import forkserver
from tests.conftest import entry, har


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Tallystick = Callable[..., Done]
TOOL = Path(sys.executable).parent / "tallystick"


@contextmanager
def started(*command: object) -> Iterator[subprocess.Popen[bytes]]:
    """A process that a test will signal; it is gone when the block ends, however it ends.

    It is not measured: an interrupt within coverage's own locked code leaves its lock held, and
    the process then waits for it at its end for ever.
    """
    bare = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    words = [str(word) for word in command]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, env=bare) as process:
        try:
            yield process
        finally:
            process.kill()


def ended_by(command: Sequence[object], after: float, number: int) -> int:
    """What a command ended with, that was sent a signal some seconds after it began."""
    with started(*command) as process:
        try:
            process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
            process.communicate(timeout=60)
        return process.returncode


def trust_cases(args: Sequence[object]) -> None:
    """The cases that a command is given are trusted, as their maker would."""
    for path in (Path(str(word)) / CASE_FILE for word in args):
        with suppress(OSError):  # most words are no folder
            userstate.trust(path.parent, path.read_bytes())


@pytest.fixture
def tallystick(foreign: Tallystick) -> Tallystick:
    """The command line for a person who trusts what they have written."""

    def run(*args: str | Path) -> Done:
        trust_cases(args)
        return foreign(*args)

    return run


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tallystick:
    def run(*args: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["tallystick", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def case(tmp_path: Path, tallystick: Tallystick) -> Path:
    """A case of one failed call, with its evidence taken in."""
    folder = tmp_path / "case"
    folder.mkdir()
    (tmp_path / "a.har").write_bytes(har([entry(500, {"error": {"code": "server_error"}})]))
    (folder / CASE_FILE).write_text(
        'version = 1\n[incident]\ntitle = "t"\nstart = "2026-06-01T08:00:00Z"\n'
        '[evidence]\ncaptures = ["../a.har"]\n[changes]\nretry_policy = "reads error.code"\n'
    )
    tallystick("intake", folder)
    return folder


@pytest.fixture(scope="session")
def forks() -> ForkServerContext:
    """Commands in processes of their own that begin at once, and are not measured."""
    return forkserver()
