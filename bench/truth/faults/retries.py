"""Retries: against the documents, too soon, and where the documents disagree."""

from __future__ import annotations

from dataclasses import replace

from ..contract import UNDOCUMENTED
from ..dialects import BAD_KEY, EMPTY_LIST, OUTAGE, RATE, UNKNOWN_FIELD, VAGUE_500, refuse
from ..stage import Stage
from ..values import NO_TELLING, Answer, Incident, Json, Part, Truth, decided_by

_TRIPLED = (
    "traffic tripled",
    "the bill of this hour is four times the usual",
    "request count jumped while users stayed the same",
    "a storm of identical calls",
)
_ATTEMPTS = frozenset({Part.STATUS, Part.ATTEMPTS, Part.ERROR_TEXT})


def _storm(stage: Stage, changes: dict[str, Json], answer: Answer) -> None:
    for at in stage.times(1, 2):
        tries = stage.rng.choice((3, 4, 5))
        request = stage.ask(changes)
        stage.retry(at, request, [answer] * tries, [stage.delay] * (tries - 1))
    stage.surround(required=True)


def retried_refusal(stage: Stage) -> Incident:
    """The application repeats a refused body that the documents say not to repeat."""
    name = stage.rng.choice([n for n in UNDOCUMENTED if n != stage.herring_field])
    answer = refuse(stage.rng, UNKNOWN_FIELD, {"name": name})()
    stage.contract = stage.contract.with_row(answer.status, "No")
    _storm(stage, {name: 1}, answer)
    location = (f"retry.status.{answer.status}", f"request.{name}")
    truth = Truth(("mismatch",), ("application",), location, ("no-mismatch",))
    return Incident(stage.rng.choice(_TRIPLED), decided_by(truth, _ATTEMPTS))


def retried_key(stage: Stage) -> Incident:
    """The application repeats a call that was refused for its key."""
    stage.contract = stage.contract.with_row(401, "No")
    _storm(stage, {}, refuse(stage.rng, BAD_KEY, {})())
    location = ("retry.status.401", "auth")
    truth = Truth(("mismatch",), ("application", "account"), location)
    readings = ((_ATTEMPTS, truth), (frozenset[Part](), NO_TELLING))
    return Incident(stage.rng.choice(_TRIPLED), readings)


def retried_invalid_500(stage: Stage) -> Incident:
    """The application repeats a 500 whose code says that the request is at fault."""
    words = {"name": "messages", "bad_code": stage.contract.bad_code}
    comet = tuple(phrase for phrase in EMPTY_LIST if phrase.status == 500)
    _storm(stage, {"messages": []}, refuse(stage.rng, comet, words)())
    location = ("retry.status.500", "request.messages")
    truth = Truth(("mismatch",), ("application",), location, ("no-mismatch",))
    shown = frozenset({Part.ERROR_CODE, Part.ATTEMPTS})
    return Incident(stage.rng.choice(_TRIPLED), decided_by(truth, shown))


def retry_after_ignored(stage: Stage) -> Incident:
    """The application comes back long before the time that `Retry-After` gave."""
    wait = stage.rng.choice((15, 20, 30, 60))
    stage.contract = stage.contract.with_row(429, "Yes, after the seconds in Retry-After")
    headers = (("Retry-After", str(wait)),)
    answer = refuse(stage.rng, RATE, {"model": stage.model}, headers)()
    stage.delay = stage.rng.choice((0.2, 0.5, 1.0))
    _storm(stage, {}, answer)
    truth = Truth(("mismatch",), ("application",), ("retry", "limit"), ("no-mismatch",))
    shown = frozenset({Part.RETRY_AFTER, Part.ATTEMPTS, Part.STATUS})
    symptoms = (*_TRIPLED, "429 storms", "RateLimitError all morning")
    return Incident(stage.rng.choice(symptoms), decided_by(truth, shown))


def documents_disagree(stage: Stage) -> Incident:
    """Two error pages say opposite things about repeating the very error that was repeated."""
    code = stage.contract.bad_code
    answer = refuse(stage.rng, VAGUE_500, {"bad_code": code})()
    kept = tuple(row for row in stage.contract.rows if row.status != 500)
    other = replace(stage.contract, rows=kept).with_row(500, "Yes, for every code")
    stage.contract = replace(stage.contract.with_row(500, "No", code), other_rows=other.rows)
    _storm(stage, {}, answer)
    truth = Truth(("undecided",), location=("retry.status.500",))
    doubt = Truth(("undecided", "no-mismatch"), never=("mismatch",))
    shown = frozenset({Part.ERROR_CODE, Part.ATTEMPTS})
    return Incident(stage.rng.choice(_TRIPLED), ((shown, truth), (frozenset(), doubt)))


def documents_disagree_elsewhere(stage: Stage) -> Incident:
    """The pages disagree on an outage's retries; the outage itself is the provider's."""
    answer = refuse(stage.rng, tuple(p for p in OUTAGE if p.status == 503), {})()
    rows = stage.contract.with_row(503, "No").rows
    stage.contract = replace(stage.contract.with_row(503, "Yes"), other_rows=rows)
    _storm(stage, {}, answer)
    truth = Truth(("undecided", "no-mismatch"), never=("mismatch",), not_guilty=("request", "auth"))
    return Incident(stage.rng.choice(_TRIPLED), ((frozenset(), truth),))
