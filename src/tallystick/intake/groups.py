"""Retry groups: which attempts belong to one logical call.

An attempt follows another when the address, the body and the stated length of the body are the
same, it began within the window after the other ended, and nothing says that it is a new call. A
client's own retry counter (`x-stainless-retry-count`) decides where it is sent, and a log that
numbers the attempts of a call tells where the next call begins. What was refused for who sent it,
or from where (403), and then accepted with the same body, was sent by another caller.
"""

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from tallystick.protocol import retry_hint
from tallystick.record.exchange import Exchange

WINDOW_S = 90.0
# Clients wait longer from one attempt to the next (backoff); equal gaps of a minute are a schedule.
_STEADY_S, _GROWTH = 45.0, 2.5
# Of equal calls that failed, so many may still get another attempt at one time.
MAX_OPEN = 64
# RFC 9110, section 15.5.4: the request should not be repeated with that credential.
_FORBIDDEN = 403
# So many attempts are placed before calls whose window has closed are forgotten.
_SWEEP = 4096


class Tried(NamedTuple):
    """What grouping looks at of one attempt. `key` is the same for the same address and body, and
    `length` is the number of bytes that the request states; empty where it states none. `nth` is
    the number that its log gives the attempt within its call, `status` that of its answer.
    """

    name: str
    key: Hashable
    began_s: float | None
    ended_s: float | None
    answered: bool
    counter: int | None
    asked_s: float
    length: str
    nth: int | None = None
    status: int = 0


class Placed(NamedTuple):
    """The call of an attempt, its number in it, and the seconds since the attempt before."""

    group: str
    attempt: int
    gap_s: float | None
    asked_s: float


class _Open:
    """A logical call that may still get another attempt."""

    def __init__(self, name: str, first: Tried) -> None:
        self.name, self.last, self.attempts = name, first, 1
        self.gap_s = 0.0


class Grouper:
    """Places attempts, which come in the order in which they began."""

    def __init__(self, window_s: float = WINDOW_S) -> None:
        self._window_s = window_s
        self._open: dict[Hashable, list[_Open]] = {}
        self._placed = 0

    def place(self, tried: Tried) -> Placed:
        """The call that an attempt belongs to."""
        self._placed += 1
        if self._placed % _SWEEP == 0 and tried.began_s is not None:
            self._sweep(tried.began_s)
        calls = self._open.setdefault(tried.key, [])
        del calls[:-MAX_OPEN]
        call = next((call for call in calls if self._follows(call, tried)), None)
        gap, asked = None, 0.0
        if call is None:
            call = _Open(f"g{tried.name[1:]}", tried)
            calls.append(call)
        else:
            gap, asked = _gap_s(call.last, tried), call.last.asked_s
            call.last, call.attempts = tried, call.attempts + 1
            call.gap_s = gap or 0.0
        if tried.answered:
            calls.remove(call)
            if not calls:
                del self._open[tried.key]
        return Placed(call.name, call.attempts, gap, asked)

    def _follows(self, call: _Open, tried: Tried) -> bool:
        if call.last.length and tried.length and call.last.length != tried.length:
            return False  # a log that shortens bodies makes unlike ones look alike
        if tried.counter is not None:
            return tried.counter == call.attempts
        numbered = call.last.nth is not None and tried.nth is not None
        if numbered and (tried.nth or 0) <= (call.last.nth or 0):
            return False  # its log began to count anew
        if call.last.status == _FORBIDDEN and tried.answered and not numbered:
            return False
        gap = _gap_s(call.last, tried)
        window_s = min(self._window_s, max(_STEADY_S, _GROWTH * call.gap_s))
        if call.last.asked_s:
            window_s = self._window_s + call.last.asked_s
        return gap is None or -0.5 <= gap <= window_s

    def _sweep(self, now_s: float) -> None:
        """Forget calls that no attempt can follow any more, so that memory does not grow."""
        for key in [*self._open]:
            kept = [call for call in self._open[key] if self._may_follow(call, now_s)]
            if kept:
                self._open[key] = kept
            else:
                del self._open[key]

    def _may_follow(self, call: _Open, now_s: float) -> bool:
        ended = call.last.ended_s
        return ended is None or now_s - ended <= self._window_s + call.last.asked_s


def _gap_s(before: Tried, after: Tried) -> float | None:
    """Seconds from the end of one attempt to the start of the next, None without times."""
    if before.ended_s is None or after.began_s is None:
        return None
    return after.began_s - before.ended_s


def group(exchanges: Iterable[Exchange], window_s: float = WINDOW_S) -> tuple[Exchange, ...]:
    """The exchanges with their group and attempt number, in the order given."""
    grouper = Grouper(window_s)
    placed = ((exchange, grouper.place(_tried(exchange))) for exchange in exchanges)
    return tuple(
        msgspec.structs.replace(exchange, group=call.group, attempt=call.attempt)
        for exchange, call in placed
    )


def _tried(exchange: Exchange) -> Tried:
    request = exchange.request
    body = request.body_ordinal if request.body_ordinal is not None else exchange.id
    counter = exchange.request_header("x-stainless-retry-count")
    hint = retry_hint(exchange.response_header("retry-after"))
    began, ended = moments_s(exchange.at, exchange.duration_ms)
    return Tried(
        exchange.id,
        (request.method, request.url, body),
        began,
        ended,
        exchange.answered,
        int(counter) if counter is not None and counter.isdecimal() else None,
        (hint.seconds or 0.0) if hint else 0.0,
        exchange.request_header("content-length") or "",
        status=exchange.response.status,
    )


def moments_s(at: str | None, duration_ms: float | None) -> tuple[float | None, float | None]:
    """When an attempt began and ended, in seconds since 1970; None without times."""
    if at is None:
        return None, None
    began = datetime.fromisoformat(at).timestamp()
    return began, began + (duration_ms or 0.0) / 1000


def gap_s(before: Exchange, after: Exchange) -> float | None:
    """Seconds from the end of one attempt to the start of the next, None without times."""
    return _gap_s(_tried(before), _tried(after))
