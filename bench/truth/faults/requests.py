"""The application sends a body that the documents do not allow, and the provider refuses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..contract import UNDOCUMENTED, UNHEARD_OF
from ..dialects import (
    EMPTY_LIST,
    MISSING,
    NOT_IN_ENUM,
    OUT_OF_RANGE,
    RETIRED,
    UNKNOWN_FIELD,
    WRONG_TYPE,
    refuse,
)
from ..stage import Stage
from ..values import Answer, Incident, Json, Part, Truth, decided_by

_NAMED = frozenset({Part.ERROR_TEXT})
_SYMPTOMS = (
    "",
    "calls fail since the release",
    "BadRequestError in production",
    "half of the answers are missing since this morning",
    "nothing works after the library update",
    "the provider is down",
    "users see an error banner",
)


def _guilty(location: str) -> Truth:
    return Truth(("mismatch",), ("application",), (location,), ("no-mismatch",))


def _refused(stage: Stage, changes: Mapping[str, Json], answer: Callable[[], Answer]) -> str:
    for at in stage.times():
        stage.play(at, stage.ask(changes), answer(), ms=stage.rng.randrange(60, 300))
    stage.surround()
    return stage.rng.choice(_SYMPTOMS)


def undocumented_field(stage: Stage) -> Incident:
    """A field that no document lists, refused by its name."""
    known = stage.rng.random() < 0.7
    pool = [name for name in UNDOCUMENTED if name != stage.herring_field]
    name = stage.rng.choice(pool if known else UNHEARD_OF)
    answer = refuse(stage.rng, UNKNOWN_FIELD, {"name": name})
    value: Json = stage.rng.choice((5, 1.1, True, "x")) if known else "batch-7"
    symptom = _refused(stage, {name: value}, answer)
    location = f"request.{name}" if known else "request."
    return Incident(symptom, decided_by(_guilty(location), _NAMED))


def out_of_range(stage: Stage) -> Incident:
    """A number outside the documented bounds."""
    name = stage.rng.choice(("temperature", "top_p", "max_tokens", "n", "presence_penalty"))
    schema = stage.contract.fields[name]
    low, high = schema["minimum"], schema.get("maximum")
    assert isinstance(low, int | float)
    over = isinstance(high, int | float) and stage.rng.random() < 0.6
    limit: Json = high if over else low
    assert isinstance(limit, int | float)
    step = 0.5 if schema["type"] == "number" else 1
    value = limit + step if over else limit - step
    words: dict[str, object] = {"name": name, "value": value, "low": low, "limit": limit}
    words["high"] = "infinity" if high is None else high
    words["bound"] = "maximum" if over else "minimum"
    words["than"] = "greater than" if over else "less than"
    words["than_not"] = "less than or equal to" if over else "greater than or equal to"
    symptom = _refused(stage, {name: value}, refuse(stage.rng, OUT_OF_RANGE, words))
    return Incident(symptom, decided_by(_guilty(f"request.{name}"), _NAMED))


def outside_enum(stage: Stage) -> Incident:
    """A word that is not among the documented ones."""
    word: str
    if stage.rng.random() < 0.5:
        word = stage.rng.choice(("human", "bot", "model", "function"))
        messages: Json = [{"role": word, "content": "Where is parcel nine?"}]
        changes: dict[str, Json] = {"messages": messages}
        allowed, location = "system, user, assistant, tool", "request.messages"
        name = "messages[0].role"
    else:
        name, allowed, location = (
            "reasoning_effort",
            "low, medium, high",
            "request.reasoning_effort",
        )
        word = stage.rng.choice(("none", "xhigh", "minimal", "max"))
        changes = {name: word}
    words = {"name": name, "value": word, "allowed": allowed}
    symptom = _refused(stage, changes, refuse(stage.rng, NOT_IN_ENUM, words))
    return Incident(symptom, decided_by(_guilty(location), _NAMED))


_MISTYPED: tuple[tuple[str, Json, str, str], ...] = (
    ("max_tokens", "50", "integer", "string"),
    ("max_tokens", 128.5, "integer", "number"),
    ("temperature", "0.2", "number", "string"),
    ("top_p", "0.9", "number", "string"),
    ("stream", "false", "boolean", "string"),
    ("messages", "Where is parcel nine?", "array", "string"),
    ("tools", {"name": "find_parcel"}, "array", "object"),
    ("response_format", "json_object", "object", "string"),
    ("n", [1], "integer", "array"),
)


def wrong_type(stage: Stage) -> Incident:
    """A value of another type than the documented one."""
    name, value, want, got = stage.rng.choice(_MISTYPED)
    stage.streams = stage.streams and name != "stream"
    words = {"name": name, "want": want, "want_upper": want.upper(), "got": got}
    answer = refuse(stage.rng, WRONG_TYPE, words | {"shown": repr(value)})
    symptom = _refused(stage, {name: value}, answer)
    return Incident(symptom, decided_by(_guilty(f"request.{name}"), _NAMED))


def missing_field(stage: Stage) -> Incident:
    """A required field is absent, or the list of messages is empty."""
    name = stage.rng.choice(("messages", "messages", "model"))
    empty = name == "messages" and stage.rng.random() < 0.5
    words = {"name": name, "bad_code": stage.contract.bad_code}
    answer = refuse(stage.rng, EMPTY_LIST if empty else MISSING, words)
    changes: dict[str, Json] = {"messages": []} if empty else {}
    for at in stage.times():
        request = stage.ask(changes, drop=() if empty else (name,))
        stage.play(at, request, answer(), ms=stage.rng.randrange(60, 300))
    stage.surround()
    truth = _guilty(f"request.{name}")
    return Incident(stage.rng.choice(_SYMPTOMS), decided_by(truth, _NAMED))


def documented_field_refused(stage: Stage) -> Incident:
    """The provider refuses what its own documents list: the application did nothing wrong."""
    stage.params.pop("max_tokens", None)
    words = {"name": "max_tokens", "instead": "max_completion_tokens"}
    symptom = _refused(stage, {"max_tokens": 400}, refuse(stage.rng, RETIRED, words))
    truth = Truth(("no-mismatch", "undecided"), never=("mismatch",))
    return Incident(symptom, ((frozenset(), truth),))
