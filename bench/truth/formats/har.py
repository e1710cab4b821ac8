"""HTTP Archive 1.2, as a browser exports it, with or without the bodies of the answers."""

from __future__ import annotations

import json

from ..values import Answer, Call, Depth, Headers, Json, Part

_ERRORS = {
    "dns": "net::ERR_NAME_NOT_RESOLVED",
    "tls": "net::ERR_CERT_AUTHORITY_INVALID",
    "refused": "net::ERR_CONNECTION_REFUSED",
    "reset": "net::ERR_CONNECTION_RESET",
    "timeout": "net::ERR_TIMED_OUT",
    "cut": "net::ERR_INCOMPLETE_CHUNKED_ENCODING",
}
_IN_BODIES = {Part.ERROR_TEXT, Part.ERROR_CODE, Part.ANSWER, Part.MESSAGE, Part.FINISH, Part.STREAM}


def shows(depth: Depth) -> frozenset[Part]:
    """Everything, but for what only the answers' bodies tell where those were not kept."""
    return frozenset(Part) if depth.har_bodies else frozenset(set(Part) - _IN_BODIES)


def _pairs(headers: Headers) -> Json:
    return [{"name": name, "value": value} for name, value in headers]


def _response(answer: Answer, keep_body: bool) -> Json:
    kind = answer.header("Content-Type") or "x-unknown"
    content: dict[str, Json] = {"size": len(answer.text.encode()), "mimeType": kind}
    if keep_body:
        content["text"] = answer.text
    return {
        "status": answer.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "headers": _pairs(answer.headers),
        "cookies": [],
        "content": content,
        "redirectURL": answer.header("Location") or "",
        "headersSize": -1,
        "bodySize": -1,
    }


def _entry(call: Call, keep_body: bool) -> Json:
    body = {"mimeType": "application/json", "text": json.dumps(call.request.body)}
    request: Json = {
        "method": "POST",
        "url": call.request.url,
        "httpVersion": "HTTP/1.1",
        "headers": _pairs(call.request.headers),
        "queryString": [],
        "cookies": [],
        "headersSize": -1,
        "bodySize": -1,
        "postData": body,
    }
    entry: dict[str, Json] = {
        "startedDateTime": call.started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "time": call.ms,
        "request": request,
        "response": _response(call.answer, keep_body),
        "cache": {},
        "timings": {"send": 0, "wait": call.ms, "receive": 0},
    }
    if call.answer.transport:
        entry["_error"] = _ERRORS[call.answer.transport]
    return entry


def render(calls: list[Call], depth: Depth) -> str:
    """The calls as one archive."""
    entries = [_entry(call, depth.har_bodies) for call in calls]
    creator = {"name": "WebInspector", "version": "537.36"}
    return json.dumps({"log": {"version": "1.2", "creator": creator, "entries": entries}}, indent=1)
