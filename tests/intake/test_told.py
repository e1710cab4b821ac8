"""What the words of a client or an API tell, and what they do not."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tallystick.case.capture import exchanges
from tallystick.engine.merging import How
from tallystick.intake import Facts, classify
from tests.conftest import REQUEST, entry, frozen, har


@pytest.mark.parametrize(
    ("message", "location"),
    [
        ("No available channel for model m under group default", "account.model_access"),
        ("no available channel", "retry.status.503"),
    ],
)
def test_a_channel_is_of_the_account_where_a_model_or_a_group_is_named(
    message: str, location: str
) -> None:
    whole = frozen(har([entry(503, {"error": {"message": message}})]))
    assert classify(whole, Facts()).location == location


def _span(reason: str, error: str) -> str:
    attributes = {
        "gen_ai.operation.name": "chat", "gen_ai.request.model": "m",
        "gen_ai.response.finish_reasons": [reason],
    }  # fmt: skip
    return json.dumps({
        "name": "chat m", "context": {"trace_id": "0x1", "span_id": "0x2"}, "kind": "CLIENT",
        "start_time": "2026-06-01T09:00:00Z", "end_time": "2026-06-01T09:00:01Z",
        "status": {"status_code": "ERROR", "description": error}, "attributes": attributes,
    }, indent=1)  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "location"),
    [
        ("length", "response.choices[].finish_reason"),
        ("stop", "response.body"),
    ],
)
def test_an_answer_that_ended_at_its_limit_is_why_it_could_not_be_decoded(
    reason: str, location: str, tmp_path: Path
) -> None:
    capture = tmp_path / "spans.json"
    capture.write_text(_span(reason, "JSONDecodeError: Unterminated string starting at: line 1"))
    whole, _ = exchanges([str(capture)], How(workers=1))
    assert classify(whole, Facts()).location == location


def test_the_names_of_types_and_their_methods_are_kept_of_what_was_raised(tmp_path: Path) -> None:
    capture = tmp_path / "app.jsonl"
    raised = "AttributeError: 'NoneType' object has no attribute 'strip' of 'hunter2'"
    capture.write_text(_span("stop", raised))
    (one,), _ = exchanges([str(capture)], How(workers=1))
    assert "'NoneType' object has no attribute 'strip'" in one.failure_text
    assert "hunter2" not in one.failure_text


def test_the_path_that_a_server_says_it_was_called_at_is_the_address(tmp_path: Path) -> None:
    capture = tmp_path / "app.log"
    capture.write_text(
        "E assist.go:91: create chat completion failed: error, status code: 404, "
        "message: Invalid URL (POST /chat/completions)\n"
    )
    (one,), _ = exchanges([str(capture)], How(workers=1))
    assert one.request.url == "/chat/completions"
    assert "line" not in one.request.hidden


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Invoke-RestMethod : Der Remoteserver hat einen Fehler zurückgegeben: (401) Nicht autorisiert.",
         401),
        ('openai: request failed: {\\"error\\":{\\"message\\":\\"no\\",\\"type\\":\\"server_error\\"}}', 500),
        ('production.ERROR: Undefined array key "choices" in CreateStreamedResponse.php:44\n'
         'DEBUG: attributes {"error":{"message":"It failed.","type":"server_error"}}', 0),
    ],
    ids=["PowerShell in German", "JSON within a text of JSON", "an error that was read as an answer"],
)  # fmt: skip
def test_a_status_is_read_where_the_text_has_one(text: str, status: int, tmp_path: Path) -> None:
    capture = tmp_path / "paste.txt"
    capture.write_text(text)
    (one,), _ = exchanges([str(capture)], How(workers=1))
    assert one.response.status == status


def fragment(call: Mapping[str, object]) -> str:
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
        {"index": 0, "delta": {"role": "assistant", "tool_calls": [{"index": 0, **call}]},
         "finish_reason": None}]}  # fmt: skip
    return f"data: {json.dumps(chunk)}\n\n"


LAST = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [
    {"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}  # fmt: skip
END = f"data: {json.dumps(LAST)}\n\ndata: [DONE]\n\n"
STREAMED = {**REQUEST, "stream": True}


@pytest.mark.parametrize(
    ("function", "lacks"),
    [({}, True), ({"name": None}, True), ({"name": "f"}, False)],
    ids=["later", "null", "there"],
)
def test_the_member_that_the_ai_sdk_looks_for_in_the_first_fragment(
    function: Mapping[str, object], lacks: bool
) -> None:
    first = fragment({"id": "a", "type": "function", "function": {**function, "arguments": ""}})
    later = fragment({"function": {"name": "f", "arguments": "{}"}})
    body = first + later + END
    whole = frozen(har([entry(200, body, mime="text/event-stream", request=STREAMED)]))
    symptom = "AI_InvalidResponseDataError: Expected 'function.name' to be a string."
    found = classify(whole, Facts(symptom=symptom))
    assert ("first fragment" in found.reason) == lacks
    if lacks:
        assert found.location == "stream.choices[].delta.tool_calls[].function.name"


@pytest.mark.parametrize("comment", [": keep-alive\n\n", ""])
def test_what_go_openai_counts_as_empty_is_around_comments(comment: str) -> None:
    whole_call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    body = comment + fragment(whole_call) + END
    whole = frozen(har([entry(200, body, mime="text/event-stream", request=STREAMED)]))
    found = classify(whole, Facts(symptom="stream has sent too many empty messages"))
    assert ("comment lines" in found.reason) == bool(comment)


WENT = (
    'INFO:httpx:HTTP Request: POST https://api.cometapi.com/v1/chat/completions "HTTP/1.1 200 OK"'
)


@pytest.mark.parametrize(
    ("line", "error", "place"),
    [
        (
            "text = response.choices[0].message.content",
            "TypeError: 'NoneType' object is not subscriptable",
            "response.choices",
        ),
        (
            "text = response.choices[0].message.content.strip()",
            "AttributeError: 'NoneType' object has no attribute 'strip'",
            "response.choices[].message.content",
        ),
        ("row = rows[0].name", "TypeError: 'NoneType' object is not subscriptable", ""),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_what_a_program_read_of_an_answer_when_it_failed_is_the_place(
    line: str, error: str, place: str, as_json: bool, tmp_path: Path
) -> None:
    frame = f'  File "/app/llm.py", line 8, in ask\n    {line}'
    trace = f"Traceback (most recent call last):\n{frame}\n{error}"
    lines = ({"event": "http", "message": WENT}, {"event": "failed", "exception": trace})
    log = "\n".join(map(json.dumps, lines)) if as_json else f"{WENT}\n{trace}\n"
    capture = tmp_path / "app.log"
    capture.write_text(log)
    found, _ = exchanges([str(capture)], How(workers=1))
    classed = classify(found, Facts())
    if place:
        assert (classed.failure_class, classed.location) == ("response_contract", place)
    else:
        assert classed.failure_class in ("none", "unknown")


@pytest.mark.parametrize(
    ("name", "place"),
    [("tool_call_id", "none"), ("choices", "response.choices")],
)
def test_a_member_that_only_requests_have_tells_nothing_of_an_answer(
    name: str, place: str, tmp_path: Path
) -> None:
    log = tmp_path / "app.log"
    log.write_text(
        "2026-04-22 08:54:58 - HTTP Request: POST https://api.cometapi.com/v1/chat/completions "
        f"\"HTTP/1.1 200 OK\"\nTraceback (most recent call last):\nKeyError: '{name}'\n"
    )
    found, _ = exchanges([str(log)], How(workers=1))
    assert classify(found, Facts()).location == place


_NET = """\
info: System.Net.Http.HttpClient.llm.ClientHandler[100]
      Sending HTTP request POST https://api.cometapi.com/v1/chat/completions
