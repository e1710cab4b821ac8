"""Spans in other forms than OTLP: Zipkin's JSON (Zipkin v2 API, Span), what Datadog's LLM
Observability takes and exports (its HTTP API, Spans), and what OpenTelemetry's SDK for Python
prints (`ConsoleSpanExporter`, `ReadableSpan.to_json`): one object laid out behind the other, or, as
Arize Phoenix exports them, in a list or as the rows of a table.

They become spans of OTLP, and are read as those.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tallystick.intake.formats.base import MALFORMED, Broken, Cutter, Format, Piece, Read
from tallystick.intake.formats.lines import first_object, objects_in
from tallystick.intake.formats.mapping import parsed
from tallystick.intake.formats.otel import SPANS, of_spans
from tallystick.intake.formats.times import seconds_of

Line = dict[str, Any]
# What every span of Zipkin's has.
_ZIPKIN = frozenset(("traceId", "id", "localEndpoint"))
_CHAT = {"gen_ai.operation.name": "chat"}


def _object(value: Any) -> Line:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> Iterator[Line]:
    """The objects of a document: of a list, of lists of lists, or itself."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _objects(one)


def _of_zipkin(document: Any) -> list[Line]:
    return [_zipkin(span) for span in _objects(document) if span.keys() >= _ZIPKIN]


def _zipkin(span: Line) -> Line:
    """A span of Zipkin's: times in microseconds, tags as texts."""
    tags = _object(span.get("tags"))
    began, took = int(span.get("timestamp") or 0) * 1000, int(span.get("duration") or 0) * 1000
    made = {
        **tags,
        "traceId": span.get("traceId"),
        "spanId": span.get("id"),
        "parentSpanId": span.get("parentId"),
        "name": span.get("name"),
        "startTimeUnixNano": str(began),
        "endTimeUnixNano": str(began + took),
        "status": {"code": 2 if tags.get("error") else 0, "message": tags.get("error")},
    }
    method = tags.get("http.request.method") or tags.get("http.method")
    if method and span.get("kind") == "CLIENT":
        made |= {"http.request.method": method, "url.full": _address(span, tags)}
    code = str(tags.get("http.response.status_code") or tags.get("http.status_code") or "")
    return {**made, "http.response.status_code": int(code)} if code.isdecimal() else made


def _address(span: Line, tags: Line) -> str:
    whole = tags.get("url.full") or tags.get("http.url")
    host = _object(span.get("remoteEndpoint")).get("serviceName")
    path = tags.get("http.path") or tags.get("url.path") or ""
    return str(whole or (f"https://{host}{path}" if host else path))


def _of_datadog(document: Any) -> list[Line]:
    return [_datadog(span) for span in _listed(document)]


def _listed(document: Any) -> Iterator[Line]:
    """The spans of an export, which stand in `attributes` of one resource or of several."""
    for one in _objects(document):
        held = one.get("data")
        for resource in _objects(held) if held is not None else [one]:
            told = resource.get("attributes", resource)
            spans = told.get("spans") if isinstance(told, dict) else None
            yield from _objects(spans if spans is not None else told)


def _datadog(span: Line) -> Line:
    """A span of LLM Observability: times in nanoseconds, what was asked and answered in `meta`."""
    meta = _object(span.get("meta"))
    metrics = _object(span.get("metrics"))
    error = _object(meta.get("error"))
    began, took = int(span.get("start_ns") or 0), int(span.get("duration") or 0)
    failed = span.get("status") == "error" or span.get("error") == 1
    asked = _object(meta.get("metadata"))
    return {
        **(_CHAT if meta.get("kind") == "llm" else {}),
        **{f"gen_ai.request.{name}": value for name, value in asked.items()},
        "traceId": span.get("trace_id"),
        "spanId": span.get("span_id"),
        "parentSpanId": span.get("parent_id"),
        "name": span.get("name"),
        "startTimeUnixNano": str(began),
        "endTimeUnixNano": str(began + took),
        "gen_ai.request.model": meta.get("model_name"),
        "gen_ai.input.messages": _messages(meta.get("input")),
        "gen_ai.output.messages": None if failed else _messages(meta.get("output")),
        "gen_ai.usage.input_tokens": metrics.get("input_tokens"),
        "gen_ai.usage.output_tokens": metrics.get("output_tokens"),
        "status": {"code": 2 if failed else 0, "message": error.get("message")},
        "exception.type": error.get("type"),
        "exception.message": error.get("message"),
    }


