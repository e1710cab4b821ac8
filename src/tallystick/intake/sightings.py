"""Two captures of one call, taken at two places, are one call seen twice.

They are laid together by what both captures call it by (request id, trace id, the answer's id);
where one of them has no such name, by time and body, and only where no other call fits. Which
capture is nearer to the application shows in the times: the outer call holds the inner ones.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, takewhile
from types import MappingProxyType
from typing import Any

import msgspec

from tallystick.intake.groups import group, moments_s
from tallystick.intake.hops import changes
from tallystick.record.exchange import Exchange
from tallystick.record.forms import HOSTS
from tallystick.record.placeholder import json_kind, text_length
from tallystick.record.sighting import Sighting

# Clocks of two machines differ by so much, in seconds.
SKEW_S = 3.5
# Rounding, and what a span has beside the call that it spans.
_SLACK_S = 0.25
# Where so many calls would fit, none is told from the others.
_ENOUGH = 16
# An id that more attempts of one capture have is that of a session.
_SESSION = 64

_Links = Mapping[str, Sequence[Exchange]]


def sightings(
    exchanges: Iterable[Exchange], formats: Mapping[str, str] = MappingProxyType({})
) -> tuple[Sighting, ...]:
    """The calls that two captures show, the first one's first. `formats` are those of the captures,
    by digest: what only gateways write is behind what applications keep.
    """
    captures: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        captures.setdefault(exchange.capture, []).append(exchange)
    found: list[Sighting] = []
    for one, other in combinations(captures.values(), 2):
        taken = {name for seen in found for name in seen.far}
        left = [[e for e in side if e.id not in taken] for side in (one, other)]
        found += _between(left[0], left[1], _by_format(one, formats) - _by_format(other, formats))
    return tuple(found)


def once(exchanges: Sequence[Exchange], found: Sequence[Sighting]) -> tuple[Exchange, ...]:
    """The exchanges, each call once: as the application's side saw it, unless the other capture
    shows a body that this one lacks, or shows what an answer was before a hop rewrote it.
    """
    if not found:
        return tuple(exchanges)
    named = {exchange.id: exchange for exchange in exchanges}
    shown = {seen.near: _telling(named[seen.near], named[seen.far[-1]]) for seen in found}
    gone = {name for seen in found for name in (seen.near, *seen.far)} - set(shown.values())
    return group(exchange for exchange in exchanges if exchange.id not in gone)


def _telling(near: Exchange, far: Exchange) -> str:
    """Which of two sights of a call tells more of what came of it."""
    rewritten = near.response.status >= 400 and far.response.status >= 400
    if rewritten and near.response.status != far.response.status and _bodies(far):
        return far.id
    return far.id if _bodies(far) > _bodies(near) else near.id


def _bodies(exchange: Exchange) -> int:
    kinds = exchange.request.body_kind, exchange.response.body_kind
    return sum(2 * (kind != "not-visible") - (kind == "partial") for kind in kinds)


# Formats that gateways write, and those in which an application keeps what it sent itself.
_OF_GATEWAYS = frozenset(("envoy", "kong", "litellm", "access"))
_OF_CLIENTS = frozenset(("vcr-yaml", "vcr-json", "curl", "pasted", "langfuse", "langsmith"))


def _by_format(capture: Sequence[Exchange], formats: Mapping[str, str]) -> int:
    """1 for a capture of an application, -1 for one of a gateway, 0 for any other."""
    name = formats.get(capture[0].capture, "")
    return (name in _OF_CLIENTS) - (name in _OF_GATEWAYS)


def _by_host(one: Sequence[Exchange], other: Sequence[Exchange]) -> int:
    """1 where only the second capture's calls go to a provider's own host, -1 where only the
    first's do, else 0: what a gateway receives is sent to the gateway.
    """
    goes = [{_host(e) in HOSTS for e in side if _host(e)} for side in (one, other)]
    return (goes == [{False}, {True}]) - (goes == [{True}, {False}])


def _host(exchange: Exchange) -> str:
    return exchange.request.url.partition("://")[2].partition("/")[0]


def _between(one: list[Exchange], other: list[Exchange], prior: int) -> list[Sighting]:
    links = _by_ids(one, other)
    turn = _direction(one, other, links) or prior or _by_host(one, other)
    near, far = (other, one) if turn < 0 else (one, other)
    if turn < 0:
        links = _turned(links, one)
    joined = _assigned(near, links)
    taken = {one.id for several in joined.values() for one in several}
    rest = [e for e in near if e.id not in joined], [e for e in far if e.id not in taken]
    by_body = _by_time_and_body(*rest)
    told = [
        Sighting(e.id, tuple(f.id for f in joined[e.id]), "identifier", turn != 0)
        for e in near
        if e.id in joined
    ] + [Sighting(e.id, (f.id,), "time and body", turn != 0) for e, f in by_body]
    named = {e.id: e for e in (*near, *far)}
    return [_compared(seen, named) for seen in told]


def _compared(seen: Sighting, named: Mapping[str, Exchange]) -> Sighting:
    found = changes(named[seen.near], [named[name] for name in seen.far])
    return msgspec.structs.replace(seen, changes=tuple(found))


def _by_ids(one: list[Exchange], other: list[Exchange]) -> dict[str, list[Exchange]]:
    """For each exchange of one capture, those of the other that have an id in common with it."""
    of_other: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in other:
        for digest in _digests(exchange):
            of_other[digest].append(exchange)
    of_one = Counter(digest for exchange in one for digest in _digests(exchange))
    links: dict[str, list[Exchange]] = {}
    for exchange in one:
        found = {
            match.id: match
            for digest in _digests(exchange)
            if of_one[digest] <= _SESSION and len(of_other[digest]) <= _SESSION
            for match in of_other[digest]
            if not _contradicts(exchange, match)
        }
        if found:
            links[exchange.id] = list(found.values())
    return links


def _digests(exchange: Exchange) -> set[str]:
    return {named.partition(":")[2] for named in exchange.ids}


def _contradicts(one: Exchange, other: Exchange) -> bool:
    """Whether two answers have ids of their own, and none in common."""
    ids = [{name for name in e.ids if name.startswith("answer:")} for e in (one, other)]
    return all(ids) and not ids[0] & _as_answers(other) and not ids[1] & _as_answers(one)


def _as_answers(exchange: Exchange) -> set[str]:
    return {f"answer:{digest}" for digest in _digests(exchange)}


def _direction(one: list[Exchange], other: list[Exchange], links: _Links) -> int:
    """1 where the first capture is nearer to the application, -1 where the second is, else 0."""
    votes = 0
    back: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in one:
        matches = links.get(exchange.id, ())
        for match in matches:
            back[match.id].append(exchange)
        votes += 2 * (len(matches) > 1 and _holds(exchange, matches))
    for match in other:
        outer = back.get(match.id, [])
        votes -= 2 * (len(outer) > 1 and _holds(match, outer))
        if len(outer) == 1 and len(links[outer[0].id]) == 1:
            votes += _longer(outer[0], match)
    if not links:
        votes = sum(_longer(e, f) for e, f in _by_time_and_body(one, other))
    return (votes > 0) - (votes < 0)


def _longer(one: Exchange, other: Exchange) -> int:
    if one.duration_ms is None or other.duration_ms is None:
        return 0
    return (one.duration_ms > other.duration_ms) - (one.duration_ms < other.duration_ms)


def _holds(outer: Exchange, inner: Sequence[Exchange]) -> bool:
    """Whether one call took at least as long as all of some others together took."""
    times = [moments_s(e.at, e.duration_ms) for e in inner]
    began, ended = [b for b, _ in times if b is not None], [e for _, e in times if e is not None]
    if outer.duration_ms is None or len(began) < len(inner):
        return False
    return max(ended) - min(began) <= outer.duration_ms / 1000 + _SLACK_S


def _turned(links: _Links, one: list[Exchange]) -> dict[str, list[Exchange]]:
    turned: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in one:
        for match in links.get(exchange.id, ()):
            turned[match.id].append(exchange)
    return turned


def _assigned(near: list[Exchange], links: _Links) -> dict[str, list[Exchange]]:
    """Every far exchange at the one near one that it belongs to, in the order of time."""
    wanted: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in near:
        for match in links.get(exchange.id, ()):
            wanted[match.id].append(exchange)
    far = {match.id: match for several in links.values() for match in several}
    joined: dict[str, list[Exchange]] = defaultdict(list)
    for name in sorted(far, key=lambda name: (far[name].at or "", name)):
        owner = _owner(far[name], wanted[name])
        if owner is not None:
            joined[owner.id].append(far[name])
    return joined


def _owner(far: Exchange, candidates: Sequence[Exchange]) -> Exchange | None:
    """The call that an inner exchange is of; None where several may be."""
    if len(candidates) == 1:
        return candidates[0]
    closest = _most_in_common(far, candidates)
    if len(closest) == 1:
        return closest[0]
    began, _ = moments_s(far.at, far.duration_ms)
    gaps = [(abs(began - b), e.id, e) for e in closest
            if began is not None and (b := moments_s(e.at, None)[0]) is not None]  # fmt: skip
    if len(gaps) < len(closest):
        return None
    gaps.sort(key=lambda gap: gap[:2])
    return gaps[0][2] if gaps[0][0] <= SKEW_S and gaps[1][0] > 2 * gaps[0][0] else None


def _most_in_common(far: Exchange, candidates: Sequence[Exchange]) -> list[Exchange]:
    """Those with the most ids in common; of these, the ones with the same body."""
    shared = [len(_digests(far) & _digests(e)) for e in candidates]
    best = [e for e, count in zip(candidates, shared, strict=True) if count == max(shared)]
    same = [e for e in best if _signature(e) and _signature(e) == _signature(far)]
    return same or best


def _by_time_and_body(near: list[Exchange], far: list[Exchange]) -> list[tuple[Exchange, Exchange]]:
    """Exchanges that begin at about one time and ask the same, where no other pair would fit."""
    asked: dict[Any, list[tuple[float, str, Exchange]]] = defaultdict(list)
    for one in far:
        began, _ = moments_s(one.at, None)
        if began is not None and (signature := _signature(one)):
            asked[signature].append((began, one.id, one))
    for several in asked.values():
        several.sort(key=lambda found: found[:2])
    fits = [(one, other) for one in near for other in _fitting(one, asked)]
    left, right = Counter(e.id for e, _ in fits), Counter(f.id for _, f in fits)
    return [(e, f) for e, f in fits if left[e.id] == right[f.id] == 1]


def _fitting(
    one: Exchange, asked: Mapping[Any, Sequence[tuple[float, str, Exchange]]]
) -> Iterator[Exchange]:
    """The exchanges that begin when this one does and ask the same; two are as good as many."""
    began, _ = moments_s(one.at, None)
    several = asked.get(_signature(one), ()) if began is not None else ()
    if began is None or not several:
        return
    first = bisect_left(several, began - SKEW_S, key=lambda found: found[0])
    near = takewhile(lambda found: found[0] <= began + SKEW_S, several[first : first + _ENOUGH])
    yield from (other for _, _, other in near if not _contradicts(one, other))


def _signature(exchange: Exchange) -> Any:
    """What a request says, by kinds and lengths; empty where its messages are not shown."""
    body = exchange.request.body
    messages = body.get("messages") if isinstance(body, dict) else None
    return _form(messages) if isinstance(messages, list) and messages else ()


def _form(value: object) -> Any:
    if isinstance(value, dict):
        return tuple(sorted((key, _form(inner)) for key, inner in value.items()))
    if isinstance(value, list):
        return tuple(map(_form, value))
    return json_kind(value), text_length(value)
