"""A run's folder goes with it; what a killed run left goes with the next one."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tallystick.host.scratch import scratch

_RUNS = """
import sys
from tallystick.host.scratch import scratch
with scratch() as folder:
    (folder / "kept").write_text("x")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def running() -> tuple[subprocess.Popen[str], Path]:
    command = [sys.executable, "-c", _RUNS]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_it_goes_when_the_run_ends(own: Path) -> None:
    with scratch() as folder:
        assert folder.parent == own
        (folder / "part").write_text("x")
    assert list(own.iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next(own: Path) -> None:
    process, left = running()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (left / "kept").exists()
    with scratch() as folder:
        assert list(own.iterdir()) == [folder]


def test_what_another_run_uses_stays() -> None:
    process, used = running()
    with scratch():
        assert (used / "kept").exists()
    process.communicate("")
    assert not used.exists()


def test_what_is_not_ours_stays(own: Path) -> None:
    """A link, a file, and a folder that another program named alike."""
    away = own / "away"
    away.mkdir()
    (away / "kept").write_text("x")
    gone = 2**22 + 1  # above any process id of Linux (proc(5), pid_max)
    (own / f"tallystick-run-{gone}-link").symlink_to(away)
    (own / f"tallystick-run-{gone}-file").write_text("x")
    (own / "tallystick-run-x").mkdir()
    with scratch():
        pass
    assert (away / "kept").exists()
    assert len(list(own.iterdir())) == 4
