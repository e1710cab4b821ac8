"""Exports of products whose members mean what no name tells: error trackers, API clients, records
of generations and of other families. Shapes from the products' own documentation.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from tallystick.intake.formats import openrouter
from tallystick.intake.formats.dates import http_date
from tallystick.intake.formats.headers import header_fields
from tallystick.intake.formats.lines import Line, has, of_lines
from tallystick.intake.formats.mapping import Mapping, at, parsed
from tallystick.intake.formats.marks import OF_MODELS
from tallystick.intake.formats.own import OWN
from tallystick.intake.formats.related import is_related

BRAINTRUST = Mapping(
    ends_well=True,
    at=("metrics.start", "created"),
    end=("metrics.end",),
    model=("metadata.model",),
    messages=("input",),
    parameters=("parameters",),
    choices=("answered",),
    usage=("usage",),
    error=("failure",),
    ids=("span_id",),
    traces=("root_span_id",),
)
_COUNTS = ("prompt_tokens", "completion_tokens")
# What stands among a span's metadata and is no member of a request.
_OF_NO_REQUEST = frozenset(("model", "provider"))
_DEEPEST = 6


def _sentry(event: Line) -> Iterator[Line]:
    """An event (Sentry, event payloads): what was raised, after the last request that it tells of.

    What was raised over something else is no call.
    """
    values = at(event, ("exception.values",))
    raised = [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
    told = "; ".join(f"{one.get('type')}: {one.get('value')}" for one in raised)
    if not told or not is_related(told):
        yield {}
        return
    last = _last_sent(at(event, ("breadcrumbs.values", "breadcrumbs")) or [], raised)
    ended = _ENDED.search(json.dumps([at(one, ("stacktrace.frames",)) for one in raised]))
    yield {
        "choices": [{"index": 0, "finish_reason": ended[1]}] if ended else None,
        "at": event.get("timestamp"),
        "error": told,
        "url": last.get("url"),
        "method": last.get("http.method") or last.get("method"),
        "status": last.get("status_code") if (last.get("status_code") or 0) >= 400 else None,
    }


# How the SDK for Python prints a choice among the variables of a frame.
_ENDED = re.compile(r"\bChoice\(finish_reason='(\w{2,20})'")
# Packages whose errors are about a call of a model, whatever else the program called before.
_SDKS = frozenset(("openai", "litellm", "langchain_openai"))


def _last_sent(crumbs: Any, raised: list[Line]) -> Line:
    """The last request to a model; what an SDK of models raised is about no other one."""
    told = [c.get("data") for c in crumbs if isinstance(c, dict) and c.get("type") == "http"]
    sent = [data for data in told if isinstance(data, dict)]
    of_models = [data for data in sent if OF_MODELS.search(str(data.get("url") or ""))]
    modules = {str(one.get("module") or "").partition(".")[0] for one in raised}
    others = [] if modules & _SDKS else sent
    return next(iter(reversed(of_models or others)), {})


def _postman(collection: Line, depth: int = 0) -> Iterator[Line]:
    """The saved answers of a collection (Postman Collection Format 2.1)."""
    for item in collection.get("item") or []:
        if not isinstance(item, dict) or depth > _DEEPEST:
            continue
        yield from _postman(item, depth + 1)
        for answer in item.get("response") or []:
            if isinstance(answer, dict):
                yield _answered(item.get("request"), answer)


def _newman(report: Line) -> Iterator[Line]:
    """The executions of a run (newman, JSON reporter): bodies are lists of bytes there."""
    for one in at(report, ("run.executions",)) or []:
        if not isinstance(one, dict):
            continue
        asked, answer = one.get("request") or {}, one.get("response") or {}
        stream = at(answer, ("stream.data",))
        url, failed = asked.get("url"), one.get("requestError") or {}
        yield {
            "url": _joined(url) if isinstance(url, dict) else url,
            "method": asked.get("method"),
            "request_headers": header_fields(asked.get("header")),
            "request_body": at(asked, ("body.raw",)),
            "status": answer.get("code"),
            "response_headers": header_fields(answer.get("header")),
            "response_body": _text(stream) if isinstance(stream, list) else answer.get("body"),
            "at": http_date(str(header_fields(answer.get("header")).get("Date", [""])[0])),
            "duration_ms": answer.get("responseTime"),
            "error": " ".join(str(failed[k]) for k in ("code", "message") if failed.get(k)) or None,
        }


def _joined(url: Line) -> str:
    """A URL that stands in its parts (Postman Collection Format 2.1, URL)."""
    host, path = (
        separator.join(map(str, part)) if isinstance(part, list) else str(part or "")
        for separator, part in ((".", url.get("host")), ("/", url.get("path")))
    )
    return f"{url.get('protocol') or 'https'}://{host}/{path.lstrip('/')}"


def _text(data: list[Any]) -> str:
    return bytes(n for n in data if isinstance(n, int) and 0 <= n < 256).decode("utf-8", "replace")


def _answered(asked: Any, answer: Line) -> Line:
    whole = asked if isinstance(asked, dict) else {}
    sent = {**whole, **(answer.get("originalRequest") or {})}
    url = sent.get("url")
    return {
        "url": url.get("raw") if isinstance(url, dict) else url,
        "method": sent.get("method"),
        "request_headers": header_fields(sent.get("header")),
        "request_body": at({"r": sent}, ("r.body.raw",)) or at({"r": whole}, ("r.body.raw",)),
        "status": answer.get("code"),
        "response_headers": header_fields(answer.get("header")),
        "response_body": answer.get("body"),
    }


# Which status Bedrock Runtime answers an error with (API reference, InvokeModel, Errors).
_BEDROCK = {
    "AccessDeniedException": 403,
    "ModelErrorException": 424,
    "ModelNotReadyException": 429,
    "ModelTimeoutException": 408,
    "ResourceNotFoundException": 404,
    "ServiceQuotaExceededException": 400,
    "ServiceUnavailableException": 503,
    "ThrottlingException": 429,
    "ValidationException": 400,
}


def _invocation(line: Line) -> Iterator[Line]:
    """An invocation of Bedrock (model invocation logging): a call of another API, to be counted."""
    yield {
        "url": f"/model/{line.get('modelId')}/converse",
        "at": line.get("timestamp"),
        "status": _BEDROCK.get(str(line.get("errorCode")), 500 if line.get("errorCode") else 200),
    }


# Operations of Azure OpenAI (Azure Monitor, resource logs, `operationName`) by their paths.
_AZURE = {
    "ChatCompletions_Create": "/chat/completions",
    "Completions_Create": "/completions",
    "Embeddings_Create": "/embeddings",
}


def _diagnosed(line: Line) -> Iterator[Line]:
    """A resource log of Azure OpenAI: which operation, its status and how long it took, and no
    header and no body. The address is put together, and is none.
    """
    path = _AZURE.get(str(line.get("operationName")))
    stated = parsed(line.get("properties"))
    known = stated if isinstance(stated, dict) else {}
    told = {
        "url": path,
        "at": line.get("time"),
        "status": line.get("resultSignature"),
        "duration_ms": line.get("durationMs"),
        "model": known.get("modelDeploymentName") or known.get("modelName"),
    }
    yield told if path else {}


def _logged(span: Line) -> Iterator[Line]:
    """A span (Braintrust, logs): what its wrappers keep of a call of the SDK."""
    if at(span, ("span_attributes.type",)) != "llm":
        yield {}
        return
    held, told = span.get("metadata"), span.get("output")
    metadata = held if isinstance(held, dict) else {}
    failed = span.get("error")
    yield {
        **span,
        "parameters": {k: v for k, v in metadata.items() if k not in _OF_NO_REQUEST},
        "answered": told if isinstance(told, list) and not failed else None,
        "usage": {n: v for n in _COUNTS if (v := at(span, (f"metrics.{n}",))) is not None} or None,
        "failure": json.dumps(failed) if isinstance(failed, dict) else failed,
    }


def _is_report(head: bytes) -> bool:
    ran = b"postman" in head or (b'"run"' in head and b'"executions"' in head)
    return b'"collection"' in head and ran and not _is_collection(head)


def _is_collection(head: bytes) -> bool:
    return has("info", "item")(head) and b"postman" in head


FORMATS = tuple(
    of_lines(name, about, sniffed, mapping, prepare)
    for name, about, sniffed, mapping, prepare in (
        ("braintrust", "spans of Braintrust",
         has("span_attributes", "input", "metrics"), BRAINTRUST, _logged),
        ("sentry", "Sentry events", has("event_id", "exception"), OWN, _sentry),
        ("postman", "Postman collections with saved answers", _is_collection, OWN, _postman),
        ("newman", "newman's JSON reports", _is_report, OWN, _newman),
        ("azure", "Azure OpenAI resource logs",
         has("resourceId", "operationName", "resultSignature"), OWN, _diagnosed),
        ("bedrock", "Bedrock invocation logs", has("schemaType", "modelId"), OWN, _invocation),
        ("openrouter", "OpenRouter generation records", openrouter.sniff, openrouter.OPENROUTER,
         openrouter.generation),
    )
)  # fmt: skip
