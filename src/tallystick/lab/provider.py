"""The simulated provider: request and scenario in, reply out. No sockets here.

Without a change it behaves as the documentation says, also towards wrong requests: a path mistake
is a 301 or HTML, a missing key 401, a missing model 400, missing or empty messages 500 with
`invalid_request` (facts dossier, sections 1, 2 and 6).
"""

import json
from typing import Any

from tallystick.lab import answers
from tallystick.lab.wire import Reply, SeenRequest
from tallystick.record.trial import CutStream, Remove, Reset, Say, Scenario, Status

PATH = "/v1/chat/completions"
_JSON = (("content-type", "application/json"),)
_SSE = (("content-type", "text/event-stream"),)
_HTML = (("content-type", "text/html; charset=utf-8"),)
_MESSAGES = {
    400: "The request is invalid",
    401: "Invalid API key",
    429: "Rate limit exceeded, please try again later",
    500: "Internal server error",
    503: "Service unavailable",
}


def respond(scenario: Scenario, request: SeenRequest) -> Reply:
    """What the provider does with one request under a scenario."""
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    for change in scenario.changes:
        match change:
            case Reset():
                return Reply(0, end="reset")
            case Status():
                return _status(change)
            case Remove() | CutStream() | Say():
                pass
    body = _decoded(request)
    return _stream(scenario, body) if body.get("stream") is True else _plain(scenario)


def _refusal(request: SeenRequest) -> Reply | None:
    """The documented answer to a request that is wrong in itself."""
    if request.path != PATH:
        if not request.path.startswith("/v1/"):
            headers = (*_HTML, ("location", "/"))
            return Reply(301, headers, (b"<html><body>Moved</body></html>",))
        return Reply(404, _HTML, (b"<html><title>404 Not Found</title></html>",))
    if request.method != "POST":
        return _error(405, "", "Method not allowed")
    if not (request.header("authorization") or "").startswith("Bearer "):
        return _error(401, "", "Invalid API key")
    body = _decoded(request)
    if not isinstance(body.get("model"), str):
        return _error(400, "", "model name is required")
    if not isinstance(body.get("messages"), list) or not body["messages"]:
        return _error(500, "invalid_request", "field messages is required")
    return None


def _decoded(request: SeenRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _error(status: int, code: str, message: str, retry_after: str = "") -> Reply:
    headers = (*_JSON, ("retry-after", retry_after)) if retry_after else _JSON
    body = json.dumps(answers.error(status, code, message)).encode()
    return Reply(status, headers, (body,))


def _status(change: Status) -> Reply:
    message = _MESSAGES.get(change.code, "The request failed")
    return _error(change.code, change.error_code, message, change.retry_after)


def _text(scenario: Scenario) -> str:
    says = (change.text for change in scenario.changes if isinstance(change, Say))
    return next(says, answers.CONTENT)


def _plain(scenario: Scenario) -> Reply:
    body: Any = answers.completion(_text(scenario))
    for change in scenario.changes:
        if isinstance(change, Remove):
            body = answers.without(body, change.path)
    return Reply(200, _JSON, (json.dumps(body).encode(),))


def _stream(scenario: Scenario, body: dict[str, Any]) -> Reply:
    options = body.get("stream_options")
    wanted = isinstance(options, dict) and options.get("include_usage") is True
    parts: list[Any] = list(answers.chunks(wanted, _text(scenario)))
    for change in scenario.changes:
        if isinstance(change, Remove):
            parts = [answers.without(part, change.path) for part in parts]
    sent = answers.events(parts)
    cut = next((change.after for change in scenario.changes if isinstance(change, CutStream)), None)
    return Reply(200, _SSE, tuple(sent[:cut]))
