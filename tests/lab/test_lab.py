"""The lab with real processes over real sockets."""

import json
import os
import signal
import socket
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tallystick.lab import (
    BASELINE,
    BASELINES,
    LabError,
    ProcessResult,
    Trial,
    assumptions,
    baseline_observation,
    catalogue,
    observe,
    respond,
    run_trials,
)
from tallystick.lab.wire import Reply, SeenRequest, WireEvent
from tallystick.record import Assumption, Observation, Scenario, canonical
from tallystick.record.exchange import UnheldError
from tallystick.record.trial import Attempt, CutStream, Remove, Reset, Status

HERE = Path(__file__).parent
CLIENT = (sys.executable, str(HERE / "clients.py"))


def trial(mode: str, scenario: Scenario, timeout_s: float = 20.0) -> Trial:
    return Trial(scenario.id, (*CLIENT, mode), HERE, partial(respond, scenario), timeout_s)


def run(mode: str, *scenarios: Scenario, timeout_s: float = 20.0) -> tuple[ProcessResult, ...]:
    trials = [trial(mode, scenario, timeout_s) for scenario in scenarios]
    return run_trials(trials, 4, lambda _: None)


def measured(mode: str, *scenarios: Scenario) -> list[Observation]:
    results = run(mode, *BASELINES, *scenarios)
    first, rest = results[0], results[len(BASELINES) :]
    seen = baseline_observation(results[: len(BASELINES)])
    pairs = zip(scenarios, rest, strict=True)
    return [seen, *(observe(scenario, result, first.stdout) for scenario, result in pairs)]


def test_a_plain_client_is_measured() -> None:
    scenarios = (
        Scenario("no-content", "response.choices[].message.content",
                 (Remove("choices[].message.content"),)),
        Scenario("no-id", "response.id", (Remove("id"),)),
        Scenario("status-429", "retry.status.429", (Status(429, retry_after="1"),)),
        Scenario("reset", "retry.transport.reset", (Reset(),)),
    )  # fmt: skip
    seen = measured("ask", *scenarios)
    assert [o.outcome for o in seen] == ["right", "raised", "right", "raised", "raised"]
    assert [o.error for o in seen] == ["", "KeyError", "", "HTTPError",
                                       "ConnectionResetError"]  # fmt: skip
    first = seen[0].attempts[0]
    assert (first.method, first.path, first.auth) == (
        "POST", "/v1/chat/completions", "authorization: Bearer",
    )  # fmt: skip
    assert first.fields == ("model:string", "messages:array", "stream:boolean")
    found = {a.location: a.value for a in assumptions(seen)}
    assert found["response.choices[].message.content"] == "relied-on"
    assert found["response.id"] == "guarded"
    assert found["auth.scheme"] == "Bearer"
    assert found["request.model"] == "sent"
    assert found["retry.retry_after"] == "fails-fast"
    assert found["retry.transport.reset"] == "fails-fast"
    assert found["retry.amplification"] == "1"


def test_a_streaming_client_that_takes_a_cut_stream_for_whole() -> None:
    cut = Scenario("stream-cut", "stream.done", (CutStream(2),), stream=True)
    seen = measured("stream", cut)
    assert seen[0].attempts[0].stream
    assert seen[1].outcome == "wrong"
    (found,) = [a for a in assumptions(seen) if a.location == "stream.done"]
    assert (found.value, found.origin) == ("accepts-cut", "measured")


def test_a_client_that_swallows_errors_is_found_out() -> None:
    seen = measured("swallow", Scenario("status-500", "retry.status.500", (Status(500),)))
    assert [a.value for a in assumptions(seen) if a.location == "retry.status.500"] == ["swallows"]


def test_a_connection_serves_several_requests_and_each_is_seen() -> None:
    (result,) = run("twice", BASELINE)
    assert len(result.events) == 2
    assert result.events[1].request.at_ms >= result.events[0].request.at_ms


@pytest.mark.parametrize(
    ("mode", "problem"),
    [
        ("fixed", "the same whatever the answer says"),
        ("random", "something else each time"),
        ("twice", "made 2 requests"),
    ],
)
def test_a_client_that_says_nothing_of_its_answer_is_named(mode: str, problem: str) -> None:
    with pytest.raises(LabError, match=problem):
        baseline_observation(run(mode, *BASELINES))


