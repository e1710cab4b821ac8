"""Running the lab against the client of a case."""

from collections.abc import Iterable
from functools import partial

from tallystick.app.errors import CannotRunError
from tallystick.app.store import Folder
from tallystick.app.talk import progress
from tallystick.lab import (
    BASELINE,
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
    baseline = _trials(folder, case, [BASELINE])[0]
    try:
        first = baseline_observation(BASELINE, baseline)
    except LabError as error:
        raise CannotRunError(
            error.problem,
            where=f"{folder.root}/case.toml: client.command {list(case.client.command)}",
            do=error.advice,
        ) from None
    scenarios = catalogue(clauses, streams=first.attempts[0].stream)
    results = _trials(folder, case, scenarios)
    pairs = zip(scenarios, results, strict=True)
    seen = tuple(observe(scenario, result, baseline.stdout) for scenario, result in pairs)
    return {LAB_RUN: pretty(LabRun(case.client.command, (first, *seen)))}


def _trials(folder: Folder, case: Case, scenarios: Iterable[Scenario]) -> tuple[ProcessResult, ...]:
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
