"""Address, credentials and account: the call does not get past the door."""

from __future__ import annotations

from ..answers import html
from ..dialects import BAD_KEY, NO_PATH, NO_TOKEN, QUOTA, refuse
from ..stage import Stage
from ..values import NO_TELLING, Answer, Headers, Incident, Part, Truth, decided_by

_SYMPTOMS_401 = (
    "",
    "every call fails with 401",
    "401 since the key was rotated",
    "AuthenticationError after the deployment",
    "nobody can log in to the assistant",
)


def _schemes(stage: Stage) -> tuple[Headers, ...]:
    key = "sk-test-000000000000000000000000"
    named: tuple[tuple[str, str], ...] = (
        ("Authorization", f"Token {key}"),
        ("Authorization", key),
        ("Authorization", "Basic c2stdGVzdC0wMDAwMDAwMDAwMDA6"),
        ("x-api-key", key),
        ("api-key", key),
    )
    rest = tuple(pair for pair in stage.headers if pair[0] != "Authorization")
    return (*((*rest, header) for header in named), rest)


def wrong_scheme(stage: Stage) -> Incident:
    """The key travels in another header or scheme than documented, or not at all."""
    headers = stage.rng.choice(_schemes(stage))
    answer = refuse(stage.rng, NO_TOKEN, {})
    for at in stage.times():
        stage.play(at, stage.ask(headers=headers), answer(), ms=stage.rng.randrange(30, 120))
    stage.surround()
    truth = Truth(("mismatch",), ("application",), ("auth",), ("no-mismatch",))
    shown = frozenset({Part.AUTH, Part.STATUS})
    return Incident(stage.rng.choice(_SYMPTOMS_401), decided_by(truth, shown))


def wrong_key(stage: Stage) -> Incident:
    """The key is wrong or was rotated; scheme and header are as documented."""
    answer = refuse(stage.rng, BAD_KEY, {})
    for at in stage.times():
        stage.play(at, stage.ask(), answer(), ms=stage.rng.randrange(30, 120))
    if stage.rng.random() < 0.5 or stage.herring_field:
        for _ in range(2):
            stage.good(stage.rng.uniform(5, 190))
    verdict, sides = ("no-mismatch", "mismatch"), ("application", "account")
    named = Truth(verdict, sides, ("auth",))
    proved = Truth(verdict, sides, ("auth",), ("undecided",))
    readings = (
        (frozenset({Part.AUTH, Part.ERROR_TEXT}), proved),
        (frozenset({Part.ERROR_TEXT}), named),
        (frozenset[Part](), NO_TELLING),
    )
    return Incident(stage.rng.choice(_SYMPTOMS_401), readings)


_BASES = (
    "/chat/completions",
    "/v1/v1/chat/completions",
    "/api/v1/chat/completions",
    "/v1/chat/completions/chat/completions",
    "/v2/chat/completions",
    "/openai/chat/completions",
)


def wrong_path(stage: Stage) -> Incident:
    """The base address is not the documented one."""
    path = stage.rng.choice(_BASES)
    shape = stage.rng.choice(("json", "json", "html", "moved"))
    said = refuse(stage.rng, NO_PATH, {"path": path})
    page = html(404, "404 Not Found", "nginx")
    away = html(301, "301 Moved Permanently", "openresty")
    moved = Answer(301, away.text, (*away.headers, ("Location", "https://www.cometapi.com/")))
    for at in stage.times():
        answer = {"json": said(), "html": page, "moved": moved}[shape]
        stage.play(at, stage.ask(path=path), answer, ms=stage.rng.randrange(20, 90))
    stage.surround()
    truth = Truth(("mismatch",), ("application",), ("endpoint",), ("no-mismatch",))
    symptoms = (
        "",
        "404 since the base URL moved to the environment",
        "the provider removed the model",
        "JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "calls fail since the release",
    )
    shown = frozenset({Part.URL, Part.STATUS})
    return Incident(stage.rng.choice(symptoms), decided_by(truth, shown))


def quota(stage: Stage) -> Incident:
    """The account has no balance left."""
    answer = refuse(stage.rng, QUOTA, {})
    status = answer().status
    for at in stage.times():
        stage.play(at, stage.ask(), answer(), ms=stage.rng.randrange(60, 250))
    if stage.herring_field or stage.rng.random() < 0.5:
        for _ in range(3):
            stage.good(stage.rng.uniform(5, 190))
    location = ("account", "limit", "billing", f"error.status.{status}")
    truth = Truth(("no-mismatch",), ("account",), location, ("mismatch",), ("request",))
    symptoms = ("", "calls fail since the release", "429 although we are below the limits", "402")
    shown = frozenset({Part.ERROR_TEXT})
    return Incident(stage.rng.choice(symptoms), decided_by(truth, shown))
