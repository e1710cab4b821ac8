"""What a trial showed, as an Observation: the wire and what the process did, never its output."""

from typing import Any, Literal

from tallystick.lab.answers import CONTENT, CUT_AFTER, USAGE
from tallystick.lab.attempts import attempts, last_error
from tallystick.lab.baseline import Baseline
from tallystick.lab.catalogue import refuses
from tallystick.lab.framing import growing
from tallystick.lab.wire import Result
from tallystick.record.scenario import Scenario
from tallystick.record.trial import Observation, Outcome

_TOTAL = "total_tokens"
_CHUNKS = 4
UsageTold = Literal["", "none", "first", "last", "sum", "other"]
Difference = Literal["finish_reason", "usage", "output"]
_TOLD: tuple[Difference, ...] = ("finish_reason", "usage")


def observe(scenario: Scenario, result: Result, baseline: Baseline) -> Observation:
    """The observation of one scenario, against what the client did when all was well."""
    unseen = not result.events and not refuses(scenario)
    died = result.ended == "lost" and bool(result.events) and result.exit_code is not None
    if (result.problem and not died) or unseen:
        reason = result.problem or result.note or "the client made no request in this trial"
        return Observation(scenario, "could-not-check", (), result.exit_code, reason=reason)
    outcome: Outcome = "raised" if died else _outcome(result, baseline)
    answered = result.ended == "answered"
    told = isinstance(baseline.result.extra.get("usage"), dict)  # else it never tells usage
    return Observation(
        scenario=scenario,
        outcome=outcome,
        attempts=attempts(result.events),
        exit_code=result.exit_code,
        error=_error(result) if outcome == "raised" else "",
        reason=result.problem or result.note,
        differs=_differences(result, baseline) if answered else (),
        empty=answered and not result.text.strip(),
        usage=_usage(result.extra.get("usage")) if answered and told else "",
        elapsed_ms=_elapsed(result),
    )


def _error(result: Result) -> str:
    """The error's name: a driver tells it alone, other processes print it somewhere."""
    return last_error(result.error)


def _elapsed(result: Result) -> int | None:
    return max(0, result.at_ms - result.events[0].request.at_ms) if result.events else None


def _outcome(result: Result, baseline: Baseline) -> Outcome:
    if result.ended == "hung":
        return "hung"
    if result.ended == "failed":
        return "raised"
    if not baseline.marked:
        return "right" if result.text == baseline.result.text else "wrong"
    # More beginnings than usual: text was given twice.
    twice = result.text.count(CUT_AFTER) > baseline.result.text.count(CUT_AFTER)
    if CONTENT in result.text and not twice:
        return "right"
    return "truncated" if CUT_AFTER in result.text and not twice else "wrong"


def _differences(result: Result, baseline: Baseline) -> tuple[Difference, ...]:
    told = baseline.result.extra
    found = [name for name in _TOLD if result.extra.get(name) != told.get(name)]
    if baseline.exact and result.text != baseline.result.text:
        found.append("output")
    return tuple(found)


def _usage(told: Any) -> UsageTold:
    """Which usage the client told, where the chunks of a stream carried growing ones."""
    if not isinstance(told, dict):
        return "none"
    total = told.get(_TOTAL)
    counts = [growing(i, _CHUNKS)[_TOTAL] for i in range(_CHUNKS)]
    known: dict[Any, UsageTold] = {counts[0]: "first", sum(counts): "sum", USAGE[_TOTAL]: "last"}
    return known.get(total, "other") if isinstance(total, int) else "other"