info: System.Net.Http.HttpClient.llm.ClientHandler[101]
      Received HTTP response headers after 341.9ms - 400
fail: Microsoft.SemanticKernel.KernelFunction[0]
      Function failed. Error: HTTP 400 (invalid_request_error: unsupported_parameter)
      Parameter: max_tokens

      'max_tokens' is not supported with this model.
      Microsoft.SemanticKernel.HttpOperationException: HTTP 400 (invalid_request_error: unsupported_parameter)
      Parameter: max_tokens

      'max_tokens' is not supported with this model.
"""


def test_what_dotnets_sdk_prints_of_an_error_in_lines_is_its_body(tmp_path: Path) -> None:
    capture = tmp_path / "app.log"
    capture.write_text(_NET)
    found, _ = exchanges([str(capture)], How(workers=1))
    assert classify(found, Facts()).location == "request.max_tokens"
    assert all(one.name != "parameter" for one in found[0].response.headers)
    without = [one for one in _NET.splitlines(keepends=True) if "Parameter" not in one]
    capture.write_text("".join(without).replace("'max_tokens' is", "this is"))
    found, _ = exchanges([str(capture)], How(workers=1))
    assert classify(found, Facts()).location != "request.max_tokens"


@pytest.mark.parametrize("other", ["error", "index"])
def test_an_issue_of_a_union_of_chunk_and_error_is_of_the_stream(
    other: str, tmp_path: Path
) -> None:
    issues = [{"code": "invalid_union", "errors": [
        [{"code": "invalid_type", "path": [name], "message": "Invalid input"}]
        for name in ("choices", other)]}]  # fmt: skip
    text = f"AI_TypeValidationError: Type validation failed: Value: {{}}.\nError message: {json.dumps(issues)}"
    capture = tmp_path / "app.log"
    capture.write_text(text)
    found, _ = exchanges([str(capture)], How(workers=1))
    side = "stream" if other == "error" else "response"
    assert classify(found, Facts()).location == f"{side}.choices"


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Service is too busy. Try another time.", "error_contract"),
        ("x is required", "request_contract"),
    ],
)
def test_an_overload_is_none_of_the_request_whatever_its_code(message: str, kind: str) -> None:
    error = {"message": message, "type": "invalid_request_error"}
    assert classify(frozen(har([entry(503, {"error": error})])), Facts()).failure_class == kind
