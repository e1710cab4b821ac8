"""Newline-delimited JSON logs: any with a declared mapping, and those whose mapping is ready.

Ready: LiteLLM's standard logging payload, OpenTelemetry GenAI spans (OTLP/JSON; semantic
conventions for generative AI, old and new names), Envoy and Kong JSON access logs, Langfuse
exports. Their fields are as the producers' own documentation and output have them.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from tallystick.intake.formats import otel
from tallystick.intake.formats.lines import Line, has, of_lines
from tallystick.intake.formats.mapping import Mapping, at, parsed

LITELLM = Mapping(
    at=("startTime",),
    end=("endTime",),
    base_url=("api_base", "hidden_params.api_base"),
    status=("http_status",),
    response_headers=("answer_headers",),
    request_body=("asked",),
    model=("model",),
    messages=("messages",),
    parameters=("model_parameters",),
    stream=("stream", "model_parameters.stream"),
    choices=("response.choices",),
    usage=("response.usage",),
    error=("error_str", "error_information.error_message"),
    ids=("id", "request_id", "litellm_call_id", "response_id", "response.id"),
    traces=("trace_id",),
)
ENVOY = Mapping(
    some_headers=True,
    at=("start_time",),
    duration=("duration",),
    method=("method", "request_method"),
    path=("path", "original_path", "x_envoy_original_path"),
    host=("authority", "host"),
    status=("http_status",),
    request_headers=("sent",),
    response_headers=("answered",),
    request_body=("request_body", "req_body"),
    response_body=("response_body", "resp_body"),
    error=("failure",),
    call=("request_id", "x_request_id"),
    ids=("request_id", "x_request_id"),
    traces=("traceparent", "trace_id"),
    local=("local",),
)
KONG = Mapping(
    at=("started_at",),
    duration=("latencies.request",),
    method=("request.method",),
    url=("upstream", "request.url"),
    status=("response.status",),
    request_headers=("request.headers",),
    response_headers=("response.headers",),
    request_body=("asked",),
    response_body=("answer",),
    model=("model",),
    stream=("streamed",),
    usage=("usage",),
    ids=("request.id",),
    traces=("correlation_id",),
)
LANGFUSE = Mapping(
    where={"type": "GENERATION"},
    ends_well=True,
    at=("startTime", "start_time"),
    end=("endTime", "end_time"),
    base_url=("metadata.base_url",),
    model=("model", "providedModelName", "provided_model_name"),
    messages=("asked",),
    parameters=("parameters",),
    message=("said",),
    choices=("choices",),
    usage=("usage",),
    error=("failure",),
    ids=("metadata.request_id", "metadata.response_id"),
    traces=("traceId", "trace_id"),
)
_ENVOY_HEADERS = {
    "user_agent": "user-agent",
    "request_id": "x-request-id",
    "content_type": "content-type",
    "retry_after": "retry-after",
}
# %RESPONSE_FLAGS% that say that no whole answer came, in words of a transport failure.
_ENVOY_FLAGS = {
    "UT": "upstream request timed out",
    "UF": "failed to connect to the upstream",
    "UC": "upstream closed connection",
    "UR": "upstream connection reset",
    "LR": "connection reset locally",
    "UH": "no healthy upstream: network unreachable",
    "NC": "upstream cluster not found: network unreachable",
    "DC": "downstream client aborted",
    "UPE": "upstream protocol error: malformed answer",
    "DPE": "downstream protocol error: malformed request",
    "SI": "stream idle timed out",
    "UMSDR": "upstream stream deadline exceeded",
    "DT": "downstream connection deadline exceeded",
    "DF": "dns resolution failed",
}


_NO_ANSWER = re.compile(
    r"connection|time(?:d )?-?out|getaddrinfo|name resolution|certificate|\bssl\b", re.IGNORECASE
)
_OWN_STATUSES = ("408", "500", "504", "None", "")


def _litellm(line: Line) -> Iterator[Line]:
    """LiteLLM gives a failed connection the code 500, and a time-out 408: no answer came then. An
    export of its table has the metadata as a text.
    """
    line = {**line, "metadata": parsed(line.get("metadata"))}
    error = at(line, ("error_information", "metadata.error_information")) or {}
    asked = _server_request(line)
    kind = str(line.get("call_type") or "")
    # What the proxy turned away before it knew the kind of call has none.
    if "completion" not in kind and not (asked and not kind):
        yield {}  # an embedding, an image, a moderation: no chat completion
        return
    kind = str(error.get("normalized_error") or "")
    headers = at(line, ("hidden_params.additional_headers",))
    failed = "failure" in (line.get("status"), at(line, ("metadata.status",)))
    words = f"{kind} {error.get('error_class') or ''} {line.get('error_str') or ''}"
    status = error.get("error_code") if failed else 200
    # Of these LiteLLM makes a status of its own (`Timeout` 408, a broken connection 500).
    silent = failed and _NO_ANSWER.search(words) is not None and str(status) in _OWN_STATUSES
    named = headers if isinstance(headers, dict) else {}
    yield {
        **line,
        "model": line.get("model") or line.get("model_group"),  # turned away before it was routed
        **asked,
        "response": parsed(line.get("response")),
        "error_str": line.get("error_str") or (_said(error, status) if failed else None),
        "http_status": None if silent else status,
        "answer_headers": {name.removeprefix("llm_provider-"): named[name] for name in named},
    }


def _said(error: Line, status: object) -> str | None:
    """What a row says of a failure; of one that it says nothing of, only that there was one."""
    told = error.get("error_message")
    return told or (None if status else "failure")


def _server_request(line: Line) -> Line:
    """What the proxy's spend logs keep of the request beside its own members."""
    kept = parsed(line.get("proxy_server_request"))
    body = kept.get("body", kept) if isinstance(kept, dict) else None
    if isinstance(body, dict) and isinstance(body.get("messages"), list):
        return {"asked": body}
    return {}


