"""Callables that are imported once and forked for every trial."""

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from tallystick.lab import LabError, baseline, baselines
from tallystick.lab.transport import Target
from tallystick.lab.transport.warm import MAX_STARTS, OFTEN
from tallystick.trials.measure import rig_for, trial
from tests.lab.bench import EVERY, HERE, NOTHING, client, forked, measured, run

NAMES = ("status-500", "without-response.id", "without-response.choices.message.content", "reset")


@pytest.mark.parametrize("isolate", [True, False])
def test_forks_give_the_verdicts_of_starts(isolate: bool) -> None:
    fork = measured(forked("warm", isolate=isolate), *NAMES)
    once = measured(client("ask"), *NAMES)
    for name, seen in once.items():
        assert (fork[name].outcome, fork[name].error) == (seen.outcome, seen.error)
        assert len(fork[name].attempts) == len(seen.attempts)


def test_a_fork_has_its_own_ports_that_may_be_closed_at_first() -> None:
    seen = measured(forked("warm"), "refused", "fallback-500")
    assert seen["refused"].error == "URLError"
    assert [a.route for a in seen["fallback-500"].attempts] == ["primary"]


def test_a_fork_that_hangs_is_ended() -> None:
    (result,) = run(forked("warm", timeout_s=0.5), EVERY["stall"])
    assert result.ended == "hung"


def test_in_a_shared_network_no_port_can_be_closed() -> None:
    (result,) = run(forked("warm", isolate=False), EVERY["refused"])
    assert "no port can be closed" in result.problem


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ((sys.executable, "clients.py"), "names no callable"),
        ((sys.executable,), "names no callable"),
        ((sys.executable, "no_such_module:f"), "ModuleNotFoundError"),
        (("/no/such/python", "clients:ask"), "cannot be started"),
        ((sys.executable, "clients:never_ends"), "did not end in time"),
    ],
)
def test_a_callable_that_cannot_be_called_is_named(command: tuple[str, ...], problem: str) -> None:
    target = Target(command, HERE, mode="fork", timeout_s=1.0)
    with pytest.raises(LabError, match=problem):
        baseline(run(target, *baselines("plain")))


def test_what_a_warm_process_prints_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "leaky.py").write_text(
        "import os, sys\ndef f():\n    sys.stderr.write('customer sk-live-1: x\\n')\n    os._exit(1)\n"
    )
    target = Target((sys.executable, "leaky:f"), tmp_path, mode="fork", timeout_s=5.0)
    (result,) = run(target, EVERY["status-500"])
    assert "ended during this trial" in result.problem
    assert "customer" not in result.problem


def test_a_coroutine_function_is_awaited(tmp_path: Path) -> None:
    (tmp_path / "later.py").write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(HERE)!r})\n"
        "from clients import warm\nasync def f():\n    return warm()\n"
    )
    target = Target((sys.executable, "later:f"), tmp_path, mode="fork", timeout_s=8.0)
    assert measured(target, "status-500")["status-500"].error == "HTTPError"


def test_what_a_fork_leaves_behind_is_ended_and_told(tmp_path: Path) -> None:
    (tmp_path / "leaves.py").write_text(
        "import subprocess, sys\n"
        f"sys.path.insert(0, {str(HERE)!r})\n"
        "from clients import warm\n"
        "def f():\n    subprocess.Popen(['sleep', '30'])\n"
        "    subprocess.Popen(['sleep', '31'], start_new_session=True)\n    return warm()\n"
    )
    target = Target((sys.executable, "leaves:f"), tmp_path, mode="fork", timeout_s=8.0)
    with rig_for(target, NOTHING) as rig:
        (result,) = rig.run([trial(EVERY["without-response.id"], NOTHING)], lambda _: None)
    assert "left processes behind" in result.note
    if sys.platform == "linux":
        assert rig.left >= 1


@pytest.mark.parametrize("isolate", [True, False])
def test_a_process_that_always_ends_is_not_started_for_ever(tmp_path: Path, isolate: bool) -> None:
    (tmp_path / "dies.py").write_text(
        "import os, pathlib, signal, sys\n"
        f"sys.path.insert(0, {str(HERE)!r})\n"
        "from clients import warm\n"
        "WARM, HERE = os.getpid(), pathlib.Path(__file__).parent\n"
        "(HERE / f'start-{WARM}').touch()\n"
        "if len(list(HERE.glob('start-*'))) > 1:\n    os._exit(7)\n"
        "def f():\n"
        "    if os.getpid() != WARM:\n        os.kill(WARM, signal.SIGKILL)\n"
        "    return warm()\n"
    )
    command = (sys.executable, "dies:f")
    target = Target(command, tmp_path, mode="fork", timeout_s=8.0, isolate=isolate, parallel=2)
    scenarios = [replace(EVERY["status-500"], id=f"status-{n}") for n in range(MAX_STARTS + 5)]
    with rig_for(target, NOTHING) as rig:
        results = list(rig.run([trial(each, NOTHING) for each in scenarios], lambda _: None))
    assert {result.ended for result in results} == {"lost"}
    assert results[-1].problem == OFTEN
    assert len(results) == len(scenarios)
    assert len(list(tmp_path.glob("start-*"))) == MAX_STARTS + 1


def test_what_a_fork_prints_is_in_no_folder(tmp_path: Path) -> None:
    """Killed together, the lab and its client leave nothing behind that the client printed."""
    (tmp_path / "named.py").write_text(
        "import os, sys\n"
        f"sys.path.insert(0, {str(HERE)!r})\n"
        "from clients import warm\n"
        "def call():\n"
        "    kept = [os.readlink('/proc/self/fd/%d' % n) for n in (1, 2)]\n"
        "    assert all(name.endswith(' (deleted)') for name in kept), kept\n"
        "    return warm()\n"
    )
    target = Target((sys.executable, "named:call"), tmp_path, mode="fork", timeout_s=8.0)
    (result,) = run(target, EVERY["status-500"])
    assert "AssertionError" not in result.error
    assert result.events
