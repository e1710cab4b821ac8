"""Whatever command is killed, at whatever moment: the case verifies, and the command can be given again."""

import os
import random
import resource
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import TOOL, ended_by
from tests.conftest import ROOT

PAGE = ROOT / "README.md"
COMMANDS = {
    "review": ("review", "{case}"),
    "decide": ("decide", "{case}", "retry.status.500", "--aspect", "retry", "--value", "no",
               "--who", "team", "--why", "because", "--ticket", "T-1", "--answered", "2026-06-02"),
    "sign": ("sign", "{case}", "--who", "team", "--why", "checked", "--waive", "replay"),
    "handoff": ("handoff", "{case}"),
    "contract add": ("contract", "add", "{case}", str(PAGE), "--url", "https://h.example/page.md",
                     "--at", "2026-06-02T00:00:00Z"),
    "run": ("run", "{case}"),
}  # fmt: skip


def verified(case: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TOOL, "verify", case], capture_output=True, text=True)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_leaves_a_case_that_verifies(case: Path, name: str, seed: int) -> None:
    chance = random.Random(f"{name}{seed}")
    command = [str(TOOL), *(word.format(case=case) for word in COMMANDS[name])]
    ended_by(command, chance.uniform(0.4, 1.4), signal.SIGKILL)
    done = verified(case)
    unfinished = "an unfinished commit" in done.stdout  # what `verify` writes nothing to finish
    assert done.returncode == 0 or unfinished, done.stdout + done.stderr
    again = subprocess.run(command, capture_output=True, text=True)
    assert again.returncode in (0, 1, 3), again.stderr
    assert verified(case).returncode == 0


def written(case: Path) -> dict[str, bytes]:
    """Every file of a case but the lock."""
    found = (path for path in case.rglob("*") if path.is_file() and path.name != "lock")
    return {path.relative_to(case).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("most", [0, 9_000])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_can_write_no_more_leaves_a_case_that_verifies(
    case: Path, name: str, most: int
) -> None:
    """No file may grow beyond a size (setrlimit(2), RLIMIT_FSIZE): as on a disk that is full."""
    command = [str(TOOL), *(word.format(case=case) for word in COMMANDS[name])]

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    # A coverage run started within the limit could not write what it measured, and would say so.
    alone = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    before = written(case)
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=limited, env=alone)
    assert "Traceback" not in done.stderr
    if done.returncode == 2:
        assert "File too large" in done.stderr
    else:  # it had nothing to write
        assert written(case) == before
    seen = verified(case)
    assert seen.returncode == 0 or "an unfinished commit" in seen.stdout, seen.stdout
    again = subprocess.run(command, capture_output=True, text=True)
    assert again.returncode in (0, 1, 3), again.stderr
    assert verified(case).returncode == 0
