"""The frozen calls of a case, each once: what two captures show of one call is laid together."""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

import msgspec

from tallystick.case.records import decoded
from tallystick.case.store import Read
from tallystick.intake import Incident, Profiler, reopened
from tallystick.intake.sightings import once, sightings
from tallystick.record import Case, Exchange
from tallystick.record.case import CAPTURES, EXCHANGES
from tallystick.record.profile import Profile
from tallystick.record.sighting import Sighting


class Calls(NamedTuple):
    """The exchanges that are judged, and the calls that two captures show."""

    exchanges: tuple[Exchange, ...]
    twice: tuple[Sighting, ...] = ()


class _Capture(msgspec.Struct):
    """What is asked of a frozen capture here."""

    digest: str
    format: str = ""
    others: dict[str, int] = {}
    damaged: int = 0


def _captures(read: Read) -> list[_Capture]:
    return decoded(read(CAPTURES) or b"[]", list[_Capture], CAPTURES)


def exchanges_of(read: Read) -> tuple[Exchange, ...]:
    """All sanitized exchanges of a case, as they were frozen."""
    return _decoded(read(EXCHANGES) or b"")


def calls_of(read: Read) -> Calls:
    """The calls of a case."""
    formats = tuple((one.digest, one.format) for one in _captures(read))
    return _laid_together(read(EXCHANGES) or b"", formats)


# One command asks for the same calls again and again: what was made of the same bytes is kept.
@lru_cache(maxsize=1)
def _decoded(data: bytes) -> tuple[Exchange, ...]:
    return tuple(decoded(line, Exchange, EXCHANGES) for line in data.splitlines())


@lru_cache(maxsize=1)
def _laid_together(data: bytes, formats: tuple[tuple[str, str], ...]) -> Calls:
    whole = _decoded(data)
    twice = sightings(whole, dict(formats))
    return Calls(once(whole, twice), twice)


def profile_of(read: Read, case: Case) -> Profile:
    """What the frozen traffic looks like before, in and after the incident."""
    stated = case.incident
    profiler = Profiler(Incident(stated.start, stated.end))
    kept = {exchange.id for exchange in calls_of(read).exchanges}
    for attempt in reopened((read(EXCHANGES) or b"").splitlines()):
        if attempt.name in kept:
            profiler.add(attempt)
    return profiler.profile()


def others_of(read: Read) -> dict[str, int]:
    """How many calls of other APIs the captures hold, by their names."""
    found = Counter[str]()
    for one in _captures(read):
        found.update(one.others)
    return dict(found)


def unread_of(read: Read) -> int:
    """How many entries of the captures could not be read."""
    return sum(one.damaged for one in _captures(read))
