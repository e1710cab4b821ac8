"""How vendors word a refusal: envelopes and sentences, so that no one can tune to one wording.

The sentences are invented after the manner of the products, from public reports of theirs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import NamedTuple

from .values import Answer, Headers, Json


class Phrase(NamedTuple):
    """One vendor's way to say it: envelope, status, sentence, type and code."""

    envelope: str
    status: int
    message: str
    type: str = "invalid_request_error"
    code: str | None = None


class _Said(NamedTuple):
    status: int
    message: str
    type: str
    code: str | None
    field: str | None


def _openai(said: _Said) -> Json:
    error = {"message": said.message, "type": said.type, "param": said.field, "code": said.code}
    return {"error": error}


def _comet(said: _Said) -> Json:
    kind = "comet_api_error"
    return {"error": {"message": said.message, "type": kind, "param": "", "code": said.code or ""}}


def _google(said: _Said) -> Json:
    states = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED"}
    more = {404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}
    state = (states | more).get(said.status, "INTERNAL")
    return {"error": {"code": said.status, "message": said.message, "status": state}}


def _anthropic(said: _Said) -> Json:
    return {"type": "error", "error": {"type": said.type, "message": said.message}}


def _flat(said: _Said) -> Json:
    return {"code": said.code or str(said.status), "message": said.message}


def _vllm(said: _Said) -> Json:
    head = {"object": "error", "message": said.message, "type": said.type}
    return {**head, "param": said.field, "code": said.status}


def _pydantic(said: _Said) -> Json:
    where: list[Json] = ["body", said.field] if said.field else ["body"]
    return {"detail": [{"type": said.code, "loc": where, "msg": said.message}]}


_ENVELOPES: Mapping[str, Callable[[_Said], Json]] = {
    "openai": _openai,
    "comet": _comet,
    "google": _google,
    "anthropic": _anthropic,
    "flat": _flat,
    "vllm": _vllm,
    "pydantic": _pydantic,
}

