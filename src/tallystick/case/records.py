"""The stored parts of a case as values. A case may come from somebody else: a part of another shape
is named.
"""

from typing import TypeVar

import msgspec

from tallystick.host.errors import CannotRunError

_T = TypeVar("_T")


def decoded(data: bytes, kind: type[_T], name: str) -> _T:
    """A part of a case by its bytes; `name` is where it stands in the case.

    Raises:
        CannotRunError: the bytes are no such part.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CannotRunError(
            "this part of the case cannot be read",
            where=name,
            expected="what Tallystick writes there",
            got=str(error) or type(error).__name__,
            do="`tallystick verify CASE` names what was changed; ask who sent it for a whole copy",
        ) from None
