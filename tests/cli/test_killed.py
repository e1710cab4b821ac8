"""Whatever command is killed, at whatever moment: the case verifies, and the command can be given again."""

import random
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
