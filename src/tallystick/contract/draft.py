"""A clause in the making: a statement and the byte range it stands on, before it has a source."""

import msgspec

from tallystick.record.clause import Aspect


class Draft(msgspec.Struct, frozen=True):
    """`aspect` of `location` is stated to be `value` in bytes `start` to `end`.

    `example`: it is only shown there, and nobody states it.
    """

    location: str
    aspect: Aspect
    value: str
    start: int
    end: int
    when: str = ""
    example: bool = False
