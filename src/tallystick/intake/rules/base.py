"""What a classification rule is."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from tallystick.intake.features import Features
from tallystick.record.finding import FailureClass

# What a report says where it is about time.
SLOW = (
    r"\bslow|took|latency|delay|lag|\blate\b|hung|hang|stall|wait|seconds|minutes|time[d -]*out"
    r"|intermittent"
)


class Claim(msgspec.Struct, frozen=True):
    """A rule's answer: the class, the location, and one sentence that says why."""

    failure_class: FailureClass
    location: str
    reason: str


def after(seen: Features) -> str:
    """The part of a reason that tells of a common time-out, where the attempt ended at one."""
    if seen.cut_off_s is None:
        return "."
    return f", after {seen.cut_off_s} s, a common time-out of gateways and clients."


_REQUEST = MappingProxyType({"model": "m", "messages": [{"role": "user", "content": "x"}]})
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Example(msgspec.Struct, frozen=True):
    """One call as data: its statuses in order, the last answer, the request, the symptom."""

    statuses: tuple[int, ...]
    answer: Any = None
    request: Mapping[str, Any] = _REQUEST
    headers: Mapping[str, str] = _NO_HEADERS
    error: str = ""
    symptom: str = ""
    authorization: str = "Bearer sk-x"
    url: str = "https://api.cometapi.com/v1/chat/completions"


class Rule(msgspec.Struct, frozen=True):
    """A rule's name, what it looks for in one sentence, its function, and its two examples."""

    name: str
    looks_for: str
    claim: Callable[[Features], Claim | None]
    triggers: Example
    spares: Example
