"""The controlled replay: the steps that were sent to the real API, and what each one showed."""

from typing import Literal

import msgspec

from tallystick.record.exchange import Exchange

StepName = Literal[
    "plain", "stream", "no-token", "malformed-token", "missing-field", "unknown-field",
    "unknown-model",
]  # fmt: skip
Judgement = Literal["conforms", "deviates", "could-not-check"]


class Deviation(msgspec.Struct, frozen=True):
    """One place where the answer is not as the documents state."""

    location: str
    stated: str
    seen: str


class Step(msgspec.Struct, frozen=True):
    """One request of the plan and its answer, sanitized, with what it shows.

    `reason` says why nothing could be concluded. `frame_ms` are the times after the request,
    in milliseconds, at which the pieces of the answer arrived (the first 500).
    """

    name: StepName
    judgement: Judgement
    deviations: tuple[Deviation, ...] = ()
    reason: str = ""
    exchange: Exchange | None = None
    frame_ms: tuple[int, ...] = ()


class Replay(msgspec.Struct, frozen=True):
    """One controlled replay. `at` is RFC 3339; `clauses` are those the request was made from.

    `planned` is how many steps were to be sent (0 in records of an older build: those of `steps`);
    `to` is the address that they went to, as far as a record may hold it.
    """

    environment: str
    at: str
    clauses: tuple[str, ...]
    steps: tuple[Step, ...]
    planned: int = 0
    to: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether it was interrupted before all steps were sent."""
        return len(self.steps) < self.planned
