"""What client libraries make of a failed call: a class of exceptions and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from ..dialects import message_of
from ..values import Answer, Call, Depth

_CLASSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
}
_CAUSES: Mapping[str, Mapping[str, str]] = {
    "python": {
        "dns": "ConnectError: [Errno -2] Name or service not known",
        "tls": "ConnectError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
        "refused": "ConnectError: [Errno 111] Connection refused",
        "reset": "ReadError: [Errno 104] Connection reset by peer",
    },
    "node": {
        "dns": "getaddrinfo ENOTFOUND api.cometapi.com",
        "tls": "unable to verify the first certificate (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
        "refused": "connect ECONNREFUSED 203.0.113.7:443",
        "reset": "read ECONNRESET",
    },
}
CUT = "RemoteProtocolError: peer closed connection without sending complete message body"


class Raised(NamedTuple):
    """An exception: its class, its text, and the status it carries, if any."""

    name: str
    text: str
    status: int | None


def cause(kind: str, sdk: str) -> str:
    """How the transport below the library words this fault."""
    return _CAUSES[sdk][kind]


def class_of(status: int) -> str:
    """The library's class for a status."""
    return _CLASSES.get(status, "InternalServerError" if status >= 500 else "APIStatusError")


def _transport(kind: str, depth: Depth) -> Raised:
    if kind == "timeout":
        return Raised("APITimeoutError", "Request timed out.", None)
    if not depth.error_text:
        return Raised("APIConnectionError", "Connection error.", None)
    return Raised("APIConnectionError", f"Connection error. {cause(kind, depth.sdk)}", None)


def _refusal(answer: Answer, url: str, depth: Depth) -> Raised:
    name, status = class_of(answer.status), answer.status
    if not depth.error_text:
        phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
        side = "Server" if status >= 500 else "Client"
        text = f"{side} error '{status} {phrase}' for url '{url}'"
        return Raised("HTTPStatusError", text, status)
    body = answer.body
    if body is None:
        return Raised(name, answer.text if depth.sdk == "python" else f"{status} status", status)
    if depth.sdk == "python":
        return Raised(name, f"Error code: {status} - {body!r}", status)
    return Raised(name, f"{status} {message_of(body)}", status)


def raised_by(call: Call, depth: Depth) -> Raised | None:
    """The exception that the call ended with, or None where it ended well."""
    answer = call.answer
    if answer.transport == "cut":
        return Raised("RemoteProtocolError", CUT, None) if call.crash else None
    if answer.transport:
        return _transport(answer.transport, depth)
    if call.crash:
        name = call.crash.split(":")[0]
        return Raised(name if name.isidentifier() else "Error", call.crash, None)
    return None if 200 <= answer.status < 300 else _refusal(answer, call.request.url, depth)