def envoy_lines(line: Line) -> Iterator[Line]:
    """A line of Envoy's access log, with what its response flags say (Envoy, access logging)."""
    flags = str(line.get("response_flags") or "").split(",")
    details = str(line.get("response_code_details") or "")
    said = [_ENVOY_FLAGS[flag] for flag in flags if flag in _ENVOY_FLAGS]
    why = str(line.get("upstream_transport_failure_reason") or "").replace("_", " ")
    failed = bool(said) and details != "via_upstream"
    sent = {"user_agent", "request_id"}
    yield {
        **line,
        "http_status": 0 if failed else line.get("response_code"),
        "failure": f"{'; '.join(said)} {why.strip('-')}".strip() if failed else None,
        # Envoy says so of an answer that came from behind it (response code details).
        "local": not failed and details not in ("", "-", "via_upstream"),
        "sent": {_ENVOY_HEADERS[k]: line[k] for k in sent if isinstance(line.get(k), str)},
        "answered": {
            name: line[key]
            for key, name in _ENVOY_HEADERS.items()
            if key not in sent and isinstance(line.get(key), str | int)
        },
    }


def _kong(line: Line) -> Iterator[Line]:
    """The AI plugins put what they know under `ai`, by plugin, or (3.6) at its top."""
    ai = line.get("ai") or {}
    named = [part for part in ai.values() if isinstance(part, dict)] if isinstance(ai, dict) else []
    parts = [ai, *named] if isinstance(ai, dict) else []
    first = partial(_first, parts)
    usage = first("usage") or {}
    tokens = {
        f"{name}_tokens": usage[key]
        for name in ("prompt", "completion", "total")
        for key in (f"{name}_tokens", f"{name}_token")
        if key in usage
    }
    mode = first("meta.request_mode")
    streamed = "event-stream" in str(at(line, ("response.headers.content-type",)) or "")
    service = line.get("service") or {}
    uri = line.get("upstream_uri")
    host = service.get("host")
    upstream = f"{service.get('protocol', 'https')}://{host}{uri}" if host and uri else None
    yield {
        **line,
        "upstream": upstream,
        "asked": first("payload.request") or at(line, ("request.body",)),
        "answer": first("payload.response") or at(line, ("response.body",)),
        "model": first("meta.request_model"),
        "usage": tokens or None,
        "streamed": mode if mode is not None else streamed,
    }


