"""Calls that one capture shows at two places: a record of a gateway that holds both of its sides,
or a call to a provider within a call to another host, which asks the same.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from tallystick.intake.groups import moments_s
from tallystick.intake.hops import changes
from tallystick.record.exchange import Exchange
from tallystick.record.forms import PROVIDERS, host_of
from tallystick.record.sighting import Sighting

# Rounding of times.
_SLACK_S = 0.05
# Where so many calls are under way at once, none is told from the others.
_ENOUGH = 32


def seen_twice(exchanges: Sequence[Exchange]) -> Iterator[Sighting]:
    """The calls that a capture shows twice by itself; the outer one is the application's."""
    found = {seen.near: seen for seen in _both_sides(exchanges)}
    yield from found.values()
    yield from (seen for seen in _nested(exchanges) if seen.near not in found)


def _both_sides(exchanges: Sequence[Exchange]) -> Iterator[Sighting]:
    """Records with both sides of a gateway: one entry, and the one that follows."""
    far = {(e.capture, e.entry): e for e in exchanges if "leg:far" in e.ids}
    for near in exchanges if far else ():
        behind = far.get((near.capture, near.entry + 1)) if "leg:near" in near.ids else None
        if behind is not None:
            found = changes(near, [behind], one_record=True)
            yield Sighting(near.id, (behind.id,), "record", True, tuple(found))
    yield from _named_sides(exchanges)


def _named_sides(exchanges: Sequence[Exchange]) -> Iterator[Sighting]:
    """Records of one side each, where a call has one of the near side."""
    far: dict[tuple[str, str], list[Exchange]] = {}
    for one in exchanges:
        for call in _calls_of(one) if "leg:far-named" in one.ids else ():
            far.setdefault((one.capture, call), []).append(one)
    near = [e for e in exchanges if far and "leg:near-named" in e.ids]
    often = Counter((e.capture, call) for e in near for call in _calls_of(e))
    for one in near:
        keys = [(one.capture, call) for call in _calls_of(one)]
        held = next((far[key] for key in keys if key in far and often[key] == 1), [])
        if held:
            found = changes(one, held, one_record=True)
            yield Sighting(one.id, tuple(e.id for e in held), "identifier", True, tuple(found))


def _calls_of(exchange: Exchange) -> list[str]:
    return [name for name in exchange.ids if name.startswith("call:")]


def _messages(exchange: Exchange) -> Any:
    body = exchange.request.body
    return body.get("messages") if isinstance(body, dict) else None


def _nested(exchanges: Sequence[Exchange]) -> Iterator[Sighting]:
    """Calls to a provider within a call to another host. One clock timed both, and both ask the
    same; where several would fit, none is told from the others.
    """
    called = [(host_of(e.request.url), e) for e in exchanges]
    outer = [e for host, e in called if host and host not in PROVIDERS]
    inner = [e for host, e in called if host in PROVIDERS] if outer else []
    timed = sorted((began, e.id, e) for e in inner if (began := moments_s(e.at, None)[0]))
    fits: dict[str, list[Exchange]] = {}
    owners = Counter[str]()
    for near in outer if timed else ():
        began, _ = moments_s(near.at, near.duration_ms)
        first = bisect_left(timed, ((began or 0.0) - _SLACK_S,))
        around = timed[first : first + _ENOUGH]
        fits[near.id] = [far for _, _, far in around if _holds(near, far)]
        owners.update(far.id for far in fits[near.id])
    alone = [(near, fits[near.id][0]) for near in outer if len(fits.get(near.id, ())) == 1]
    yield from _joined([(near, far) for near, far in alone if owners[far.id] == 1])


def _joined(pairs: Sequence[tuple[Exchange, Exchange]]) -> Iterator[Sighting]:
    """The pairs as sightings. Where one pair has an id in common, its one host passes calls on to
    the other, and so it does for the rest of them. A program that asks two hosts at once has no
    such pair.
    """
    relays = {_hosts(*pair) for pair in pairs if _common(*pair)}
    for near, far in pairs:
        by: Literal["relayed", "within"] = "relayed" if _hosts(near, far) in relays else "within"
        found = changes(near, [far], one_record=False)
        yield Sighting(near.id, (far.id,), by, True, tuple(found))


def _hosts(near: Exchange, far: Exchange) -> tuple[str, str]:
    return host_of(near.request.url), host_of(far.request.url)


def _common(near: Exchange, far: Exchange) -> bool:
    """Whether two calls have an id in common. A trace does not tell: it holds all that a program
    did, and so do two calls that it made at once.
    """
    return any(name.startswith(("call:", "answer:")) for name in {*near.ids} & {*far.ids})


def _holds(outer: Exchange, inner: Exchange) -> bool:
    """Whether one call was under way while the other was, from its beginning to its end."""
    began, ended = moments_s(outer.at, outer.duration_ms)
    first, last = moments_s(inner.at, inner.duration_ms)
    if began is None or ended is None or first is None or last is None:
        return False
    timed = bool(outer.duration_ms and inner.duration_ms)
    alike = outer.capture == inner.capture
    within = began - _SLACK_S <= first and last <= ended + _SLACK_S
    asked = _messages(outer)
    return timed and alike and within and asked is not None and asked == _messages(inner)
