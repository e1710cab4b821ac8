"""`tallystick lab`: on a case and on a command, interrupted and resumed, and by intervention."""

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tallystick.lab import answers
from tallystick.record.case import CASE_FILE, ISOLATION
from tests.cli.conftest import TOOL, Tallystick, started, trust_cases
from tests.conftest import ROOT, entry, har

CLIENTS = ROOT / "tests" / "lab" / "clients.py"
EMPTY = {"model": "m", "messages": []}
ERROR = {"error": {"message": "field messages is required", "code": "invalid_request"}}
SOUND = {"Content-Type": "application/json", "x-request-id": "r"}
MakeCase = Callable[..., Path]


def command(mode: str, *more: str) -> list[str]:
    return [sys.executable, str(CLIENTS), mode, *more]


@pytest.fixture
def make(tmp_path: Path) -> MakeCase:
    def made(mode: str, entries: list[dict[str, Any]] | None = None, more: str = "") -> Path:
        folder = tmp_path / "case"
        folder.mkdir()
        (tmp_path / "a.har").write_bytes(har(entries or [entry(500, ERROR, headers=SOUND)]))
        (folder / CASE_FILE).write_text(
            'version = 1\n[incident]\ntitle = "t"\nstart = "2026-06-01T08:00:00Z"\n'
            '[evidence]\ncaptures = ["../a.har"]\n'
            f"[client]\ncommand = {json.dumps(command(mode))}\n{more}"
        )
        return folder

    return made


def test_a_command_is_measured_without_a_case(tallystick: Tallystick, tmp_path: Path) -> None:
    junit = tmp_path / "lab.xml"
    only = ("--only", "status-50?", "--only", "retry.timeout", "--junit", junit)
    done = tallystick("lab", *only, "--json", "--", *command("ask"))
    assert done.code == 0
    found = done.json
    assert {o["outcome"] for o in found["run"]["observations"]} == {"right", "raised"}
    assert {row["name"] for row in found["retries"]} >= {"no answer in time"}
    suite = ET.parse(junit).getroot()
    assert suite.get("name") == "tallystick lab"
    assert (suite.get("failures"), suite.get("errors")) == ("0", "0")
    shown = tallystick("lab", "--only", "status-500", "--", *command("swallow"))
    assert "swallows" in shown.out
    assert "status-500" in shown.out


def test_a_callable_is_forked_from_the_command_line(tallystick: Tallystick) -> None:
    code = "clients:warm"
    words = ["env", f"PYTHONPATH={CLIENTS.parent}", sys.executable, code]
    done = tallystick("lab", "--fork", "--only", "status-4*", "--", *words)
    assert done.code == 0, done.err
    assert "trials (fork" in done.out


def test_a_driver_makes_every_kind_of_call_it_can(tallystick: Tallystick) -> None:
    driver = [sys.executable, str(CLIENTS.with_name("drivers.py"))]
    found = tallystick("lab", "--driver", "--only", "*500", "--json", "--", *driver, "sound").json
    assert {o["scenario"]["call"] for o in found["run"]["observations"]} == {"plain", "stream"}
    only = tallystick(
        "lab", "--driver", "--stream", "--only", "*500", "--json", "--", *driver, "sound"
    )
    assert {o["scenario"]["call"] for o in only.json["run"]["observations"]} == {"stream"}
    left = tallystick("lab", "--driver", "--only", "status-500", "--", *driver, "plain-only")
    assert "makes no stream calls" in left.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lab"], "a case or a command"),
        (["lab", "x", "--", "y"], "got both"),
        (["lab", "--driver", "--fork", "--", "y"], "exclude each other"),
        (["lab", "--reach", "proxy", "--host", "a b", "--", "y"], "does not fit"),
        (["lab", "--host", "h", "--", "y"], "--host is for --reach proxy"),
        (["lab", "--incident", "--", "y"], "need a case"),
        (["lab", "--resume", "--", "y"], "need a case"),
        (["lab", "python", "app.py"], "`--` before a command"),
        (["lab", "--only", "no-such", "--", *command("ask")], "no scenario has this name"),
        (["lab", "--stream", "--", *command("ask")], "does not ask for a stream"),
        (["lab", "--reach", "proxy", "--driver", "--", "y"], "cannot be reached through a proxy"),
        (["lab", "--only", "status-500", "--junit", "/no/such/x.xml", "--", *command("ask")],
         "cannot be written"),
    ],
)  # fmt: skip
def test_wrong_usage_is_named(tallystick: Tallystick, words: list[str], said: str) -> None:
    done = tallystick(*words)
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('mode = "http"\n', "a service needs a trigger"),
        ('mode = "driver"\nreach = "proxy"\n', "cannot be reached through a proxy"),
    ],
)
def test_a_client_that_is_stated_wrongly_is_named(
    tallystick: Tallystick, make: MakeCase, more: str, said: str
) -> None:
    assert said in tallystick("lab", make("ask", more=more)).err


