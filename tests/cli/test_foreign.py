"""A case that somebody sent: nothing in it leads out of it, runs, reads or sends before it is trusted."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tallystick.host import userstate
from tallystick.record.case import CASE_FILE
from tests.cli.conftest import Done, Tallystick

READS = ("review", "verify", "handoff", "run")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of the recipient's own, with a file that must stay as it is."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "precious.txt").write_text("mine")
    return folder


def untouched(outside: Path) -> bool:
    return [p.name for p in outside.iterdir()] == ["precious.txt"] and (
        outside / "precious.txt"
    ).read_text() == "mine"


def private_link(case: Path, outside: Path) -> str:
    shutil.rmtree(case / ".tallystick")
    (case / ".tallystick").symlink_to(outside)
    return ".tallystick"


def lock_link(case: Path, outside: Path) -> str:
    (case / ".tallystick/lock").unlink()
    (case / ".tallystick/lock").symlink_to(outside / "precious.txt")
    return "lock"


def folder_link(case: Path, outside: Path) -> str:
    (case / "replay").symlink_to(outside)
    return "replay"


def file_link(case: Path, outside: Path) -> str:
    (case / "review.json").unlink()
    (case / "review.json").symlink_to(outside / "precious.txt")
    return "review.json"


def loop(case: Path, outside: Path) -> str:
    (case / "contract").mkdir(exist_ok=True)
    (case / "contract/again").symlink_to(case / "contract")
    return "again"


def pipe(case: Path, outside: Path) -> str:
    (case / "handoff/handoff.md").unlink()
    os.mkfifo(case / "handoff/handoff.md")
    return "handoff.md"


PLANTED: tuple[Callable[[Path, Path], str], ...] = (
    private_link, lock_link, folder_link, file_link, loop, pipe,
)  # fmt: skip


@pytest.mark.parametrize("command", READS)
@pytest.mark.parametrize("plant", PLANTED)
def test_what_is_no_regular_file_is_refused_by_name(
    tallystick: Tallystick, case: Path, outside: Path, command: str,
    plant: Callable[[Path, Path], str],
) -> None:  # fmt: skip
    name = plant(case, outside)
    done = tallystick(command, case)
    assert done.code == 2
    assert name in done.err
    assert "not what a case holds" in done.err
    assert untouched(outside)


@pytest.mark.parametrize("own", ["", "0" * 64])
def test_a_commit_that_somebody_else_planned_is_not_finished(
    tallystick: Tallystick, case: Path, own: str
) -> None:
    planned = {"moves": [["-", "journal.jsonl"], ["0", CASE_FILE]], "digests": {}, "own": own}
    (case / ".tallystick/commit.json").write_text(json.dumps(planned))
    before = (case / CASE_FILE).read_bytes()
    done = tallystick("review", case)
    assert done.code == 2
    assert "cannot be trusted" in done.err
    assert "an unfinished commit" in tallystick("verify", case).out
    assert (case / CASE_FILE).read_bytes() == before


def test_verify_writes_nothing_at_all(tallystick: Tallystick, case: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        every = [case, *case.rglob("*")]
        return {str(p): (p.stat().st_mtime_ns, p.stat().st_size) for p in every}

    before = state()
    assert tallystick("verify", case).code == 0
    assert state() == before


ADDRESS = 'captures = ["../a.har", "https://h.example/more.har"]'
TRIGGER = (
    '[client]\nmode = "http"\ntrigger = {url = "http://127.0.0.1:9/x", '
    'listen = "127.0.0.1:8/0123456789abcdef"}\n'
)


@pytest.mark.parametrize(
    ("command", "changed"),
    [("intake", lambda text: text.replace('captures = ["../a.har"]', ADDRESS)),
     ("run", lambda text: text.replace('captures = ["../a.har"]', ADDRESS)),
     ("lab", lambda text: text + TRIGGER)],
)  # fmt: skip
def test_addresses_of_captures_and_services_wait_for_trust_too(
    foreign: Tallystick, case: Path, command: str, changed: Callable[[str], str]
) -> None:
    path = case / CASE_FILE
    path.write_text(changed(path.read_text()))
    done = foreign(command, case)
    assert done.code == 2
    assert f"tallystick trust {case}" in done.err


ASKS = {
    "run": '[client]\ncommand = ["touch", "ran"]\n',
    "read": '[[sources]]\nfile = "/etc/hostname"\nurl = "https://h.example/p.md"\ncaptured = "2026-06-02T00:00:00Z"\n',
    "send": '[environments.staging]\nproduction = false\nbase_url = "https://h.example/v1"\ntoken_env = "HOME"\n',
}


@pytest.mark.parametrize(
    ("ask", "command"),
    [("run", ("run",)), ("run", ("lab",)), ("read", ("run",)), ("send", ("replay", "--environment", "staging", "--send")),
     ("send", ("contract", "refresh"))],
)  # fmt: skip
def test_what_a_case_file_asks_for_waits_for_trust(
    foreign: Tallystick, case: Path, ask: str, command: tuple[str, ...]
) -> None:
    path = case / CASE_FILE
    path.write_text(path.read_text() + ASKS[ask])
    words = (*command[:2], case) if command[0] == "contract" else (command[0], case, *command[1:])
    done = foreign(*words)
    assert done.code == 2
    if "no clause" in done.err or "cannot be assembled" in done.err:
        return  # it is refused before its token is looked at
    assert f"tallystick trust {case}" in done.err
    assert not (case / "ran").exists()
    told = foreign("trust", case, "--json").json["allows"]
    assert ask in {one["kind"] for one in told}
    assert "tallystick trust" not in foreign(*words).err
    path.write_text(path.read_text() + "# a change\n")
    assert "its case.toml has changed" in foreign(*words).err


@pytest.mark.parametrize("command", ["classify", "review", "verify", "handoff"])
def test_what_only_judges_asks_for_no_trust(foreign: Tallystick, case: Path, command: str) -> None:
    path = case / CASE_FILE
    path.write_text(path.read_text() + "".join(ASKS.values()))
    target = case.parent / "a.har" if command == "classify" else case
    assert foreign(command, target).code in (0, 1, 3)


def test_trust_says_what_it_allows(foreign: Tallystick, case: Path) -> None:
    path = case / CASE_FILE
    path.write_text(path.read_text() + "".join(ASKS.values()))
    done = foreign("trust", case)
    assert done.code == 0
    for told in ("runs `touch ran`", "/etc/hostname", "the token `HOME` of `staging`", "fetches"):
        assert told in done.out
    assert foreign("trust", case.parent / "nowhere").code == 2


def test_without_a_state_folder_nothing_is_trusted(
    foreign: Tallystick, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert "cannot be remembered" in foreign("trust", case).err
    assert userstate.is_own(b"x", userstate.authenticator(b"x"))
    assert foreign("review", case).code in (0, 1, 3)


def unchecked(done: Done) -> str:
    return " ".join(line for line in done.err.splitlines() if line.startswith("not checked: "))


def test_verify_says_what_it_did_not_check(tallystick: Tallystick, case: Path) -> None:
    (case / "notes.txt").write_text("x")
    told = unchecked(tallystick("verify", case))
    for words in ("no seal", "rolled back", "notes.txt"):
        assert words in told
    assert len(tallystick("verify", case, "--json").json["not_checked"]) == 3
