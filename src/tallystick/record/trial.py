"""Observation, LabRun and Assumption: what the lab's experiments show."""

from typing import Literal

import msgspec

from tallystick.record.exchange import UnheldError
from tallystick.record.forms import (
    AGENT,
    CREDENTIALS,
    METHODS,
    SCHEMES,
    error_name,
    header_name_held,
    path_held,
    query_name_held,
    url_held,
)
from tallystick.record.held import key_held
from tallystick.record.placeholder import parse
from tallystick.record.policy import REQUEST
from tallystick.record.scenario import Scenario

Outcome = Literal["right", "wrong", "truncated", "raised", "hung", "could-not-check"]
Origin = Literal["measured", "configured", "declared", "observed"]
Mode = Literal["once", "driver", "fork", "http"]
Reach = Literal["base-url", "https", "proxy"]
Route = Literal["primary", "fallback"]


class Attempt(msgspec.Struct, frozen=True):
    """One request as the simulated provider saw it. `gap_ms` is the time since the one before.

    `fields` names the body's members with their JSON kinds; `changed` names the members that are
    not as in the first attempt, and `same_body` says whether the bytes are. `connection` counts
    the trial's connections from 1, so that reuse shows. `hung_up_ms` is when the client closed an
    answer that was not complete, since the request; `retry_count` what the client itself counted,
    `agent` the library and version that it names itself as, if that is a known one.
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
    host: str = ""
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    changed_headers: tuple[str, ...] = ()
    connection: int = 1
    hung_up_ms: int | None = None
    retry_count: int | None = None
    route: Route = "primary"
    agent: str = ""

    def __post_init__(self) -> None:
        names = [*(field.rpartition(":")[0] for field in self.fields), *self.changed]
        kept = all(key_held(name, REQUEST) or parse(name) for name in names)
        header, _, scheme = self.auth.partition(": ")
        known = not header or (header in CREDENTIALS and scheme in ("", *SCHEMES))
        method = self.method in METHODS or self.method == "‹value›"
        headers = all(map(header_name_held, (*self.headers, *self.changed_headers)))
        place = path_held(self.path) and url_held(self.host)
        if not (place and kept and known and method and headers):
            raise UnheldError("$.attempts[]")
        if self.agent and AGENT.fullmatch(self.agent) is None:
            raise UnheldError("$.attempts[].agent")
        if not all(map(query_name_held, self.query)):
            raise UnheldError("$.attempts[].query")


class Observation(msgspec.Struct, frozen=True):
    """What happened on the wire and what the client process did in one scenario.

    `exit_code` is the process's own; `error` the class name of the exception it printed, if any.
    `differs` names what else of the result is not as in the baseline (`finish_reason`, `usage`,
    `output`); `usage` says which of several usages it gave. `elapsed_ms` runs from the first
    request to the result. `reason` says why the outcome is `could-not-check`, or what is odd.
    """

    scenario: Scenario
    outcome: Outcome
    attempts: tuple[Attempt, ...]
    exit_code: int | None = None
    error: str = ""
    reason: str = ""
    differs: tuple[Literal["finish_reason", "usage", "output"], ...] = ()
    empty: bool = False
    usage: Literal["", "none", "first", "last", "sum", "other"] = ""
    elapsed_ms: int | None = None

    def __post_init__(self) -> None:
        if self.error and error_name(self.error) != self.error:
            raise UnheldError("$.error")

    @property
    def id(self) -> str:
        """The scenario's name: one observation a scenario in a lab run."""
        return self.scenario.id


# Why an observation is none: the run ended before its trial.
INTERRUPTED = "interrupted before this trial; go on with --resume"
LEFT_OUT = "not measured: a part was asked for; `tallystick run` goes on with the rest"


class LabRun(msgspec.Struct, frozen=True):
    """All observations of one run of the lab against one client command.

    `isolated` says whether the client had no network but the lab's. `warnings` are what the lab
    noticed beside the trials. `unavailable` says why it could not look at all; then there are no
    observations.
    """

    command: tuple[str, ...]
    observations: tuple[Observation, ...]
    unavailable: str = ""
    mode: Mode = "once"
    reach: Reach = "base-url"
    isolated: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def unmade(self) -> tuple[Observation, ...]:
        """The trials of the whole catalogue that an interrupted run did not come to, or that were
        left out of a part.
        """
        return tuple(one for one in self.observations if one.reason in (INTERRUPTED, LEFT_OUT))

    def asked(self) -> "LabRun":
        """The run without what was left out of the part that was asked for."""
        asked = tuple(one for one in self.observations if one.reason != LEFT_OUT)
        return msgspec.structs.replace(self, observations=asked)


class Assumption(msgspec.Struct, frozen=True):
    """What production relies on at a location, and how we know.

    `value` is from a closed set per kind of location (`required`, `guarded`, `retries`, …);
    `detail` is for readers. `basis` names observations or exchanges.
    """

    location: str
    value: str
    origin: Origin
    detail: str = ""
    when: str = ""
    basis: tuple[str, ...] = ()

    def broke_on(self, shape: str) -> str:
        """What the client was measured to do where the member was of another shape (`null`,
        `empty`), and which was not right; empty where it coped, or nothing was measured.
        """
        marked = (part for part in self.detail.split("; ") if part.startswith(f"{shape}: "))
        return next(marked, "").removeprefix(f"{shape}: ")


class RetryRow(msgspec.Struct, frozen=True):
    """One error class of the retry table: what a retry would mean, and what the client does.

    `reached` says whether the request got to the provider; `safe` whether repeating this operation
    is; `runbook` what the application's runbook declares for the class.
    """

    name: str
    reached: Literal["yes", "no", "unknown"]
    safe: str
    does: str
    body: str
    fallback: str
    runbook: str
    basis: tuple[str, ...] = ()
