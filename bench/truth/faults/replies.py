"""Answers that arrive and break something: the provider's fault, or the application's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from ..answers import chunks, completion, html, plain, stream, tool_call
from ..stage import Stage
from ..values import NO_TELLING, Answer, Incident, Json, Part, Truth, decided_by

_PROVIDER = ("provider",)
_SHOWN = frozenset({Part.ANSWER})


def _provider(*location: str) -> Truth:
    return Truth(("no-mismatch",), _PROVIDER, location, ("mismatch",))


def _application(*location: str) -> Truth:
    return Truth(("mismatch",), ("application",), location, ("no-mismatch",))


def _answered(stage: Stage, make: Callable[[float], Answer], crash: str | None) -> None:
    for at in stage.times():
        stage.play(at, stage.ask(), make(at), crash=crash)
    stage.surround(required=True)


def _edit(body: dict[str, Json], path: str, value: Json) -> dict[str, Json]:
    """The body with the value at a dotted path replaced; `...` is spelt as the word absent."""
    copy: dict[str, Json] = json.loads(json.dumps(body))
    node: object = copy
    *way, last = path.split(".")
    for step in way:
        node = node[int(step)] if isinstance(node, list) else _at(node, step)
    assert isinstance(node, dict)
    if value == "absent":
        node.pop(last, None)
    else:
        node[last] = value
    return copy


def _at(node: object, step: str) -> object:
    assert isinstance(node, dict)
    return node[step]


_ABSENT: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "choices": ("response.choices", ("KeyError: 'choices'", "TypeError: undefined (reading '0')")),
    "id": ("response.id", ("KeyError: 'id'", "ValidationError: id: Field required")),
    "choices.0.message": ("response.choices", ("KeyError: 'message'", "answer is undefined")),
    "choices.0.finish_reason": ("response.choices", ("KeyError: 'finish_reason'",)),
    "choices.0.index": ("response.choices", ("KeyError: 'index'", "ValidationError: index")),
}


def required_absent(stage: Stage) -> Incident:
    """The provider leaves out a field that its documents require."""
    stage.streams = False
    path = stage.rng.choice(list(_ABSENT))
    location, symptoms = _ABSENT[path]
    symptom = stage.rng.choice(symptoms)

    def make(at: float) -> Answer:
        body = completion(stage.rng, stage.model, stage.created(at))
        return plain(_edit(body, path, "absent"))

    _answered(stage, make, symptom)
    return Incident(symptom, decided_by(_provider(location), _SHOWN))


_MISTYPED: tuple[tuple[str, Json, str, str], ...] = (
    ("choices.0.finish_reason", "error", "response.choices", "ValueError: 'error' is not a reason"),
    ("choices.0.finish_reason", "end_turn", "response.choices", "unknown finish reason"),
    ("choices", {}, "response.choices", "KeyError: 0"),
    ("choices", None, "response.choices", "TypeError: 'NoneType' object is not subscriptable"),
    ("id", 71234, "response.id", "ValidationError: id: Input should be a valid string"),
    ("choices.0.index", "0", "response.choices", "ValidationError: index: not an integer"),
)


def wrong_in_answer(stage: Stage) -> Incident:
    """The provider answers with a value of another type, or another word, than documented."""
    stage.streams = False
    path, value, location, symptom = stage.rng.choice(_MISTYPED)

    def make(at: float) -> Answer:
        body = completion(stage.rng, stage.model, stage.created(at))
        return plain(_edit(body, path, value))

    _answered(stage, make, symptom)
    return Incident(symptom, decided_by(_provider(location), _SHOWN))


def error_in_200(stage: Stage) -> Incident:
    """The provider answers 200 with an error object in the place of the documented one."""
    stage.streams = False
    bodies: tuple[Json, ...] = (
        {"error": {"message": "Upstream provider is overloaded", "type": "server_error"}},
        {"error": {"code": 502, "message": "Provider returned error"}},
        {"success": False, "message": "channel test failed", "code": "upstream_error"},
        {"type": "error", "error": {"type": "api_error", "message": "Internal server error"}},
    )
    body, crash = stage.rng.choice(bodies), "KeyError: 'choices'"
    _answered(stage, lambda _: plain(body), crash)
    symptoms = (crash, "the page stays empty", "TypeError: 'NoneType' object is not subscriptable")
    truth = _provider("response", "error")
    return Incident(stage.rng.choice(symptoms), decided_by(truth, _SHOWN))


_OPTIONAL: Mapping[str, tuple[str, str]] = {
    "usage": ("response.usage", "KeyError: 'usage' in the cost report"),
    "system_fingerprint": ("response.system_fingerprint", "KeyError: 'system_fingerprint'"),
    "created": ("response.created", "KeyError: 'created' while storing the answer"),
}


def optional_absent(stage: Stage) -> Incident:
    """The application reads a field that the documents do not promise."""
    stage.streams = False
    path = stage.rng.choice(list(_OPTIONAL))
    location, symptom = _OPTIONAL[path]
    crash = symptom.split(" in ")[0].split(" while ")[0]

    def make(at: float) -> Answer:
        body = completion(stage.rng, stage.model, stage.created(at))
        return plain(_edit(body, path, "absent"))

    _answered(stage, make, crash if stage.rng.random() < 0.5 else None)
    return Incident(symptom, decided_by(_application(location), _SHOWN))


def null_content(stage: Stage) -> Incident:
    """The application takes the content for text, where the documents allow null."""
    stage.streams = False
    symptom = stage.rng.choice(
        (
            "AttributeError: 'NoneType' object has no attribute 'strip'",
            "TypeError: Cannot read properties of null (reading 'trim')",
            "TypeError: expected string or bytes-like object, got 'NoneType'",
        )
    )
    tool: Json = {"type": "function", "function": {"name": "find_parcel", "parameters": {}}}
    for at in stage.times():
        body = tool_call(stage.rng, stage.model, stage.created(at))
        stage.play(at, stage.ask({"tools": [tool]}), plain(body), crash=symptom)
    stage.surround(required=True)
    truth = _application("response.choices")
    return Incident(symptom, decided_by(truth, frozenset({Part.MESSAGE})))


def _streaming(stage: Stage) -> None:
    stage.streams = True
    stage.contract = replace(stage.contract, streams=True)


def _parts(stage: Stage, at: float, usage: bool) -> list[Json]:
    return chunks(stage.rng, stage.model, stage.created(at), usage)


def stream_cut(stage: Stage) -> Incident:
    """The stream stops in the middle: no finish reason, no end."""
    _streaming(stage)

    def make(at: float) -> Answer:
        parts = _parts(stage, at, False)
        return stream(parts[: stage.rng.randrange(2, len(parts) - 1)], done=False, cut=True)

    crash = "RemoteProtocolError: peer closed connection without sending complete message body"
    _answered(stage, make, stage.rng.choice((crash, None)))
    sides = ("provider", "network", "gateway")
    truth = Truth(("no-mismatch",), sides, ("stream", "transport"), ("mismatch",))
    symptoms = ("answers stop in mid-sentence", "incomplete chunked read", "half an answer is kept")
    return Incident(stage.rng.choice(symptoms), decided_by(truth, frozenset({Part.STREAM})))


def stream_without_done(stage: Stage) -> Incident:
    """The stream is whole, but the documented last event never comes."""
    _streaming(stage)

    def make(at: float) -> Answer:
        return stream(_parts(stage, at, stage.rng.random() < 0.4), done=False)

    _answered(stage, make, None)
    symptoms = (
        "the client hangs after the answer",
        "the spinner never stops",
        "read timeout",
    )
    truth = _provider("stream")
    return Incident(stage.rng.choice(symptoms), decided_by(truth, frozenset({Part.STREAM})))


def stream_empty_choices(stage: Stage) -> Incident:
    """The application indexes `choices` of every chunk; the documents say one has none."""
    _streaming(stage)
    crashes = ("IndexError: list index out of range", "undefined is not an object (c[0].delta)")
    crash = stage.rng.choice(crashes)
    _answered(stage, lambda at: stream(_parts(stage, at, True)), crash)
    truth = _application("stream.choices", "stream.usage", "response.choices")
    return Incident(f"{crash} in the stream loop", decided_by(truth, frozenset({Part.STREAM})))


def _length(rng: Random, body: dict[str, Json]) -> dict[str, Json]:
    cut = _edit(body, "choices.0.finish_reason", "length")
    return _edit(cut, "choices.0.message.content", rng.choice(("It left the", "Here is a", "")))


def length_taken_for_whole(stage: Stage) -> Incident:
    """The cap that the application sets cuts the answer, and it takes the rest for the whole."""
    stage.streams = False
    changes: dict[str, Json] = {"max_tokens": stage.rng.choice((8, 16, 24))}
    for at in stage.times():
        body = completion(stage.rng, stage.model, stage.created(at))
        stage.play(at, stage.ask(changes), plain(_length(stage.rng, body)))
    stage.surround(required=True)
    truth = Truth(("mismatch", "undecided"), never=("no-mismatch",))
    symptoms = ("answers stop in mid-sentence", "customers report that answers are cut off")
    readings = ((frozenset({Part.FINISH}), truth), (frozenset[Part](), NO_TELLING))
    return Incident(stage.rng.choice(symptoms), readings)


def empty_answer(stage: Stage) -> Incident:
    """The model says nothing; the documents promise no text."""
    stage.streams = False

    def make(at: float) -> Answer:
        return plain(completion(stage.rng, stage.model, stage.created(at), text=""))

    _answered(stage, make, None)
    truth = Truth(("no-mismatch", "undecided"), never=("mismatch",), not_guilty=("request", "auth"))
    symptoms = ("the answer is empty", "blank bubbles in the chat", "nothing is shown to users")
    return Incident(stage.rng.choice(symptoms), ((frozenset(), truth),))


def gateway_page(stage: Stage) -> Incident:
    """A gateway on the way answers with a page of its own."""
    made = stage.rng.choice(
        (
            html(502, "502 Bad Gateway", "nginx"),
            html(502, "502 Bad Gateway", "cloudflare"),
            html(504, "504 Gateway Time-out", "nginx/1.25.3"),
            html(520, "Web server is returning an unknown error", "cloudflare"),
        )
    )
    for at in stage.times():
        stage.play(at, stage.ask(), made)
    stage.surround()
    truth = Truth(("no-mismatch", "undecided"), never=("mismatch",), not_guilty=("request", "auth"))
    symptoms = (
        "JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "SyntaxError: Unexpected token '<', \"<html>\" is not valid JSON",
        "calls fail since the release",
    )
    return Incident(stage.rng.choice(symptoms), ((frozenset(), truth),))
