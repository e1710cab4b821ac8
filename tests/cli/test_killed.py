"""Whatever command is killed, at whatever operation: the case verifies, and can be gone on with."""

import json
import random
import shlex
import shutil
import sys
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from tallystick.record.case import CASE_FILE, JOURNAL
from tallystick.review.checklist import KEYS
from tests.cli.conftest import trust_cases
from tests.cli.killing import Begun, Ended
from tests.conftest import ROOT, THOROUGH, entry, har

CLIENT = [sys.executable, str(ROOT / "tests" / "lab" / "clients.py"), "ask"]
STATEMENT = f"""
version = 1
[incident]
title = "t"
start = "2026-06-01T08:00:00Z"
[evidence]
captures = ["../a.har"]
[client]
command = {json.dumps(CLIENT)}
[changes]
retry_policy = "reads error.code"
"""
PAGE = """# Errors

A 429 may be retried. A 503 is *not* worth another try.

| Status | Meaning | Retry |
| --- | --- | --- |
| 500 | an internal failure | No |
"""
WHO = ("--who", "team")
WHY = (*WHO, "--why", "because")
CASE = "{root}/case"
VERIFY = ("verify", CASE)
ADD = ("contract", "add", CASE, "{root}/errors.md", "--url", "https://h.example/e.md",
       "--at", "2026-06-02T00:00:00Z")  # fmt: skip
WAIVE = ("sign", CASE, *WHY, *(word for key in (*KEYS, "unchecked") for word in ("--waive", key)))
SIGN = ("sign", CASE, *WHY)
# What each command is given, and what was done before it.
COMMANDS: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "intake": (("intake", CASE, "{root}/b.har"), ()),
    "contract add": (ADD, ()),
    "contract pack": (("contract", "pack", CASE), ()),
    "contract support": (
        ("contract", "support", CASE, *WHO, "--says", "It may.", "--date", "2026-06-03",
         "--settles", "retry.status.500:retry=yes", "--ticket", "T-1"), (ADD,)),
    "contract cite": (
        ("contract", "cite", CASE, "A1", "*not* worth another try", "--states",
         "retry.status.503:retry=no", *WHO), (ADD,)),
    "contract lock": (("contract", "lock", CASE, "--out", "{root}/lock.toml"), (ADD,)),
    "decide": (
        ("decide", CASE, "retry.status.500", "--aspect", "retry", "--value", "no", *WHY,
         "--ticket", "T-1", "--answered", "2026-06-02"), (ADD,)),
    "run": (("run", CASE, "--quick"), (ADD,)),
    "lab": (("lab", CASE, "--only", "status-500"), ()),
    "lab regress": (
        ("lab", "regress", CASE, "--before", shlex.join(CLIENT), "--after", shlex.join(CLIENT)), ()),
    "review": (("review", CASE), (ADD,)),
    "handoff": (("handoff", CASE), (ADD,)),
    "sign": (SIGN, (WAIVE,)),
    "seal": (("seal", CASE), (WAIVE, SIGN)),
    "trust": (("trust", CASE), ()),
}  # fmt: skip
# At most so many moments of each command, spread over its whole length: 240 in all if thorough.
MOMENTS = 24 if THOROUGH else 8
# A limit on the size of every file, in bytes: nothing can be written, or only what is small.
LIMITS = (0, 9_000)


class Setting:
    """A case that can be put back as it was before a command."""

    def __init__(self, root: Path, forks: ForkServerContext) -> None:
        self.root, self.forks = root, forks
        self.case, self.kept = root / "case", root / "kept"
        failed = entry(500, {"error": {"code": "server_error"}})
        (root / "a.har").write_bytes(har([failed]))
        (root / "b.har").write_bytes(har([failed, entry(429, {"error": {"code": "x"}}, at=9)]))
        (root / "errors.md").write_text(PAGE)
        self.case.mkdir()
        (self.case / CASE_FILE).write_text(STATEMENT)
        trust_cases([self.case])
        assert self.give(("intake", CASE)).code in (0, 1, 3)

    def words(self, given: tuple[str, ...]) -> list[str]:
        return [word.replace("{root}", str(self.root)) for word in given]

    def give(self, given: tuple[str, ...], *, at: int = 0, most: int = 0) -> Ended:
        return self.begin(given, at=at, most=most).ended()

    def begin(
        self, given: tuple[str, ...], *, at: int = 0, most: int = 0, is_readonly: bool = False
    ) -> Begun:
        return Begun(self.forks, self.words(given), at=at, most=most, is_readonly=is_readonly)

    def keep(self) -> None:
        shutil.copytree(self.case, self.kept)

    def put_back(self) -> None:
        shutil.rmtree(self.root / "made", ignore_errors=True)
        shutil.rmtree(self.case)
        shutil.copytree(self.kept, self.case)

    def written(self) -> dict[str, bytes]:
        """Every file of the case but the lock."""
        found = (path for path in self.case.rglob("*") if path.is_file() and path.name != "lock")
        return {path.relative_to(self.case).as_posix(): path.read_bytes() for path in found}

    def journal(self) -> bytes:
        path = self.case / JOURNAL
        return path.read_bytes() if path.exists() else b""


