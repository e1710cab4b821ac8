"""Times that options state."""

from tallystick.host.errors import CannotRunError
from tallystick.intake import Incident
from tallystick.record.profile import Bounds


def incident_of(start: str, end: str) -> Incident:
    """The incident that options state.

    Raises:
        CannotRunError: one is no time, or the second is before the first.
    """
    if end and not start:
        raise CannotRunError("--end needs --start", where=end, expected="both", got=end)
    bounds_of(start, end, names=("--start", "--end"))
    return Incident(start, end)


def bounds_of(start: str, end: str, names: tuple[str, str]) -> Bounds:
    """Two times that options state, in UTC.

    Raises:
        CannotRunError: one is no time, or the second is before the first.
    """
    bounds = Incident(start, end).bounds()
    for name, text, bound in zip(names, (start, end), (bounds.start, bounds.end), strict=True):
        if text and not bound:
            raise CannotRunError(
                "this is no point in time",
                where=f"{name} {text}",
                expected="RFC 3339 with an offset, such as 2026-11-20T09:00:00Z",
                got=text,
            )
    if bounds.start and bounds.end and bounds.end < bounds.start:
        raise CannotRunError(
            "this ends before it starts",
            where=f"{names[1]} {end}",
            expected=f"a time after {start}",
            got=end,
        )
    return bounds