def trials(case: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return (case / ".tallystick" / "trials.ndjson").read_bytes().count(b"\n")
    return 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_what_was_finished_is_kept_and_resumed(
    tallystick: Tallystick, make: MakeCase, number: signal.Signals
) -> None:
    case = make("ask", more="parallel = 1\n")
    only = ("--only", "without-response.*")
    trust_cases([case])
    until = time.monotonic() + 60
    with started(TOOL, "lab", case, *only) as process:
        while trials(case) < 6 and time.monotonic() < until:
            os.sched_yield()
        process.send_signal(number)
        _, talk = process.communicate(timeout=60)
    if number is signal.SIGINT:
        assert process.returncode == 2
        assert b"interrupted" in talk
        kept = json.loads((case / "lab/observations.json").read_bytes())["observations"]
        assert {o["outcome"] for o in kept} >= {"right", "could-not-check"}
        assert tallystick("verify", case).code == 0
        with pytest.MonkeyPatch.context() as patched:
            resumed: list[object] = []
            keep = lambda *given: resumed.append(given[-1])  # noqa: E731
            patched.setattr("tallystick.cli.steps.measure_case", keep)
            tallystick("run", case)
        assert resumed == [True], "`run` goes on with it as well"
    again = tallystick("lab", case, *only, "--resume", "--json")
    assert again.code == 0
    assert "finished trials of the earlier run are kept" in again.err
    assert not again.err.startswith("lab: 0 finished")
    assert {o["outcome"] for o in again.json["run"]["observations"]} == {"right", "raised"}
    assert trials(case) > 0, "a part is no whole: `run` goes on with the rest"


def test_a_part_is_recorded_as_one_and_replaces_no_whole_measurement(
    tallystick: Tallystick, make: MakeCase
) -> None:
    case = make("ask")

    def recorded() -> list[dict[str, str]]:
        stored = json.loads((case / "lab/observations.json").read_bytes())["observations"]
        return [one for one in stored if not one.get("reason", "").startswith("not measured")]

    done = tallystick("lab", case, "--only", "status-503")
    assert done.code == 0
    assert len(recorded()) == 2, "the baseline and the one that was asked for"
    assert "is not whole" in tallystick("handoff", case).out
    tallystick("lab", case, "--only", "status-500")
    assert len(recorded()) == 3, "parts add up"
    told = tallystick("run", case)
    assert "2 finished trials of the earlier run are kept" in told.err
    every = recorded()
    assert len(every) > 50
    assert "is not whole" not in tallystick("handoff", case).out
    again = tallystick("lab", case, "--only", "status-503", "--json")
    assert "not recorded: the case keeps its whole measurement" in again.err
    assert len(again.json["run"]["observations"]) == 2
    assert recorded() == every
    trust_cases([case])
    until = time.monotonic() + 60
    with started(TOOL, "run", case, "--again") as process:
        while trials(case) < 6 and time.monotonic() < until:
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        _, talk = process.communicate(timeout=60)
    assert b"the whole measurement of before stands" in talk
    assert recorded() == every
    tallystick("lab", case, "--only", "status-503")
    assert recorded() == every, "nor does a part replace it while a new one is not whole"


def test_the_incidents_answer_is_reproduced_and_minimised(
    tallystick: Tallystick, make: MakeCase
) -> None:
    case = make("ask")
    tallystick("intake", case)
    done = tallystick("lab", case, "--incident", "--json")
    assert done.code == 1
    assert done.json["result"] == "reproduced"
    assert [cause["location"] for cause in done.json["causes"]] == ["error.status.500"]
    assert done.json["deviations"] > 5
    assert (
        "reproduced"
        in tallystick("lab", case, "--incident", "--exchange", done.json["exchange"]).out
    )
    assert "Proof by intervention" in tallystick("handoff", case).out
    assert tallystick("verify", case).code == 0
    assert (
        "no exchange has this name" in tallystick("lab", case, "--incident", "--exchange", "x").err
    )


def test_a_client_that_gets_it_right_does_not_reproduce(
    tallystick: Tallystick, make: MakeCase, tmp_path: Path
) -> None:
    without = {k: v for k, v in answers.completion().items() if k != "id"}
    case = make("ask", [entry(200, without, headers=SOUND)])
    (case / CASE_FILE).write_text(
        (case / CASE_FILE)
        .read_text()
        .replace('title = "t"', 'title = "t"\nsymptom = "KeyError: id"')
    )
    tallystick("intake", case)
    names = [
        json.loads(line)["id"]
        for line in (case / "evidence/exchanges.ndjson").read_text().splitlines()
    ]
    junit = tmp_path / "i.xml"
    done = tallystick("lab", case, "--incident", "--exchange", names[0], "--junit", junit)
    assert done.code == 0
    assert "not-reproduced" in done.out
    assert ET.parse(junit).getroot().get("failures") == "0"
    regressed = tallystick("lab", "regress", case, "--exchange", names[0],
                           "--before", " ".join(command("needs-id")),
                           "--after", " ".join(command("ask")), "--junit", junit)  # fmt: skip
    assert regressed.code == 0, regressed
    assert "proven (it fails by its answer)" in regressed.out
    assert b"time=" not in junit.read_bytes()


def test_a_client_that_is_not_the_same_twice_is_undecided(
    tallystick: Tallystick, make: MakeCase, tmp_path: Path
) -> None:
    case = make("flaky", more="parallel = 1\n")
    path = case / CASE_FILE
    path.write_text(
        path.read_text().replace('"flaky"]', json.dumps("flaky") + f', "{tmp_path}/n"]')
    )
    tallystick("intake", case)
    done = tallystick("lab", case, "--incident")
    assert done.code == 3
    assert "not do the same every time" in done.out


def test_a_fix_of_the_request_is_proven_and_strengthens_the_verdict(
    tallystick: Tallystick, make: MakeCase
) -> None:
    case = make("ask", [entry(500, ERROR, request=EMPTY, headers=SOUND)])
    tallystick("intake", case)
    words = ("--before", " ".join(command("sends-nothing")), "--after", " ".join(command("ask")))
    done = tallystick("lab", "regress", case, *words, "--json")
    assert done.code == 0
    assert (done.json["result"], done.json["failed_by"]) == ("proven", "request")
    same = ("--before", " ".join(command("ask")), "--after", " ".join(command("ask")))
    again = tallystick("lab", "regress", case, *same)
    assert again.code == 1
    assert "not-proven" in again.out
    told = json.loads((case / "handoff/handoff.json").read_bytes())
    assert told["regression"]["result"] == "proven", "another client's trial undoes nothing"
    assert [one["result"] for one in told["other_trials"]["regressions"]] == ["not-proven"]
    signing = tallystick("sign", case).out
    assert "Stands on: two clients compared" in signing
    assert "Beside it: two clients compared" in signing
    assert "on which nothing above stands" in (case / "handoff/handoff.md").read_text()
    swallowed = ("--before", " ".join(command("ask")), "--after", " ".join(command("swallow")))
    assert tallystick("lab", "regress", case, *swallowed).code == 1
    gone = ("--before", "/no/such", "--after", " ".join(command("ask")))
    started = tallystick("lab", "regress", case, *gone)
    assert started.code == 2
    assert "cannot be started" in started.err
    mute = ("--before", " ".join(command("ask")), "--after", " ".join(command("fixed")))
    unmeasured = tallystick("lab", "regress", case, *mute)
    assert unmeasured.code == 1
    assert "the same whatever the answer says" in unmeasured.out


def test_a_client_that_fails_otherwise_is_not_proven(
    tallystick: Tallystick, make: MakeCase
) -> None:
    case = make("ask", [entry(429, ERROR, headers=SOUND)])
    tallystick("intake", case)
    words = ("--before", " ".join(command("sends-nothing")), "--after", " ".join(command("ask")))
    done = tallystick("lab", "regress", case, *words)
    assert done.code == 1
    assert "not with the incident's status" in done.out


@pytest.mark.parametrize("bad", ["'", ""])
def test_a_command_that_is_none_is_refused(
    tallystick: Tallystick, make: MakeCase, bad: str
) -> None:
    done = tallystick("lab", "regress", make("ask"), "--before", bad, "--after", "x")
    assert done.code == 2
    assert "this is no command" in done.err


def test_without_a_failing_call_there_is_no_answer_to_serve(
    tallystick: Tallystick, make: MakeCase
) -> None:
    case = make("ask", [entry(200, answers.completion(), headers=SOUND)])
    tallystick("intake", case)
    assert "no captured call failed" in tallystick("lab", case, "--incident").err


def test_an_answer_that_was_not_captured_cannot_be_served(
    tallystick: Tallystick, make: MakeCase
) -> None:
    case = make("ask", [entry(500, None)])
    tallystick("intake", case)
    assert "does not show this answer's whole body" in tallystick("lab", case, "--incident").err


def test_where_there_is_no_right_answer_raising_can_pass(
    tallystick: Tallystick, make: MakeCase
) -> None:
    empty = answers.completion("")
    case = make("ask", [entry(200, empty, headers=SOUND), entry(500, ERROR, at=9, headers=SOUND)])
    tallystick("intake", case)
    lines = (case / "evidence/exchanges.ndjson").read_text().splitlines()
    names = [json.loads(line)["id"] for line in lines]
    words = ("lab", "regress", case, "--exchange", names[0],
             "--before", " ".join(command("ask")), "--after", " ".join(command("checked")))  # fmt: skip
    assert "if that is right" in tallystick(*words).out
    assert tallystick(*words, "--passes", "raised").code == 0


def test_a_fix_by_fallback_is_proven(tallystick: Tallystick, make: MakeCase) -> None:
    case = make("ask")
    tallystick("intake", case)
    words = ("--before", " ".join(command("ask")), "--after", " ".join(command("fallback")))
    assert tallystick("lab", "regress", case, *words).code == 0


def test_a_review_serves_the_incidents_answer_once(
    tallystick: Tallystick, make: MakeCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make("ask")
    monkeypatch.setattr("tallystick.cli.steps.measure_case", lambda *_: None)
    done = tallystick("run", case, "--json")
    isolation = json.loads((case / ISOLATION).read_bytes())
    assert isolation["result"] == "reproduced"
    assert isolation["exchange"] in done.json["cause"]["evidence"]
    monkeypatch.setattr("tallystick.cli.steps.isolate", lambda *_: pytest.fail("served again"))
    assert tallystick("run", case, "--json").json["cause"] == done.json["cause"]


def test_a_quick_review_runs_no_client(
    tallystick: Tallystick, make: MakeCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make("ask")
    for name in ("measure_case", "isolate"):
        monkeypatch.setattr(f"tallystick.cli.steps.{name}", lambda *_: pytest.fail("was run"))
    done = tallystick("run", case, "--quick", "--json")
    assert done.json["cause"]["support"] != "proved"
    assert "left alone" in done.err
    assert not (case / ISOLATION).exists()


def test_nothing_taken_in_is_said(tallystick: Tallystick, make: MakeCase) -> None:
    assert "nothing is taken in yet" in tallystick("lab", make("ask"), "--incident").err
