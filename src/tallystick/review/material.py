"""What the rules look at: everything the case holds, indexed by location."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from tallystick.record.clause import Candidate, Clause, Saying, Source, Standing
from tallystick.record.exchange import Exchange
from tallystick.record.finding import Classification, GroupClass
from tallystick.record.forms import AGENT
from tallystick.record.replay import Replay
from tallystick.record.settings import Settings
from tallystick.record.sighting import Sighting
from tallystick.record.trial import Assumption
from tallystick.record.usage import Account

_WEIGHT: tuple[Standing, ...] = (
    "conflicting", "support-confirmed", "documented", "shown-in-example", "overruled", "stale",
)  # fmt: skip
_PAST = ("overruled", "stale")


_T = TypeVar("_T")
# Clocks differ, and the first failing call often comes before somebody notes the start.
MARGIN = timedelta(minutes=5)


class Material(msgspec.Struct, dict=True):
    """What is documented and assumed, and what the incident shows. `window` is when the incident
    began and ended (RFC 3339; empty: open): only calls of that time are explained. `amplified`
    says that what was reported is about repeated calls, `misses_choices` that the application
    failed for want of `choices`, `unnoticed` that it went on as if nothing had failed,
    `reports_error` that it names what the application raised over an answer, `about_amounts` that
    it is about amounts of tokens or money; `reported` are the statuses that it names.

    `partial` says of which measurements only a part was made, `unfinished` how many trials of an
    area were not. `measured_agents` are the libraries that the measured client named itself as.

    `intentional` names locations at which environments may differ, `estimates` figures that the
    application itself labels as internal estimates. `of_usage` says that usage is what the
    incident is about. `twice` are the calls that two captures show, `unread` counts the entries of
    captures that could not be read.
    """

    clauses: Sequence[Clause]
    sources: Sequence[Source]
    assumptions: Sequence[Assumption]
    exchanges: Sequence[Exchange]
    classification: Classification
    settings: Sequence[Settings] = ()
    intentional: Sequence[str] = ()
    accounts: Sequence[Account] = ()
    estimates: Sequence[str] = ()
    of_usage: bool = False
    window: tuple[str, str] = ("", "")
    amplified: bool = False
    candidates: Sequence[Candidate] = ()
    sayings: Sequence[Saying] = ()
    misses_choices: bool = False
    unnoticed: bool = False
    reports_error: bool = False
    about_amounts: bool = False
    reported: frozenset[int] = frozenset()
    partial: Sequence[str] = ()
    unfinished: Mapping[str, int] = {}
    measured_agents: frozenset[str] = frozenset()
    replays: Sequence[Replay] = ()
    twice: Sequence[Sighting] = ()
    unread: int = 0

    def sighting(self, name: str) -> Sighting | None:
        """The sighting that an exchange is of, where two captures show its call."""
        return self._sightings.get(name)

    @cached_property
    def _sightings(self) -> Mapping[str, Sighting]:
        return {name: seen for seen in self.twice for name in (seen.near, *seen.far)}

    def seems(self, location: str) -> tuple[Candidate, ...]:
        """What pages seem to state at a location, and nobody has accepted or rejected."""
        return tuple(one for one in self.candidates if one.clause.location == location)

    @cached_property
    def by_id(self) -> Mapping[str, Source]:
        """The sources by their names."""
        return {source.id: source for source in self.sources}

    @cached_property
    def failing(self) -> frozenset[str]:
        """The exchanges of calls that failed."""
        return frozenset(name for group in self.failing_groups for name in group.exchanges)

    @cached_property
    def sound_calls(self) -> frozenset[str]:
        """The exchanges of calls that went well."""
        well = (g for g in self.classification.groups if g.failure_class == "none")
        return frozenset(name for group in well for name in group.exchanges)

    @cached_property
    def sound(self) -> tuple[Exchange, ...]:
        """The exchanges of calls that went well, themselves."""
        return tuple(e for e in self.exchanges if e.id in self.sound_calls)

    @cached_property
    def sound_bodies(self) -> tuple[dict[str, Any], ...]:
        """What calls that went well sent, where that is visible as a whole."""
        return tuple(body for e, body in self.bodies() if e.id in self.sound_calls)

    def of_sound(self, read: Callable[[Exchange], _T]) -> frozenset[_T]:
        """What is read from each call that went well."""
        return self.remembered(read, lambda: frozenset(map(read, self.sound)))

    def remembered(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """What is asked again for every failing call, and does not depend on it: made once. `key`
        names the question.
        """
        if key not in self._made:
            self._made[key] = make()
        made: _T = self._made[key]
        return made

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    @cached_property
    def failing_groups(self) -> tuple[GroupClass, ...]:
        """The calls that failed."""
        groups = self.classification.groups
        return tuple(g for g in groups if g.failure_class != "none" and self._is_within(g))

    def exchange(self, name: str) -> Exchange | None:
        """The exchange of that name."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> Mapping[str, Exchange]:
        return {exchange.id: exchange for exchange in self.exchanges}

    @cached_property
    def _bounds(self) -> tuple[datetime | None, datetime | None]:
        first, last = (datetime.fromisoformat(text) if text else None for text in self.window)
        return (first - MARGIN if first else None), (last + MARGIN if last else None)

    def _is_within(self, group: GroupClass) -> bool:
        """Whether a call belongs to the incident's time; one without a time may."""
        times = [e.at for name in group.exchanges if (e := self.exchange(name)) and e.at]
        if not times:
            return True
        first, last = self._bounds
        began = datetime.fromisoformat(times[0])
        return (first is None or began >= first) and (last is None or began <= last)

    def at(self, location: str, *aspects: str) -> tuple[Clause, ...]:
        """The clauses at a location, of some aspects or of all; stale ones only where no current
        clause speaks of the same aspect.
        """
        found = [
            clause
            for clause in self.clauses
            if clause.location == location and (not aspects or clause.aspect in aspects)
        ]
        current = {clause.aspect for clause in found if clause.standing not in _PAST}
        return tuple(c for c in found if c.standing not in _PAST or c.aspect not in current)

    def assumed(self, location: str, when: str = "") -> Assumption | None:
        """What the client assumes at a location: measured before declared before observed."""
        found = (a for a in self.assumptions if a.location == location and a.when == when)
        return next(found, None)

    def unlike(self, names: Iterable[str]) -> str:
        """How the client that made some captured calls differs from the one that was measured, as
        both name themselves; empty where they are alike, or one of them names none.
        """
        found = (self._by_name.get(name) for name in names)
        told = {agent for e in found if e and (agent := _agent(e))}
        if not told or not self.measured_agents or told & self.measured_agents:
            return ""
        captured, measured = ", ".join(sorted(told)), ", ".join(sorted(self.measured_agents))
        return f"the captured calls were made by {captured}; the client measured is {measured}"

    @cached_property
    def measured(self) -> bool:
        """Whether the lab measured the client."""
        return any(assumption.origin == "measured" for assumption in self.assumptions)

    def bodies(self) -> Iterable[tuple[Exchange, dict[str, Any]]]:
        """The exchanges whose request body is a JSON object that is visible as a whole."""
        return (
            (exchange, exchange.request.body)
            for exchange in self.exchanges
            if exchange.request.body_kind == "json" and isinstance(exchange.request.body, dict)
        )


def _agent(exchange: Exchange) -> str:
    form = exchange.request_header("user-agent") or ""
    return form if AGENT.fullmatch(form) else ""


def standing_of(clauses: Iterable[Clause]) -> Standing:
    """The standing of what some clauses state together; `to-verify` when there are none.

    A clause that conflicts elsewhere counts as documented where the clauses at hand agree.
    """
    listed = tuple(clauses)
    torn = _torn(listed)
    held = {_here(clause.standing, torn) for clause in listed}
    return next((standing for standing in _WEIGHT if standing in held), "to-verify")


def _torn(clauses: tuple[Clause, ...]) -> bool:
    said: dict[str, set[str]] = {}
    for clause in clauses:
        if clause.standing == "conflicting":
            said.setdefault(clause.aspect, set()).add(clause.value)
    return any(len(values) > 1 for values in said.values())


def _here(standing: Standing, torn: bool) -> Standing:
    return "documented" if standing == "conflicting" and not torn else standing
