"""The scenarios as data."""

import pytest

from tallystick.lab import Contract, catalogue, matching
from tallystick.lab.catalogue import CALLS, expected_wait
from tallystick.record import Scenario, canonical
from tallystick.record.exchange import UnheldError
from tallystick.record.scenario import Add, Call, Media, Put, Remove, Status

NOTHING = Contract()


def test_there_are_at_least_250_scenarios_each_with_a_name_of_its_own() -> None:
    every = catalogue(NOTHING, CALLS, closes="at-first")
    assert len(every) >= 250
    assert len({scenario.id for scenario in every}) == len(every)
    assert len({canonical((s.changes, s.call)) for s in every}) == len(every)


@pytest.mark.parametrize("call", CALLS)
def test_a_client_of_one_kind_of_call_gets_only_its_scenarios(call: Call) -> None:
    every = catalogue(NOTHING, [call], closes="never")
    assert {scenario.call for scenario in every} == {call}
    assert not [s for s in every if s.id.startswith("refused")]
    assert len(every) > 120
    assert catalogue(NOTHING, [], closes="at-first") == ()


def test_usage_that_no_stream_carries_is_not_changed() -> None:
    names = [s.id for s in catalogue(NOTHING, ["stream"], closes="at-first", usage=False)]
    assert not [name for name in names if "stream.usage" in name]
    assert "usage-every-chunk" in names


def test_scenarios_are_chosen_by_name_location_or_kind_of_call() -> None:
    every = catalogue(NOTHING, CALLS, closes="at-first")
    assert [s.id for s in matching(every, ["status-429"])] == ["status-429"]
    assert {s.location for s in matching(every, ["retry.timeout"])} == {"retry.timeout"}
    assert {s.call for s in matching(every, ["tools"])} == {"tools"}
    assert len(matching(every, ["status-*"])) > 30
    assert matching(every, []) == every


def test_waiting_scenarios_are_known() -> None:
    named = {s.id: expected_wait(s) for s in catalogue(NOTHING, CALLS, closes="at-first")}
    assert named["stall"] > named["status-429"] > named["status-400"] == 0
    assert named["without-response.id"] == named["ok-with-html"] == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: Remove("anna mueller"),
        lambda: Put("<b>", "null"),
        lambda: Add("a b"),
        lambda: Media("a\nb"),
        lambda: Status(500, "code {x}"),
        lambda: Status(500, headers=(("x", "a\r\nb"),)),
        lambda: Scenario("a b", "response"),
        lambda: Scenario("a", "nowhere.x"),
    ],
)
def test_a_scenario_holds_names_only(make: object) -> None:
    with pytest.raises(UnheldError):
        make()  # type: ignore[operator]
