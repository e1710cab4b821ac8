"""Where a case stands: with nothing, with captures, judged, and from within its folder."""

from pathlib import Path

import pytest

from tallystick.record.case import CASE_FILE
from tests.cli.conftest import Tallystick
from tests.cli.test_evidence import HEAD


def test_an_empty_case_names_its_first_steps(tallystick: Tallystick, tmp_path: Path) -> None:
    (tmp_path / CASE_FILE).write_text(HEAD)
    found = tallystick("status", tmp_path, "--json").json
    assert (found["calls"], found["judged"], found["signed"]) == (0, False, False)
    assert found["next"][0].startswith("take the captures in")
    assert "store what the provider documents" in found["next"][1]
    assert not (tmp_path / ".tallystick").exists(), "it only reads"


def test_a_judged_case_tells_its_answer_and_what_is_open(
    tallystick: Tallystick, case: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in case.rglob("*") if path.is_file()}
    done = tallystick("status", case)
    assert done.code == 0
    assert "1 captured calls" in done.out
    assert "Next: " in done.out
    assert "failing call" in done.out
    after = {path: path.stat().st_mtime_ns for path in case.rglob("*") if path.is_file()}
    assert after == before


def test_the_bare_command_tells_it_in_a_case_and_helps_elsewhere(
    tallystick: Tallystick, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case)
    assert "captured calls" in tallystick().out
    monkeypatch.chdir(case.parent)
    helped = tallystick()
    assert helped.code == 2
    assert "Usage: " in helped.out


def test_there_is_no_standing_without_a_case(tallystick: Tallystick, tmp_path: Path) -> None:
    assert "there is no case here" in tallystick("status", tmp_path).err


def test_quiet_prints_the_verdict_alone(tallystick: Tallystick, case: Path) -> None:
    loud, quiet = tallystick("run", case), tallystick("run", case, "--quiet")
    assert quiet.code == loud.code
    assert quiet.out == loud.out.splitlines(keepends=True)[0]
    assert quiet.err == ""
    assert tallystick("run", case, "--quiet", "--json").json["verdict"]
    assert tallystick("run", case.parent / "none", "--quiet").err != ""
