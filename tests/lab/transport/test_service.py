"""A running service that a request triggers."""

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tallystick.lab import LabError, baseline, baselines
from tallystick.lab.transport import Target, Trigger
from tests.conftest import free_port
from tests.lab.bench import EVERY, measured, run

ROOT = Path(__file__).parents[3]


@pytest.fixture
def service() -> Callable[..., Target]:
    def made(*words: str, **how: Any) -> Target:
        port = free_port()
        command = (sys.executable, "-m", "tests.lab.services", str(port), *words)
        trigger = Trigger(url=f"http://127.0.0.1:{port}/ask", listen=f"127.0.0.1:{free_port()}")
        settings = {"trigger": trigger, "mode": "http", "timeout_s": 8.0, **how}
        return Target(**{"command": command, "directory": ROOT, **settings})

    return made


def test_a_service_is_started_triggered_and_measured(service: Callable[..., Target]) -> None:
    seen = measured(service(), "status-500", "without-response.id", "refused")
    assert (seen["status-500"].outcome, seen["status-500"].error) == ("raised", "HTTPError")
    assert seen["without-response.id"].outcome == "right"
    assert "stays open between trials" in seen["refused"].reason


def test_what_another_process_posts_to_a_services_trial_is_no_attempt(
    service: Callable[..., Target],
) -> None:
    (result,) = run(service("stranger", secret="0123456789abcdef"), EVERY["status-500"])
    assert [event.request.target for event in result.events] == ["/v1/chat/completions"]
    assert "1 requests had neither the secret path" in result.note


def test_a_service_that_goes_on_is_named(service: Callable[..., Target]) -> None:
    with pytest.raises(LabError, match="made 2 requests"):
        baseline(run(service("background"), *baselines("plain")))


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ({"command": ("/no/such",)}, "cannot be started"),
        ({"command": (sys.executable, "-c", "pass")}, "ended by itself with exit code 0"),
        ({"command": ()}, "cannot be triggered: ConnectError"),
        ({"trigger": Trigger(url="http://127.0.0.1:9/", listen="nowhere")}, "no address to listen at"),
        (
            {"command": (sys.executable, "-c", "input()"), "timeout_s": 0.3,
             "trigger": Trigger(url="http://127.0.0.1:9/", listen=f"127.0.0.1:{free_port()}")},
            "ended by itself|does not listen",
        ),
    ],
)  # fmt: skip
def test_a_service_that_cannot_be_measured_is_named(
    service: Callable[..., Target], how: dict[str, Any], problem: str
) -> None:
    with pytest.raises(LabError, match=problem):
        baseline(run(service(**how), *baselines("plain")))


def test_an_address_that_is_taken_is_named(service: Callable[..., Target]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        trigger = Trigger(url="http://127.0.0.1:9/", listen=listen)
        (result,) = run(service(trigger=trigger), EVERY["status-500"])
    assert "cannot listen at" in result.problem


def test_a_service_that_does_not_answer_in_time_hangs(service: Callable[..., Target]) -> None:
    (result,) = run(service(timeout_s=1.0), EVERY["stall"])
    assert result.ended == "hung"
