"""`tallystick sign`: items confirmed or waived, the review signed, and what comes after."""

import json
from pathlib import Path

import msgspec
import pytest

from tallystick.case.opening import held
from tallystick.case.trialstore import isolation_of, other_trials_of, save_isolation
from tallystick.record.case import CASE_FILE
from tallystick.record.isolation import Isolation
from tallystick.review.checklist import KEYS
from tests.cli.conftest import Tallystick

WHO = ("--who", "platform lead", "--why", "checked by hand")


def everything(*but: str) -> list[str]:
    keys = [*KEYS, "unchecked"]
    return [word for key in keys if key not in but for word in ("--waive", key)]


def test_the_checklist_names_what_is_open(tallystick: Tallystick, case: Path) -> None:
    shown = tallystick("sign", case)
    assert shown.code == 3
    assert "no source that stands states endpoint.path" in shown.out
    assert "a person must confirm it" in shown.out
    found = tallystick("sign", case, "--json").json
    assert [item["key"] for item in found["checklist"]] == list(KEYS)
    states = {item["key"]: item["state"] for item in found["checklist"]}
    assert states["streaming"] == "not-applicable"
    assert {states[key] for key in ("auth", "response-parser", "replay", "runbook")} == {"open"}
    assert "unchecked: could not check" in " ".join(found["obstacles"])


def test_a_signature_wants_every_obstacle_settled_or_waived(
    tallystick: Tallystick, case: Path
) -> None:
    refused = tallystick("sign", case, *WHO)
    assert refused.code == 2
    assert "stand in the way of a signature" in refused.err
    assert not (case / "journal.jsonl").exists()
    tallystick("sign", case, *WHO, "--confirm", "runbook", *everything("runbook", "replay"))
    assert "replay: Sanitized replay stored" in tallystick("sign", case, *WHO).err
    tallystick("sign", case, *WHO, "--waive", "replay")
    signed = tallystick("sign", case, *WHO, "--json")
    assert signed.code == 0
    assert signed.json["signatures"][0]["current"] is True
    text = tallystick("handoff", case).out
    assert "Signed by platform lead" in text
    assert "checked by hand (the case: a person must confirm it)" in text
    assert "| Retry policy | yes | reads error.code |" in text
    assert tallystick("verify", case).code == 0


def test_a_review_that_changes_after_it_was_signed_says_so(
    tallystick: Tallystick, case: Path
) -> None:
    tallystick("sign", case, *WHO, *everything())
    assert tallystick("sign", case, *WHO).code == 0
    path = case / CASE_FILE
    path.write_text(
        path.read_text() + '[[assumptions]]\nlocation = "limit.requests"\nvalue = "60"\n'
    )
    tallystick("review", case)
    signed = tallystick("sign", case, "--json").json["signatures"]
    assert [s["current"] for s in signed] == [False]
    assert "an earlier state" in tallystick("sign", case).out
    assert "an earlier state of this review" in tallystick("handoff", case).out


def test_a_change_that_is_only_stated_is_covered_too(tallystick: Tallystick, case: Path) -> None:
    tallystick("sign", case, *WHO, *everything())
    tallystick("sign", case, *WHO)
    path = case / CASE_FILE
    path.write_text(path.read_text() + '[secrets]\nsecret_source = "another vault"\n')
    tallystick("review", case)
    signed = tallystick("sign", case, "--json").json["signatures"]
    assert [s["current"] for s in signed] == [False]


def test_the_second_writer_is_told_what_the_first_one_wrote(
    tallystick: Tallystick, case: Path
) -> None:
    seen = tallystick("sign", case, "--json").json["journal"]
    first = ("--who", "on-call", "--why", "done", "--confirm", "runbook", "--journal", seen)
    assert tallystick("sign", case, *first).code == 3
    second = tallystick("sign", case, *WHO, "--waive", "replay", "--journal", seen)
    assert second.code == 2
    assert "on-call confirm checklist.runbook" in second.err
    assert len((case / "journal.jsonl").read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--who", "x"), "needs --who and --why"),
        ((*WHO, "--confirm", "nonsense"), "no item of the checklist"),
        ((*WHO, "--confirm", "conflicts"), "no item of the checklist"),
        (("--who", "a@b.example", "--why", "x"), "looks like a credential or an e-mail"),
    ],
)
def test_what_is_no_signature_is_refused(
    tallystick: Tallystick, case: Path, words: tuple[str, ...], said: str
) -> None:
    done = tallystick("sign", case, *words)
    assert done.code == 2
    assert said in done.err
    assert not (case / "journal.jsonl").exists()


