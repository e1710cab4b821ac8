"""The observed profile: what the captured traffic looks like, counted. It holds no content."""

from typing import Literal

import msgspec

from tallystick.record.finding import FailureClass

Window = Literal["before", "during", "after", "unknown"]


class Bounds(msgspec.Struct, frozen=True):
    """When the incident began and ended, as RFC 3339 in UTC; empty where it is not recorded."""

    start: str = ""
    end: str = ""

    def window(self, at: str | None) -> Window:
        """The window of a time that is RFC 3339 in UTC."""
        if at is None or not self.start:
            return "unknown"
        if at < self.start:
            return "before"
        return "after" if self.end and at > self.end else "during"


class Mark(msgspec.Struct, frozen=True):
    """One attempt as a drawing needs it. `at` is RFC 3339 in UTC; `status` 0: no answer."""

    at: str | None
    duration_ms: float | None
    status: int
    failed: bool
    group: str
    attempt: int


class Observed(msgspec.Struct, frozen=True):
    """One location in some exchanges: `present` of `possible` times it could have been there.

    `kinds` counts the JSON kinds met, null among them; `values` the values that the policy keeps,
    the most frequent ones, and `more` those beyond the cap.
    """

    location: str
    present: int
    possible: int
    kinds: dict[str, int]
    values: dict[str, int] = {}
    more: int = 0


class Departure(msgspec.Struct, frozen=True):
    """A departure from the protocol, whose fault it is, and how often it was met."""

    location: str
    problem: str
    fault: str
    exchanges: int


class Cell(msgspec.Struct, frozen=True):
    """The exchanges of one window, model, status and kind of answer; `partial` counts bodies that
    a log put together of some members.
    """

    window: Window
    model: str
    status: int
    streamed: bool
    exchanges: int
    locations: tuple[Observed, ...]
    departures: tuple[Departure, ...] = ()
    partial: int = 0


class Classed(msgspec.Struct, frozen=True):
    """Logical calls of one failure class, by what the wire alone shows. `first` names one of them;
    the times are those at which the first and the last of them began.
    """

    window: Window
    failure_class: FailureClass
    location: str
    rule: str
    calls: int
    attempts: int
    first: str
    first_at: str | None = None
    last_at: str | None = None


class Retried(msgspec.Struct, frozen=True):
    """What followed a failed attempt of one kind (a status, or `failed` for none).

    `early` counts retries that came before the time that `Retry-After` asked for. Gaps are in
    seconds.
    """

    window: Window
    after: str
    failures: int
    retried: int
    early: int
    least_s: float | None
    most_s: float | None
    total_s: float


class Amplification(msgspec.Struct, frozen=True):
    """Attempts on the wire per logical call, by how many there were.

    `nested` counts calls that a layer above began again, at once after they had failed, with the
    same body: `layers` tells, for the largest of those, calls and attempts in all.
    """

    window: Window
    calls: dict[str, int]
    nested: int = 0
    largest: tuple[int, int] = (0, 0)


class Changed(msgspec.Struct, frozen=True):
    """Retries, by the client's own counter, that did not repeat the request before them."""

    window: Window
    body: int
    model: int


class UsageSum(msgspec.Struct, frozen=True):
    """One field of the last usage that each answer stated: its sum, in how many answers it was,
    in how many it was zero, and how many answers stated no usage at all.
    """

    window: Window
    model: str
    field: str
    total: float
    answers: int
    zero: int
    absent: int


class Profile(msgspec.Struct, frozen=True):
    """The whole: any split of the same captures gives the same one."""

    exchanges: int
    calls: int
    first: str | None
    last: str | None
    cells: tuple[Cell, ...]
    classes: tuple[Classed, ...]
    retries: tuple[Retried, ...]
    amplification: tuple[Amplification, ...]
    changed: tuple[Changed, ...]
    usage: tuple[UsageSum, ...]


class Unkept(msgspec.Struct, frozen=True):
    """A documented clause that the traffic of one cell does not keep, and how often."""

    location: str
    says: str
    clause: str
    window: Window
    model: str
    status: int
    streamed: bool
    times: int
