"""Observations: what of a trial may be kept, and how outcomes are told apart."""

import json
from typing import Any

import msgspec
import pytest

from tallystick.lab import Baseline, LabError, assumptions, baseline, observe
from tallystick.lab.answers import CONTENT, CUT_AFTER, OTHER, USAGE
from tallystick.lab.framing import growing
from tallystick.lab.wire import Result, SeenRequest, WireEvent
from tallystick.record import Observation, Scenario, canonical
from tallystick.record.exchange import UnheldError
from tallystick.record.scenario import Fault, Remove
from tallystick.record.trial import Attempt

PLAIN = Scenario("s", "response.id", (Remove("id"),))
REQUEST = SeenRequest(
    "POST", "/v1/chat/completions", (("authorization", "Bearer x"),),
    b'{"model":"m","messages":[{"role":"user","content":"x"}]}', 5,
)  # fmt: skip
EVENT = WireEvent(REQUEST, 200, 6)
USED = {"finish_reason": "stop", "usage": USAGE}


def told(text: str = CONTENT, **changed: Any) -> Result:
    return Result(
        **{
            "name": "t",
            "events": (EVENT,),
            "ended": "answered",
            "text": text,
            "at_ms": 9,
            **changed,
        }
    )


BASE = Baseline(told(extra=USED), exact=True)


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (told(), "right"),
        (told(f"Answer: {CONTENT}"), "right"),
        (told(f"{CUT_AFTER} and no more"), "truncated"),
        (told(CUT_AFTER + CONTENT), "wrong"),
        (told(""), "wrong"),
        (told(OTHER), "wrong"),
        (told(ended="failed", error="KeyError: 'id'"), "raised"),
        (told(ended="hung"), "hung"),
        (told(events=()), "could-not-check"),
        (told(ended="lost", problem="gone", events=()), "could-not-check"),
        (told(ended="lost", problem="gone", exit_code=9), "raised"),
    ],
)
def test_outcomes(result: Result, outcome: str) -> None:
    assert observe(PLAIN, result, BASE).outcome == outcome


def test_what_else_differs_is_named() -> None:
    seen = observe(PLAIN, told(f"{CONTENT}!", extra={"finish_reason": None, "usage": None}), BASE)
    assert seen.differs == ("finish_reason", "usage", "output")
    assert seen.usage == "none"
    assert observe(PLAIN, told("", extra=USED), BASE).empty
    assert observe(PLAIN, told(), Baseline(told(), exact=False)).differs == ()


@pytest.mark.parametrize(
    ("total", "usage"),
    [(29, "last"), (growing(0, 4)["total_tokens"], "first"), (29 + 28 + 27 + 26, "sum"),
     (3, "other"), ("29", "other")],
)  # fmt: skip
def test_which_usage_was_told(total: object, usage: str) -> None:
    result = told(extra={"usage": {"total_tokens": total}})
    assert observe(PLAIN, result, BASE).usage == usage


def test_without_a_mark_the_whole_output_counts() -> None:
    length = Baseline(told("44 characters"), exact=True)
    assert observe(PLAIN, told("44 characters"), length).outcome == "right"
    assert observe(PLAIN, told("12 characters"), length).outcome == "wrong"


def test_a_closed_port_sees_nothing_and_is_observed_still() -> None:
    refused = Scenario("refused", "retry.transport.refused", (Fault("refuse"),))
    failed = told(ended="failed", error="x.ConnectError: refused", events=())
    assert observe(refused, failed, BASE).outcome == "raised"


@pytest.mark.parametrize(
    "secret",
    ["sk-live-Zq7Xv2", "anna.mueller@acme.example", "DE89370400440532013000", "hunter two"],
)
def test_nothing_of_a_clients_own_reaches_an_observation(secret: str) -> None:
    body = json.dumps({secret: 1, "model": secret, "messages": []}).encode()
    request = SeenRequest(
        "HUNTER", f"/v1/{secret}/chat?{secret}=1",
        (("authorization", secret), ("x", secret), (secret.replace(" ", "-"), "y")), body, 0,
        f"https://db.{secret}",
    )  # fmt: skip
    other = msgspec.structs.replace(request, body=b'{"' + secret.encode() + b'": 2}', headers=())
    stderr = (
        f"Traceback\n{secret.replace(' ', '_')}Error: {secret}\nacme.{secret}.PaymentError: x\n"
    )
    events = (WireEvent(request, 200, 1), WireEvent(other, 200, 2))
    result = Result("t", events, "failed", secret, stderr, 1, {"usage": secret})
    seen = observe(PLAIN, result, BASE)
    written = canonical([seen, assumptions([seen])]).decode()
    assert not [part for part in secret.split() if part in written]
    assert seen.attempts[0].method == "‹value›"
    deep = msgspec.structs.replace(request, body=b"[" * 200_000)
    hostile = told(events=(WireEvent(deep, 200, 1),))
    assert observe(PLAIN, hostile, BASE).attempts[0].fields == ()


def test_an_observation_refuses_what_it_may_not_hold() -> None:
    with pytest.raises(UnheldError):
        Observation(PLAIN, "raised", (), 1, "Anna_Mueller_4111Error")
    for part in ({"path": "/v1/anna"}, {"fields": ("anna-4:string",)}, {"auth": "x-anna: b"},
                 {"method": "ANNA"}, {"host": "https://anna.example"}, {"query": ("anna",)},
                 {"headers": ("x-anna",)}, {"changed": ("anna-4",)}):  # fmt: skip
        whole: dict[str, Any] = {
            "method": "POST", "path": "/v1", "auth": "", "fields": (), "stream": False,
            "gap_ms": None, "same_body": True, "idempotency_key": False, "status": 200,
        }  # fmt: skip
        with pytest.raises(UnheldError):
            Attempt(**{**whole, **part})


def test_a_baseline_says_which_kind_of_call_it_was() -> None:
    def call(**body: Any) -> Baseline:
        data = json.dumps({"model": "m", "messages": [{}], **body}).encode()
        event = WireEvent(msgspec.structs.replace(REQUEST, body=data), 200, 1)
        return baseline(
            [told(events=(event,)), told(events=(event,)), told(OTHER, events=(event,))]
        )

    assert call().call == "plain"
    assert call(stream=True).call == "stream"
    assert call(tools=[1]).call == "tools"
    assert call(tools=[1], stream=True, stream_options={"include_usage": True}).asks_usage
    with pytest.raises(LabError, match="failed on a conforming answer: KeyError"):
        baseline([told(ended="failed", error="KeyError: 1")] * 3)