def test_what_a_client_leaves_behind_does_not_hold_the_lab(tmp_path: Path) -> None:
    left = tmp_path / "pid"
    script = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen(['sleep', '20'], start_new_session=True)\n"
        f"open({str(left)!r}, 'w').write(str(child.pid))\n"
    )
    command = (sys.executable, "-c", script)
    began = time.monotonic()
    run_trials([Trial("t", command, HERE, partial(respond, BASELINE), 10.0)], 1, lambda _: None)
    assert time.monotonic() - began < 9
    os.kill(int(left.read_text()), signal.SIGKILL)


@pytest.mark.parametrize(
    "secret",
    ["sk-live-Zq7Xv2", "anna.mueller@acme.example", "DE89370400440532013000", "hunter two"],
)
def test_nothing_of_a_clients_own_reaches_an_observation(secret: str) -> None:
    body = json.dumps({secret: 1, "model": secret, "messages": []}).encode()
    request = SeenRequest(
        "HUNTER", f"http://db.{secret}/v1/{secret}/chat?{secret}",
        (("authorization", secret), ("x", secret)), body, 0,
    )  # fmt: skip
    event = WireEvent(request, Reply(200), 1)
    stderr = (
        f"Traceback\n{secret.replace(' ', '_')}Error: {secret}\nacme.{secret}.PaymentError: x\n"
    )
    result = ProcessResult("t", (event,), 1, secret, stderr)
    seen = observe(Scenario("s", "response.id", (Remove("id"),)), result, "x")
    written = canonical([seen, assumptions([seen])]).decode()
    assert not [part for part in secret.split() if part in written]
    assert seen.attempts[0].method == "‹value›"
    deep = msgspec.structs.replace(request, body=b"[" * 200_000)
    hostile = ProcessResult("t", (WireEvent(deep, Reply(200), 1),), 1)
    assert observe(BASELINE, hostile, "x").attempts[0].fields == ()
    assert respond(BASELINE, deep).status in (301, 404)


def test_an_observation_refuses_what_it_may_not_hold() -> None:
    with pytest.raises(UnheldError):
        Observation(BASELINE, "raised", (), 1, "Anna_Mueller_4111Error")
    for part in ({"path": "/v1/anna"}, {"fields": ("anna:string",)}, {"auth": "x-anna: b"},
                 {"method": "ANNA"}):  # fmt: skip
        whole: dict[str, Any] = {
            "method": "POST", "path": "/v1", "auth": "", "fields": (), "stream": False,
            "gap_ms": None, "same_body": True, "idempotency_key": False, "status": 200,
        }  # fmt: skip
        with pytest.raises(UnheldError):
            Attempt(**{**whole, **part})


@pytest.mark.parametrize(
    ("mode", "problem"),
    [("never-calls", "never reached the lab"), ("silent", "failed on a conforming answer"),
     ("no-such-mode", "never reached the lab")],
)  # fmt: skip
def test_a_client_that_cannot_be_measured_is_named(mode: str, problem: str) -> None:
    (result,) = run(mode, BASELINE)
    with pytest.raises(LabError, match=problem):
        baseline_observation([result] * 3)


def test_a_client_that_never_ends_is_stopped() -> None:
    (result,) = run("never-ends", BASELINE, timeout_s=1.0)
    assert result.exit_code is None
    with pytest.raises(LabError, match="did not finish"):
        baseline_observation([result] * 3)


def test_a_command_that_does_not_exist_is_named() -> None:
    missing = Trial("t", ("/no/such/command",), HERE, partial(respond, BASELINE), 5.0)
    (result,) = run_trials([missing], 1, lambda _: None)
    with pytest.raises(LabError, match="cannot be started: No such file"):
        baseline_observation([result] * 3)
    assert observe(BASELINE, result, "x").outcome == "could-not-check"


def test_a_trial_that_hangs_or_makes_no_request_counts_as_what_it_is() -> None:
    (result,) = run("ask", BASELINE)
    hung = ProcessResult("t", result.events, None)
    assert observe(BASELINE, hung, "x").outcome == "hung"
    assert observe(BASELINE, ProcessResult("t", (), 0, "x"), "x").outcome == "could-not-check"


