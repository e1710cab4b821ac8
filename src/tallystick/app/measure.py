"""Running the lab against the client of a case."""

from collections.abc import Iterable, Sequence
from functools import partial

import msgspec

from tallystick.app.errors import CannotRunError
from tallystick.app.store import Folder
from tallystick.app.talk import progress
from tallystick.lab import (
    BASELINES,
    LabError,
    ProcessResult,
    Trial,
    baseline_observation,
    catalogue,
    observe,
    respond,
    run_trials,
)
from tallystick.record import Case, Clause, Scenario
from tallystick.record.canonical import pretty
from tallystick.record.case import LAB_RUN
from tallystick.record.trial import LabRun


def measure(folder: Folder, case: Case, clauses: Iterable[Clause]) -> dict[str, bytes]:
    """One lab run: the baseline first, then every scenario.

    Raises:
        CannotRunError: the command cannot be measured; nothing is recorded.
    """
    if not case.client.command:
        raise CannotRunError(
            "no client command is declared",
            where=f"{folder.root}/case.toml: client.command",
            expected='the command of one call, such as ["python", "app.py"]',
            got="none",
        )
    baselines = _trials(folder, case, BASELINES)
    try:
        first = baseline_observation(baselines)
    except LabError as error:
        raise CannotRunError(
            error.problem,
            where=f"{folder.root}/case.toml: client.command {list(case.client.command)}",
            do=error.advice,
        ) from None
    scenarios = catalogue(clauses, streams=first.attempts[0].stream)
    results = _repeated(folder, case, scenarios, _trials(folder, case, scenarios))
    pairs = zip(scenarios, results, strict=True)
    seen = tuple(observe(scenario, result, baselines[0].stdout) for scenario, result in pairs)
    return {LAB_RUN: pretty(LabRun(case.client.command, (first, *seen)))}


def _repeated(
    folder: Folder, case: Case, scenarios: Sequence[Scenario], results: Sequence[ProcessResult]
) -> tuple[ProcessResult, ...]:
    """The results, with every trial that ran out of time run once more, on its own."""
    slow = {r.name for r in results if r.exit_code is None and not r.problem}
    if not slow:
        return tuple(results)
    alone = msgspec.structs.replace(case.client, parallel=1)
    calm = msgspec.structs.replace(case, client=alone)
    again = _trials(folder, calm, [s for s in scenarios if s.id in slow])
    by_name = {result.name: result for result in again}
    return tuple(by_name.get(result.name, result) for result in results)


def _trials(folder: Folder, case: Case, scenarios: Sequence[Scenario]) -> tuple[ProcessResult, ...]:
    trials = [
        Trial(
            name=scenario.id,
            command=case.client.command,
            directory=(folder.root / case.client.directory).resolve(),
            respond=partial(respond, scenario),
            timeout_s=case.client.timeout_s,
        )
        for scenario in scenarios
    ]
    with progress("lab", len(trials)) as step:
        return run_trials(trials, case.client.parallel, lambda result: step(result.name))
