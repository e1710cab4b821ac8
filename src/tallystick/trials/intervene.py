"""Proof by intervention: the incident's own answer, its smallest cause, and the fix."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from tallystick.case.store import Folder
from tallystick.case.trialstore import save_isolation, save_regression
from tallystick.case.trusting import require_trust
from tallystick.host.errors import CannotRunError
from tallystick.host.talk import progress
from tallystick.lab import Baseline, Contract, LabError, baseline, baselines, observe
from tallystick.lab.attempts import continues
from tallystick.lab.deviation import Part, location_of, says
from tallystick.lab.frozen import CannotServeError, Frozen, compose, freeze_answer
from tallystick.lab.minimise import minimise
from tallystick.lab.provider import refused
from tallystick.lab.transport import Rig, Target, Trial
from tallystick.lab.wire import Reply, Result, SeenRequest, Turn
from tallystick.record import Case, Exchange, Scenario
from tallystick.record.finding import Classification
from tallystick.record.isolation import Cause, Isolation, Regression, Shown, Side
from tallystick.record.scenario import Call
from tallystick.trials.experiments import require_client
from tallystick.trials.measure import TOOLS, calls_of, rig_for, target_of, trial

REPEATS = 2
_BEHAVIOUR = "response"


class Incident(msgspec.Struct, frozen=True):
    """The exchange whose answer is served again, and how that answer is made of parts."""

    exchange: Exchange
    frozen: Frozen


class _Bench:
    """One client on a rig; runs answers made of parts, and says what the client showed."""

    def __init__(self, rig: Rig, base: Baseline, frozen: Frozen) -> None:
        self._rig, self._base, self._frozen = rig, base, frozen
        self.trials = 0

    def shows(self, sets: Sequence[Sequence[Part]], times: int, label: str) -> list[list[Shown]]:
        """What the client does with each set of parts, each several times."""
        trials = [
            Trial(
                name=f"set-{self.trials + number}-{turn}",
                respond=_served(self._frozen, tuple(parts)),
                stream=self._frozen.streamed,
                tools=TOOLS if self._frozen.tools else (),
                wait_s=1.0,
            )
            for number, parts in enumerate(sets)
            for turn in range(times)
        ]
        self.trials += len(trials)
        scenario = Scenario("incident", _BEHAVIOUR, call=self._base.call)
        with progress(label, len(trials)) as step:
            results = self._rig.run(trials, lambda result: step(result.name))
        seen = [observe(scenario, result, self._base) for result in results]
        shown = [Shown(o.outcome, o.error, len(o.attempts)) for o in seen]
        return [shown[i * times : (i + 1) * times] for i in range(len(sets))]


def _served(frozen: Frozen, parts: tuple[Part, ...]) -> Callable[[SeenRequest, Turn], Reply]:
    """Answers with some parts; a request that is wrong in itself is refused as documented."""

    def answer(request: SeenRequest, turn: Turn) -> Reply:
        refusal = refused(request)
        if refusal is not None:
            return refusal
        # A second provider conforms, and so does what follows a tool call.
        if turn.route == "fallback" or continues(request):
            return compose(frozen.sound(), (), request.json())
        return compose(frozen, parts, request.json())

    return answer


def incident_of(
    exchanges: Sequence[Exchange], classed: Classification, wanted: str = ""
) -> Incident:
    """The exchange to serve: the one that is named, or the last of a call of the incident's class.

    Raises:
        CannotRunError: there is none, or its answer cannot be served.
    """
    by_id = {exchange.id: exchange for exchange in exchanges}
    if wanted and wanted not in by_id:
        raise CannotRunError(
            "no exchange has this name",
            where="--exchange",
            expected="an id of evidence/exchanges.ndjson",
            got=wanted,
        )
    if not exchanges:
        raise CannotRunError(
            "nothing is taken in yet",
            where="evidence",
            do="name the captures in case.toml and run `tallystick intake CASE`",
        )
    failing = [g for g in classed.groups if g.failure_class != "none"]
    groups = [g for g in failing if g.failure_class == classed.failure_class] or failing
    if not wanted and not groups:
        raise CannotRunError(
            "no captured call failed: there is no answer to serve again",
            where="evidence",
            got=", ".join(f"{e.id} ({e.response.status})" for e in exchanges[:8]),
            do="capture the incident, or name one of these with --exchange",
        )
    exchange = by_id[wanted or groups[0].exchanges[-1]]
    try:
        return Incident(exchange, freeze_answer(exchange))
    except CannotServeError as error:
        raise CannotRunError(
            str(error), where=f"exchange {exchange.id}", do="name another with --exchange"
        ) from None


def isolate(folder: Folder, case: Case, incident: Incident) -> Isolation:
    """Serve the incident's answer to the client of a case, and minimise what makes it fail."""
    require_client(folder, case)
    require_trust(folder, case, "run")
    target = target_of(case.client, folder.root)
    with rig_for(target, Contract()) as rig:
        bench = _bench(rig, target, incident)
        found = _isolated(bench, target, incident)
    save_isolation(folder, found)
    return found


