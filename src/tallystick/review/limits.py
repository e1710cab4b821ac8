"""Calls that met a rate limit: what the application sent beside what the documents allow."""

import re
from bisect import bisect_right
from datetime import datetime, timedelta
from itertools import pairwise

from tallystick.protocol import read_error
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.review.material import Material
from tallystick.review.mechanism import FailedCall, Mechanism, cause_of, current, quoted

_SECONDS = {"second": 1, "sec": 1, "s": 1, "minute": 60, "min": 60, "rpm": 60, "hour": 3600}
_RATE = re.compile(
    r"(?P<number>\d[\d,]*)\s*(?:requests?|calls?)?\s*(?:per|/|an?|each|every)\s*"
    r"(?P<unit>second|sec|minute|min|hour|s)\b|(?P<rpm>\d[\d,]*)\s*(?P<unit_rpm>rpm)\b",
    re.IGNORECASE,
)
# What an error says of a limit or a balance of the caller's own, and of an upstream's state.
_OWN = re.compile(
    r"quota|balance|credit|billing|payment|\binsufficient_(?:funds|user)", re.IGNORECASE
)
_UPSTREAM = re.compile(
    r"upstream|overload|capacity|saturated|unavailable|internal|\bbusy\b", re.IGNORECASE
)
_RATED = re.compile(r"\brate[-_ ]?limit|too[-_ ]many[-_ ]requests|\b429\b|\blimit\b", re.IGNORECASE)
# Limits that are said to be the caller's: of a key, or a number a minute.
_YOURS = re.compile(
    r"\byour?\b|\b(?:key|account|organi[sz]ation|project|user)\b|per (?:min|sec|hour|day)"
    r"|[rt]p[md]\b",
    re.IGNORECASE,
)
_BACKOFF = re.compile(r"back-?off|exponential|\bpaus\w+|wait|delay", re.IGNORECASE)
# A call that is sent again so often, so fast, has not waited by any reading of the word.
_MANY, _HASTE_S = 5, 1.0


def is_own(words: str) -> bool:
    """Whether an error's words are of a limit or a balance of the caller's own."""
    rated = _RATED.search(words) and not _UPSTREAM.search(words)
    return bool(_OWN.search(words) or rated)


def is_of_upstream(words: str) -> bool:
    """Whether words are of what stands behind the API, and of no limit of the caller's."""
    return _UPSTREAM.search(words) is not None and not _OWN.search(words)


def seen_fault(failed: FailedCall) -> Mechanism | None:
    """Whose fault a limit that was met is, where the answer or the documents tell: an upstream's
    without room, or the application's own; None where it is the account's.
    """
    if _is_upstream(failed.last):
        return _of_upstream(failed)
    return own_fault(failed) or _without_hint(failed)


_ALWAYS = re.compile(r"\b(?:every|each|all|always)\b", re.IGNORECASE)


def _without_hint(failed: FailedCall) -> Mechanism | None:
    """An answer without the Retry-After that a source promises with every one of its status."""
    place, last = "retry.retry_after", failed.last
    if "headers" in last.response.hidden or last.response_header("retry-after") is not None:
        return None
    stated = current(failed.material, place)
    for clause in _promises(failed):
        words = clause.citation.words
        if _ALWAYS.search(words) and str(last.response.status) in words:
            says = f"The answer {last.response.status} has no Retry-After; {quoted(clause)}"
            held = (clause,) if clause in stated else ()
            return cause_of("provider", place, says, "named", held)
    return None


def _promises(failed: FailedCall) -> tuple[Clause, ...]:
    """What sources say of a Retry-After, but that there is none."""
    place = "retry.retry_after"
    seeming = tuple(one.clause for one in failed.material.seems(place))
    told = (*current(failed.material, place), *seeming)
    return tuple(one for one in told if one.value != "no")


def _is_upstream(last: Exchange) -> bool:
    """Whether a refusal for a limit says that what stands behind the API has no room."""
    error = read_error(last.response.body)
    words = f"{error.message} {error.code} {error.type}" if error else ""
    yours = _OWN.search(words) or _YOURS.search(words)
    return _UPSTREAM.search(words) is not None and not yours


def _of_upstream(failed: FailedCall) -> Mechanism:
    """A limit that is not the caller's: the provider had no room."""
    status = failed.last.response.status
    says = f"The answer {status} says that the provider or its upstream had no capacity left."
    return cause_of("provider", f"error.status.{status}", says, "named")


def own_fault(failed: FailedCall) -> Mechanism | None:
    """How the application left what is documented of rates and of waiting; None where it is not
    seen to.
    """
    return _too_many(failed) or _no_wait(failed)


