"""Exports of products, of which each says what no name tells."""

import json
from pathlib import Path
from typing import Any

import pytest

from tallystick.case.capture import exchanges
from tallystick.engine.merging import How
from tallystick.intake import Facts, RawAttempt, classify
from tallystick.intake.formats import Piece, detect

URL = "https://api.cometapi.com/v1/chat/completions"
PLANTED = "planted-7fe1"
ASKED = {"model": "gpt-4o", "messages": [{"role": "user", "content": f"call {PLANTED} back"}]}
TOLD = {"object": "chat.completion", "choices": [{"index": 0, "finish_reason": "stop",
        "message": {"role": "assistant", "content": f"yes, {PLANTED}"}}]}  # fmt: skip


def read(data: bytes) -> tuple[str, list[Any]]:
    form = detect(data[:65536])
    assert form is not None
    return form.name, list(form.read(Piece(0, 0, data, last=True)))


def sentry(kind: str, value: str, status: int) -> dict[str, Any]:
    crumb = {"type": "http", "data": {"url": URL, "http.method": "POST", "status_code": status}}
    return {"event_id": "e", "timestamp": "2026-06-01T09:00:00Z", "user": {"id": PLANTED},
            "exception": {"values": [{"type": kind, "value": value}]},
            "breadcrumbs": {"values": [crumb]}}  # fmt: skip


def test_an_event_of_sentry_is_what_was_raised_over_a_call() -> None:
    told = sentry("UnprocessableEntityError", "Error code: 422 - {'detail': 'x'}", 422)
    name, (found,) = read(json.dumps(told).encode())
    assert (name, found.status, found.url) == ("sentry", 422, URL)
    other = sentry("ZeroDivisionError", "division by zero", 200)
    assert read(json.dumps(other).encode())[1] == [None]


def test_a_collection_of_postman_has_its_saved_answers() -> None:
    answer = {"code": 404, "status": "Not Found", "body": "{}", "header": [{"key": "A", "value": "b"}],
              "originalRequest": {"method": "POST", "url": {"raw": URL}}}  # fmt: skip
    item = {"name": "chat", "request": {"method": "POST", "body": {"raw": json.dumps(ASKED)}, "url": {"raw": URL}},
            "response": [answer, None]}  # fmt: skip
    whole = {
        "info": {"schema": "https://schema.getpostman.com/v2.1.0"},
        "item": [{"item": [item]}, 3],
    }
    name, (found,) = read(json.dumps(whole).encode())
    assert (name, found.status, found.url) == ("postman", 404, URL)
    assert json.loads(found.request.body) == ASKED
    assert found.response.headers == (("a", "b"),)


def test_a_generation_tells_how_it_ended_and_no_more() -> None:
    held = {"id": "gen-1", "model": "m", "created_at": "2026-06-01T09:00:00Z", "streamed": True,
            "finish_reason": "error", "native_finish_reason": "MALFORMED", "cancelled": False}  # fmt: skip
    name, (found,) = read(json.dumps({"data": held}).encode())
    assert (name, found.status, found.url) == ("openrouter", 200, "")
    assert found.response.partial
    _, (cut,) = read(json.dumps({"data": {**held, "cancelled": True}}).encode())
    assert (cut.status, cut.error) == (0, "aborted by the client")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_rows_of_an_activity_export_are_generations(mark: str) -> None:
    columns = "generation_id created_at model_permaslug cancelled generation_time_ms finish_reason_raw finish_reason_normalized".split()
    rows = [["gen-1", "2026-06-01T09:00:00Z", "m", "false", "410", "max_tokens", "length"],
            ["gen-2", "2026-06-01T09:01:00Z", "m", "true", "90", "", ""]]  # fmt: skip
    name, (ended, cut) = read("\n".join(mark.join(row) for row in [columns, *rows]).encode())
    assert (name, ended.status, ended.duration_ms) == ("csv", 200, 410)
    assert b'"length"' in ended.response.body and ended.response.partial
    assert (cut.status, cut.error) == (0, "aborted by the client")


def summary(**more: Any) -> dict[str, Any]:
    return {"eventType": "LlmChatCompletionSummary", "timestamp": 1_780_300_800_000, "trace_id": "t",
            "duration": 210.5, "request.model": "m", "request.max_tokens": 9, "response.model": "m-2",
            "response.number_of_messages": 2, "response.choices.finish_reason": "stop", **more}  # fmt: skip


def test_an_event_of_a_call_tells_how_it_ended() -> None:
    message = {"eventType": "LlmChatCompletionMessage", "content": PLANTED, "trace_id": "t"}
    name, (found, other) = read(json.dumps([summary(), message]).encode())
    assert (name, found.status, found.duration_ms, other) == ("newrelic", 200, 210.5, None)
    assert found.response.partial and "response-status" in found.hidden
    _, (failed,) = read(json.dumps(summary(error=True)).encode())
    assert (failed.status, failed.response.body) == (0, None)


