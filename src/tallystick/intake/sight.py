"""One exchange as it is laid beside those of another capture: what it is called by, when it was,
what it asks; one capture; and whether two exchanges may be one call.
"""

from typing import Any, NamedTuple

from tallystick.intake.groups import moments_s
from tallystick.intake.hops import is_release
from tallystick.record.exchange import Exchange
from tallystick.record.forms import PROVIDERS, host_of
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
    names = ("call", "trace", "answer", "host", "leg")
    kinds: dict[str, set[str]] = {name: set() for name in names}
    for named in exchange.ids:
        kind, _, digest = named.partition(":")
        kinds[kind].add(digest)
    own = frozenset(kinds["call"] | kinds["answer"])
    traces, answers, hosts = (frozenset(kinds[kind]) for kind in ("trace", "answer", "host"))
    times = moments_s(exchange.at, exchange.duration_ms)
    return Sight(exchange, own, traces, answers, hosts, _signature(exchange), *times)


# Formats that show the wire, that gateways write, and in which an application keeps what it sent
# itself.
_OF_THE_WIRE = frozenset(("har", "mitmproxy", "vcr-yaml", "vcr-json", "curl", "http"))
_OF_GATEWAYS = frozenset(("envoy", "kong", "litellm", "access"))
_OF_CLIENTS = frozenset(("vcr-yaml", "vcr-json", "curl", "pasted", "langfuse", "langsmith"))


class Capture:
    """The exchanges of one capture, with what tells quickly whether another shows any of them."""

    def __init__(self, sights: list[Sight], form: str) -> None:
        self.sights, self._form = sights, form
        self.names = {digest for s in sights for digest in s.calls | s.traces}
        self.asks = {s.asked for s in sights if s.asked}

    @property
    def prior(self) -> int:
        """1 for a capture of an application, -1 for one of a gateway, 0 for any other."""
        return (self._form in _OF_CLIENTS) - (self._form in _OF_GATEWAYS)

    @property
    def is_wire(self) -> bool:
        """Whether it shows what was on the wire: a log may keep what a program was asked for."""
        return not self._form or self._form in _OF_THE_WIRE

    def meets(self, other: "Capture") -> bool:
        """Whether anything in both may be one call."""
        return not (self.names.isdisjoint(other.names) and self.asks.isdisjoint(other.asks))

    def without(self, taken: set[str]) -> "Capture":
        """The capture without what is another's already."""
        return Capture([s for s in self.sights if s.name not in taken], self._form)


def may_be_one(one: Sight, other: Sight) -> bool:
    """Whether two exchanges with a name in common may be one call. An answer's own id is of one
    call; a request id may be handed on to several, and a trace holds many: they ask alike too.
    """
    if not _overlap(one, other) or _contradicts(one, other) or _are_apart(one, other):
        return False
    shown = bool(one.asked and other.asked)
    alike = shown and one.asked == other.asked
    if one.answers & other.calls or other.answers & one.calls:
        return True
    return alike or (not shown and bool(one.calls & other.calls))


def _are_apart(one: Sight, other: Sight) -> bool:
    """Whether two exchanges went to different providers, or a client counted them apart."""
    hosts = [host_of(sight.exchange.request.url) for sight in (one, other)]
    if all(host in PROVIDERS for host in hosts) and hosts[0] != hosts[1]:
        return True
    counters = [s.exchange.request_header("x-stainless-retry-count") for s in (one, other)]
    return None not in counters and counters[0] != counters[1]


def _end_alike(one: Sight, other: Sight) -> bool:
    """Whether two exchanges ended with one status, as far as both show theirs."""
    hidden = any("status" in sight.exchange.response.hidden for sight in (one, other))
    return hidden or one.exchange.response.status == other.exchange.response.status


def _overlap(one: Sight, other: Sight) -> bool:
    """Whether one began before the other ended, as far as clocks agree."""
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
    apart = _contradicts(one, other) or _are_apart(one, other) or not _end_alike(one, other)
    return not named and not apart and _same_values(one, other)


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
    return here == there or is_release(here, there)


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
