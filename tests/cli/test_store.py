"""A commit is all or nothing, wherever it is cut off."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tallystick.case.check import problems_of
from tallystick.case.opening import held
from tallystick.case.store import Folder
from tallystick.record.case import CASE_FILE

STATEMENT = 'version = 1\n[incident]\ntitle = "t"\nstart = "2026-11-20T09:00:00Z"\n'
FIRST = {"evidence/exchanges.ndjson": b"", "lab/extra.txt": b"one"}
SECOND = {"lab/extra.txt": b"two", "handoff/more.txt": b"three", CASE_FILE: STATEMENT.encode()}


class CutError(Exception):
    """The power went."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / CASE_FILE).write_text(STATEMENT)
    with held(tmp_path) as folder:
        folder.commit(FIRST)
    return tmp_path


def content(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".tallystick" not in path.parts
    }


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("after", range(12))
def test_a_commit_cut_off_anywhere_leaves_the_old_or_the_new_state(
    root: Path, monkeypatch: pytest.MonkeyPatch, call: str, after: int
) -> None:
    before = content(root)
    calls = 0
    real_fsync, real_replace = os.fsync, Path.replace

    def count() -> None:
        nonlocal calls
        calls += 1
        if calls > after:
            raise CutError

    def fsync(handle: int) -> None:
        if call == "fsync":
            count()
        real_fsync(handle)

    def replace(self: Path, target: Path) -> Path:
        if call == "replace":
            count()
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    try:
        Folder(root).commit(SECOND)
        cut = False
    except CutError:
        cut = True
    monkeypatch.undo()
    with held(root) as folder:
        found = content(root)
        assert problems_of(folder) == ()
    if found == before:
        assert cut
    else:
        assert (found["lab/extra.txt"], found["handoff/more.txt"]) == (b"two", b"three")


def test_a_commit_that_changes_nothing_writes_nothing(root: Path) -> None:
    manifest = root / "manifest.json"
    before = manifest.stat().st_mtime_ns
    with held(root) as folder:
        folder.commit(FIRST)
    assert manifest.stat().st_mtime_ns == before


WRITER = """
import sys
from pathlib import Path
from tallystick.case.opening import held
root = Path(sys.argv[1])
print("ready", flush=True)
number = 0
while True:
    number += 1
    with held(root) as folder:
        folder.commit({f"lab/{n}.txt": str(number).encode() for n in range(8)})
"""


@pytest.mark.parametrize("attempt", range(5))
def test_a_writer_killed_in_the_middle_leaves_a_case_that_verifies(
    root: Path, attempt: int
) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(root)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"ready\n"
    seen = time.monotonic()
    while not (root / "lab" / "7.txt").exists() or time.monotonic() - seen < 0.03 * (attempt + 1):
        assert writer.poll() is None
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    with held(root) as folder:
        assert problems_of(folder) == ()
    values = {(root / "lab" / f"{n}.txt").read_text() for n in range(8)}
    assert len(values) == 1
