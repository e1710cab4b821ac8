"""What production is seen to assume: what the captured requests themselves do at a place.

It stands where nothing was measured, configured or declared, and says so.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from tallystick.record.exchange import Exchange
from tallystick.record.trial import Assumption
from tallystick.review.rules.auth_header import header_of, scheme_of
from tallystick.review.rules.endpoint_path import base_of, path_of

_READ: Mapping[str, Callable[[Exchange], str]] = MappingProxyType(
    {
        "endpoint.base_url": base_of,
        "endpoint.path": path_of,
        "auth.header": header_of,
        "auth.scheme": scheme_of,
    }
)
_MOST = 3


def observed(exchanges: Iterable[Exchange]) -> tuple[Assumption, ...]:
    """What captured requests do, place by place, with how many of them do it."""
    listed = list(exchanges)
    return (*_values(listed), *_members(listed))


def _values(exchanges: list[Exchange]) -> Iterator[Assumption]:
    for location, read in _READ.items():
        seen = Counter(value for one in exchanges if (value := read(one)))
        if seen:
            values = [value for value, _ in seen.most_common(_MOST)]
            more = len(seen) - len(values)
            told = f"{', '.join(values)}{f' and {more} more' if more else ''}"
            yield Assumption(location, told, "observed", _times(seen.total(), exchanges))


def _members(exchanges: list[Exchange]) -> Iterator[Assumption]:
    """The members that requests send; of what a log put together no more than it has."""
    bodies = [one.request.body for one in exchanges if isinstance(one.request.body, dict)]
    sent = Counter(name for body in bodies for name in body if "‹" not in name)
    for name, times in sorted(sent.items()):
        yield Assumption(
            f"request.{name}", "sent", "observed", f"in {times} of {len(bodies)} request bodies"
        )


def _times(number: int, exchanges: list[Exchange]) -> str:
    return f"in {number} of {len(exchanges)} captured requests"