def _of_console(document: Any) -> list[Line]:
    spans = [_nested(span) for span in _objects(document)]
    return [_console(span) for span in spans if _is_printed(span)]


# Where columns of Phoenix's table of spans (`get_spans_dataframe`) belong, by their beginnings.
_COLUMNS = ("context", "attributes")


def _nested(span: Line) -> Line:
    """A row of a table of spans, whose columns have dotted names, as a span; another as it is."""
    if "context.span_id" not in span:
        return span
    inner: Line = {one: {} for one in _COLUMNS}
    inner["attributes"]["openinference.span.kind"] = span.get("span_kind")
    for name, value in span.items():
        first, _, rest = name.partition(".")
        if first in _COLUMNS and rest:
            inner[first][rest] = value
    return {**span, **inner}


def _is_printed(span: Line) -> bool:
    named = {"name", "context", "start_time", "attributes"} <= span.keys()
    return named and "span_id" in _object(span["context"])


def _console(span: Line) -> Line:
    """A span as the SDK prints it: ids with `0x`, times as texts, the status by its name."""
    context, status = _object(span["context"]), _object(span.get("status"))
    events = [one for one in _objects(span.get("events")) if one.get("name") == "exception"]
    told = [_object(one.get("attributes")) for one in events]
    return {
        **(told[-1] if told else {}),
        **_object(span.get("attributes")),
        "traceId": _id(context.get("trace_id")),
        "spanId": _id(context.get("span_id")),
        "parentSpanId": _id(span.get("parent_id")),
        "name": span.get("name"),
        "startTimeUnixNano": _nanoseconds(span.get("start_time")),
        "endTimeUnixNano": _nanoseconds(span.get("end_time")),
        "status": {
            "code": 2 if "ERROR" in (status.get("status_code"), span.get("status_code")) else 0,
            "message": status.get("description") or span.get("status_message"),
        },
    }


def _id(value: Any) -> str | None:
    return value.removeprefix("0x") if isinstance(value, str) else None


def _nanoseconds(value: Any) -> str:
    return str(round((seconds_of(value) or 0.0) * 1e9))


def _messages(side: Any) -> list[Line] | None:
    listed = side.get("messages") if isinstance(side, dict) else None
    if not isinstance(listed, list):
        return None
    return [
        {**one, "parts": [{"type": "text", "content": one.get("content")}]}
        for one in listed
        if isinstance(one, dict)
    ]


def _read(piece: Piece, spans_of: Callable[[Any], list[Line]]) -> Iterator[Read]:
    """The calls of one document, or of a document a line."""
    text = piece.data.decode("utf-8", "replace")
    whole = parsed(text.strip())
    documents = list(objects_in(text)) if isinstance(whole, str) else [whole]
    spans = [span for one in documents for span in spans_of(one)]
    if not spans:
        yield Broken(piece.offset, "no span that can be read")
    for number, call in enumerate(of_spans(spans)):
        try:
            yield SPANS.attempt(call, number)
        except MALFORMED:
            yield Broken(piece.offset, "a span whose members are not what their names say")


def _is_zipkin(head: bytes) -> bool:
    return first_object(head.lstrip(b"[ \r\n\t")).keys() >= _ZIPKIN


def _is_datadog(head: bytes) -> bool:
    return b'"ml_app"' in head and b'"start_ns"' in head and b'"meta"' in head


def _is_console(head: bytes) -> bool:
    return _is_printed(_nested(first_object(head.lstrip(b"[ \r\n\t"))))


FORMATS = tuple(
    Format(name, about, sniff, lambda: Cutter(lambda _: 0), partial(_read, spans_of=spans_of))
    for name, about, sniff, spans_of in (
        ("zipkin", "spans of Zipkin", _is_zipkin, _of_zipkin),
        (
            "otel-console",
            "spans that OpenTelemetry's SDK for Python prints",
            _is_console,
            _of_console,
        ),
        ("datadog", "spans of Datadog's LLM Observability", _is_datadog, _of_datadog),
    )
)  # fmt: skip
