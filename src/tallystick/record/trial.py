"""Scenario, Observation and Assumption: the lab's experiments and what they show."""

from typing import Literal

import msgspec

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


Change = Remove | Status | Reset | CutStream


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
