"""Sound traffic under a misleading symptom: there is nothing to convict."""

from __future__ import annotations

from dataclasses import replace

from ..answers import plain, tool_call
from ..dialects import OUTAGE, refuse
from ..stage import Stage
from ..values import Incident, Json, Reading, Truth

_SYMPTOMS = (
    "answers are friendly but wrong",
    "the assistant is slower than last week",
    "calls fail since the release",
    "the provider changed its API",
    "cost doubled",
    "customers complain about the tone",
    "the new request field broke everything",
)


def _innocent(*locations: str) -> tuple[Reading, ...]:
    cleared = locations or ("request", "auth", "endpoint", "response", "stream", "retry")
    truth = Truth(("no-mismatch", "undecided"), never=("mismatch",), not_guilty=cleared)
    return ((frozenset(), truth),)


def _run(stage: Stage) -> None:
    for at in stage.times(4, 8):
        stage.good(at)


def plain_calls(stage: Stage) -> Incident:
    """Every call goes well."""
    stage.streams = False
    _run(stage)
    return Incident(stage.rng.choice(_SYMPTOMS), _innocent())


def streamed_calls(stage: Stage) -> Incident:
    """Every stream keeps the documents, comments and usage chunk included."""
    stage.streams = True
    stage.contract = replace(stage.contract, streams=True)
    stage.comment = stage.rng.choice(("", "keep-alive", "PROCESSING"))
    _run(stage)
    return Incident(stage.rng.choice((*_SYMPTOMS, "streams look odd")), _innocent())


def accepted_field(stage: Stage) -> Incident:
    """An undocumented field is in every call, and every call goes well."""
    _run(stage)
    return Incident(stage.rng.choice(_SYMPTOMS), _innocent())


def tool_calls(stage: Stage) -> Incident:
    """Tool calls with null content, as documented, which the application reads well."""
    stage.streams = False
    tool: Json = {"type": "function", "function": {"name": "find_parcel", "parameters": {}}}
    for at in stage.times(4, 6):
        answer = plain(tool_call(stage.rng, stage.model, stage.created(at)))
        stage.play(at, stage.ask({"tools": [tool]}), answer)
    return Incident(stage.rng.choice(_SYMPTOMS), _innocent())


def recovered(stage: Stage) -> Incident:
    """A passing failure, repeated once as documented, and well again."""
    stage.contract = stage.contract.with_row(503, "Yes").with_row(500, "Yes")
    stage.contract = replace(stage.contract, other_rows=())
    phrases = tuple(phrase for phrase in OUTAGE if phrase.status in (500, 503))
    answer = refuse(stage.rng, phrases, {})
    for at in stage.times(1, 2):
        stage.retry(at, stage.ask(), [answer(), stage.good_answer(at)], [stage.delay])
    _run(stage)
    return Incident(stage.rng.choice(_SYMPTOMS), _innocent("request", "auth", "retry"))
