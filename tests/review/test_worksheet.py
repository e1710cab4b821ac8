"""The worksheet's rows, the mends of a finding, and the checklist's items, from values alone."""

from typing import Any

import msgspec
import pytest

from tallystick.record.checklist import Item
from tallystick.record.clause import Citation, Clause
from tallystick.record.exchange import Exchange, RequestPart, ResponsePart
from tallystick.record.finding import AreaAnswer, Cited, Classification, Finding, Review, Verdict
from tallystick.record.journal import GENESIS, Entry
from tallystick.record.location import AREAS
from tallystick.record.replay import Replay, Step
from tallystick.record.scenario import Scenario
from tallystick.record.settings import Settings
from tallystick.record.trial import LabRun, Observation, RetryRow
from tallystick.review.checklist import Held, checklist, in_the_way, obstacles, waiver
from tallystick.review.worksheet import proposals, worksheet

NONE = Classification("none", "none", contract_failure=False, reason="")


def finding(location: str, area: str, outcome: Any = "sound", **how: Any) -> Finding:
    cited = Cited("c", "says", "documented", "S1", "https://h", "2026", 0, 1, "q")
    base: dict[str, Any] = {
        "rule": "r", "standing": "documented", "assumed": "a", "documented": "value",
        "observed": "o", "reason": "", "citations": (cited,), "evidence": ("x1-1",),
    }  # fmt: skip
    return Finding(location=location, area=area, outcome=outcome, **{**base, **how})


def review(*findings: Finding, unchecked: str = "") -> Review:
    areas = tuple(
        AreaAnswer(area, "could-not-check" if area == unchecked else "sound", f"{area}: fine")
        for area in AREAS
    )
    return Review(Verdict("undecided", ""), NONE, findings, areas)


def held(*findings: Finding, unchecked: str = "", **how: Any) -> Held:
    usual: dict[str, Any] = {
        "clauses": (), "exchanges": (), "settings": (), "run": None, "retries": (),
        "replays": (), "entries": (),
    }  # fmt: skip
    return Held(review=review(*findings, unchecked=unchecked), **{**usual, **how})


def clause(location: str) -> Clause:
    return Clause(location, "value", "v", Citation("S1", 0, 1, "q"), "documented")


def item(key: str, case: Held) -> Item:
    return next(one for one in checklist(case) if one.key == key)


def seen(location: str, outcome: Any = "right") -> LabRun:
    return LabRun(("c",), (Observation(Scenario("s", location), outcome, ()),))


def row(name: str) -> RetryRow:
    return RetryRow(name, "yes", "", "", "", "", "")


def entry(action: Any, key: str) -> Entry:
    return Entry(GENESIS, "2026", "lead", action, f"checklist.{key}", "value", "x", "why")


def test_seven_rows_with_how_each_was_validated() -> None:
    rows = worksheet(review(
        finding("endpoint.path", "endpoint"),
        finding("request.model", "request", evidence=("baseline",)),
        finding("retry.status.500", "errors", evidence=("x1-1", "status-500")),
        finding("limit.requests", "rate limits", citations=(), evidence=()),
    ))  # fmt: skip
    assert [r.method for r in rows] == [
        "captures", "none", "lab", "none", "captures and lab", "reading only", "none",
    ]  # fmt: skip
    assert rows[0].source == "S1 (https://h)"
    assert rows[1].value == "no finding cites a source"


@pytest.mark.parametrize(
    ("area", "documents", "client"),
    [("request", "client code", "support"), ("response", "parser", "support"),
     ("errors", "retry policy", "support"), ("endpoint", "configuration", "ask the provider")],
)  # fmt: skip
def test_a_finding_has_a_fix_on_either_side(area: str, documents: str, client: str) -> None:
    (made,) = proposals(review(finding("x.y", area, "client-mismatch"), finding("a.b", area)))
    assert made.if_documents.startswith(documents)
    assert made.if_client.startswith(client)


def test_items_are_done_when_the_case_shows_that_they_were_looked_at() -> None:
    places = ("endpoint.path", "auth.header", "auth.scheme")
    stated = tuple(clause(place) for place in (*places, "endpoint.base_url", "request.model"))
    sound = [finding(place, "endpoint") for place in places]
    case = held(
        *sound, finding("request.model", "request", "client-mismatch"),
        finding("limit.requests", "rate limits", "to-verify"), finding("billing.usage", "billing"),
        clauses=stated, settings=(Settings("production"),),
        run=LabRun(("c",), (
            Observation(Scenario("a", "response.id"), "right", ()),
            Observation(Scenario("b", "stream.done"), "right", ()),
            Observation(Scenario("c", "error.body"), "raised", ()),
        )),
        retries=tuple(row(n) for n in ("validation x", "authentication", "no answer in time", "provider")),
        replays=(Replay("staging", "2026", (), (Step("plain", "conforms"),)),),
        entries=(entry("confirm", "runbook"),),
    )  # fmt: skip
    states = {one.key: one.state for one in checklist(case)}
    assert states.pop("runbook") == "confirmed"
    assert set(states.values()) == {"done"}
    assert obstacles(case, checklist(case)) == ()


def test_what_a_person_said_never_hides_what_the_case_shows() -> None:
    assert item("errors", held()).state == "open"
    waived = item("errors", held(entries=(entry("confirm", "errors"), entry("waive", "errors"))))
    assert waived.state == "waived"
    assert "the case: no negative case was run" in waived.evidence
    done = item("errors", held(run=seen("error.body"), entries=(entry("waive", "errors"),)))
    assert done.state == "done"


def test_streaming_is_asked_only_where_it_is_used() -> None:
    asked = Exchange("x", "", 0, None, None, RequestPart("POST", "", body={"stream": True}),
                     ResponsePart(200))  # fmt: skip
    assert item("streaming", held()).state == "not-applicable"
    assert item("streaming", held(exchanges=(asked,))).state == "open"
    assert item("streaming", held(run=seen("stream.done", "could-not-check"))).state != "done"


def test_endpoint_and_auth_want_a_source_and_agreement() -> None:
    assert "no source" in item("endpoint-path", held()).evidence
    stated = (clause("endpoint.path"),)
    assert "neither captures nor lab" in item("endpoint-path", held(clauses=stated)).evidence
    settings = (Settings("production"),)
    assert item("base-url", held(settings=settings)).state == "open"


def test_a_replay_that_could_not_check_is_none() -> None:
    none = Replay("staging", "2026", (), (Step("no-token", "could-not-check"),))
    assert item("replay", held(replays=(none,))).state == "open"
    assert item("errors", held(replays=(none,))).evidence == "no negative case was run"


def test_conflicts_and_unchecked_areas_stand_in_the_way_until_waived() -> None:
    torn = finding("retry.status.500", "errors", "documents-disagree")
    case = held(torn, unchecked="billing")
    found = " ".join(obstacles(case, ()))
    assert "sources disagree at retry.status.500" in found
    assert "could not check billing" in found
    given = [
        msgspec.structs.replace(entry("waive", key), value=waiver(places))
        for key, places in in_the_way(case.review).items()
    ]
    waived = held(torn, unchecked="billing", entries=given)
    assert obstacles(waived, ()) == ()
    more = finding("retry.status.429", "errors", "documents-disagree")
    later = msgspec.structs.replace(
        waived, review=msgspec.structs.replace(waived.review, findings=(torn, more))
    )
    assert obstacles(later, ()) == ("conflicts: sources disagree at retry.status.429",)
