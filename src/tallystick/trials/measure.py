"""Running the lab: the baseline first, then every scenario, each observation as it comes."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec

from tallystick.host.errors import CannotRunError
from tallystick.host.scratch import scratch
from tallystick.host.talk import progress, say
from tallystick.lab import (
    Baseline,
    Contract,
    LabError,
    baseline,
    baselines,
    catalogue,
    matching,
    observe,
    respond,
)
from tallystick.lab.catalogue import CALLS, Closes, expected_wait, refuses
from tallystick.lab.transport import Rig, Target, Trial, Trigger
from tallystick.lab.wire import Result
from tallystick.record import Observation, Scenario
from tallystick.record.case import Client
from tallystick.record.scenario import Call, PrimaryOnly
from tallystick.record.trial import INTERRUPTED, LEFT_OUT, LabRun

_WARM = ("driver", "fork")
_CLOSES: Mapping[str, Closes] = {"driver": "at-first", "fork": "at-first", "once": "always"}
_REFUSED_S, _HEALS_S = 60.0, 0.3
TOOLS: tuple[Mapping[str, object], ...] = (
    {
        "type": "function",
        "function": {
            "name": "tally",
            "description": "Count the notches of a stick.",
            "parameters": {
                "type": "object",
                "properties": {"stick": {"type": "string"}, "notches": {"type": "integer"}},
                "required": ["stick"],
            },
        },
    },
)


class Plan(msgspec.Struct, frozen=True):
    """What to measure: scenarios by pattern, streamed calls or not (None: as the client does).

    `known` are observations of an earlier run that need not be made again; `keep` is called with
    every new one. A run that is `recorded` tells what a part leaves out.
    """

    only: tuple[str, ...] = ()
    stream: bool | None = None
    known: tuple[Observation, ...] = ()
    keep: Callable[[Observation], None] = lambda _: None
    recorded: bool = False

    @property
    def is_part(self) -> bool:
        """Whether it leaves out scenarios that the client could be measured with."""
        return bool(self.only) or self.stream is not None


class InterruptedRunError(KeyboardInterrupt):
    """The run was interrupted; `run` holds what was finished."""

    def __init__(self, run: LabRun) -> None:
        super().__init__()
        self.run = run


def target_of(client: Client, root: Path, command: tuple[str, ...] = ()) -> Target:
    """The client of a case as the lab runs it."""
    cores = os.cpu_count() or 1
    warm = client.mode in _WARM
    processes = min(4, cores) if client.mode == "driver" else 1
    usual = 24 * processes if client.mode == "driver" else 24 if warm else 2 * cores
    trigger, secret = _trigger(client)
    return Target(
        command=command or client.command,
        directory=(root / client.directory).resolve(),
        mode=client.mode,
        reach=client.reach,
        timeout_s=client.timeout_s or (12.0 if warm else 30.0),
        call_timeout_s=client.call_timeout_s,
        parallel=client.parallel or usual,
        processes=processes,
        host=client.host,
        isolate=client.isolate,
        base_url_names=client.base_url_env,
        key_names=client.key_env,
        fallback_names=client.fallback_env,
        trigger=trigger,
        secret=secret,
    )


def _trigger(client: Client) -> tuple[Trigger, str]:
    """How a service is made to call, and the secret path that its base URL is configured with."""
    if client.trigger is None:
        return Trigger(), ""
    listen, _, secret = client.trigger.listen.partition("/")
    return Trigger(**msgspec.structs.asdict(client.trigger) | {"listen": listen}), secret


def trial(scenario: Scenario, contract: Contract, start_s: float = 0.0) -> Trial:
    """A scenario as the transport runs it; `start_s` is how long the client takes to its first
    request. A port that is closed at first must still be closed then.
    """
    heals = len(scenario.changes) > 1
    return Trial(
        name=scenario.id,
        respond=partial(respond, scenario, contract),
        stream=scenario.streamed,
        tools=TOOLS if scenario.tools else (),
        refused_s=(_HEALS_S + 3 * start_s if heals else _REFUSED_S) if refuses(scenario) else None,
        fallback=any(isinstance(change, PrimaryOnly) for change in scenario.changes),
        wait_s=expected_wait(scenario),
    )


@contextmanager
def rig_for(target: Target, contract: Contract) -> Iterator[Rig]:
    """A rig whose provider conforms when no trial runs."""
    idle = trial(baselines("plain")[0], contract)
    with scratch() as folder, Rig(target, idle, folder) as rig:
        yield rig


def measure(target: Target, contract: Contract, plan: Plan) -> LabRun:
    """One lab run.

    Raises:
        CannotRunError: the client cannot be measured.
        InterruptedRunError: it was interrupted; what was finished comes with it.
    """
    with rig_for(target, contract) as rig:
        # A driver makes every kind of call: those that are not asked for are left out, and told.
        stream = None if plan.recorded and target.mode == "driver" else plan.stream
        found, left_out = calls_of(rig, target, contract, stream)
        first = [base.observation(baselines(call)[0]) for call, base in found.items()]
        every = _catalogue(contract, found, target)
        scenarios = _wanted(every, plan)
        known = {o.scenario: o for o in plan.known if o.outcome != "could-not-check"}
        missing = [s for s in scenarios if s not in known]
        seen = {s.id: known[s] for s in (every if plan.recorded else scenarios) if s in known}
        interrupted = False
        try:
            _observed(rig, contract, missing, found, seen, plan.keep)
        except KeyboardInterrupt:
            interrupted = True
        run = LabRun(
            command=target.command,
            observations=(*first, *_told(every if plan.recorded else scenarios, scenarios, seen)),
            mode=target.mode,
            reach=target.reach,
            isolated=rig.isolated,
            warnings=(*rig.warnings, *left_out),
        )
    if rig.left:
        told = f"{rig.left} processes had left their trials and were ended"
        run = msgspec.structs.replace(run, warnings=(*run.warnings, told))
    if interrupted:
        raise InterruptedRunError(run)
    for warning in run.warnings:
        say(f"lab: {warning}")
    return run


def calls_of(
    rig: Rig, target: Target, contract: Contract, stream: bool | None
) -> tuple[dict[Call, Baseline], tuple[str, ...]]:
    """The kinds of call the client can make, each with its baseline; and what was left out and why.

    A driver is asked for every kind; what else runs shows its own. Raises CannotRunError.
    """
    if target.mode == "driver":
        wanted = [call for call in CALLS if stream is None or call.endswith("stream") == stream]
        return _calls_of_driver(rig, target, contract, wanted)
    base = _baseline(rig, target, contract, "plain")
    if stream is not None and base.call.endswith("stream") != stream:
        raise CannotRunError(
            f"the client {'does not ask' if stream else 'asks'} for a stream",
            where=f"the client's command {list(target.command)}",
            do="only a driver can be told which kind of call to make",
        )
    without: dict[Call, Call] = {"tools": "plain", "tools-stream": "stream"}
    calls: list[Call] = [base.call, *([without[base.call]] if base.loops else [])]
    return dict.fromkeys(calls, base), ()


def _calls_of_driver(
    rig: Rig, target: Target, contract: Contract, wanted: Iterable[Call]
) -> tuple[dict[Call, Baseline], tuple[str, ...]]:
    found: dict[Call, Baseline] = {}
    left_out: list[str] = []
    for call in wanted:
        offered = call.startswith("tools")
        try:
            base = _baseline(rig, target, contract, call)
        except CannotRunError as error:
            if not offered:
                raise
            left_out.append(f"{call} calls are left out: {error.problem.what}")
            continue
        if base.call == call:
            found[call] = base
        elif not offered:
            left_out.append(f"the driver makes no {call} calls when it is asked to; left out")
    if not found:
        raise CannotRunError("the driver makes no call of the kind that was asked for")
    return found, tuple(left_out)


def _baseline(rig: Rig, target: Target, contract: Contract, call: Call) -> Baseline:
    trials = [trial(scenario, contract) for scenario in baselines(call)]
    with progress(f"lab: {call} baseline", len(trials)) as step:
        results = rig.run(trials, lambda result: step(result.name))
    try:
        return baseline(results, rig.isolated)
    except LabError as error:
        odd = "; ".join(rig.warnings)  # what breaks the protocol comes before what it leads to
        raise CannotRunError(
            f"{odd}; {error.problem}" if odd else error.problem,
            where=f"the client's command {list(target.command)}",
            do=error.advice,
        ) from None


def _catalogue(
    contract: Contract, found: Mapping[Call, Baseline], target: Target
) -> tuple[Scenario, ...]:
    usage = any(base.asks_usage for base in found.values())
    return tuple(catalogue(contract, found, _CLOSES.get(target.mode, "never"), usage))


def _wanted(every: tuple[Scenario, ...], plan: Plan) -> tuple[Scenario, ...]:
    if plan.stream is not None:
        every = tuple(s for s in every if s.call.endswith("stream") == plan.stream)
    wanted = matching(every, plan.only)
    unmatched = [p for p in plan.only if not matching(every, [p])]
    if unmatched:
        raise CannotRunError(
            "no scenario has this name",
            where="--only",
            expected="a name, location, kind of call or pattern of docs/reference/scenarios.md",
            got=", ".join(unmatched),
        )
    return wanted


def _observed(  # noqa: PLR0913 PLR0917 - the two ends of one pipe
    rig: Rig,
    contract: Contract,
    scenarios: Sequence[Scenario],
    found: Mapping[Call, Baseline],
    seen: dict[str, Observation],
    keep: Callable[[Observation], None],
) -> None:
    """Run scenarios and note each observation; those that ran out of time are run once more."""
    by_name = {scenario.id: scenario for scenario in scenarios}
    failed = 0
    with progress("lab", len(scenarios)) as step:

        def note(result: Result) -> None:
            nonlocal failed
            scenario = by_name[result.name]
            observation = observe(scenario, result, found[scenario.call])
            seen[result.name] = observation
            keep(observation)
            failed += observation.outcome == "could-not-check"
            step(f"{failed} failed  {result.name}" if failed else result.name)

        start_s = max(base.start_s for base in found.values())
        rig.run([trial(s, contract, start_s) for s in scenarios], note)
    again = [s for s in scenarios if seen[s.id].outcome == "hung" and not expected_wait(s)]
    if again:
        with progress("lab: again, what ran out of time", len(again)) as step:
            rig.run([trial(s, contract) for s in again], note)


def _told(
    every: Iterable[Scenario], wanted: Iterable[Scenario], seen: Mapping[str, Observation]
) -> Iterator[Observation]:
    """What was observed, and what was not: interrupted before, or left out of a part."""
    asked = {scenario.id for scenario in wanted}
    for scenario in every:
        why = INTERRUPTED if scenario.id in asked else LEFT_OUT
        unseen = Observation(scenario, "could-not-check", (), reason=why)
        yield seen.get(scenario.id) or unseen


def unchecked(run: LabRun) -> Iterable[Observation]:
    """The observations of a run that could not be made."""
    return (o for o in run.asked().observations if o.outcome == "could-not-check")
