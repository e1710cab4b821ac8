"""One exchange as it is laid beside those of another capture: what it is called by, when it was,
what it asks; and whether two of them may be one call.
"""

from typing import Any, NamedTuple

from tallystick.intake.groups import moments_s
from tallystick.record.exchange import Exchange
from tallystick.record.placeholder import as_number, json_kind, parse, text_length

# Clocks of two machines differ by so much, in seconds.
SKEW_S = 3.5


class Sight(NamedTuple):
    """An exchange, and what is asked of it here again and again."""

    exchange: Exchange
    calls: frozenset[str]
    traces: frozenset[str]
    answers: frozenset[str]
    hosts: frozenset[str]
    asked: Any
    began: float | None
    ended: float | None

    @property
    def name(self) -> str:
        """The exchange's id in the record."""
        return self.exchange.id


def sight_of(exchange: Exchange) -> Sight:
    """An exchange with what joining asks of it."""
    kinds: dict[str, set[str]] = {"call": set(), "trace": set(), "answer": set(), "host": set()}
    for named in exchange.ids:
        kind, _, digest = named.partition(":")
        kinds[kind].add(digest)
    own = frozenset(kinds["call"] | kinds["answer"])
    traces, answers, hosts = (frozenset(kinds[kind]) for kind in ("trace", "answer", "host"))
    times = moments_s(exchange.at, exchange.duration_ms)
    return Sight(exchange, own, traces, answers, hosts, _signature(exchange), *times)


def may_be_one(one: Sight, other: Sight) -> bool:
    """Whether two exchanges with a name in common may be one call: at one time, and a trace holds
    many calls, so that their requests have to be seen to be the same.
    """
    if not _overlap(one, other) or _contradicts(one, other):
        return False
    by_call = bool(one.calls & other.calls)
    return (
        by_call or (bool(one.asked) and one.asked == other.asked) or not (one.asked and other.asked)
    )


def _overlap(one: Sight, other: Sight) -> bool:
    if None in (one.began, other.began, one.ended, other.ended):
        return True
    first, last = sorted((one, other), key=lambda sight: sight.began or 0.0)
    return (last.began or 0.0) <= (first.ended or 0.0) + SKEW_S


def _contradicts(one: Sight, other: Sight) -> bool:
    """Whether two answers have ids of their own, and none in common."""
    both = bool(one.answers and other.answers)
    return both and not one.answers & other.calls and not other.answers & one.calls


def agree(one: Sight, other: Sight) -> bool:
    """Whether nothing tells two exchanges apart that ask the same at one time."""
    named = bool(one.calls and other.calls)
    return not named and not _contradicts(one, other) and _same_values(one, other)


def _same_values(one: Sight, other: Sight) -> bool:
    """Whether the plain members that both requests show have the same values."""
    bodies = [sight.exchange.request.body for sight in (one, other)]
    here, there = ({k: _plain(v) for k, v in body.items() if _is_plain(v)} for body in bodies)
    return all(_are_same(here[name], there[name]) for name in here.keys() & there.keys())


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)


def _plain(value: object) -> object:
    """A value without the number that it has in its own intake: a masked one is its length."""
    masked = parse(value) if isinstance(value, str) else None
    return masked[:2] if masked is not None else as_number(value)


def _are_same(here: object, there: object) -> bool:
    """Whether two values are one, or one model's name is the other's with its release."""
    if isinstance(here, str) and isinstance(there, str):
        return here.startswith(there) or there.startswith(here)
    return here == there


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
