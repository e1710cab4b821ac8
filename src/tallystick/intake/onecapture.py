"""Calls that one capture shows at two places: a record of a gateway that holds both of its sides,
or a call to a provider within a call to another host, which asks the same.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from tallystick.intake.groups import moments_s
from tallystick.intake.hops import changes
from tallystick.intake.sight import PROVIDERS
from tallystick.record.exchange import Exchange
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


def _host(exchange: Exchange) -> str:
    return exchange.request.url.partition("://")[2].partition("/")[0]


def _messages(exchange: Exchange) -> Any:
    body = exchange.request.body
    return body.get("messages") if isinstance(body, dict) else None


def _nested(exchanges: Sequence[Exchange]) -> Iterator[Sighting]:
    """Calls to a provider within a call to another host. One clock timed both, and both ask the
    same; where several would fit, none is told from the others.
    """
    outer = [e for e in exchanges if _host(e) and _host(e) not in PROVIDERS]
    inner = [e for e in exchanges if _host(e) in PROVIDERS] if outer else []
    timed = sorted((began, e.id, e) for e in inner if (began := moments_s(e.at, None)[0]))
    fits: dict[str, list[Exchange]] = {}
    owners = Counter[str]()
    for near in outer if timed else ():
        began, _ = moments_s(near.at, near.duration_ms)
        first = bisect_left(timed, ((began or 0.0) - _SLACK_S,))
        around = timed[first : first + _ENOUGH]
        fits[near.id] = [far for _, _, far in around if _holds(near, far)]
        owners.update(far.id for far in fits[near.id])
    for near in outer:
        held = fits.get(near.id, [])
        if len(held) == 1 and owners[held[0].id] == 1:
            found = changes(near, held, one_record=False)
            yield Sighting(near.id, (held[0].id,), "record", True, tuple(found))


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
