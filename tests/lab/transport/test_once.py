"""Commands that are started once for every trial, over real sockets."""

import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from tallystick.lab import LabError, baseline, baselines
from tallystick.lab.transport import Target
from tallystick.lab.transport.once import AWAY
from tallystick.trials.measure import rig_for, trial
from tests.lab.bench import EVERY, HERE, NOTHING, client, measured, run

BASELINE = baselines("plain")[0]


def test_a_plain_client_is_measured() -> None:
    names = ("without-response.choices.message.content", "without-response.id",
             "retry-after-seconds", "reset")  # fmt: skip
    seen = measured(client("ask"), *names)
    assert [o.outcome for o in seen.values()] == ["right", "raised", "right", "raised", "raised"]
    assert [o.error for o in seen.values()] == [
        "", "KeyError", "", "HTTPError", "ConnectionResetError",
    ]  # fmt: skip
    first = seen["baseline"].attempts[0]
    assert (first.method, first.path, first.auth) == (
        "POST", "/v1/chat/completions", "authorization: Bearer",
    )  # fmt: skip
    assert first.fields == ("model:string", "messages:array", "stream:boolean")
    assert {"authorization", "content-type", "host"} <= set(first.headers)


def test_a_stream_that_was_cut_and_taken_for_whole_is_truncated() -> None:
    seen = measured(client("stream"), "stream-cut", "usage-empty-choices", call="stream")
    assert seen["baseline"].attempts[0].stream
    assert seen["stream-cut"].outcome == "truncated"
    assert seen["usage-empty-choices"].error == "IndexError"


def test_two_providers_show_a_fallback_and_what_it_changes() -> None:
    seen = measured(client("fallback"), "fallback-500", "fallback-in-body", "status-500")
    assert seen["fallback-500"].outcome == "right"
    turned = seen["fallback-500"].attempts[1]
    assert turned.route == "fallback"
    assert set(turned.changed) == {"model", "stream"}
    assert seen["fallback-in-body"].outcome == "right"


def test_a_tool_loop_is_one_call() -> None:
    seen = measured(client("tools"), "without-response.choices.message.content", call="tools")
    assert len(seen["baseline"].attempts) == 1
    assert seen["without-response.choices.message.content"].outcome == "raised"


def test_sockets_and_processes_do_not_outlive_their_trial() -> None:
    (result,) = run(client("ask", isolate=False), BASELINE)
    port = int(result.events[0].request.header("host").split(":")[1])  # type: ignore[union-attr]
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), 1):
        pass


def test_what_a_client_leaves_behind_does_not_hold_the_lab(tmp_path: Path) -> None:
    left = tmp_path / "pid"
    script = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen(['sleep', '20'], start_new_session=True)\n"
        f"open({str(left)!r}, 'w').write(str(child.pid))\n"
    )
    began = time.monotonic()
    run(Target((sys.executable, "-c", script), HERE, timeout_s=10.0), BASELINE)
    assert time.monotonic() - began < 9
    os.kill(int(left.read_text()), signal.SIGKILL)


def test_a_client_that_goes_on_in_the_background_is_named() -> None:
    (result,) = run(client("forks-away"), BASELINE)
    if result.events:  # its child was quick enough
        assert result.note == AWAY
    with pytest.raises(LabError):
        baseline([result] * 3)


def test_processes_of_its_group_are_ended_and_told() -> None:
    script = "import subprocess; subprocess.Popen(['sleep', '20'])"
    (result,) = run(Target((sys.executable, "-c", script), HERE, timeout_s=10.0), BASELINE)
    assert "left processes behind" in result.note


@pytest.mark.parametrize(
    ("mode", "problem"),
    [
        ("fixed", "the same whatever the answer says"),
        ("random", "something else each time"),
        ("twice", "made 2 requests"),
        ("never-calls", "never reached the lab"),
        ("silent", "failed on a conforming answer"),
        ("no-such-mode", "never reached the lab"),
    ],
)
def test_a_client_that_cannot_be_measured_is_named(mode: str, problem: str) -> None:
    with pytest.raises(LabError, match=problem):
        baseline(run(client(mode), *baselines("plain")), isolated=True)


def test_a_client_that_never_ends_is_stopped() -> None:
    (result,) = run(client("never-ends", timeout_s=1.0), BASELINE)
    assert (result.ended, result.exit_code) == ("hung", None)
    with pytest.raises(LabError, match="did not finish"):
        baseline([result] * 3)


def test_a_command_that_does_not_exist_is_named() -> None:
    (result,) = run(Target(("/no/such/command",), HERE), BASELINE)
    with pytest.raises(LabError, match="cannot be started: No such file"):
        baseline([result] * 3)


def test_a_wrong_path_is_told_with_what_was_answered() -> None:
    script = (
        "import os, urllib.request as u\n"
        "u.urlopen(u.Request(os.environ['TALLYSTICK_ORIGIN'] + '/v1/v1/chat/completions', b'{}'))"
    )
    results = run(Target((sys.executable, "-c", script), HERE, timeout_s=10.0), BASELINE)
    with pytest.raises(LabError, match="refused POST /v1/v1/chat/completions with 404"):
        baseline(results * 3)


def test_an_inherited_proxy_and_a_real_key_are_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-real")
    (result,) = run(client("ask"), BASELINE)
    assert "sk-real" not in (result.events[0].request.header("authorization") or "")


@pytest.mark.skipif(sys.platform != "linux", reason="networks are separated on Linux only")
def test_a_client_has_no_network_but_the_labs() -> None:
    target = client("network")
    with rig_for(target, NOTHING) as rig:
        (result,) = rig.run([trial(BASELINE, NOTHING)], lambda _: None)
        isolated = rig.isolated
    if isolated:  # a system may forbid namespaces; then the lab says so
        assert result.ended == "answered"


def test_a_hard_coded_address_is_reached_through_a_proxy() -> None:
    seen = measured(client("hard-coded", reach="proxy"), "status-500", "reset", "stream-instead")
    assert seen["baseline"].attempts[0].host == "https://api.cometapi.com"
    assert seen["status-500"].error == "HTTPError"
    assert seen["reset"].outcome == "raised"


def test_without_a_network_of_its_own_a_client_is_known_by_the_proxys_password() -> None:
    (result,) = run(client("hard-coded", reach="proxy", isolate=False), BASELINE)
    assert [event.request.origin for event in result.events] == ["https://api.cometapi.com"]
    assert result.note == ""


def test_what_a_client_asks_elsewhere_is_refused_and_told() -> None:
    (result,) = run(client("elsewhere", reach="proxy"), BASELINE)
    assert result.ended == "answered"
    assert "another host" in result.note


def test_a_client_that_insists_on_https_trusts_the_labs_authority() -> None:
    seen = measured(client("ask", reach="https"), "status-500", "close-in-body")
    assert seen["baseline"].outcome == "right"
    assert [o.outcome for o in seen.values()] == ["right", "raised", "raised"]


def test_a_refused_connection_shows_in_the_error() -> None:
    (result,) = run(client("ask"), EVERY["refused"])
    assert result.events == ()
    assert "URLError" in result.error
