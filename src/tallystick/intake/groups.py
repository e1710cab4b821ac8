"""Retry groups: which attempts belong to one logical call.

An attempt follows another when the address and the body are the same, it began within the window
after the other ended, and nothing says that it is a new call. A client's own retry counter
(`x-stainless-retry-count`) decides where it is sent.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tallystick.protocol import retry_hint
from tallystick.record.exchange import Exchange

WINDOW_S = 90.0
# Of equal calls that failed, so many may still get another attempt at one time.
MAX_OPEN = 64


class _Open:
    """A logical call that may still get another attempt."""

    def __init__(self, name: str, first: Exchange) -> None:
        self.name, self.last, self.attempts = name, first, 1


def group(exchanges: Iterable[Exchange], window_s: float = WINDOW_S) -> tuple[Exchange, ...]:
    """The exchanges with their group and attempt number, in the order given."""
    open_calls: dict[tuple[object, ...], list[_Open]] = {}
    out: list[Exchange] = []
    for exchange in exchanges:
        calls = open_calls.setdefault(_key(exchange), [])
        del calls[:-MAX_OPEN]
        call = next((call for call in calls if _follows(call, exchange, window_s)), None)
        if call is None:
            call = _Open(f"g{exchange.id[1:]}", exchange)
            calls.append(call)
        else:
            call.last, call.attempts = exchange, call.attempts + 1
        if exchange.answered:
            calls.remove(call)
        out.append(msgspec.structs.replace(exchange, group=call.name, attempt=call.attempts))
    return tuple(out)


def _key(exchange: Exchange) -> tuple[object, ...]:
    request = exchange.request
    body = request.body_ordinal if request.body_ordinal is not None else exchange.id
    return request.method, request.url, body


def _follows(call: _Open, exchange: Exchange, window_s: float) -> bool:
    counter = exchange.request_header("x-stainless-retry-count")
    if counter is not None and counter.isdigit():
        return int(counter) == call.attempts
    gap = gap_s(call.last, exchange)
    return gap is None or -0.5 <= gap <= window_s + _asked(call.last)


def _asked(exchange: Exchange) -> float:
    hint = retry_hint(exchange.response_header("retry-after"))
    return hint.seconds or 0.0 if hint else 0.0


def gap_s(before: Exchange, after: Exchange) -> float | None:
    """Seconds from the end of one attempt to the start of the next, None without times."""
    if before.at is None or after.at is None:
        return None
    started = datetime.fromisoformat(after.at) - datetime.fromisoformat(before.at)
    return started.total_seconds() - (before.duration_ms or 0.0) / 1000
