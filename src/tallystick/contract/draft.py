"""A clause in the making: a statement and the byte range it stands on, before it has a source."""

from typing import Literal

import msgspec

from tallystick.record.clause import Aspect

Form = Literal["stated", "example", "candidate"]


class Draft(msgspec.Struct, frozen=True):
    """`aspect` of `location` is stated to be `value` in bytes `start` to `end`.

    `form`: an `example` only shows it; a `candidate` is a sentence that seems to say it, and `why`
    tells what in the sentence was read so.
    """

    location: str
    aspect: Aspect
    value: str
    start: int
    end: int
    when: str = ""
    form: Form = "stated"
    why: str = ""
