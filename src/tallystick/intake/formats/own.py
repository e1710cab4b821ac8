"""Logs of an application's own, of a shape that needs no mapping: an object a line whose members
say what they are by the names that most loggers give them.
"""

from functools import partial

from tallystick.intake.formats.base import Format
from tallystick.intake.formats.lines import first_object, plain, read, splitter
from tallystick.intake.formats.mapping import Mapping, at

OWN = Mapping(
    at=(
        "ts", "timestamp", "time", "@timestamp", "date", "datetime", "start", "start_time",
        "started_at", "created_at", "request.time", "request.timestamp",
    ),
    end=("end_time", "ended_at", "finished_at", "response.time"),
    duration=("duration_ms", "latency_ms", "elapsed_ms", "took_ms", "response_time_ms"),
    method=("method", "request.method", "http.method", "req.method"),
    url=("url", "request.url", "http.url", "req.url", "uri", "request.uri", "endpoint"),
    path=("path", "request.path", "req.path"),
    host=("host", "request.host", "server"),
    status=(
        "status", "status_code", "statusCode", "http_status", "http.status_code",
        "response.status", "response.status_code", "response.statusCode", "res.status",
        "res.statusCode", "resp.status",
    ),
    request_headers=("request.headers", "request_headers", "req.headers"),
    response_headers=("response.headers", "response_headers", "res.headers", "resp.headers"),
    request_body=(
        "request.body", "request_body", "requestBody", "req.body", "request.json",
        "request.payload", "request_json", "payload.request",
    ),
    response_body=(
        "response.body", "response_body", "responseBody", "res.body", "resp.body",
        "response.json", "response.payload", "response_json", "payload.response",
    ),
    error=("error.message", "error", "exception", "err.message", "err"),
    call=("request_id", "requestId", "x_request_id", "call_id"),
)  # fmt: skip


def sniff(head: bytes) -> bool:
    """Whether the first object says where it went and how it ended."""
    first = first_object(head)
    status = at(first, OWN.status)
    told = isinstance(status, int | str) and str(status).isdecimal() and 100 <= int(status) <= 599
    where = at(first, (*OWN.url, *OWN.path))
    return told and (isinstance(where, str) or at(first, OWN.request_body) is not None)


FORMAT = Format(
    "own",
    "newline-delimited JSON whose members have the usual names",
    sniff,
    splitter,
    partial(read, mapping=OWN, prepare=plain),
)