def _bench(rig: Rig, target: Target, incident: Incident) -> _Bench:
    """The client's baseline for the kind of call that the incident was. Raises CannotRunError."""
    streamed = incident.frozen.streamed
    bases, _ = calls_of(rig, target, Contract(), streamed)
    usual = next(iter(bases.values()))
    kind: Call = "stream" if streamed else "tools" if incident.frozen.tools else "plain"
    return _Bench(rig, bases.get(kind, usual), incident.frozen)


def _isolated(bench: _Bench, target: Target, incident: Incident) -> Isolation:
    parts = incident.frozen.parts
    sound, whole = bench.shows([(), parts], REPEATS + 1, "lab: the incident's answer")
    made = Isolation(
        exchange=incident.exchange.id,
        command=target.command,
        mode=target.mode,
        result="undecided",
        reason="",
        conforming=sound[0],
        incident=whole[0],
        deviations=len(parts),
        trials=bench.trials,
    )
    replace = msgspec.structs.replace
    if any(shown.outcome != "right" for shown in sound):
        reason = "the client does not pass the conforming form of this answer every time"
        return replace(made, reason=reason)
    if len(set(whole)) > 1:
        ways = "; ".join(shown.says() for shown in dict.fromkeys(whole))
        return replace(made, reason=f"the client does not do the same every time: {ways}")
    if whole[0].outcome == "could-not-check":
        return replace(made, reason="the client made no request")
    if whole[0].outcome == "right":
        reason = "the client gets the incident's answer right"
        return replace(made, result="not-reproduced", reason=reason)
    return _minimised(bench, replace(made, result="reproduced"), incident, whole[0])


def _minimised(bench: _Bench, made: Isolation, incident: Incident, wanted: Shown) -> Isolation:
    """The smallest set of deviations with which the client does what it did with all of them."""
    frozen, flaky = incident.frozen, 0
    search = minimise(len(frozen.parts))
    try:
        batch = next(search)
        while True:
            sets = [[frozen.parts[i] for i in sorted(candidate)] for candidate in batch]
            shown = bench.shows(sets, REPEATS, "lab: the smallest cause")
            verdicts = [all(one == wanted for one in each) for each in shown]
            flaky += sum(len(set(each)) > 1 or _unseen(each) for each in shown)
            batch = search.send(verdicts)
    except StopIteration as done:
        smallest: frozenset[int] = done.value
    parts = [frozen.parts[i] for i in sorted(smallest)]
    reason = f"{wanted.says()}; {len(parts)} of {len(frozen.parts)} deviations are enough"
    if flaky:
        return msgspec.structs.replace(
            made,
            result="undecided",
            reason=f"{flaky} sets of deviations did not give the same twice; {reason}",
            causes=_causes(parts, frozen),
            trials=bench.trials,
        )
    return msgspec.structs.replace(
        made, reason=reason, causes=_causes(parts, frozen), trials=bench.trials
    )


def _unseen(shown: Sequence[Shown]) -> bool:
    return any(one.outcome == "could-not-check" for one in shown)


def _causes(parts: Iterable[Part], frozen: Frozen) -> tuple[Cause, ...]:
    found = (Cause(location_of(p, frozen.streamed, frozen.failed), says(p)) for p in parts)
    return tuple(dict.fromkeys(found))