def _first(parts: list[Line], path: str) -> Any:
    return next((found for part in parts if (found := at(part, (path,))) is not None), None)


def observations(line: Line) -> Iterator[Line]:
    """One observation, a page of the API with its observations under `data`, or a trace."""
    several = next(
        (line[k] for k in ("data", "observations") if isinstance(line.get(k), list)), None
    )
    for one in several if several is not None else [line]:
        yield {**one, **_observation(one)}


def _observation(line: Line) -> Line:
    asked = parsed(at(line, ("input",)))
    whole = asked if isinstance(asked, dict) and "messages" in asked else {"messages": asked}
    stated = parsed(at(line, ("modelParameters", "model_parameters")))
    counted = parsed(at(line, ("usageDetails", "usage_details", "usage")))
    details = counted if isinstance(counted, dict) else {}
    names = {"input": "prompt_tokens", "output": "completion_tokens", "total": "total_tokens"}
    usage = {names[key]: value for key, value in details.items() if key in names}
    failed = line.get("level") == "ERROR"
    told = parsed(at(line, ("output",)))
    # A program that gives the whole answer as its output, and not the message alone.
    choices = told.get("choices") if isinstance(told, dict) else None
    return {
        "asked": whole.get("messages"),
        "said": None if isinstance(choices, list) else line.get("output"),
        "choices": choices if isinstance(choices, list) else None,
        "parameters": {
            **(stated if isinstance(stated, dict) else {}),
            **{key: value for key, value in whole.items() if key != "messages"},
        },
        "usage": usage if usage and not failed else None,
        "failure": (at(line, ("statusMessage", "status_message")) or "error") if failed else None,
    }


def _litellmed(head: bytes) -> bool:
    return has("litellm_call_id", "call_type")(head) or has("call_type", "startTime")(head)


def is_observation(line: Line) -> bool:
    """Whether a row is an observation of Langfuse. Runs of LangSmith have its names, and a type."""
    return "run_type" not in line and (
        {"startTime", "traceId"} <= line.keys() or {"start_time", "trace_id"} <= line.keys()
    )


def _langfused(head: bytes) -> bool:
    return b'"run_type"' not in head and (
        has("startTime", "traceId")(head)
        or has("start_time", "trace_id")(head)
        or (has("observations", "id")(head) and b'"GENERATION"' in head)
    )


def _traced(head: bytes) -> bool:
    whole = (
        has("resourceSpans")(head)
        or (has("resourceLogs")(head) and b'"gen_ai.' in head)
        or has("traceID", "spans")(head)
    )
    scoped = b"scopeSpans" in head or b"instrumentationLibrarySpans" in head
    return whole or (scoped and (has("batches")(head) or has("trace")(head)))


FORMATS = tuple(
    of_lines(name, about, sniffed, mapping, prepare)
    for name, about, sniffed, mapping, prepare in (
        ("litellm", "LiteLLM standard logging payloads and spend logs",
         _litellmed, LITELLM, _litellm),
        ("otel", "OpenTelemetry GenAI spans (OTLP/JSON, Tempo, Jaeger)", _traced,
         otel.SPANS, otel.calls),
        ("kong", "Kong JSON logs", has("latencies", "started_at", "request"), KONG, _kong),
        ("envoy", "Envoy JSON access logs", has("response_code", "start_time"), ENVOY, envoy_lines),
        ("langfuse", "Langfuse exports", _langfused, LANGFUSE, observations),
    )
)  # fmt: skip
