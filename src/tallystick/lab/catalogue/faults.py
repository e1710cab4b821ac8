"""Failures of the transport, lasting and healing."""

from typing import Literal

from tallystick.record.scenario import Fault, Heal, Place, Scenario

_How = Literal["reset", "close", "stall", "malformed", "drip"]
_PLACES: tuple[Place, ...] = ("before-headers", "after-headers", "in-body")


def _fault(how: _How, place: Place, heals: bool = False, prefix: str = "") -> Scenario:
    where = "" if place == "before-headers" else f"-{place}"
    healing: tuple[Heal, ...] = (Heal(1),) if heals else ()
    name = f"{prefix}{how}{where}{'-heals' if heals else ''}"
    if how == "drip":
        location = "stream.arrival" if prefix else "response.arrival"
    elif how == "stall":
        location = "retry.timeout" if place == "before-headers" else "retry.timeout.in_body"
    else:
        kept = "" if place == "before-headers" else f".{place.replace('-', '_')}"
        location = f"retry.transport.{how}{kept}"
    return Scenario(name, location, (Fault(how, place), *healing))


PLAIN_FAULTS: tuple[Scenario, ...] = (
    *(_fault("reset", place) for place in _PLACES),
    *(_fault("reset", place, heals=True) for place in _PLACES),
    *(_fault("close", place) for place in _PLACES),
    _fault("close", "before-headers", heals=True),
    _fault("close", "in-body", heals=True),
    *(_fault("stall", place) for place in _PLACES),
    _fault("stall", "before-headers", heals=True),
    _fault("stall", "in-body", heals=True),
    _fault("drip", "before-headers"),
    _fault("malformed", "before-headers"),
    _fault("malformed", "before-headers", heals=True),
)
STREAM_FAULTS: tuple[Scenario, ...] = (
    _fault("reset", "before-headers", prefix="stream-from-"),
    _fault("reset", "after-headers", prefix="stream-"),
    _fault("close", "after-headers", prefix="stream-"),
    _fault("close", "in-body", prefix="stream-"),
    _fault("stall", "before-headers", prefix="stream-from-"),
    _fault("drip", "before-headers", prefix="stream-"),
    _fault("malformed", "before-headers", prefix="stream-"),
)
# A closed port sees no request; that it heals shows only where a trial begins at once.
WARM_FAULTS: tuple[Scenario, ...] = (
    Scenario("refused", "retry.transport.refused", (Fault("refuse"),)),
    Scenario("refused-heals", "retry.transport.refused", (Fault("refuse"), Heal(1))),
)