@pytest.fixture
def setting(tmp_path: Path, forks: ForkServerContext) -> Setting:
    return Setting(tmp_path, forks)


def moments(operations: int, most: int) -> list[int]:
    """Numbers of operations, from the first to the last, evenly spread."""
    step = max(1, -(-operations // most))
    return sorted({*range(1, operations + 1, step), operations} - {0})


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_killed_leaves_a_case_that_verifies(setting: Setting, name: str) -> None:
    given, before = COMMANDS[name]
    for words in before:
        assert setting.give(words).code in (0, 1, 3)
    setting.keep()
    whole = setting.give(given)
    assert whole.code in (0, 1, 3), whole.printed
    assert whole.operations, "nothing is written, so that nothing can be cut off"
    for at in moments(whole.operations, min(10, MOMENTS) if name.startswith("lab") else MOMENTS):
        setting.put_back()
        journal = setting.journal()
        assert setting.give(given, at=at).code == -9
        verified = setting.give(VERIFY)
        unfinished = "an unfinished commit" in verified.printed  # `verify` finishes none
        assert verified.code == 0 or unfinished, f"{at}: {verified}"
        again = setting.give(given)
        assert again.code in (0, 1, 3), f"{at}: {again}"
        assert setting.journal().startswith(journal)
        assert setting.give(VERIFY).code == 0


@pytest.mark.parametrize("most", LIMITS)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_can_write_no_more_leaves_a_case_that_verifies(
    setting: Setting, name: str, most: int
) -> None:
    """As on a disk that is full."""
    given, before = COMMANDS[name]
    for words in before:
        assert setting.give(words).code in (0, 1, 3)
    there = setting.written()
    done = setting.give(given, most=most + 1)
    assert "Traceback" not in done.printed
    if done.code == 2:
        assert "File too large" in done.printed or "TMPDIR" in done.printed
    else:  # it had nothing so large to write
        assert most or setting.written() == there
    verified = setting.give(VERIFY)
    assert verified.code == 0 or "an unfinished commit" in verified.printed, verified
    again = setting.give(given)
    assert again.code in (0, 1, 3), again
    assert setting.give(VERIFY).code == 0


@pytest.mark.parametrize("seed", range(4))
def test_several_writers_of_whom_some_are_killed_lose_nothing(setting: Setting, seed: int) -> None:
    """Six people decide at once; two are killed at some operation of theirs."""
    assert setting.give(ADD).code == 0
    chance = random.Random(seed)
    killed = dict.fromkeys(chance.sample(range(6), 2))
    at = {number: chance.randint(1, 120) for number in killed}
    begun = [
        setting.begin(("decide", CASE, "retry.status.500", "--aspect", "retry", "--value", "no",
                       "--when", f"error.code=code_{number}", *WHY, "--ticket", f"T-{number}",
                       "--answered", "2026-06-02"), at=at.get(number, 0))
        for number in range(6)
    ]  # fmt: skip
    done = [one.ended() for one in begun]
    assert all(one.code in (0, 1, 3) for n, one in enumerate(done) if n not in killed), done
    assert setting.give(("review", CASE)).code in (0, 1, 3)  # finishes what was cut off
    assert setting.give(VERIFY).code == 0
    journal = setting.journal().decode()
    assert all(f"T-{n}" in journal for n, one in enumerate(done) if one.code >= 0)


@pytest.mark.parametrize("name", COMMANDS)
def test_on_a_folder_that_is_read_only_every_command_says_so(setting: Setting, name: str) -> None:
    given, before = COMMANDS[name]
    for words in before:
        assert setting.give(words).code in (0, 1, 3)
    there = setting.written()
    done = setting.begin(given, is_readonly=True).ended()
    assert "Traceback" not in done.printed
    assert "report this" not in done.printed, "it was not foreseen"
    assert done.code == 2 or not done.operations, done
    assert setting.written() == there
