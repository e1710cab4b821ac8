"""Spans of Zipkin and of Datadog's LLM Observability, as their HTTP APIs have them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tallystick.case.capture import exchanges
from tallystick.engine.merging import How
from tallystick.host.errors import CannotRunError
from tallystick.record.exchange import Exchange

MICRO = 1_763_733_737_000_000


def _span(**tags: str) -> dict[str, Any]:
    return {"traceId": "5e27", "id": "38", "parentId": "5e", "kind": "CLIENT", "name": "post",
            "timestamp": MICRO, "duration": 2_410_000, "localEndpoint": {"serviceName": "notes"},
            "remoteEndpoint": {"serviceName": "api.cometapi.com", "port": 443},
            "tags": {"http.method": "POST", "http.path": "/v1/chat/completions", **tags}}  # fmt: skip


def _llm(**more: Any) -> dict[str, Any]:
    meta = {"kind": "llm", "model_name": "gpt-4o-mini", "metadata": {"temperature": 0.1},
            "input": {"messages": [{"role": "user", "content": "x"}]},
            "output": {"messages": [{"role": "assistant", "content": "y"}]}}  # fmt: skip
    return {"span_id": "2", "parent_id": "1", "trace_id": "t", "name": "chat", "status": "ok",
            "start_ns": MICRO * 1000, "duration": 2_000_000, "meta": meta,
            "metrics": {"input_tokens": 3, "output_tokens": 4}, **more}  # fmt: skip


def _read(folder: Path, document: object) -> tuple[tuple[Exchange, ...], str]:
    capture = folder / "spans.json"
    capture.write_text(document if isinstance(document, str) else json.dumps(document))
    found, read_as = exchanges([str(capture)], How(workers=1))
    return found, read_as[0].format


@pytest.mark.parametrize("wrap", [lambda s: s, lambda s: [s], lambda s: s[0]])
def test_a_span_of_zipkin_is_an_attempt(tmp_path: Path, wrap: Any) -> None:
    (only,), form = _read(tmp_path, wrap([_span(**{"http.status_code": "429"})]))
    assert (form, only.response.status, only.request.url) == (
        "zipkin", 429, "https://api.cometapi.com/v1/chat/completions")  # fmt: skip
    assert only.at == "2025-11-21T14:02:17+00:00"
    assert only.duration_ms == 2410
    assert {"headers", "body"} <= set(only.response.hidden)


def test_spans_of_other_services_are_no_calls(tmp_path: Path) -> None:
    other = {**_span(), "tags": {"db.system": "redis", "error": "ECONNREFUSED"}}
    found, _ = _read(tmp_path, [_span(**{"http.status_code": "200"}), other])
    assert [one.response.status for one in found] == [200]


def test_a_span_that_ended_without_a_status_failed(tmp_path: Path) -> None:
    (only,), _ = _read(tmp_path, [_span(error="getaddrinfo ENOTFOUND api.cometapi.com")])
    assert (only.response.status, only.failure) == (0, "dns")


def _payload(*spans: object) -> dict[str, Any]:
    return {"data": {"type": "span", "attributes": {"ml_app": "bot", "spans": list(spans)}}}


def test_a_span_of_datadog_has_what_was_asked_and_answered(tmp_path: Path) -> None:
    workflow = {**_llm(), "span_id": "1", "parent_id": "undefined", "meta": {"kind": "workflow"}}
    (only,), form = _read(tmp_path, _payload(workflow, _llm()))
    assert form == "datadog"
    assert isinstance(only.request.body, dict)
    assert (only.request.body["model"], only.request.body["temperature"]) == ("gpt-4o-mini", 0.1)
    assert (only.request.body_kind, only.response.body_kind) == ("partial", "partial")
    assert only.response.status == 200


def test_a_span_of_datadog_that_failed_tells_how(tmp_path: Path) -> None:
    error = {"type": "openai.BadRequestError",
             "message": "Error code: 400 - {'error': {'message': \"Unknown parameter: 'seedling'.\", "
                        "'type': 'invalid_request_error', 'param': 'seedling'}}"}  # fmt: skip
    failed = _llm(status="error")
    failed["meta"]["error"] = error
    lines = "\n".join(json.dumps(_payload(one)) for one in (failed, _llm(span_id="3")))
    (first, second), _ = _read(tmp_path, lines)
    assert (first.response.status, second.response.status) == (400, 200)
    assert first.response.rejects == "request.seedling"


def test_what_is_no_span_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError):
        _read(tmp_path, [{**_span(), "timestamp": "soon"}])
