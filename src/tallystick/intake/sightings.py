"""Two captures of one call, taken at two places, are one call seen twice.

They are laid together by what both captures call it by (request id, span, the answer's id; a trace
only where time and request agree too); where one of them has no such name, by time and request, and
only where no other call fits. Two dated calls at different times are never one. Whether there is a
hop between the two places shows in the hosts that were called; which place is nearer to the
application shows in the times: the outer call holds the inner ones.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, takewhile
from statistics import median
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from tallystick.intake.hops import changes
from tallystick.intake.onecapture import seen_twice
from tallystick.intake.sight import (
    SKEW_S,
    Capture,
    Sight,
    agree,
    may_be_one,
    sight_of,
)
from tallystick.record.exchange import Exchange
from tallystick.record.forms import PROVIDERS, host_of
from tallystick.record.sighting import Sighting, united

# Rounding, and what a span has beside the call that it spans.
_SLACK_S = 0.25
# How far the offsets of two clocks vary from call to call, and how large one may be for one call.
_STEADY_S, _ALONE_S = 0.5, 1.0
# Where so many calls would fit, none is told from the others.
_ENOUGH = 16
# An id that more attempts of one capture have is that of a session.
_SESSION = 64
_Links = Mapping[str, Sequence[Sight]]


def sightings(
    exchanges: Iterable[Exchange], formats: Mapping[str, str] = MappingProxyType({})
) -> tuple[Sighting, ...]:
    """The calls that two captures, or a record of both sides, show, the first one's first.
    `formats` are those of the captures, by digest: what only gateways write is behind what
    applications keep.
    """
    listed = list(exchanges)
    found = list(seen_twice(listed))
    taken = {name for seen in found for name in seen.far}
    if not any(exchange.capture != listed[0].capture for exchange in listed):
        return tuple(found)
    captures: dict[str, list[Sight]] = {}
    for exchange in listed:
        captures.setdefault(exchange.capture, []).append(sight_of(exchange))
    known = [Capture(side, formats.get(name, "")) for name, side in captures.items()]
    for one, other in combinations(known, 2):
        if one.meets(other):
            more = _between(one.without(taken), other.without(taken))
            taken.update(name for seen in more for name in seen.far)
            found += more
    return tuple(found)


def once(exchanges: Sequence[Exchange], found: Sequence[Sighting]) -> tuple[Exchange, ...]:
    """The exchanges, each call once: as the application's side saw it, unless the other capture
    shows a body that this one lacks, or shows what an answer was before a hop rewrote it.
    """
    if not found:
        return tuple(exchanges)
    named = {exchange.id: exchange for exchange in exchanges}
    of_near = {seen.near: seen for seen in found}
    inner = {name for seen in found for name in seen.far}
    gone: set[str] = set()
    for several in united(found):
        outer = next((name for name in several if name not in inner), several[0])
        gone |= set(several) - _shown(of_near[outer], named)
    return _counted(exchange for exchange in exchanges if exchange.id not in gone)


def _counted(exchanges: Iterable[Exchange]) -> tuple[Exchange, ...]:
    """The exchanges with their attempts counted anew: a second sight may have stood as one."""
    attempts = Counter[str]()
    left = []
    for exchange in exchanges:
        attempts[exchange.group] += 1
        number = attempts[exchange.group] if exchange.group else exchange.attempt
        left.append(msgspec.structs.replace(exchange, attempt=number))
    return tuple(left)


def _shown(seen: Sighting, named: Mapping[str, Exchange]) -> set[str]:
    """The exchanges that stand for a call. The attempts that a client itself made are all its own:
    a capture that has one entry for them tells less.
    """
    if len(seen.far) > 1 and not seen.directed:
        return set(seen.far)
    return {_telling(named[seen.near], named[seen.far[-1]])}


def _telling(near: Exchange, far: Exchange) -> str:
    """Which of two sights of a call tells more of what came of it."""
    rewritten = near.response.status >= 400 and far.response.status >= 400
    if rewritten and near.response.status != far.response.status and _bodies(far):
        return far.id
    return far.id if _bodies(far) > _bodies(near) else near.id


def _bodies(exchange: Exchange) -> int:
    kinds = exchange.request.body_kind, exchange.response.body_kind
    return sum(2 * (kind != "not-visible") - (kind == "partial") for kind in kinds)


def _between(one: Capture, other: Capture) -> list[Sighting]:
    links = _by_ids(one.sights, other.sights)
    turn = _turn(one, other, links)
    near, far = (other, one) if turn < 0 else (one, other)
    joined = _assigned(near.sights, _turned(links, one.sights) if turn < 0 else links)
    taken = {s.name for several in joined.values() for s in several}
    rest = (
        [s for s in near.sights if s.name not in joined],
        [s for s in far.sights if s.name not in taken],
    )
    pairs: list[tuple[Sight, Sequence[Sight], int | None]] = [
        (s, joined[s.name], turn) for s in near.sights if s.name in joined
    ]
    pairs += [(s, [match], None) for s, match in _by_time_and_request(*rest)]
    wire = near.is_wire, far.is_wire
    return [_compared(s, several, way, wire) for s, several, way in pairs]


def _turn(one: Capture, other: Capture, links: _Links) -> int:
    """1 where the first capture is the nearer one, -1 where the second is; 0 where nothing tells,
    or where what tells it contradicts itself.
    """
    stated = one.prior - other.prior or _by_host(one.sights, other.sights)
    timed = _longer_side(one.sights, other.sights, links)
    return 0 if stated * timed < 0 else stated or timed


def _compared(
    near: Sight, far: Sequence[Sight], turn: int | None, wire: tuple[bool, bool]
) -> Sighting:
    """A sighting; `turn` is None where time and request alone joined it: no direction is shown."""
    directed = bool(turn) and _is_hop(near, far)
    found = changes(near.exchange, [s.exchange for s in far], directed=directed, wire=wire)
    by: Literal["identifier", "time and body"] = "time and body" if turn is None else "identifier"
    return Sighting(near.name, tuple(s.name for s in far), by, directed, tuple(found))


def _is_hop(near: Sight, far: Sequence[Sight]) -> bool:
    """Whether the two places called different hosts, so that something stands between them. What a
    client itself sent again has its counter.
    """
    counters = (s.exchange.request_header("x-stainless-retry-count") or "0" for s in far)
    own = len(far) > 1 and any(counter != "0" for counter in counters)
    hosts = frozenset[str]().union(*(s.hosts for s in far))
    return bool(near.hosts and hosts) and not near.hosts & hosts and not own


def _by_ids(one: list[Sight], other: list[Sight]) -> dict[str, list[Sight]]:
    """For each exchange of one capture, those of the other that it may be the same call as."""
    of_other: dict[str, list[Sight]] = defaultdict(list)
    for sight in other:
        for digest in sight.calls | sight.traces:
            of_other[digest].append(sight)
    of_one = Counter(digest for sight in one for digest in sight.calls | sight.traces)
    links: dict[str, list[Sight]] = {}
    for sight in one:
        found = {
            match.name: match
            for digest in sight.calls | sight.traces
            if of_one[digest] <= _SESSION and len(of_other[digest]) <= _SESSION
            for match in of_other[digest]
            if may_be_one(sight, match)
        }
        if found:
            links[sight.name] = list(found.values())
    return links


def _longer_side(one: list[Sight], other: list[Sight], links: _Links) -> int:
    """1 where the first capture's calls took longer, -1 where the second's did, else 0: the outer
    call holds the inner ones.
    """
    votes = 0
    back: dict[str, list[Sight]] = defaultdict(list)
    for sight in one:
        matches = links.get(sight.name, ())
        for match in matches:
            back[match.name].append(sight)
        votes += 2 * (len(matches) > 1 and _holds(sight, matches))
    for match in other:
        outer = back.get(match.name, [])
        votes -= 2 * (len(outer) > 1 and _holds(match, outer))
        if len(outer) == 1 and len(links[outer[0].name]) == 1:
            votes += _longer(outer[0], match)
    return (votes > 0) - (votes < 0)


def _longer(one: Sight, other: Sight) -> int:
    here, there = one.exchange.duration_ms, other.exchange.duration_ms
    if here is None or there is None or abs(here - there) <= max(5, 0.01 * max(here, there)):
        return 0
    return (here > there) - (here < there)


def _holds(outer: Sight, inner: Sequence[Sight]) -> bool:
    """Whether one call took at least as long as all of some others together took."""
    began = [s.began for s in inner if s.began is not None]
    ended = [s.ended for s in inner if s.ended is not None]
    took = outer.exchange.duration_ms
    if took is None or len(began) < len(inner):
        return False
    return max(ended) - min(began) <= took / 1000 + _SLACK_S


def _by_host(one: Sequence[Sight], other: Sequence[Sight]) -> int:
    """1 where only the second capture's calls go to a provider's own host, -1 where only the
    first's do, else 0: what a gateway receives is sent to the gateway.
    """
    called = [{host_of(s.exchange.request.url) for s in side} - {""} for side in (one, other)]
    goes = [{host in PROVIDERS for host in hosts} for hosts in called]
    return (goes == [{False}, {True}]) - (goes == [{True}, {False}])


def _turned(links: _Links, one: list[Sight]) -> dict[str, list[Sight]]:
    turned: dict[str, list[Sight]] = defaultdict(list)
    for sight in one:
        for match in links.get(sight.name, ()):
            turned[match.name].append(sight)
    return turned


def _assigned(near: list[Sight], links: _Links) -> dict[str, list[Sight]]:
    """Every far exchange at the one near one that it belongs to, in the order of time."""
    wanted: dict[str, list[Sight]] = defaultdict(list)
    for sight in near:
        for match in links.get(sight.name, ()):
            wanted[match.name].append(sight)
    far = {match.name: match for several in links.values() for match in several}
    joined: dict[str, list[Sight]] = defaultdict(list)
    for name in sorted(far, key=lambda name: (far[name].exchange.at or "", name)):
        owner = _owner(far[name], wanted[name])
        if owner is not None:
            joined[owner.name].append(far[name])
    return {name: several for name, several in joined.items() if _are_of_one(several)}


def _are_of_one(far: Sequence[Sight]) -> bool:
    """Whether several inner exchanges may be attempts of one call: they ask the same."""
    asked = {s.asked for s in far if s.asked}
    return len(asked) <= 1


def _owner(far: Sight, candidates: Sequence[Sight]) -> Sight | None:
    """The call that an inner exchange is of; None where several may be."""
    if len(candidates) == 1:
        return candidates[0]
    shared = [len(far.calls & s.calls) for s in candidates]
    best = [s for s, common in zip(candidates, shared, strict=True) if common == max(shared)]
    closest = [s for s in best if s.asked and s.asked == far.asked] or best
    if len(closest) == 1:
        return closest[0]
    gaps = sorted(
        (abs(far.began - s.began), s.name, s)
        for s in closest
        if far.began is not None and s.began is not None
    )
    if len(gaps) < len(closest):
        return None
    return gaps[0][2] if gaps[0][0] <= SKEW_S and gaps[1][0] > 2 * gaps[0][0] else None


def _by_time_and_request(near: list[Sight], far: list[Sight]) -> list[tuple[Sight, Sight]]:
    """Exchanges that begin at about one time and ask the same, where no other pair would fit."""
    asked: dict[Any, list[Sight]] = defaultdict(list)
    for sight in far:
        if sight.began is not None and sight.asked:
            asked[sight.asked].append(sight)
    for several in asked.values():
        several.sort(key=lambda sight: (sight.began or 0.0, sight.name))
    fits = [(one, other) for one in near for other in _fitting(one, asked)]
    left, right = Counter(s.name for s, _ in fits), Counter(s.name for _, s in fits)
    alone = [(s, match) for s, match in fits if left[s.name] == right[match.name] == 1]
    return _at_one_offset(alone)


def _at_one_offset(pairs: list[tuple[Sight, Sight]]) -> list[tuple[Sight, Sight]]:
    """The pairs whose clocks differ alike; a single one has to begin at nearly one time."""
    offsets = [(other.began or 0.0) - (one.began or 0.0) for one, other in pairs]
    usual = median(offsets) if len(offsets) > 1 else 0.0
    most = _STEADY_S if len(offsets) > 1 else _ALONE_S
    return [pair for pair, gap in zip(pairs, offsets, strict=True) if abs(gap - usual) <= most]


def _fitting(one: Sight, asked: Mapping[Any, Sequence[Sight]]) -> Iterator[Sight]:
    """The exchanges that begin when this one does and ask the same."""
    several = asked.get(one.asked, ()) if one.began is not None else ()
    if one.began is None or not several:
        return
    first = bisect_left(several, one.began - SKEW_S, key=lambda sight: sight.began or 0.0)
    until = one.began + SKEW_S
    near = takewhile(lambda sight: (sight.began or 0.0) <= until, several[first : first + _ENOUGH])
    yield from (other for other in near if agree(one, other))