def unseen(failed: FailedCall) -> str:
    """What the capture would have to show to tell whether the application kept the waits and the
    rates that a source states; empty where it shows that, or no source documents any.
    """
    waits = _promises(failed) + asks_to_wait(failed)
    rates = tuple(map(_rate_of, current(failed.material, "limit.requests")))
    attempts = [failed.material.exchange(name) for name in failed.call.exchanges]
    shown = [one for one in attempts if one is not None]
    if len(shown) > 1:  # it was sent again: words about retries that a person has to read count
        waits += _seems_to_ask(failed)
    if waits and len(shown) == 1 and failed.last.request.body_kind != "json":
        return "the attempts that followed, with their headers and times"
    if waits and len(shown) > 1 and any("headers" in one.response.hidden for one in shown):
        return "the answers' headers: whether they asked for a wait"
    if (waits and len(shown) > 1) or any(rates):
        timed = all(one.at for one in (shown if waits else failed.material.exchanges))
        return "" if timed else "the times of the attempts"
    return ""


def asks_to_wait(failed: FailedCall) -> tuple[Clause, ...]:
    """What a source says of waiting before the call is sent again."""
    stated = (c for place in _retries(failed) for c in current(failed.material, place))
    return tuple(filter(_asks, stated))


def _seems_to_ask(failed: FailedCall) -> tuple[Clause, ...]:
    """What a source says of it in words that nobody has accepted yet."""
    told = (one.clause for place in _retries(failed) for one in failed.material.seems(place))
    return tuple(filter(_asks, told))


def _retries(failed: FailedCall) -> list[str]:
    """The places of whether to send the call again after each of its failures."""
    statuses = dict.fromkeys(status for status in failed.call.statuses if status >= 400)
    return [f"retry.status.{status}" for status in statuses]


def _asks(clause: Clause) -> bool:
    backoff = _BACKOFF.search(clause.citation.quotation)
    return clause.aspect == "retry" and not clause.when and backoff is not None


def _too_many(failed: FailedCall) -> Mechanism | None:
    """More calls in a time than a source allows. A limit with a condition (of a plan, say), or
    without a time, counts only where the answer itself names that very rate.
    """
    for clause in current(failed.material, "limit.requests"):
        rate = None if clause.when else _rate_of(clause)
        rate = rate or _rate_told(failed.last, clause.value)
        if rate is None:
            continue
        allowed, seconds = rate
        sent = _sent_before(failed, seconds)
        if sent > allowed:
            says = (
                f"The application sent {sent} calls within {seconds} s, and the API answered "
                f"{failed.last.response.status}; the documentation allows {allowed}."
            )
            return cause_of("application", "limit.requests", says, "named", (clause,))
    return None


def _rate_of(clause: Clause) -> tuple[int, int] | None:
    """How many calls in how many seconds a clause allows; None where its words do not tell."""
    found = _RATE.search(clause.citation.quotation)
    if found is None:
        return None
    number = (found["number"] or found["rpm"]).replace(",", "")
    unit = (found["unit"] or found["unit_rpm"]).lower()
    return (int(number), _SECONDS[unit]) if number == clause.value else None


# Fields in which answers name a limit of requests, and how their errors name its time.
_LIMITS = ("x-ratelimit-limit-requests", "x-ratelimit-limit")
_TIME = re.compile(r"\bper (second|minute|hour)\b", re.IGNORECASE)


def _rate_told(last: Exchange, value: str) -> tuple[int, int] | None:
    """The rate that an answer names, by a field of its head and the words of its error, where the
    number is a documented one.
    """
    error = read_error(last.response.body)
    time = _TIME.search(error.message or "") if error else None
    if time is None or value not in [last.response_header(name) for name in _LIMITS]:
        return None
    return int(value), _SECONDS[time[1].lower()]


def _sent_before(failed: FailedCall, seconds: int) -> int:
    """How many calls were sent in the time up to the failing one, that one among them."""
    last = moment(failed.last)
    if last is None:
        return 0
    first = last - timedelta(seconds=seconds)
    times = failed.material.remembered("times", lambda: _times(failed.material))
    return bisect_right(times, last) - bisect_right(times, first)


def _times(material: Material) -> list[datetime]:
    return sorted(at for one in material.exchanges if (at := moment(one)))


def moment(exchange: Exchange) -> datetime | None:
    """When a call was sent; None where no capture shows it."""
    return datetime.fromisoformat(exchange.at) if exchange.at else None


def _no_wait(failed: FailedCall) -> Mechanism | None:
    """A call that was sent again at once, again and again, where a source asks to wait."""
    place = f"retry.status.{failed.last.response.status}"
    clauses = asks_to_wait(failed)
    found = [failed.material.exchange(name) for name in failed.call.exchanges]
    times = [at for one in found if one is not None and (at := moment(one))]
    gaps = [(b - a).total_seconds() for a, b in pairwise(times)]
    if not clauses or len(times) < _MANY or max(gaps) >= _HASTE_S:
        return None
    says = (
        f"The application sent a call {len(times)} times, each less than {_HASTE_S:g} s after the "
        f"one before, on {failed.last.response.status}; the documentation asks to wait in between."
    )
    return cause_of("application", place, says, "named", clauses)