def test_an_error_of_the_same_trace_is_what_made_a_call_fail() -> None:
    error = {"eventType": "TransactionError", "traceId": "t", "http.statusCode": 404,
             "error.class": "openai:NotFoundError", "error.message": "no such model"}  # fmt: skip
    whole = {"results": [{"events": [summary(), error]}, 3]}
    _, (found,) = read(json.dumps(whole).encode())
    assert found.status == 404
    _, (apart,) = read(
        json.dumps({"results": [{"events": [summary(), {**error, "traceId": "u"}]}]}).encode()
    )
    assert apart.status == 200


def test_a_span_of_braintrust_has_what_the_sdk_was_asked_and_answered() -> None:
    span = {"span_id": "s", "root_span_id": "r", "span_attributes": {"name": "Chat", "type": "llm"},
            "input": ASKED["messages"], "output": TOLD["choices"], "error": None,
            "metadata": {"model": "m", "temperature": 0, "provider": "openai"},
            "metrics": {"start": 1_780_300_800.5, "end": 1_780_300_801.5, "prompt_tokens": 3}}  # fmt: skip
    name, (found,) = read(json.dumps(span).encode())
    assert (name, found.status, found.duration_ms) == ("braintrust", 200, 1000)
    asked = json.loads(found.request.body)
    assert asked["temperature"] == 0 and "provider" not in asked
    _, (failed,) = read(
        json.dumps({**span, "error": "RateLimitError: Error code: 429 - {}"}).encode()
    )
    assert failed.status == 429
    _, (task,) = read(json.dumps({**span, "span_attributes": {"type": "task"}}).encode())
    assert task is None


def test_a_row_of_spend_logs_may_have_its_metadata_as_a_text() -> None:
    information = {"error_class": "BadRequestError", "error_code": "400", "error_message": "no"}
    row = {"request_id": "r", "call_type": "acompletion", "startTime": "2026-06-01T09:00:00Z",
           "endTime": "2026-06-01T09:00:01Z", "model": "m", "api_key": "k", "spend": 0,
           "metadata": json.dumps({"status": "failure", "error_information": information})}  # fmt: skip
    _, (found,) = read(json.dumps(row).encode())
    assert found.status == 400


def test_an_error_of_winston_has_the_errors_that_caused_it() -> None:
    inner = {"name": "HeadersTimeoutError", "code": "UND_ERR_HEADERS_TIMEOUT", "message": "Headers"}
    line = {"level": "error", "message": "Connection error.", "timestamp": "2026-06-01 09:00:00:114",
            "stack": "Error: Connection error.\n    at OpenAI.makeRequest (node_modules/openai/x.mjs:1)",
            "cause": {"name": "TypeError", "message": "fetch failed", "cause": inner}}  # fmt: skip
    _, (found,) = read(json.dumps(line).encode())
    assert found.status == 0
    assert "UND_ERR_HEADERS_TIMEOUT" in found.error


def test_a_table_of_azures_portal_has_times_of_its_own() -> None:
    table = ("timestamp [UTC],target,name,data,success,resultCode\n"
             f'"11/3/2026, 9:44:10.512 PM",api.cometapi.com,POST /v1/chat/completions,{URL},False,401\n')  # fmt: skip
    name, (found,) = read(table.encode())
    assert (name, found.status, found.url) == ("csv", 401, URL)
    assert found.at == "2026-11-03T21:44:10.512000+00:00"


def test_an_observation_in_a_table_is_one_of_langfuse() -> None:
    table = ("id,traceId,type,startTime,model,level,statusMessage,input,output,usageDetails\n"
             'o,t,GENERATION,2026-06-01T09:00:00Z,m,ERROR,APIConnectionError: Connection error.,"[]",,{}\n'
             "p,t,SPAN,2026-06-01T09:00:00Z,,DEFAULT,,,,\n")  # fmt: skip
    name, (found, other) = read(table.encode())
    assert name == "csv"
    assert (found.status, found.error) == (0, "APIConnectionError: Connection error.")
    assert other is None


@pytest.mark.parametrize(
    ("state", "broken"), [("SD--", "connection closed by the server"), ("----", "")]
)
def test_a_session_that_broke_in_its_data_is_told(state: str, broken: str) -> None:
    line = {"http_method": "POST", "http_path": "/v1/chat/completions", "status_code": 200,
            "termination_state": state}  # fmt: skip
    _, (found,) = read(json.dumps(line).encode())
    assert isinstance(found, RawAttempt)
    assert (found.status, found.error) == (200, broken)


def test_the_events_that_chromium_keeps_are_a_stream() -> None:
    entry = {"request": {"method": "POST", "url": URL}, "_eventSourceMessages": [
        {"eventName": "message", "data": '{"choices":[]}'}, {"eventName": "error", "data": "a\nb"}],
        "response": {"status": 200, "content": {"mimeType": "text/event-stream"}}}  # fmt: skip
    _, (found,) = read(json.dumps({"log": {"entries": [entry]}}).encode())
    assert found.response.body == 'data: {"choices":[]}\n\nevent: error\ndata: a\ndata: b\n\n'


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (TOLD, 200),
        ({"error": {"message": "x", "type": "invalid_request_error"}}, 400),
        ({"error": {"message": "x"}}, 0),
    ],
)
def test_a_log_without_a_status_has_none_but_what_its_answer_tells(
    answer: Any, status: int
) -> None:
    line = {"url": URL, "request": ASKED, "response": answer}
    _, (found,) = read(json.dumps(line).encode())
    assert found.status == status
    assert "response-status" in found.hidden


