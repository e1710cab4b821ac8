"""Drivers: sound ones, and those that break the protocol."""

import sys

import pytest

from tallystick.lab import LabError, baseline, baselines, observe
from tallystick.lab.transport import Target
from tallystick.lab.wire import Result
from tallystick.trials.measure import rig_for, trial
from tests.lab.bench import EVERY, HERE, NOTHING, driver, measured, run

NAMES = ("status-500", "without-response.usage", "without-response.id", "stall", "refused-heals")


@pytest.mark.parametrize("kind", ["sound", "async"])
def test_a_driver_is_measured_many_trials_at_once(kind: str) -> None:
    seen = measured(driver(kind, processes=2), *NAMES)
    assert seen["baseline"].attempts[0].fields[0] == "model:string"
    assert (seen["status-500"].outcome, seen["status-500"].error) == ("raised", "HTTPError")
    assert seen["without-response.usage"].differs == ("usage",)
    assert seen["without-response.id"].differs == ()
    assert seen["stall"].error == "TimeoutError"
    assert seen["stall"].attempts[0].hung_up_ms is not None
    assert seen["refused-heals"].outcome == "raised"


def test_a_driver_over_https() -> None:
    assert measured(driver("sound", reach="https"), "status-500")["status-500"].error == "HTTPError"


def warnings(kind: str, *names: str, **how: float) -> tuple[tuple[str, ...], dict[str, Result]]:
    scenarios = [EVERY[name] for name in names]
    with rig_for(driver(kind, **how), NOTHING) as rig:
        results = rig.run([trial(s, NOTHING) for s in scenarios], lambda _: None)
        return rig.warnings, {result.name: result for result in results}


@pytest.mark.parametrize(
    ("kind", "said"),
    [("noise", "lines that are no answers"), ("unknown", "to an id that was not asked")],
)
def test_what_a_driver_says_beside_the_protocol_is_named(kind: str, said: str) -> None:
    told, results = warnings(kind, "without-response.id")
    assert said in told[0]
    assert results["without-response.id"].ended == "answered"


def test_an_answer_after_its_time_hangs_and_is_no_unknown_one() -> None:
    told, results = warnings("late", "status-500", "status-400", timeout_s=1.0, parallel=1)
    assert results["status-500"].ended == "hung"
    assert "raise client.timeout_s" in results["status-500"].note
    assert told == ()


def test_a_driver_that_an_answer_ends_is_started_again_for_the_others() -> None:
    names = ("status-503", "status-500", "status-400", "without-response.id")
    seen = measured(driver("dies"), *names)
    assert seen["status-503"].outcome == "raised"
    assert "the driver ended during this trial" in seen["status-503"].reason
    assert [seen[name].outcome for name in names[1:]] == ["raised", "raised", "right"]


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        (driver("exits"), "ended before it answered anything"),
        (driver("by-environment"), "never reached the lab"),
        (Target(("/no/such",), HERE, mode="driver"), "cannot be started"),
        (Target((sys.executable, "-c", "input()"), HERE, mode="driver"), "ended before it answered"),
        (
            Target((sys.executable, "-c", "import time; time.sleep(60)"), HERE, mode="driver",
                   timeout_s=0.5),
            "did not finish",
        ),
    ],
)  # fmt: skip
def test_a_driver_that_cannot_be_measured_is_named(target: Target, problem: str) -> None:
    with pytest.raises(LabError, match=problem):
        baseline(run(target, *baselines("plain")))


def test_text_that_is_no_string_is_no_right_answer() -> None:
    results = run(
        driver("sound"), *baselines("plain"), EVERY["parts-response.choices.message.content"]
    )
    base = baseline(results[:3])
    assert (
        observe(EVERY["parts-response.choices.message.content"], results[3], base).outcome
        == "wrong"
    )