def talk(data: bytes) -> bytes:
    """Send raw bytes to a provider, from inside a client process of its own."""
    script = (
        "import os,socket,sys\n"
        "host,port=os.environ['OPENAI_BASE_URL'][7:-3].split(':')\n"
        "s=socket.create_connection((host,int(port)),5)\n"
        "s.sendall(bytes.fromhex(sys.argv[1]))\n"
        "s.shutdown(socket.SHUT_WR)\n"
        "sys.stdout.write(s.makefile('rb').read().hex())"
    )
    command = (sys.executable, "-c", script, data.hex())
    (result,) = run_trials(
        [Trial("t", command, HERE, partial(respond, BASELINE), 10.0)], 1, lambda _: None
    )
    return bytes.fromhex(result.stdout)


def test_what_is_no_http_or_is_cut_off_gets_no_answer() -> None:
    assert talk(b"nonsense\r\n\r\n") == b""
    assert (
        talk(b"POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n{") == b""
    )


def seen_request(path: str = "/v1/chat/completions", body: bytes = b"{}", method: str = "POST",
                 authorization: str = "Bearer x") -> SeenRequest:  # fmt: skip
    return SeenRequest(method, path, (("authorization", authorization),), body, 0)


@pytest.mark.parametrize(
    ("request_", "status", "kind"),
    [
        (seen_request("/chat/completions"), 301, "text/html; charset=utf-8"),
        (seen_request("/v1/v1/chat/completions?x=1"), 404, "text/html; charset=utf-8"),
        (seen_request(method="GET"), 405, "application/json"),
        (seen_request(authorization="sk-x"), 401, "application/json"),
        (seen_request(), 400, "application/json"),
        (seen_request(body=b"no json"), 400, "application/json"),
        (seen_request(body=b"[]"), 400, "application/json"),
        (seen_request(body=b'{"model": "m", "messages": []}'), 500, "application/json"),
    ],
)
def test_wrong_requests_get_the_documented_answer(
    request_: SeenRequest, status: int, kind: str
) -> None:
    reply: Reply = respond(BASELINE, request_)
    assert (reply.status, dict(reply.headers)["content-type"]) == (status, kind)


def test_the_usage_chunk_comes_only_when_it_is_asked_for() -> None:
    def pieces(options: str) -> int:
        body = f'{{"model":"m","messages":[{{}}],"stream":true{options}}}'.encode()
        return len(respond(BASELINE, seen_request(body=body)).pieces)

    assert pieces(',"stream_options":{"include_usage":true}') == pieces("") + 1


def test_the_catalogue_follows_the_documented_fields_and_the_kind_of_call() -> None:
    plain, streamed = catalogue((), streams=False), catalogue((), streams=True)
    assert {scenario.stream for scenario in plain} == {False}
    assert any(scenario.id == "stream-cut" for scenario in streamed)
    assert len({scenario.id for scenario in plain}) == len(plain) > 25


def test_sockets_and_processes_do_not_outlive_their_trial() -> None:
    (result,) = run("ask", BASELINE)
    port = int(result.events[0].request.header("host").split(":")[1])  # type: ignore[union-attr]
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), 1):
        pass


def test_assumptions_say_how_retries_went() -> None:
    def attempt(gap: int | None, same: bool = True) -> Attempt:
        return Attempt("POST", "/v1", "api-key", (), False, gap, same, False, 429)

    def one(scenario: Scenario, *attempts: Attempt) -> Assumption:
        return assumptions([Observation(scenario, "raised", attempts, 1, "KeyError")])[0]

    asked = Scenario("s", "retry.retry_after", (Status(429, retry_after="1"),))
    assert one(asked, attempt(None), attempt(1001)).value == "honoured"
    assert one(asked, attempt(None), attempt(300)).value == "ignored"
    plain = Scenario("s", "retry.status.500", (Status(500, "invalid_request"),))
    found = one(plain, attempt(None), attempt(400, same=False))
    assert (found.value, found.when) == ("retries", "error.code=invalid_request")
    assert found.detail == "2 attempts; gaps 0.4 s; body changed; then raised KeyError"