CAPTURES = {
    "own.jsonl": {"ts": "2026-06-01T09:00:00Z", "url": f"{URL}?session={PLANTED}", "status": 200, "request": ASKED,
                  "response": TOLD, "who": PLANTED, "request_headers": {"x-user": PLANTED}},
    "sentry.json": sentry("BadRequestError", f"Error code: 400 - {{'error': {{'message': '{PLANTED}'}}}}", 400),
    "postman.json": {"info": {"schema": "postman"}, "item": [{"request": {"method": "POST", "url": {"raw": URL},
                     "body": {"raw": json.dumps(ASKED)}}, "response": [{"code": 400, "body": PLANTED}]}]},
    "openrouter.json": {"data": {"id": PLANTED, "model": "m", "finish_reason": PLANTED, "native_finish_reason": PLANTED}},
}  # fmt: skip
TEXTS = {
    "calls.csv": f"url,status,request,response\n{URL},400,\"{{\"\"model\"\":\"\"m\"\",\"\"messages\"\":[]}}\",{PLANTED}\n",
    "included.txt": f"$ curl -i {URL}?k={PLANTED} -H 'X-A: {PLANTED}'\nHTTP/1.1 400 Bad\nX-B: {PLANTED}\n\n{PLANTED}\n",
    "pasted.txt": f'ApiError {{ message: "{PLANTED}", type: Some("invalid_request_error") }} openai',
    "stream.txt": f'data: {{"choices":[{{"index":0,"delta":{{"content":"{PLANTED}"}}}}]}}\n\n',
}  # fmt: skip


def test_a_report_of_newman_has_its_executions() -> None:
    body = json.dumps(TOLD).encode()
    url = {
        "protocol": "https",
        "host": ["api", "cometapi", "com"],
        "path": ["v1", "chat", "completions"],
    }
    sent = {"url": url, "method": "POST", "header": [], "body": {"raw": json.dumps(ASKED)}}
    good = {"request": sent, "response": {"code": 200, "responseTime": 1757, "stream": {"data": list(body)},
            "header": [{"key": "Content-Type", "value": "application/json"}]}}  # fmt: skip
    failed = {"request": sent, "requestError": {"code": "ECONNRESET", "message": "socket hang up"}}
    report = {
        "collection": {"info": {"schema": "https://schema.getpostman.com/v2.1.0"}},
        "run": {"executions": [good, failed, 3]},
    }
    name, (first, second) = read(json.dumps(report).encode())
    assert (name, first.status, first.url, first.duration_ms) == ("newman", 200, URL, 1757)
    assert json.loads(first.response.body) == TOLD
    assert (second.status, second.error) == (0, "ECONNRESET socket hang up")


def test_an_invocation_of_bedrock_has_the_status_of_its_error() -> None:
    line = {"schemaType": "ModelInvocationLog", "modelId": "m", "timestamp": "2026-06-01T09:00:00Z"}
    for code, status in (("ThrottlingException", 429), ("Other", 500), (None, 200)):
        _, (found,) = read(json.dumps({**line, "errorCode": code}).encode())
        assert (found.status, found.url) == (status, "/model/m/converse")


def test_the_whole_answer_as_an_observations_output_is_the_answer() -> None:
    choices = [
        {"index": 0, "finish_reason": "length", "message": {"role": "assistant", "content": "{"}}
    ]
    span = {"id": "o", "traceId": "t", "type": "GENERATION", "startTime": "2026-06-01T09:00:00Z",
            "model": "m", "level": "DEFAULT", "input": [{"role": "user", "content": "x"}],
            "output": {"choices": choices}}  # fmt: skip
    _, (found,) = read(json.dumps(span).encode())
    assert json.loads(found.response.body)["choices"] == choices


@pytest.mark.parametrize("shown", [True, False])
def test_how_an_answer_ended_is_read_from_the_variables_of_a_frame(
    shown: bool, tmp_path: Path
) -> None:
    said = "ChatCompletion(id='c', choices=[Choice(finish_reason='length', index=0)])"
    event = sentry("JSONDecodeError", "Unterminated string", 200)
    frames = [{"vars": {"reply": said if shown else "M()"}}]
    event["exception"]["values"][0]["stacktrace"] = {"frames": frames}
    capture = tmp_path / "event.json"
    capture.write_text(json.dumps(event))
    found, read_as = exchanges([str(capture)], How(workers=1))
    assert read_as[0].format == "sentry"
    ended = "response.choices[].finish_reason" if shown else "response.body"
    assert classify(found, Facts()).location == ended
