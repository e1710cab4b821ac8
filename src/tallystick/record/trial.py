"""Scenario, Observation and Assumption: the lab's experiments and what they show."""

from typing import Literal

import msgspec

from tallystick.record.exchange import UnheldError
from tallystick.record.forms import CREDENTIALS, METHODS, SCHEMES, error_name, path_held
from tallystick.record.held import key_held
from tallystick.record.placeholder import parse
from tallystick.record.policy import REQUEST

Outcome = Literal["right", "wrong", "raised", "hung", "could-not-check"]
Origin = Literal["measured", "configured", "declared", "observed"]


class Remove(msgspec.Struct, frozen=True, tag="remove"):
    """Leave out the member at `path` of the answer (of every chunk, when streamed)."""

    path: str


class Status(msgspec.Struct, frozen=True, tag="status"):
    """Answer with an error status; `retry_after` is the header's value as sent."""

    code: int
    error_code: str = ""
    retry_after: str = ""


class Reset(msgspec.Struct, frozen=True, tag="reset"):
    """Reset the connection (TCP RST) before the first byte of the answer."""


class CutStream(msgspec.Struct, frozen=True, tag="cut-stream"):
    """Close the connection cleanly after that many events of a stream."""

    after: int


class Say(msgspec.Struct, frozen=True, tag="say"):
    """Answer with another fixed text: what the client prints must depend on it."""

    text: str


Change = Remove | Status | Reset | CutStream | Say


class Scenario(msgspec.Struct, frozen=True):
    """One experiment as data: the changes made to a conforming answer. None at all: the baseline.

    `location` is what the experiment asks about; `stream` says which kind of call it needs.
    """

    id: str
    location: str
    changes: tuple[Change, ...] = ()
    stream: bool = False


class Attempt(msgspec.Struct, frozen=True):
    """One request as the simulated provider saw it. `gap_ms` is the time since the one before.

    `fields` names the body's members with their JSON kinds; `same_body` compares with the first.
    """

    method: str
    path: str
    auth: str
    fields: tuple[str, ...]
    stream: bool
    gap_ms: int | None
    same_body: bool
    idempotency_key: bool
    status: int

    def __post_init__(self) -> None:
        names = [field.rpartition(":")[0] for field in self.fields]
        kept = all(key_held(name, REQUEST) or parse(name) for name in names)
        header, _, scheme = self.auth.partition(": ")
        known = not header or (header in CREDENTIALS and scheme in ("", *SCHEMES))
        method = self.method in METHODS or self.method == "‹value›"
        if not (path_held(self.path) and kept and known and method):
            raise UnheldError("$.attempts[]")


class Observation(msgspec.Struct, frozen=True):
    """What happened on the wire and what the client process did in one scenario.

    `exit_code` is the process's own; `error` the class name of the exception it printed, if any.
    `reason` says why the outcome is `could-not-check`.
    """

    scenario: Scenario
    outcome: Outcome
    attempts: tuple[Attempt, ...]
    exit_code: int | None = None
    error: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        if self.error and error_name(self.error) != self.error:
            raise UnheldError("$.error")

    @property
    def id(self) -> str:
        """The scenario's name: one observation a scenario in a lab run."""
        return self.scenario.id


class LabRun(msgspec.Struct, frozen=True):
    """All observations of one run of the lab against one client command.

    `unavailable` says why the lab could not look at all; then there are no observations.
    """

    command: tuple[str, ...]
    observations: tuple[Observation, ...]
    unavailable: str = ""


class Assumption(msgspec.Struct, frozen=True):
    """What production relies on at a location, and how we know.

    `value` is from a closed set per kind of location (`relied-on`, `guarded`, `retries`, …);
    `detail` is for readers. `basis` names observations or exchanges.
    """

    location: str
    value: str
    origin: Origin
    detail: str = ""
    when: str = ""
    basis: tuple[str, ...] = ()
