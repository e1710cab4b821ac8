"""The bodies of failing answers, in every form that gateways are known to send."""

import json
from collections.abc import Callable
from typing import Any

from tallystick.record.scenario import Form, Status

JSON = ("content-type", "application/json")
HTML = ("content-type", "text/html; charset=utf-8")
TEXT = ("content-type", "text/plain; charset=utf-8")
PAGE = b"<html><head><title>Error</title></head><body><h1>The request failed</h1></body></html>"
_MESSAGES = {
    400: "The request is invalid",
    401: "Invalid API key",
    402: "Insufficient balance",
    403: "Access denied",
    404: "Not found",
    408: "Request timeout",
    413: "Request entity too large",
    422: "Unprocessable entity",
    429: "Rate limit exceeded, please try again later",
    500: "Internal server error",
    503: "Service unavailable",
}
_BY_CODE = {
    "insufficient_quota": "You exceeded your current quota, please check your plan and billing",
    "model_not_found": "No available channel for this model under group default",
    "invalid_request": "field messages is required",
}


def envelope(status: int, code: str) -> dict[str, Any]:
    """The error envelope that the provider's error page documents (facts dossier, section 6)."""
    said = _BY_CODE.get(code) or _MESSAGES.get(status, "The request failed")
    text = f"{said} (request id: tallystick{status})"
    return {"error": {"message": text, "type": "comet_api_error", "param": "", "code": code}}


def _nested(change: Status) -> bytes:
    return json.dumps(envelope(change.code, change.error_code)).encode()


def _flat(change: Status) -> bytes:
    error = envelope(change.code, change.error_code)["error"]
    return json.dumps({"code": error["code"], "message": error["message"]}).encode()


def _string(change: Status) -> bytes:
    return json.dumps({"error": _MESSAGES.get(change.code, "The request failed")}).encode()


def _list(change: Status) -> bytes:
    return json.dumps([envelope(change.code, change.error_code)]).encode()


def _truncated(change: Status) -> bytes:
    whole = _nested(change)
    return whole[: len(whole) // 2]


_FORMS: dict[Form, tuple[tuple[str, str], Callable[[Status], bytes]]] = {
    "nested": (JSON, _nested),
    "flat": (JSON, _flat),
    "string": (JSON, _string),
    "list": (JSON, _list),
    "null": (JSON, lambda _: b"null"),
    "truncated": (JSON, _truncated),
    "html": (HTML, lambda _: PAGE),
    "text": (TEXT, lambda change: _MESSAGES.get(change.code, "The request failed").encode()),
    "empty": (TEXT, lambda _: b""),
}


def failing(change: Status) -> tuple[tuple[str, str], bytes]:
    """The content type and the body of a failing answer."""
    media, make = _FORMS[change.body]
    return media, make(change)
