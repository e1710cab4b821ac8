"""Error envelopes in the shapes met in the field, read into one value.

Shapes: nested object (`{"error": {...}}`), flat (`{"code", "message"}`), a string, a list,
problem+json (RFC 9457), an error inside a 200, an error as a stream event, HTML, text and empty.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Shape = Literal[
    "nested", "flat", "string", "list", "problem", "html", "text", "empty", "not-visible"
]


class ErrorEnvelope(msgspec.Struct, frozen=True):
    """An error as read; a text that was not there is empty.

    `code` is the envelope's own code as text, which may differ from the HTTP status.
    """

    shape: Shape
    message: str = ""
    code: str = ""
    type: str = ""
    param: str = ""
    more: str = ""


def read_error(body: object, shape: Shape | None = None) -> ErrorEnvelope | None:
    """The error that a decoded body states, or None when it states none.

    `shape` is given for bodies that are no JSON (`html`, `text`, `empty`, `not-visible`).
    """
    if shape is not None:
        return ErrorEnvelope(shape, message=body if isinstance(body, str) else "")
    match body:
        case str() if body:
            return ErrorEnvelope("string", message=body)
        case list():
            inner = next((read_error(item) for item in body if item), None)
            return _as("list", inner) if inner else None
        case dict():
            return _from_object(body)
        case _:
            return None


def _from_object(body: Mapping[str, Any]) -> ErrorEnvelope | None:
    error = body.get("error") or body.get("errors")
    match error:
        case dict():
            return _fields("nested", {**_outer(body), **error})
        case str() if _is_flat(body):
            return _fields("flat", {**body, "type": error})
        case str():
            return ErrorEnvelope("string", message=error, code=_text(body.get("code")))
        case list():
            return _as("list", read_error(error))
    if "detail" in body and "choices" not in body:
        return _detail(body)
    if _is_flat(body):
        return _fields("problem" if "title" in body else "flat", body)
    return None


def _outer(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: body[key] for key in ("code", "message") if key in body}


def _is_flat(body: Mapping[str, Any]) -> bool:
    if body.get("choices"):
        return False
    wrapped = isinstance(body.get("message"), dict) and "detail" in body["message"]
    plain = any(isinstance(body.get(key), str) and body[key] for key in ("message", "msg", "title"))
    return wrapped or plain


def _detail(body: Mapping[str, Any]) -> ErrorEnvelope | None:
    detail = body["detail"]
    if isinstance(detail, str):
        shape: Shape = "problem" if "title" in body else "string"
        return msgspec.structs.replace(_fields("flat", body), shape=shape, message=detail)
    return _as("list" if isinstance(detail, list) else "nested", read_error(detail))


def _fields(shape: Shape, error: Mapping[str, Any]) -> ErrorEnvelope:
    message = next(
        (_flatten(error[key]) for key in ("message", "msg", "title", "detail") if error.get(key)),
        "",
    )
    return ErrorEnvelope(
        shape,
        message=message,
        code=_first(error, "code", "error_code", "errorCode", "statusCode"),
        type=_first(error, "type", "status", "error_type"),
        param=_text(error.get("param")) or _location(error.get("loc")) or _wrapped(error),
        more=" ".join(
            _flatten(error[key])
            for key in ("metadata", "details", "detail", "innererror", "errors", "description")
            if error.get(key) and _flatten(error[key]) != message
        ),
    )


def _wrapped(error: Mapping[str, Any]) -> str:
    """What an error names whose message is an error (Mistral: `message.detail[].loc`)."""
    inner = error.get("message")
    found = read_error(inner) if isinstance(inner, dict | list) else None
    return found.param if found is not None else ""


def _first(error: Mapping[str, Any], *keys: str) -> str:
    return next((_text(error[key]) for key in keys if error.get(key) is not None), "")


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _location(loc: object) -> str:
    parts = [_text(part) for part in loc] if isinstance(loc, list) else []
    return ".".join(part for part in parts if part not in ("body", ""))


def _flatten(value: object) -> str:
    match value:
        case dict():
            return " ".join(f"{key} {_flatten(item)}" for key, item in value.items())
        case list():
            return " ".join(_flatten(item) for item in value)
        case _:
            return _text(value)


def _as(shape: Shape, envelope: ErrorEnvelope | None) -> ErrorEnvelope | None:
    return msgspec.structs.replace(envelope, shape=shape) if envelope else None