def test_worksheet_and_proposals_are_in_the_json_form(tallystick: Tallystick, case: Path) -> None:
    tallystick("review", case)
    made = json.loads((case / "handoff/handoff.json").read_bytes())
    assert made["worksheet"][0]["name"] == "Endpoint paths"
    assert len(made["worksheet"]) == 7
    assert len(made["changes"]) == 7


def test_a_signed_review_says_when_it_is_due_again(tallystick: Tallystick, case: Path) -> None:
    assert "no review of this case has been signed" in tallystick("due", case).out
    tallystick("sign", case, *WHO, *everything())
    tallystick("sign", case, *WHO)
    quiet = tallystick("due", case, "--json")
    assert (quiet.code, quiet.json["cases"][0]["reasons"]) == (0, [])
    path = case / CASE_FILE
    path.write_text(
        path.read_text() + '[[assumptions]]\nlocation = "limit.requests"\nvalue = "60"\n'
    )
    due = tallystick("due", case, case)
    assert due.code == 1
    assert "a new accounting assumption: limit.requests=60" in due.out
    assert tallystick("verify", case).code == 0
    assert tallystick("review", case, case).code == 2


def test_a_waiver_covers_what_was_in_the_way_and_nothing_later(
    tallystick: Tallystick, case: Path
) -> None:
    nothing = tallystick("sign", case, *WHO, "--waive", "conflicts")
    assert nothing.code == 2
    assert "nothing to waive" in nothing.err
    tallystick("sign", case, *WHO, *everything())
    text = (case / CASE_FILE).read_text()
    usage = '[usage]\nfile = "../l.csv"\nfields = { cost = "internal-estimate" }\n'
    assert tallystick("sign", case, *WHO).code == 0
    (case / CASE_FILE).write_text(text + usage)
    for name, retry in (("a", "no"), ("b", "yes")):
        page = case.with_name(f"{name}.md")
        page.write_text(f"# Errors\n\n| HTTP status | Retry? |\n| --- | --- |\n| 429 | {retry} |\n")
        tallystick(
            "contract", "add", case, page, "--url", f"https://apidoc.cometapi.com/{name}.md",
            "--at", "2026-06-02T00:00:00Z",
        )  # fmt: skip
    torn = tallystick("sign", case, *WHO)
    assert torn.code == 2
    assert "sources disagree at retry.status.429" in torn.err
    tallystick("sign", case, *WHO, "--waive", "conflicts")
    assert tallystick("sign", case, *WHO).code == 0


def test_a_case_that_lost_its_manifest_is_not_sealed_anew(
    tallystick: Tallystick, case: Path
) -> None:
    (case / "manifest.json").unlink()
    assert tallystick("verify", case).code == 2
    done = tallystick("review", case, "--json")
    assert done.code == 2
    assert "no manifest" in done.json["error"]["what"]
    assert not (case / "manifest.json").exists()


def test_a_manifest_that_is_none_is_called_so(tallystick: Tallystick, case: Path) -> None:
    (case / "manifest.json").write_text("{")
    told = tallystick("review", case, "--json").json["error"]
    assert (told["expected"], told["got"]) == (
        "one as this tool writes it",
        "another",
    )


def test_an_experiment_that_comes_later_is_not_what_was_signed(
    tallystick: Tallystick, case: Path
) -> None:
    """Also one that the review does not stand on: who signed did not see it."""
    tallystick("sign", case, *WHO, *everything())
    tallystick("sign", case, *WHO)

    def current() -> list[bool]:
        return [one["current"] for one in tallystick("sign", case, "--json").json["signatures"]]

    assert current() == [True]
    tried = Isolation("x-0000", ("python", "app.py"), "http", "undecided", "it did not end")
    for command in (("python", "app.py"), ("python", "other.py")):
        with held(case) as folder:
            save_isolation(folder, msgspec.structs.replace(tried, command=command))
        assert current()[-1] is False
        tallystick("sign", case, *WHO)
        assert current()[-1] is True


def test_an_experiment_that_showed_more_stays_beside_a_later_one(
    tallystick: Tallystick, case: Path
) -> None:
    tried = Isolation("x-0000", ("python", "old.py"), "http", "reproduced", "it raised")
    other = msgspec.structs.replace(tried, command=("python", "new.py"))
    again = msgspec.structs.replace(tried, result="undecided", reason="it did not start")
    with held(case) as folder:
        for made in (tried, other, again):
            save_isolation(folder, made)
        assert isolation_of(folder.read) == other
        assert other_trials_of(folder.read).isolations == (tried, again)
    assert tallystick("verify", case).code in (0, 1)
