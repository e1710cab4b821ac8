"""Records of a gateway that hold what it received and what it sent on."""

import json
from pathlib import Path
from typing import Any

import pytest

from tallystick.case.capture import exchanges
from tallystick.engine.merging import How
from tallystick.intake import Facts, classify
from tallystick.intake.formats.legs import legs_of
from tallystick.intake.sightings import once, sightings
from tallystick.record.finding import RootCause
from tallystick.review import Material, review

ASKED = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "x"}]}
SENT = {"content-type": "application/json"}
SIGNED = {**SENT, "authorization": "Bearer ***"}
REFUSED = {"error": {"message": "Unrecognized request argument supplied: top_k", "param": "top_k"}}
NO_KEY = {"error": {"message": "No token provided", "code": "invalid_api_key"}}
AT = {"ts": "2026-06-01T09:00:00Z", "gateway": "gw-1"}


def _caused(folder: Path, *lines: dict[str, Any]) -> RootCause | None:
    capture = folder / "gateway.jsonl"
    capture.write_text("\n".join(map(json.dumps, lines)))
    whole, _ = exchanges([str(capture)], How(workers=1))
    twice = sightings(whole)
    calls = once(whole, twice)
    assert len(calls) == len(lines)
    return review(Material((), (), (), calls, classify(calls, Facts()), twice=twice)).cause


def _near(**more: Any) -> dict[str, Any]:
    return {"path": "/v1/chat/completions", "body": ASKED, **more}


@pytest.mark.parametrize(
    "record",
    [
        {"client_request": _near(), "upstream_request": {"body": {**ASKED, "top_k": 4}},
         "upstream_status": 400, "upstream_body": REFUSED, "client_status": 400},
        {"client_request": _near(), "request": {"body": {**ASKED, "top_k": 4}},
         "status": 400, "response": {"body": REFUSED}},
        {"downstream": 1, "inboundRequest": _near(), "providerRequest": {"body": {**ASKED, "top_k": 4}},
         "providerResponse": {"status": 400, "body": REFUSED}},
    ],
    ids=["named sides", "one side named", "other words"],
)  # fmt: skip
def test_what_a_gateway_added_is_seen_in_its_own_record(
    record: dict[str, Any], tmp_path: Path
) -> None:
    found = _caused(tmp_path, {**AT, **record})
    assert found is not None
    assert (found.side, found.location) == ("gateway", "request.top_k")


@pytest.mark.parametrize(
    ("near", "far", "answer", "side"),
    [
        (SIGNED, SENT, NO_KEY, "gateway"),
        (SIGNED, SIGNED, NO_KEY, "unknown"),
        (SENT, SENT, NO_KEY, "unknown"),
        (SIGNED, SENT, {"error": {"message": "This key has been revoked"}}, "account"),
        (SIGNED, None, NO_KEY, "unknown"),
    ],
    ids=["left out", "sent on", "never there", "another reason", "not shown"],
)
def test_a_key_that_was_not_sent_on(
    near: object, far: object, answer: object, side: str, tmp_path: Path
) -> None:
    behind = {"body": ASKED} | ({"headers": far} if far else {})
    record = {"client_request": _near(headers=near), "upstream_request": behind}
    found = _caused(tmp_path, {**AT, **record, "status": 401, "response": {"body": answer}})
    assert found is not None
    assert found.side == side


@pytest.mark.parametrize(
    "line",
    [
        {"request": {"body": ASKED}, "status": 200},
        {"client_request": _near(), "status": 200},
        {"client_request": "req-1", "upstream_request": "req-2"},
        {"client": "10.0.0.1", "upstream": "10.0.0.2", "request": {"body": ASKED}},
    ],
)
def test_a_record_of_one_side_has_no_legs(line: dict[str, Any]) -> None:
    assert not list(legs_of(line))


def test_the_sides_may_be_objects_of_their_own(tmp_path: Path) -> None:
    record = {
        **AT, "inbound": {"method": "POST", "path": "/v1/chat/completions", "body": ASKED},
        "upstream": {"url": "https://api.cometapi.com/v1/chat/completions",
                     "body": {**ASKED, "top_k": 4}, "status": 400, "response": REFUSED},
        "outbound": {"status": 400},
    }  # fmt: skip
    near, far = legs_of(record)
    assert (near[0], far[0]) == ("near", "far")
    assert near[1]["status"] == 400 and "top_k" not in near[1]["request"]["body"]
    cause = _caused(tmp_path, record)
    assert cause is not None
    assert (cause.side, cause.location) == ("gateway", "request.top_k")
    assert [*legs_of({**AT, "inbound": {"status": 400}, "upstream": {"status": 400}})] == []


@pytest.mark.parametrize(
    ("details", "side"), [("request_payload_too_large", "gateway"), ("via_upstream", "unknown")]
)
def test_envoys_own_answers_are_the_gateways(details: str, side: str, tmp_path: Path) -> None:
    line = {
        "start_time": "2026-06-01T09:00:00Z", "method": "POST", "path": "/v1/chat/completions",
        "protocol": "HTTP/1.1", "response_code": 413, "response_flags": "-", "duration": 41,
        "response_code_details": details, "authority": "api.cometapi.com",
    }  # fmt: skip
    cause = _caused(tmp_path, line)
    assert cause is not None
    assert cause.side == side


def test_a_record_of_one_side_is_joined_by_the_name_of_its_call(tmp_path: Path) -> None:
    def record(call: str, leg: str, host: str, *, stream: bool) -> str:
        body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}], "stream": stream}
        refusal = {"error": {"message": "no", "type": "invalid_request_error"}}
        return json.dumps({"ts": "2026-11-20T09:51:00Z", "call_id": call, "leg": leg, "body": body,
                           "url": f"https://{host}/v1/chat/completions", "status": 400,
                           "response": refusal})  # fmt: skip

    lines = [
        record("c-1", "upstream", "api.cometapi.com", stream=False),
        record("c-1", "client", "proxy.example", stream=True),
        record("c-2", "upstream", "api.cometapi.com", stream=True),
        record("c-2", "client", "proxy.example", stream=True),
    ]
    capture = tmp_path / "gateway.jsonl"
    capture.write_text("\n".join(lines))
    found, _ = exchanges([str(capture)], How(workers=1))
    seen = {one.near: one for one in sightings(found)}
    assert [[far.rpartition("-")[2] for far in one.far] for one in seen.values()] == [
        ["0000"],
        ["0002"],
    ]
    changed = [[c.location for c in one.changes] for one in seen.values()]
    assert changed == [["request.stream"], []]
