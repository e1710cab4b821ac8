"""Which part of the request an error is about."""

from tallystick.intake.features import Features
from tallystick.protocol.rejection import phrased_place


def named_fields(seen: Features) -> tuple[str, ...]:
    """The part of the request that the error names, as a location."""
    return (seen.rejection.location,) if seen.rejection else ()


def field_location(seen: Features) -> str:
    """The best single location for a refused request."""
    if seen.rejection:
        return seen.rejection.location
    if seen.request_faults:
        return seen.request_faults[0].location
    return phrased_place(seen.words) or "request.body"
