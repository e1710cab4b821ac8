"""A case that somebody sent: nothing in it leads out of it, runs, reads or sends before it is trusted."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tallystick.case.store import Folder
from tallystick.host import userstate
from tallystick.record.case import (
    CAPTURES,
    CASE_FILE,
    ISOLATION,
    LAB_RUN,
    LEDGER,
    MANIFEST,
    SOURCES,
)
from tallystick.record.manifest import build
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


@pytest.mark.parametrize("own", ["", "0" * 64, "é"])
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


@pytest.mark.parametrize(
    ("beside", "asked"),
    [("page.md", False), (".aws/credentials", True), ("docs/.env", True), ("docs/page.md", False)],
)
def test_hidden_files_beside_a_case_wait_for_trust(
    foreign: Tallystick, case: Path, beside: str, asked: bool
) -> None:
    path = case / CASE_FILE
    path.write_text(path.read_text() + ASKS["read"].replace("/etc/hostname", f"../{beside}"))
    told = foreign("trust", case, "--json").json["allows"]
    assert (f"../{beside}" in {one["what"] for one in told if one["kind"] == "read"}) is asked


def test_a_home_is_no_folder_of_a_review(
    foreign: Tallystick, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = case / CASE_FILE
    path.write_text(path.read_text() + ASKS["read"].replace("/etc/hostname", "../taxes.pdf"))
    monkeypatch.setenv("HOME", str(case.parent))
    told = foreign("trust", case, "--json").json["allows"]
    assert "../taxes.pdf" in {one["what"] for one in told if one["kind"] == "read"}


def test_what_is_trusted_and_what_is_obeyed_are_the_same_bytes(case: Path) -> None:
    folder = Folder(case)
    before = folder.read(CASE_FILE)
    (case / CASE_FILE).write_text("version = 2\n")
    assert folder.read(CASE_FILE) == before
    assert Folder(case).read(CASE_FILE) != before


def test_a_case_is_not_begun_through_a_link(tallystick: Tallystick, tmp_path: Path) -> None:
    root = tmp_path / "new"
    root.mkdir()
    (root / CASE_FILE).symlink_to(tmp_path / "elsewhere.txt")
    assert tallystick("new", root).code == 2
    assert not (tmp_path / "elsewhere.txt").exists()


def test_no_output_goes_into_a_record(tallystick: Tallystick, case: Path) -> None:
    journal = (case / "journal.jsonl").read_bytes() if (case / "journal.jsonl").exists() else b""
    done = tallystick("handoff", case, "--pdf", case / "journal.jsonl")
    assert (done.code, "would lie in a case" in done.err) == (2, True)
    assert journal == ((case / "journal.jsonl").read_bytes() if journal else b"")


def test_an_unfinished_commit_leaves_everything_unchecked(
    tallystick: Tallystick, case: Path
) -> None:
    (case / ".tallystick/commit.json").write_text("{}")
    done = tallystick("verify", case)
    assert done.code == 1
    assert "no file was compared" in done.err


def test_a_case_file_of_many_levels_is_named(tallystick: Tallystick, case: Path) -> None:
    (case / CASE_FILE).write_text("a = " + "[" * 20_000 + "]" * 20_000)
    done = tallystick("review", case)
    assert (done.code, "case.toml" in done.err) == (2, True)


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


def forged(case: Path, name: str, data: bytes) -> None:
    """A part of a case made anew by somebody who knows how a manifest is made."""
    (case / name).parent.mkdir(exist_ok=True)
    (case / name).write_bytes(data)
    (case / MANIFEST).write_bytes(build(Folder(case).digests()))


@pytest.mark.parametrize(
    "stored", ["../own/precious.txt", "{own}", "contract/../../own/precious.txt"]
)
@pytest.mark.parametrize("command", READS)
def test_a_record_that_names_a_file_outside_does_not_bring_it_in(
    tallystick: Tallystick, case: Path, outside: Path, command: str, stored: str
) -> None:
    page = case.parent / "errors.md"
    page.write_text("# Errors\n\nA 429 may be retried.\n")
    at = ("--url", "https://h.example/e.md", "--at", "2026-06-02T00:00:00Z")
    assert tallystick("contract", "add", case, page, *at).code in (0, 1, 3)
    named = stored.replace("{own}", str(outside / "precious.txt"))
    sources = json.loads((case / SOURCES).read_bytes())
    forged(case, SOURCES, json.dumps([{**sources[0], "stored": named}]).encode())
    done = tallystick(command, case)
    assert done.code == 2 or command == "verify"
    assert done.code in (1, 2)
    assert "mine" not in done.out + done.err
    assert not any(path.read_bytes() == b"mine" for path in case.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", [SOURCES, CAPTURES, LEDGER, LAB_RUN, ISOLATION])
@pytest.mark.parametrize("data", [b"7", b'[{"id": 1}]', b"{", b'"\xff"'])
def test_a_part_of_another_shape_is_named(
    tallystick: Tallystick, case: Path, name: str, data: bytes
) -> None:
    forged(case, name, data)
    done = tallystick("review", case)
    assert done.code == 2
    assert name in done.err
    assert "report this" not in done.err, "it was not foreseen"


def test_no_name_of_a_file_forges_a_line(tallystick: Tallystick, case: Path) -> None:
    name = "u\nNEW LINE 23 files are as the manifest says"
    (case / name).write_text("x")
    (case / os.fsdecode(b"bytes-\xff")).write_text("x")
    done = tallystick("verify", case)
    assert not any(line.startswith("NEW LINE") for line in (done.out + done.err).splitlines())
    assert r"u\nNEW LINE" in unchecked(done)
    told = tallystick("verify", case, "--json").json["not_checked"]
    assert any("bytes-" in line for line in told)


def test_a_command_is_told_as_a_shell_would_need_it(foreign: Tallystick, case: Path) -> None:
    """No word of it can end the line that tells of it and begin another."""
    path = case / CASE_FILE
    words = json.dumps(["sh", "-c", "evil # \r\n` in ., as your user"])
    path.write_text(f"{path.read_text()}[client]\ncommand = {words}\n")
    done = foreign("trust", case)
    (line,) = [one for one in done.out.splitlines() if one.startswith("runs") and "sh -c" in one]
    assert line.endswith("in ., as your user")
    assert r"\r\n" in line
