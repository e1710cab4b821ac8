"""Violation: one departure from the protocol, with whose fault it is and where."""

from typing import Literal

import msgspec

Fault = Literal["client", "provider", "transport"]


class Violation(msgspec.Struct, frozen=True):
    """`problem` is a phrase that holds no value from the wire."""

    fault: Fault
    location: str
    problem: str
