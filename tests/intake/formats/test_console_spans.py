"""Spans as OpenTelemetry's SDK for Python prints them, and those of OpenInference."""

import json
from pathlib import Path
from typing import Any

import pytest

from tallystick.case.capture import exchanges
from tallystick.engine.merging import How
from tallystick.intake import Facts, classify
from tallystick.record.exchange import Exchange

RAISED = {"exception.type": "openai.APITimeoutError", "exception.message": "Request timed out."}
GENAI = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o",
         "gen_ai.request.max_tokens": 4000, "server.address": "api.example.com"}  # fmt: skip
PHOENIX = {
    "openinference.span.kind": "LLM", "llm.model_name": "gpt-4o-2024-08-06",
    "llm.invocation_parameters": '{"model": "gpt-4o", "temperature": 0}',
    "llm.input_messages.0.message.role": "user", "llm.input_messages.0.message.content": "x",
    "llm.output_messages.0.message.role": "assistant",
    "llm.output_messages.0.message.tool_calls.0.tool_call.id": "c",
    "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "f",
    "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"a": 1}',
    "llm.token_count.prompt": 3, "llm.token_count.completion": 4,
}  # fmt: skip


def _span(attributes: dict[str, Any], *events: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "name": "chat gpt-4o", "context": {"trace_id": "0x1b", "span_id": "0x3a"},
        "kind": "SpanKind.CLIENT", "parent_id": None, "start_time": "2026-06-01T09:00:00.1Z",
        "end_time": "2026-06-01T09:00:30.1Z", "status": {"status_code": "OK"},
        "attributes": attributes,
        "events": [{"name": "exception", "attributes": one} for one in events], **more,
    }  # fmt: skip


def _read(folder: Path, text: str) -> tuple[Exchange, ...]:
    capture = folder / "spans.json"
    capture.write_text(text)
    found, read_as = exchanges([str(capture)], How(workers=1))
    assert read_as[0].format == "otel-console"
    return found


def test_objects_that_are_laid_out_one_behind_the_other(tmp_path: Path) -> None:
    failed = _span(
        GENAI,
        RAISED,
        status={"status_code": "ERROR", "description": "APITimeoutError: Request timed out."},
    )
    text = "\n".join(json.dumps(one, indent=4) for one in (_span(GENAI), failed))
    well, lost = _read(tmp_path, text)
    assert (well.response.status, lost.response.status) == (200, 0)
    assert (lost.failure, lost.duration_ms) == ("timeout", 30000.0)
    assert "status" in well.response.hidden
    asked = lost.request.body
    assert isinstance(asked, dict)
    assert (asked["model"], asked["max_tokens"]) == ("gpt-4o", 4000)


@pytest.mark.parametrize("wrap", [json.dumps, lambda span: json.dumps([span])])
def test_numbered_attributes_are_messages(wrap: Any, tmp_path: Path) -> None:
    (found,) = _read(tmp_path, wrap(_span(PHOENIX)))
    asked, answered = found.request.body, found.response.body
    assert isinstance(asked, dict)
    assert isinstance(answered, dict)
    assert (asked["model"], asked["temperature"], len(asked["messages"])) == ("gpt-4o", 0, 1)
    (call,) = answered["choices"][0]["message"]["tool_calls"]
    assert call["type"] == "function"
    assert answered["usage"]["completion_tokens"] == 4


def test_lists_of_messages_and_a_status_beside_them(tmp_path: Path) -> None:
    said = "BadRequestError: Error code: 400 - {'error': {'message': 'no', 'param': 'tools'}}"
    lists = {
        "openinference.span.kind": "LLM", "llm.model_name": "gpt-4o",
        "llm.input_messages": [{"message.role": "user", "message.content": "x"}],
    }  # fmt: skip
    failed = _span(lists, status_code="ERROR", status_message=said, status=None)
    (found,) = _read(tmp_path, json.dumps([failed]))
    assert found.response.status == 400
    assert classify((found,), Facts()).location == "request.tools"


def test_bodies_that_an_instrumentation_kept_whole_are_the_bodies(tmp_path: Path) -> None:
    answer = {"object": "chat.completion", "model": "gpt-4o", "choices": [
        {"index": 0, "message": {"role": "assistant", "content": None}, "finish_reason": "content_filter"}]}  # fmt: skip
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}], "n": 1}
    whole = {**PHOENIX, "output.value": json.dumps(answer), "input.value": json.dumps(asked)}
    (found,) = _read(tmp_path, json.dumps(_span(whole)))
    assert isinstance(found.response.body, dict) and isinstance(found.request.body, dict)
    assert found.response.body["choices"][0]["finish_reason"] == "content_filter"
    assert (found.response.body_kind, found.request.body["n"]) == ("json", 1)
    (text,) = _read(tmp_path, json.dumps(_span({**PHOENIX, "output.value": "hello"})))
    assert text.response.body_kind == "partial"


def test_a_span_of_another_kind_is_no_call(tmp_path: Path) -> None:
    chain = _span({"openinference.span.kind": "CHAIN"}, name="plan")
    found = _read(tmp_path, json.dumps([chain, _span(PHOENIX)]))
    assert len(found) == 1


def test_the_rows_of_phoenixs_table_are_spans(tmp_path: Path) -> None:
    row = {
        "name": "ChatCompletion", "span_kind": "LLM", "parent_id": None, "status_code": "OK",
        "start_time": "2026-11-20T09:27:01.010Z", "end_time": "2026-11-20T09:27:02.120Z",
        "events": [], "context.span_id": "b2", "context.trace_id": "9d",
        "attributes.llm.model_name": "gpt-4o-mini",
        "attributes.llm.input_messages": [{"message.role": "user", "message.content": "x"}],
        "attributes.llm.output_messages": [{"message.role": "assistant", "message.content": "y"}],
        "attributes.llm.token_count.total": 93,
    }  # fmt: skip
    tool = {
        "name": "t",
        "span_kind": "TOOL",
        "context.span_id": "c3",
        "start_time": "2026-11-20T09:27:01Z",
    }
    capture = tmp_path / "spans.jsonl"
    capture.write_text("\n".join(map(json.dumps, (row, tool))))
    (one,), read_as = exchanges([str(capture)], How(workers=1))
    assert read_as[0].format == "otel-console"
    assert one.at == "2026-11-20T09:27:01.010000+00:00"
    assert one.request.body["model"] == "gpt-4o-mini"
