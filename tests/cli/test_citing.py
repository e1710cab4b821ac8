"""A person accepts, corrects or rejects what a page seems to state, and cites words of it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tallystick

PAGE = "# Errors\n\nA 429 may be retried. A 503 is *not* worth another try.\n"


@pytest.fixture
def paged(tallystick: Tallystick, tmp_path: Path) -> Path:
    case, page = tmp_path / "paged", tmp_path / "errors.md"
    page.write_text(PAGE)
    assert tallystick("new", case, "--start", "2026-11-20T09:00:00Z").code == 0
    url = "https://apidoc.cometapi.com/errors"
    done = tallystick("contract", "add", case, page, "--url", url, "--at", "2026-11-26T10:00:00Z")
    assert done.code == 0
    assert "nothing found" in done.out
    return case


def named(tallystick: Tallystick, case: Path, place: str) -> str:
    listed = tallystick("contract", "review", case, "--json").json["candidates"]
    return next((c["id"] for c in listed if c["clause"]["location"] == place), "")


def stated(tallystick: Tallystick, case: Path, place: str) -> list[tuple[str, str]]:
    listed = tallystick("contract", case, "--json").json["clauses"]
    return [(c["value"], c["standing"]) for c in listed if c["location"] == place]


def test_an_accepted_candidate_is_a_clause_until_it_is_taken_back(
    tallystick: Tallystick, paged: Path
) -> None:
    place = "retry.status.429"
    assert not stated(tallystick, paged, place)
    name = named(tallystick, paged, place)
    assert tallystick("contract", "review", paged, "--accept", name, "--who", "team").code == 0
    assert stated(tallystick, paged, place) == [("yes", "documented")]
    assert not named(tallystick, paged, place)
    entry = json.loads((paged / "journal.jsonl").read_text())
    assert (entry["action"], entry["about"]) == ("cite", "A1:10-31")
    back = tallystick("decide", paged, "--withdraw", "1", "--who", "team", "--why", "wrong")
    assert back.code in (0, 1, 3)
    assert named(tallystick, paged, place) == name


def test_a_rejected_candidate_is_not_shown_again(tallystick: Tallystick, paged: Path) -> None:
    place = "retry.status.503"
    name = named(tallystick, paged, place)
    assert tallystick("contract", "review", paged, "--reject", name, "--who", "team").code == 0
    assert not named(tallystick, paged, place)
    assert not stated(tallystick, paged, place)


def test_words_of_a_page_are_cited(tallystick: Tallystick, paged: Path) -> None:
    words, states = "*not* worth another try", "retry.status.503:retry=no"
    done = tallystick("contract", "cite", paged, "A1", words, "--states", states, "--who", "team")
    assert done.code == 0
    assert stated(tallystick, paged, "retry.status.503") == [("no", "documented")]
    assert tallystick("verify", paged).code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("A9", "worth", "--states", "retry.status.503:retry=no"), "no stored page"),
        (("A1", "never written", "--states", "retry.status.503:retry=no"), "stand 0 times"),
        (("A1", "a", "--states", "retry.status.503:retry=no"), "times in the page"),
        (("A1", "worth", "--states", "nowhere"), "names no statement"),
    ],
)
def test_what_cannot_be_cited_is_told(
    tallystick: Tallystick, paged: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = tallystick("contract", "cite", paged, *arguments, "--who", "team")
    assert done.code == 2
    assert told in done.err


def test_a_name_of_no_candidate_is_told(tallystick: Tallystick, paged: Path) -> None:
    done = tallystick("contract", "review", paged, "--accept", "zzz", "--who", "team")
    assert done.code == 2
    assert "names no candidate" in done.err
    assert tallystick("contract", "review", paged).out.count("retry.status") >= 2


def test_a_page_that_states_nothing_says_so(
    tallystick: Tallystick, paged: Path, tmp_path: Path
) -> None:
    shell = tmp_path / "shell.html"
    shell.write_text("<!doctype html><div id=root></div><script src=a></script>")
    added = "contract", "add", paged, shell, "--url", "https://apidoc.cometapi.com/shell"
    done = tallystick(*added, "--at", "2026-11-26T10:00:00Z")
    assert done.code == 0
    assert "builds its text with a script" in done.err
    assert "states nothing that could be read" in done.err


def test_what_is_read_and_stale_is_not_nothing(tallystick: Tallystick, tmp_path: Path) -> None:
    """A page that was captured before the incident began: what it states is stale, and told so."""
    case, page = tmp_path / "case", tmp_path / "errors.md"
    page.write_text("# Errors\n\n| Status | Meaning |\n| --- | --- |\n| 429 | Too many |\n")
    assert tallystick("new", case, "--start", "2026-11-20T09:00:00Z").code == 0
    words = ("contract", "add", case, page, "--url", "https://apidoc.cometapi.com/errors")
    before = tallystick(*words, "--at", "2026-11-19T10:00:00Z")
    told = {line.split()[0]: line for line in before.out.splitlines() if line.strip()}
    assert "0, 1 stale" in told["errors"]
    assert "nothing found" in told["billing"]
