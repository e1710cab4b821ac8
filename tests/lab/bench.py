"""Real trials for the lab's tests: a client's command, scenarios, and what came of them."""

import sys
from pathlib import Path
from typing import Any

from tallystick.lab import Baseline, Contract, baseline, baselines, observe
from tallystick.lab.catalogue import catalogue
from tallystick.lab.transport import Target
from tallystick.lab.wire import Result
from tallystick.record import Observation, Scenario
from tallystick.record.scenario import Call
from tallystick.trials.measure import rig_for, trial

HERE = Path(__file__).parent
NOTHING = Contract()
EVERY = {
    scenario.id: scenario
    for scenario in catalogue(
        NOTHING, ("plain", "stream", "tools", "tools-stream"), closes="at-first"
    )
}


def client(mode: str, **how: Any) -> Target:
    command = (sys.executable, str(HERE / "clients.py"), mode)
    return Target(**{"command": command, "directory": HERE, "timeout_s": 20.0, **how})


def driver(kind: str, **how: Any) -> Target:
    command = (sys.executable, str(HERE / "drivers.py"), kind)
    settings = {"mode": "driver", "parallel": 8, "call_timeout_s": 1.0, "timeout_s": 8.0, **how}
    return Target(command=command, directory=HERE, **settings)


def forked(name: str, **how: Any) -> Target:
    command = (sys.executable, f"clients:{name}")
    return Target(command=command, directory=HERE, **{"mode": "fork", "timeout_s": 8.0, **how})


def run(target: Target, *scenarios: Scenario) -> tuple[Result, ...]:
    with rig_for(target, NOTHING) as rig:
        return rig.run([trial(scenario, NOTHING) for scenario in scenarios], lambda _: None)


def base_of(target: Target, call: Call = "plain") -> Baseline:
    return baseline(run(target, *baselines(call)))


def measured(target: Target, *names: str, call: Call = "plain") -> dict[str, Observation]:
    """What a client did in the baseline and in some scenarios of the catalogue."""
    scenarios = [EVERY[name] for name in names]
    first = baselines(call)
    results = run(target, *first, *scenarios)
    base = baseline(results[: len(first)])
    seen = {"baseline": base.observation(first[0])}
    for scenario, result in zip(scenarios, results[len(first) :], strict=True):
        seen[scenario.id] = observe(scenario, result, base)
    return seen
