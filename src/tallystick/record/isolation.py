"""Isolation and Regression: what the incident's own answer does to the client, and to its fix."""

from typing import Literal

import msgspec

from tallystick.record.exchange import UnheldError
from tallystick.record.forms import error_name
from tallystick.record.location import is_location
from tallystick.record.trial import Mode, Outcome


class Shown(msgspec.Struct, frozen=True):
    """What the client did, without times: the same run gives the same value."""

    outcome: Outcome
    error: str = ""
    attempts: int = 0

    def __post_init__(self) -> None:
        if self.error and error_name(self.error) != self.error:
            raise UnheldError("$.error")

    def says(self) -> str:
        """The outcome in words."""
        error = f" {self.error}" if self.error else ""
        return f"{self.outcome}{error}, {self.attempts} request{'' if self.attempts == 1 else 's'}"


class Cause(msgspec.Struct, frozen=True):
    """One deviation of the smallest set that makes the client fail as in the incident."""

    location: str
    change: str

    def __post_init__(self) -> None:
        if not is_location(self.location):
            raise UnheldError("$.location")


class Isolation(msgspec.Struct, frozen=True):
    """The incident's frozen answer, served to the client.

    `deviations` counts how the answer differs from a conforming one; `causes` is the smallest set
    of them that makes the client do what it does with all of them. `trials` counts runs.
    """

    exchange: str
    command: tuple[str, ...]
    mode: Mode
    result: Literal["reproduced", "not-reproduced", "undecided"]
    reason: str
    conforming: Shown | None = None
    incident: Shown | None = None
    deviations: int = 0
    causes: tuple[Cause, ...] = ()
    trials: int = 0

    @property
    def subject(self) -> tuple[object, ...]:
        """What was tried: a trial of the same replaces this one."""
        return self.exchange, self.command


class Side(msgspec.Struct, frozen=True):
    """One client of a comparison: what it did with a conforming answer and with the incident's."""

    command: tuple[str, ...]
    conforming: Shown | None
    incident: Shown | None


class Regression(msgspec.Struct, frozen=True):
    """The client before and after a fix. Proven: the old one fails the incident, the new passes.

    `failed_by` says where the old one fails: already at a provider that conforms and refuses what
    the documents refuse (its `request`), or only at the incident's `answer`.
    """

    exchange: str
    before: Side
    after: Side
    result: Literal["proven", "not-proven", "undecided"]
    reason: str
    failed_by: Literal["", "request", "answer"] = ""

    @property
    def subject(self) -> tuple[object, ...]:
        """What was tried: a trial of the same replaces this one."""
        return self.exchange, self.before.command, self.after.command


class OtherTrials(msgspec.Struct, frozen=True):
    """Trials that the review does not stand on, oldest first."""

    isolations: tuple[Isolation, ...] = ()
    regressions: tuple[Regression, ...] = ()
