"""Captures that show no call, and only what an application raised: beside captures that show its
calls they are a report of what it met, and no call of their own.
"""

from collections.abc import Sequence

from tallystick.record.exchange import Exchange


def apart(exchanges: Sequence[Exchange]) -> tuple[tuple[Exchange, ...], str]:
    """The exchanges without those of such captures, and what these say; all of them, and nothing,
    where no other capture shows a call.
    """
    calls = {exchange.capture for exchange in exchanges if not _is_report(exchange)}
    told = [exchange for exchange in exchanges if calls and exchange.capture not in calls]
    names = {exchange.id for exchange in told}
    words = " ".join(exchange.failure_text for exchange in told)
    return tuple(exchange for exchange in exchanges if exchange.id not in names), words


def _is_report(exchange: Exchange) -> bool:
    """Whether nothing of a call is seen: no address, no status and no body, of an error of a
    program that reads answers.
    """
    asked, answered = exchange.request, exchange.response
    seen = answered.status or {asked.body_kind, answered.body_kind} != {"not-visible"}
    own = exchange.failure in ("application", "decode")
    return own and "line" in asked.hidden and not seen
