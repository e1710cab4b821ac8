"""The scenarios, as data: what is asked of a client, one change at a time."""

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any, Literal

from tallystick.lab.answers import Contract
from tallystick.lab.catalogue.ablation import ablations
from tallystick.lab.catalogue.fallbacks import FALLBACKS, STREAM_FALLBACKS
from tallystick.lab.catalogue.faults import PLAIN_FAULTS, STREAM_FAULTS, WARM_FAULTS
from tallystick.lab.catalogue.statuses import STATUSES, STREAM_STATUSES
from tallystick.lab.catalogue.streams import STREAMS
from tallystick.lab.catalogue.successes import PLAIN_SUCCESSES, STREAM_SUCCESSES
from tallystick.record.scenario import (
    Add,
    Call,
    CutStream,
    Fault,
    Put,
    Remove,
    Say,
    Scenario,
    Status,
)

Closes = Literal["never", "always", "at-first"]
CALLS: tuple[Call, ...] = ("plain", "stream", "tools", "tools-stream")


def baselines(call: Call) -> tuple[Scenario, ...]:
    """Twice the same answer, and once another one: what the client prints must depend on that
    alone.
    """
    first = Scenario(_named("baseline", call), "response", call=call)
    again = Scenario(_named("baseline-again", call), "response", call=call)
    other = Scenario(_named("baseline-other", call), "response", (Say(),), call)
    return first, again, other


def _named(name: str, call: Call) -> str:
    return name if call == "plain" else f"{call}-{name}"


def catalogue(
    contract: Contract, calls: Iterable[Call], closes: Closes, usage: bool = True
) -> tuple[Scenario, ...]:
    """The scenarios for the kinds of call a client can make, without the baselines.

    `closes`: whether a trial's port can be closed, and where trials begin at once also for its
    first moments only. `usage`:
    the client asks for usage in a stream; otherwise there is none to change. What does not depend
    on the kind of call is asked of the first kind only.
    """
    wanted = list(dict.fromkeys(calls))
    found = [scenario for call in wanted for scenario in ablations(contract, call)]
    if wanted:
        found += _once(wanted, closes)
    return tuple(s for s in found if usage or not _edits_usage(s))


def _edits_usage(scenario: Scenario) -> bool:
    paths = (c.path for c in scenario.changes if isinstance(c, (Remove, Put, Add)))
    return scenario.streamed and any(path.partition(".")[0] == "usage" for path in paths)


def _once(calls: list[Call], closes: Closes) -> Iterator[Scenario]:
    first = "stream" if calls[0] in ("stream", "tools-stream") else "plain"
    closed = {"never": (), "always": WARM_FAULTS[:1], "at-first": WARM_FAULTS}
    shared = STATUSES + closed[closes] + FALLBACKS
    yield from (_for_call(scenario, calls[0]) for scenario in shared)
    if "plain" in calls or "tools" in calls:
        call: Call = "plain" if "plain" in calls else "tools"
        yield from (_for_call(s, call) for s in PLAIN_SUCCESSES + PLAIN_FAULTS)
    if "stream" in calls or "tools-stream" in calls:
        call = "stream" if "stream" in calls else "tools-stream"
        extra = STREAM_STATUSES if first == "plain" else ()
        found = STREAM_SUCCESSES + STREAM_FAULTS + STREAMS + STREAM_FALLBACKS + extra
        yield from (_for_call(s, call) for s in found)


def _for_call(scenario: Scenario, call: Call) -> Scenario:
    return Scenario(scenario.id, scenario.location, scenario.changes, call)


def matching(scenarios: Iterable[Scenario], patterns: Iterable[str]) -> tuple[Scenario, ...]:
    """The scenarios whose name, location or kind of call matches one of some shell patterns; all
    of them when there are none.
    """
    wanted = tuple(patterns)
    return tuple(
        s
        for s in scenarios
        if not wanted
        or any(fnmatchcase(text, p) for text in (s.id, s.location, s.call) for p in wanted)
    )


def expected_wait(scenario: Scenario) -> float:
    """About how many seconds a usual client waits in a trial; 0 where it only works."""
    return max((_WAITS.get(type(change), lambda _: 0.0)(change) for change in scenario.changes),
               default=0.0)  # fmt: skip


def _status_wait(change: Status) -> float:
    if change.code == 200 or change.code in _FINAL:
        return 0.0
    return 5.0 if change.retry_after in ("5", "61") else 2.0


_FINAL = (301, 302, 307, 308, 400, 401, 402, 403, 404, 405, 413, 422)
_WAITS: dict[type, Callable[[Any], float]] = {
    Status: _status_wait,
    Fault: lambda change: 8.0 if change.how == "stall" else 2.0,
    CutStream: lambda change: 8.0 if change.how == "stall" else 0.0,
}


def refuses(scenario: Scenario) -> bool:
    """Whether the provider's port is closed at first."""
    return any(isinstance(c, Fault) and c.how == "refuse" for c in scenario.changes)


__all__ = ["CALLS", "Closes", "baselines", "catalogue", "expected_wait", "matching", "refuses"]
