"""JUnit rows of the lab: silent damage fails, what could not be looked at is an error."""

from xml.etree import ElementTree as ET

import pytest

from tallystick.handoff import isolation_rows, lab_rows, regression_rows, render_junit
from tallystick.record import Observation, Scenario
from tallystick.record.isolation import Cause, Isolation, Regression, Shown, Side
from tallystick.record.trial import LabRun, Outcome


def test_each_outcome_has_its_state() -> None:
    outcomes: tuple[Outcome, ...] = (
        "right",
        "raised",
        "wrong",
        "truncated",
        "hung",
        "could-not-check",
    )
    run = LabRun(("c",), tuple(
        Observation(Scenario(name, "response.id"), name, (), elapsed_ms=5) for name in outcomes
    ))  # fmt: skip
    rows = {row.name: row.state for row in lab_rows(run)}
    assert rows == {
        "right": "passed", "raised": "passed", "wrong": "failed", "truncated": "failed",
        "hung": "failed", "could-not-check": "error",
    }  # fmt: skip
    root = ET.fromstring(render_junit("s", lab_rows(run)))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("6", "3", "1")


@pytest.mark.parametrize(
    ("result", "state"),
    [("reproduced", "failed"), ("not-reproduced", "passed"), ("undecided", "error")],
)
def test_isolations(result: str, state: str) -> None:
    made = Isolation("x", ("c",), "once", result, "why",  # type: ignore[arg-type]
                     causes=(Cause("stream.done", "missing"),))  # fmt: skip
    (row,) = isolation_rows(made)
    assert (row.state, row.message) == (state, "why: stream.done")


@pytest.mark.parametrize(
    ("result", "state"), [("proven", "passed"), ("not-proven", "failed"), ("undecided", "error")]
)
def test_regressions(result: str, state: str) -> None:
    side = Side(("c",), Shown("right"), None)
    made = Regression("x", side, side, result, "why")  # type: ignore[arg-type]
    (row,) = regression_rows(made)
    assert (row.state, row.seconds) == (state, None)