def regress(
    folder: Folder,
    case: Case,
    incident: Incident,
    commands: tuple[tuple[str, ...], tuple[str, ...]],
    passes: Literal["right", "raised"],
) -> Regression:
    """Compare the client before and after its fix on the incident's answer.

    `passes` says what the fixed client must do with it: get it right, or, where there is nothing
    right to get, raise.

    Raises:
        CannotRunError: a command cannot be started, or the case is not trusted here.
    """
    require_trust(folder, case, "run")
    before, after = commands
    new, base = _results(folder, case, incident, after)
    old, _ = _results(folder, case, incident, before)
    if isinstance(base, LabError):
        nothing = [Side(command, None, None) for command in commands]
        reason = f"the new client cannot be measured: {base.problem}"
        made = Regression(incident.exchange.id, nothing[0], nothing[1], "undecided", reason)
    else:
        refusal = {r.events[-1].status for r in old[:REPEATS] if r.events} - {0, 200}
        sides = [_side(command, r, base) for command, r in ((before, old), (after, new))]
        made = _compared(incident, (sides[0], sides[1]), refusal, passes)
    save_regression(folder, made)
    return made


def _results(
    folder: Folder, case: Case, incident: Incident, command: tuple[str, ...]
) -> tuple[tuple[Result, ...], Baseline | LabError]:
    """One client on a conforming provider that refuses what documents refuse, then on the answer;
    and its baseline, or why it has none: the client before the fix may fail everywhere.
    """
    frozen = incident.frozen
    call: Call = "stream" if frozen.streamed else "tools" if frozen.tools else "plain"
    first = [trial(scenario, Contract()) for scenario in baselines(call)]
    trials = first + [
        Trial(f"incident-{turn}", _served(frozen, frozen.parts), frozen.streamed, wait_s=1.0)
        for turn in range(REPEATS)
    ]
    with (
        rig_for(target_of(case.client, folder.root, command), Contract()) as rig,
        progress("lab: regress", len(trials)) as step,
    ):
        results = rig.run(trials, lambda result: step(result.name))
    problem = results[0].problem
    if problem and not results[0].events:
        raise CannotRunError(problem, where=" ".join(command), do="check the command")
    base: Baseline | LabError
    try:
        base = baseline(results[: len(first)], rig.isolated)
    except LabError as error:
        base = error
    return results[:REPEATS] + results[len(first) :], base


def _side(command: tuple[str, ...], results: Sequence[Result], base: Baseline) -> Side:
    scenario = Scenario("incident", _BEHAVIOUR)
    seen = [observe(scenario, result, base) for result in results]
    shown = [Shown(o.outcome, o.error, len(o.attempts)) for o in seen]
    return Side(command, _agreed(shown[:REPEATS]), _agreed(shown[REPEATS:]))


def _agreed(shown: Sequence[Shown]) -> Shown | None:
    """What every run showed; None when they disagree or could not look."""
    once = Counter(shown)
    only = shown[0]
    return only if len(once) == 1 and only.outcome != "could-not-check" else None


def _compared(
    incident: Incident,
    sides: tuple[Side, Side],
    refusal: set[int],
    passes: Literal["right", "raised"],
) -> Regression:
    """The verdict. `refusal`: how the conforming provider refused the old client's request."""
    before, after = sides
    made = Regression(incident.exchange.id, before, after, "undecided", "")
    replace = msgspec.structs.replace
    by_request = before.conforming is not None and before.conforming.outcome != "right"
    old = before.conforming if by_request else before.incident
    new = after.conforming if by_request else after.incident
    if old is None or new is None or before.conforming is None:
        which = "old" if old is None or before.conforming is None else "new"
        reason = f"the {which} client made no request, or did not do the same every time"
        return replace(made, reason=reason)
    reason = f"before: {old.says()}; after: {new.says()}"
    if by_request and refusal != {incident.exchange.response.status}:
        told = f"the old client fails, but not with the incident's status; {reason}"
        return replace(made, result="not-proven", reason=told)
    passed = new.outcome == ("right" if by_request else passes)
    if passed and old.outcome not in ("right", new.outcome):
        where = "request" if by_request else "answer"
        return replace(made, result="proven", reason=reason, failed_by=where)
    why = "the old client does not fail" if old.outcome == "right" else _unpassed(new, passes)
    return replace(made, result="not-proven", reason=f"{why}; {reason}")


def _unpassed(new: Shown, passes: str) -> str:
    if new.outcome == "raised" and passes == "right":
        return "the new client raises; if that is right, as there is no answer, --passes raised"
    return "the new client does not pass either"
