"""The values everything else passes along: a call on the wire, and the truth about a case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Headers: TypeAlias = tuple[tuple[str, str], ...]

WINDOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""Start of the incident window that `score_verdict.py` declares; every call is placed from it."""


class Part(Enum):
    """A part of the traffic that a format shows or hides."""

    STATUS = auto()
    URL = auto()
    AUTH = auto()
    REQUEST = auto()
    ERROR_TEXT = auto()
    ERROR_CODE = auto()
    ANSWER = auto()
    MESSAGE = auto()
    FINISH = auto()
    STREAM = auto()
    TRANSPORT = auto()
    RETRY_AFTER = auto()
    ATTEMPTS = auto()


@dataclass(frozen=True)
class Request:
    """One request as the client sent it."""

    url: str
    headers: Headers
    body: Mapping[str, Json]


@dataclass(frozen=True)
class Answer:
    """What came back; `status` 0 with a `transport` fault means that nothing did."""

    status: int
    text: str = ""
    headers: Headers = (("Content-Type", "application/json"),)
    transport: str | None = None

    @property
    def body(self) -> Json:
        """The parsed body, or None where it is no JSON."""
        try:
            parsed: Json = json.loads(self.text)
        except ValueError:
            return None
        return parsed

    def header(self, name: str) -> str | None:
        """The value of a response header, whatever its case."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)


@dataclass(frozen=True)
class Call:
    """One attempt: when (seconds into the window), how long, what was asked and answered.

    `trace` joins the attempts of one logical call; `crash` is the exception that the
    application's own code raised on an answer that did arrive.
    """

    at: float
    ms: int
    request: Request
    answer: Answer
    trace: str
    crash: str | None = None

    @property
    def started(self) -> datetime:
        """The moment at which the request was sent."""
        return WINDOW + timedelta(seconds=self.at)

    @property
    def ended(self) -> datetime:
        """The moment at which the answer was complete, or given up."""
        return self.started + timedelta(milliseconds=self.ms)

    @property
    def failed(self) -> bool:
        """Whether a client library would raise for this answer."""
        return not 200 <= self.answer.status < 300 or self.crash is not None


@dataclass(frozen=True)
class Truth:
    """What a right review may say (`verdict`, `side`, `location`) and must not say."""

    verdict: tuple[str, ...]
    side: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    not_guilty: tuple[str, ...] = ()

    def softened(self) -> Truth:
        """The truth where the deciding part is hidden: doubt is right, the opposite is false."""
        opposite = {"mismatch", "no-mismatch"} - set(self.verdict)
        verdict = tuple(dict.fromkeys((*self.verdict, "undecided")))
        return Truth(verdict, never=tuple(sorted(opposite)), not_guilty=self.not_guilty)

    def clearing(self, *locations: str) -> Truth:
        """The same truth, with more locations that must not be accused."""
        return replace(self, not_guilty=(*self.not_guilty, *locations))

    @property
    def is_vacuous(self) -> bool:
        """Whether every answer would be right, so that the case measures nothing."""
        return len(set(self.verdict)) == 3 and not self.never and not self.not_guilty


NO_TELLING = Truth(("mismatch", "no-mismatch", "undecided"))
"""The truth about a capture that could show anything: such a case is not written."""


Reading: TypeAlias = tuple[frozenset[Part], Truth]
"""What the truth is for a capture that shows these parts."""


def decided_by(truth: Truth, *needs: frozenset[Part]) -> tuple[Reading, ...]:
    """Strict wherever one of `needs` is shown whole, softened elsewhere."""
    return (*((need, truth) for need in needs), (frozenset(), truth.softened()))


@dataclass(frozen=True)
class Depth:
    """How much of the traffic the captures of one incident keep."""

    sdk: str
    error_text: bool
    har_bodies: bool
    extra_headers: bool


@dataclass(frozen=True)
class Incident:
    """What a fault states about itself, beside the calls that it put on the stage."""

    symptom: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class Case:
    """One case of the benchmark, rendered: its documents, its capture and its truth."""

    name: str
    kind: str
    fault: str
    format: str
    twin: str
    herring: str
    symptom: str
    truth: Truth
    capture_name: str
    capture: str
    documents: Mapping[str, str] = field(default_factory=dict)