UNKNOWN_FIELD = (
    Phrase("openai", 400, "Unrecognized request argument supplied: {name}"),
    Phrase("openai", 400, "Unknown parameter: '{name}'.", code="unknown_parameter"),
    Phrase("openai", 400, "Unsupported parameter: '{name}' is not supported with this model."),
    Phrase("pydantic", 422, "Extra inputs are not permitted", code="extra_forbidden"),
    Phrase("vllm", 400, "body -> {name}: extra fields not permitted", "BadRequestError"),
    Phrase("google", 400, 'Invalid JSON payload received. Unknown name "{name}": no such field.'),
    Phrase("anthropic", 400, "{name}: Extra inputs are not permitted"),
    Phrase("comet", 400, "json: unknown field `{name}` (request id: {rid})", code="bad_body"),
    Phrase("flat", 400, "property '{name}' is not allowed here", code="schema_violation"),
)
OUT_OF_RANGE = (
    Phrase("openai", 400, "Invalid '{name}': {value} is outside of {low} to {high}."),
    Phrase("openai", 400, "{value} is {than} the {bound} of {limit} - '{name}'"),
    Phrase("pydantic", 422, "Input should be {than_not} {limit}", code="value_out_of_range"),
    Phrase("vllm", 400, "{name} must be in [{low}, {high}], got {value}.", "BadRequestError"),
    Phrase("google", 400, "Unable to submit request because {name} must be {low}..{high}."),
    Phrase("anthropic", 400, "{name}: Input should be {than_not} {limit}"),
    Phrase("comet", 400, "param {name} illegal, allowed {low}-{high} (request id: {rid})"),
    Phrase("flat", 400, "The value {value} of {name} is out of bounds", code="1210"),
)
NOT_IN_ENUM = (
    Phrase("openai", 400, "Invalid value: '{value}'. Supported values are: {allowed}. ({name})"),
    Phrase("openai", 400, "'{value}' is not one of [{allowed}] - '{name}'"),
    Phrase("pydantic", 422, "Input should be one of {allowed}", code="literal_error"),
    Phrase("vllm", 400, "{name}: unexpected value; permitted: {allowed}", "BadRequestError"),
    Phrase("google", 400, 'Invalid value at {name}, "{value}"'),
    Phrase("anthropic", 400, '{name}: Unexpected "{value}". Allowed: {allowed}.'),
    Phrase("comet", 400, "{name} unknown variant `{value}`, expected one of {allowed} ({rid})"),
)
WRONG_TYPE = (
    Phrase("openai", 400, "Invalid type for '{name}': expected {want}, got {got}.", code="type"),
    Phrase("openai", 400, "{shown} is not of type '{want}' - '{name}'"),
    Phrase("pydantic", 422, "Input should be a valid {want}", code="{want}_type"),
    Phrase("vllm", 400, "{name}: value is not a valid {want}", "BadRequestError"),
    Phrase("google", 400, "Invalid value at '{name}' (TYPE_{want_upper}), {shown}"),
    Phrase("anthropic", 400, "{name}: Input should be a valid {want}"),
    Phrase("comet", 400, "json: cannot unmarshal {got} into field {name} of type {want} ({rid})"),
    Phrase("flat", 400, "Failed to deserialize the JSON body: {name}: expected {want}"),
)
MISSING = (
    Phrase("openai", 400, "Missing required parameter: '{name}'.", code="missing_parameter"),
    Phrase("openai", 400, "you must provide a {name} parameter"),
    Phrase("pydantic", 422, "Field required", code="missing"),
    Phrase("vllm", 400, "{name}: field required", "BadRequestError"),
    Phrase("anthropic", 400, "{name}: Field required"),
    Phrase("comet", 500, "field {name} is required (request id: {rid})", code="{bad_code}"),
    Phrase("flat", 400, "The request is missing field `{name}`", code="missing_field"),
)
EMPTY_LIST = (
    Phrase("openai", 400, "[] is too short - '{name}'"),
    Phrase("openai", 400, "Invalid '{name}': empty array. Expected a minimum length of 1."),
    Phrase("pydantic", 422, "List should have at least 1 item", code="too_short"),
    Phrase("anthropic", 400, "{name}: at least one message is required"),
    Phrase("comet", 500, "field {name} is required (request id: {rid})", code="{bad_code}"),
)
NO_TOKEN = (
    Phrase("openai", 401, "You didn't provide an API key."),
    Phrase("openai", 401, "No token", code="no_token"),
    Phrase("comet", 401, "Authorization header cannot be read (request id: {rid})"),
    Phrase("anthropic", 401, "credentials not found", "authentication_error"),
    Phrase("google", 401, "Request is missing required authentication credential."),
    Phrase("flat", 401, "Unauthorized"),
)
BAD_KEY = (
    Phrase("openai", 401, "Incorrect API key provided: sk-te****.", code="invalid_api_key"),
    Phrase("openai", 401, "The API key has been revoked.", "authentication_error", "key_revoked"),
    Phrase("comet", 401, "invalid token (request id: {rid})"),
    Phrase("anthropic", 401, "invalid api key", "authentication_error"),
    Phrase("google", 401, "API key not valid. Please pass a valid API key."),
    Phrase("flat", 401, "this api key has expired", code="key_expired"),
)
NO_PATH = (
    Phrase("openai", 404, "Invalid URL (POST {path})"),
    Phrase("openai", 404, "Unknown request URL: POST {path}.", code="unknown_url"),
    Phrase("pydantic", 404, "Not Found", code="not_found"),
    Phrase("flat", 404, "no Route matched with those values"),
    Phrase("comet", 404, "route {path} does not exist (request id: {rid})"),
)
QUOTA = (
    Phrase("openai", 429, "You exceeded your current quota.", "quota", "insufficient_quota"),
    Phrase("openai", 402, "Insufficient Balance", "unknown_error", "invalid_request_error"),
    Phrase("comet", 403, "user quota is not enough (request id: {rid})", code="no_quota"),
    Phrase("comet", 403, "token quota exhausted, remain 0 ({rid})", code="insufficient_user_quota"),
    Phrase("anthropic", 400, "Your credit balance is too low to access the API."),
    Phrase("google", 429, "Quota exceeded for the project's monthly spend."),
    Phrase("flat", 402, "Account balance exhausted, please recharge", code="1113"),
)
RATE = (
    Phrase("openai", 429, "Rate limit reached for {model}.", "requests", "rate_limit_exceeded"),
    Phrase("openai", 429, "Too many requests, slow down.", "requests"),
    Phrase("comet", 429, "request rate over the group limit (request id: {rid})"),
    Phrase("anthropic", 429, "This would exceed your rate limit.", "rate_limit_error"),
    Phrase("google", 429, "Requests per minute reached; try again later."),
    Phrase("flat", 429, "Concurrency too high", code="1302"),
)
OUTAGE = (
    Phrase("openai", 503, "The engine is currently overloaded.", "server_error"),
    Phrase("openai", 500, "The server had an error processing your request.", "server_error"),
    Phrase("comet", 503, "no channel is available right now (request id: {rid})", code="busy"),
    Phrase("anthropic", 529, "Overloaded", "overloaded_error"),
    Phrase("google", 503, "The model is overloaded. Please try again later."),
    Phrase("flat", 500, "upstream failed", code="upstream_error"),
)
RETIRED = (
    Phrase("openai", 400, "Unsupported parameter: '{name}'. Use '{instead}' instead."),
    Phrase("anthropic", 400, "{name}: deprecated for this model, send {instead}"),
    Phrase("comet", 400, "{name} is no longer accepted, see {instead} (request id: {rid})"),
    Phrase("vllm", 400, "{name} was removed in favour of {instead}", "BadRequestError"),
)
VAGUE_500 = (
    Phrase("openai", 500, "not now", code="{bad_code}"),
    Phrase("openai", 500, "The call did not pass.", "server_error", "{bad_code}"),
    Phrase("comet", 500, "could not be processed (request id: {rid})", code="{bad_code}"),
)


def request_id(rng: Random) -> str:
    """An identifier in the manner of gateways: a timestamp, digits and letters."""
    letters = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"
    tail = "".join(rng.choice(letters) for _ in range(8))
    return f"20261120{rng.randrange(10**14):014d}{tail}"


def refuse(
    rng: Random,
    phrases: tuple[Phrase, ...],
    values: Mapping[str, object],
    headers: Headers = (),
) -> Callable[[], Answer]:
    """A maker of answers in one dialect, drawn once: a provider does not change its wording."""
    phrase = rng.choice(phrases)

    def answer() -> Answer:
        words = {"rid": request_id(rng)} | dict(values)
        name = words.get("name")
        said = _Said(
            phrase.status,
            phrase.message.format_map(words),
            phrase.type,
            phrase.code.format_map(words) if phrase.code else None,
            str(name) if name is not None else None,
        )
        text = json.dumps(_ENVELOPES[phrase.envelope](said))
        return Answer(phrase.status, text, (("Content-Type", "application/json"), *headers))

    return answer


def message_of(body: Json) -> str:
    """The sentence in an error body, in whatever envelope; the body itself where there is none."""
    error = body.get("error", body) if isinstance(body, Mapping) else None
    message = error.get("message") if isinstance(error, Mapping) else None
    return message if isinstance(message, str) else json.dumps(body)
