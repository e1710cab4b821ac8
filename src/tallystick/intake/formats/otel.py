"""OpenTelemetry GenAI spans: OTLP/JSON (an ExportTraceServiceRequest a line), what Grafana Tempo
answers for a trace, and Jaeger's JSON export; spans made flat.

Names are those of the semantic conventions for generative AI and of what came before them. A call
is one span; the HTTP spans under it, where the same export has them, are its attempts.
"""

import re
from collections.abc import Iterator
from typing import Any

from tallystick.intake.formats.genai import choices_of, messages_asked
from tallystick.intake.formats.mapping import Mapping, parsed
from tallystick.intake.formats.openinference import as_genai

Line = dict[str, Any]

SPANS = Mapping(
    ends_well=True,
    at=("startTimeUnixNano",),
    end=("endTimeUnixNano",),
    url=("http.url.full", "url.full"),
    base_url=("gen_ai.openai.api_base",),
    host=("host",),
    method=("http.http.request.method",),
    status=("http.http.response.status_code", "http.response.status_code"),
    model=("gen_ai.request.model",),
    messages=("asked",),
    parameters=("parameters",),
    stream=("gen_ai.is_streaming", "llm.is_streaming", "gen_ai.request.stream"),
    choices=("answered",),
    usage=("usage",),
    answered_model=("gen_ai.response.model",),
    request_body=("sent",),
    response_body=("got",),
    error=("failure",),
    broken=("failure",),
    call=("parent",),
    ids=("spanId", "gen_ai.response.id"),
    traces=("traceId",),
)
_ASKED = "gen_ai.request."
# What stands among a span's request attributes and is no member of a body under that name.
_OF_NO_BODY = frozenset("model stream is_stream encoding_formats".split())
_NAMED_OTHERWISE = {"stop_sequences": "stop", "choice.count": "n"}
_USAGE = (
    ("prompt_tokens", ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")),
    ("completion_tokens", ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")),
    ("total_tokens", ("gen_ai.usage.total_tokens", "llm.usage.total_tokens")),
)
_OF_CHAT = re.compile(r"chat|completion|\bllm\b|litellm|generat", re.IGNORECASE)


def calls(request: Line) -> Iterator[Line]:
    """The chat calls of one export, each as one line per HTTP attempt that it shows."""
    yield from of_spans([*map(_flat, _otlp(request)), *map(_of_jaeger, _jaeger(request))])


def of_spans(spans: list[Line]) -> Iterator[Line]:
    """The chat calls of spans whose attributes stand beside their times, names and parents."""
    spans = [as_genai(span) for span in spans]
    attempts: dict[str, list[Line]] = {}
    for span in spans:
        is_sent = "http.request.method" in span and not _is_chat(span)  # some name it in a call's
        if is_sent and span.get("parentSpanId"):
            attempts.setdefault(span["parentSpanId"], []).append(span)
    for span in spans:
        if _is_chat(span):
            yield from _call(span, attempts.pop(span.get("spanId", ""), []))
    lone = [one for one in spans if _is_lone(one)]
    yield from (_bare(one, "") for one in lone)
    for parent, left in attempts.items():
        counted = any("http.request.resend_count" in one for one in left)
        of_call = [one for one in left if _OPERATION in str(one.get("url.full"))]
        yield from (_bare(one, parent if counted else "") for one in of_call)


_OPERATION = "/chat/completions"


def _is_lone(span: Line) -> bool:
    """Whether a span is a call as an HTTP client's instrumentation records it, below nothing."""
    sent = "http.request.method" in span and not span.get("parentSpanId")
    return sent and _OPERATION in str(span.get("url.full")) and not _is_chat(span)


def _bare(span: Line, parent: str) -> Line:
    """An HTTP attempt that no span of a call stands over: those below one span are of one call
    where the instrumentation counts them (`http.request.resend_count`).
    """
    again = {"parent": parent} if parent else {}
    failed = {} if "http.response.status_code" in span else {"failure": _failure(span) or "error"}
    return {**span, **again, **failed, "http.url.full": span["url.full"]}


def _is_chat(span: Line) -> bool:
    """Whether a span is a chat call. Instrumentations that name no operation name the span so."""
    kinds = span.get("gen_ai.operation.name"), span.get("llm.request.type")
    if any(kinds):
        return "chat" in kinds
    named = _OF_CHAT.search(str(span.get("name") or "")) is not None
    return named and span.get("gen_ai.request.model") is not None


def _otlp(request: Line) -> Iterator[Line]:
    """The spans of an export. Tempo names the list of resources `batches`; before OTLP 0.19 scopes
    were instrumentation libraries.
    """
    trace = request.get("trace") or request
    for resource in trace.get("resourceSpans") or trace.get("batches") or []:
        scopes = resource.get("scopeSpans") or resource.get("instrumentationLibrarySpans") or []
        for scope in scopes:
            yield from scope.get("spans") or []
    for resource in request.get("resourceLogs") or []:
        for scope in resource.get("scopeLogs") or []:
            yield from map(_of_log, scope.get("logRecords") or [])


def _of_log(record: Line) -> Line:
    """A log record of a whole call as a span (GenAI semantic conventions, the event
    `gen_ai.client.inference.operation.details`); it is written when the call has ended.
    """
    return {**record, "endTimeUnixNano": record.get("timeUnixNano")}


def _jaeger(request: Line) -> Iterator[Line]:
    """The spans of Jaeger's JSON (its query service's `/api/traces`)."""
    traces = request.get("data")
    for trace in traces if isinstance(traces, list) else [request]:
        if isinstance(trace, dict) and "traceID" in trace:
            yield from trace.get("spans") or []


def _flat(span: Line) -> Line:
    kept = ("traceId", "spanId", "parentSpanId", "startTimeUnixNano", "endTimeUnixNano", "status",
            "name", "timeUnixNano")  # fmt: skip
    told = {name: span[name] for name in kept if name in span}
    events = [(one.get("name"), _attributes(one)) for one in span.get("events") or []]
    held = _attributes(span)
    # As conventions before 1.21 have them.
    older = {new: held[old] for old, new in _OLDER.items() if old in held and new not in held}
    return {**_of_events(events), **held, **older, **told}


_OLDER = {
    "http.method": "http.request.method",
    "http.url": "url.full",
    "http.status_code": "http.response.status_code",
}


def _attributes(holder: Line) -> Line:
    return {one["key"]: _value(one.get("value")) for one in holder.get("attributes") or []}


def _of_events(events: list[tuple[Any, Line]]) -> Line:
    """What a span's events add: the exception that was recorded, and messages, which newer
    conventions put into an event of their own.
    """
    found: Line = {}
    for name, told in events:
        if name == "exception" or str(name).startswith("gen_ai."):
            found |= told
    return found


def _of_jaeger(span: Line) -> Line:
    """A span of Jaeger as OTLP has it: times in microseconds, the status among the tags."""
    tags = _fields(span.get("tags"))
    logs = [(told.get("event"), told) for one in span.get("logs") or []
            if (told := _fields(one.get("fields")))]  # fmt: skip
    began, took = int(span.get("startTime") or 0), int(span.get("duration") or 0)
    parents = [one.get("spanID") for one in span.get("references") or []
               if one.get("refType") == "CHILD_OF"]  # fmt: skip
    failed = tags.get("error") in (True, "true") or tags.get("otel.status_code") == "ERROR"
    return {
        **_of_events(logs),
        **tags,
        "traceId": span.get("traceID"),
        "spanId": span.get("spanID"),
        "parentSpanId": next(iter(parents), None),
        "startTimeUnixNano": str(began * 1000),
        "endTimeUnixNano": str((began + took) * 1000),
        "status": {"code": 2 if failed else 0, "message": tags.get("otel.status_description")},
    }


def _fields(tags: Any) -> Line:
    """Typed key-value pairs; Jaeger has integers as numbers and lists as JSON."""
    return {one["key"]: parsed(one.get("value")) if one.get("type") == "string"
            and str(one.get("value"))[:1] == "[" else one.get("value")
            for one in tags or [] if isinstance(one, dict) and "key" in one}  # fmt: skip


def _value(value: Any) -> Any:
    """A typed attribute value (OTLP, AnyValue); 64-bit integers are texts there."""
    if not isinstance(value, dict) or not value:
        return None
    kind, held = next(iter(value.items()))
    match kind:
        case "intValue":
            return int(held)
        case "arrayValue":
            return [_value(one) for one in held.get("values") or []]
        case "kvlistValue":
            return {one["key"]: _value(one.get("value")) for one in held.get("values") or []}
        case _:
            return held


def _call(span: Line, attempts: list[Line]) -> Iterator[Line]:
    made = {
        **span,
        "host": _host(span),
        "parameters": _parameters(span),
        "asked": messages_asked(span),
        "failure": _failure(span),
        "usage": _usage(span),
        "answered": choices_of(span),
        "sent": _body(span, "request"),
        "got": _body(span, "response"),
    }
    if not attempts:
        yield made
        return
    ordered = sorted(attempts, key=lambda one: int(one["startTimeUnixNano"]))
    several = {"parent": span.get("spanId")} if len(ordered) > 1 else {}
    for number, attempt in enumerate(ordered, 1):
        yield {**_attempt(made, attempt, last=number == len(ordered)), **several}


def _parameters(span: Line) -> Line:
    """What a span says of the request: the conventions' names, and those that vendors add."""
    asked = {key.removeprefix(_ASKED): value for key, value in span.items()
             if key.startswith(_ASKED) and value is not None}  # fmt: skip
    named = {_NAMED_OTHERWISE.get(name, name): value for name, value in asked.items()}
    return {name: value for name, value in named.items() if name not in _OF_NO_BODY}


def _body(span: Line, side: str) -> Any:
    """A body that an instrumentation of one's own keeps whole, as JSON: `acme.response.body`."""
    found = (
        parsed(value)
        for key, value in span.items()
        if key.endswith((f"{side}.body", f"{side}_body"))
    )
    return next((one for one in found if isinstance(one, dict)), None)


def _attempt(call: Line, span: Line, *, last: bool) -> Line:
    """One HTTP attempt of a call: what the call's own span says holds for the last one."""
    failed = span.get("http.response.status_code") is None
    own: Line = {} if last else {"answered": None, "usage": None, "failure": None}
    if failed:
        own["failure"] = call["failure"] or str(span.get("error.type") or "connection error")
    placed = ("startTimeUnixNano", "endTimeUnixNano", "spanId")
    times: Line = {name: span[name] for name in placed if name in span}
    return {**call, **own, **times, "http": _nested(span)}


def _nested(span: Line) -> Line:
    return {key: value for key, value in span.items() if "." in key}


def _host(span: Line) -> str | None:
    """The host, which is all that a span tells of an address."""
    host, port = span.get("server.address"), span.get("server.port")
    return f"{host}{f':{port}' if port and port != 443 else ''}" if host else None


def _failure(span: Line) -> str | None:
    status = span.get("status") or {}
    if status.get("code") not in (2, "STATUS_CODE_ERROR"):
        return None
    named = (span.get("exception.type"), span.get("exception.message"))
    raised = ": ".join(str(one) for one in named if one)
    # A status that only repeats the exception's class says less than the exception.
    said = f"{status.get('message') or ''}".strip()
    fuller = raised.startswith(f"{said}:") or ("{" in raised and "{" not in said)
    words = raised if said and fuller else said or raised
    below = re.findall(r"(?m)^Caused by: .{1,300}$", str(span.get("exception.stacktrace")))[-1:]
    return "\n".join([words, *below]).strip() or str(span.get("error.type") or "error")


def _usage(span: Line) -> Line | None:
    found = {name: span[key] for name, keys in _USAGE for key in keys if span.get(key) is not None}
    return found or None
