"""Calls in JSON of any shape, in tables, in transcripts and in pasted texts."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.intake import RawAttempt
from tallystick.intake.formats import Broken, Piece, detect
from tallystick.intake.formats.parts import find_parts

ASKED = {"model": "gpt-4o", "messages": [{"role": "user", "content": "status: 503, see /health"}]}
TOLD = {"object": "chat.completion", "choices": [
    {"index": 0, "message": {"role": "assistant", "content": "x"}, "finish_reason": "stop"}]}  # fmt: skip
REFUSED = {"error": {"message": "Unknown parameter: 'n'", "param": "n"}}
URL = "https://api.cometapi.com/v1/chat/completions"


def read(data: bytes) -> tuple[str, list[Any]]:
    """The format of a capture, and what is read of it."""
    form = detect(data[:65536])
    assert form is not None
    return form.name, list(form.read(Piece(0, 0, data, last=True)))


def one(value: object) -> RawAttempt:
    """The one call of a document of JSON."""
    name, (found,) = read(json.dumps(value).encode())
    assert name == "own"
    assert isinstance(found, RawAttempt)
    return found


SHAPES: dict[str, dict[str, Any]] = {
    "bodies beside a status": {"ts": 1_780_300_800, "url": URL, "status": 400, "request": ASKED, "response": REFUSED},
    "envelopes": {"time": "2026-06-01T09:00:00Z", "req": {"method": "POST", "url": URL, "body": ASKED},
                  "res": {"statusCode": 400, "body": REFUSED}},
    "bodies as texts": {"@timestamp": "2026-06-01T09:00:00Z", "http": {"url": URL, "status_code": "400"},
                        "llm_request": json.dumps(ASKED), "llm_response": json.dumps(REFUSED)},
    "deep": {"when": "x", "timestamp": "2026-06-01T09:00:00Z", "data": {"call": {"endpoint": URL, "outgoing": {"payload": ASKED},
             "incoming": {"code": 400, "content": json.dumps(REFUSED)}}}},
    "a proxy's dump": {"type": "http", "request": {"method": "POST", "scheme": "https", "host": "api.cometapi.com", "port": 443,
                       "path": "/v1/chat/completions", "headers": [["content-type", "application/json"]],
                       "content": json.dumps(ASKED), "timestamp_start": 1_780_300_800.5},
                       "response": {"status_code": 400, "headers": [["x-request-id", "r"]], "content": json.dumps(REFUSED)}},
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_the_parts_of_a_call_are_found_whatever_their_names(shape: str) -> None:
    found = one(SHAPES[shape])
    assert found.status == 400
    assert found.url == URL
    assert found.method == "POST"
    assert json.loads(found.request.body or b"") == ASKED
    assert json.loads(found.response.body or b"") == REFUSED
    assert found.at
    assert found.at.startswith("2026-06-01T")


@pytest.mark.parametrize("shape", SHAPES)
def test_calls_in_lists_and_wrappers_are_each_found(shape: str) -> None:
    line = SHAPES[shape]
    for document in (
        [line, line],
        {"logs": [line, line]},
        {"hits": {"hits": [{"_source": line}, {"_source": line}]}},
    ):
        _, found = read(json.dumps(document).encode())
        assert [call.status for call in found] == [400, 400]
    _, found = read(b"\n".join(json.dumps(line).encode() for _ in range(3)))
    assert len(found) == 3


def test_headers_are_told_of_the_side_that_they_are_of() -> None:
    found = one(SHAPES["a proxy's dump"])
    assert found.request.headers == (("content-type", "application/json"),)
    assert found.response.headers == (("x-request-id", "r"),)


def test_streams_are_seen_as_text_lines_and_chunks() -> None:
    chunk = {
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": {"content": "x"}}],
    }
    text = f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n"
    for answer in (text, text.strip().split("\n\n"), [chunk, chunk]):
        body = one({"url": URL, "status": 200, "request": ASKED, "response": answer}).response.body
        assert body is not None
        assert b"data: " in (body if isinstance(body, bytes) else body.encode())


def test_a_request_that_stands_beside_the_logs_own_members_is_a_part() -> None:
    found = one(
        {**ASKED, "temperature": 2, "error": "Error code: 400 - {'error': {'message': 'x'}}"}
    )
    assert found.request.partial
    assert found.status == 400


def test_access_logs_are_read_for_what_they_show() -> None:
    line = {"time_iso8601": "2026-06-01T09:00:00+00:00", "request": "POST /v1/chat/completions HTTP/1.1",
            "status": "499", "body_bytes_sent": "0", "request_time": "30.001", "upstream_status": "-",
            "host": "api.cometapi.com"}  # fmt: skip
    found = one(line)
    assert (found.status, found.url, found.duration_ms) == (499, URL, 30001.0)
    assert found.request.body is None
    assert found.response.body is None


@pytest.mark.parametrize(
    "line",
    [
        {"level": "info", "msg": "started", "port": 8080},
        {"status": "ok", "message": "nothing"},
        {"temperature": 21, "sensor": "kitchen", "status": 200},
        {"model": "Golf 7", "status": 200, "price": 9000},
        {"model": "gpt-4o-mini", "state": "archived"},
    ],
)
def test_lines_that_are_no_calls_are_none(line: dict[str, Any]) -> None:
    assert find_parts(line) == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["status", "url", "request", "response", "body", "headers", "messages", "model",
                         "choices", "error", "data", "time", "method", "port", "host", "x"]), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(
    st.dictionaries(st.sampled_from(["request", "response", "status", "url", "logs", "a"]), JSON)
)
def test_any_object_is_read_or_passed_over(line: dict[str, Any]) -> None:
    data = b'{"url":"/v1/chat/completions","status":200}\n' + json.dumps(line).encode()
    _, found = read(data)
    assert isinstance(found[0], RawAttempt)
    assert all(part is None or isinstance(part, RawAttempt | Broken) for part in found)


def test_a_table_is_a_call_a_row() -> None:
    out = io.StringIO()
    rows = csv.DictWriter(out, ["timestamp", "status", "url", "request", "response"])
    rows.writeheader()
    for status, answer in ((200, TOLD), (400, REFUSED)):
        rows.writerow({"timestamp": "2026-06-01T09:00:00Z", "status": status, "url": URL,
                       "request": json.dumps(ASKED), "response": json.dumps(answer)})  # fmt: skip
    name, found = read(out.getvalue().encode())
    assert name == "csv"
    assert [call.status for call in found] == [200, 400]
    assert json.loads(found[1].response.body) == REFUSED


def test_a_table_without_addresses_is_of_calls_where_it_names_a_model_and_a_status() -> None:
    table = (
        b"time,request_id,attempt,model,status,error_code,error_message\n"
        b"2026-06-01T09:00:00Z,r1,1,gpt-4o-mini,200,,\n"
        b"2026-06-01T09:00:09Z,r2,1,gpt-4o-mini,400,context_length_exceeded,too many tokens\n"
    )
    name, found = read(table)
    assert name == "csv"
    assert [(call.status, call.url, call.nth) for call in found] == [(200, "", 1), (400, "", 1)]
    assert all("line" in call.hidden and call.response.partial for call in found)
    told = {"message": "too many tokens", "code": "context_length_exceeded"}
    assert json.loads(found[1].response.body) == {"error": told}


def test_a_relays_own_log_tells_of_an_error_in_whatever_member() -> None:
    said = 'status_code=500, do request failed: Post "https://h/v1/chat/completions": no such host'
    row = {"id": 1, "created_at": 1763888401, "type": 5, "content": said, "model_name": "gpt-4o",
           "other": '{"status_code": 500}'}  # fmt: skip
    _, (found,) = read(json.dumps({"success": True, "data": {"items": [row]}}).encode())
    assert found.status == 500
    assert "no such host" in (found.response.body or b"").decode()


def test_a_table_that_is_none_is_told() -> None:
    name, found = read(b'status,url,request\n200,/v1/chat/completions,"never\n')
    assert name == "csv"
    assert found == [Broken(0, "a table that is no CSV")]


RUBY = """---
http_interactions:
{pad}- request:
{pad}    method: post
{pad}    uri: https://api.cometapi.com/v1/chat/completions
{pad}    body:
{pad}      encoding: UTF-8
{pad}      string: '{{"model":"gpt-4o","messages":[]}}'
{pad}    headers:
{pad}      Accept:
{pad}      - "*/*"
{pad}  response:
{pad}    status:
{pad}      code: 200
{pad}      message: OK
{pad}    headers:
{pad}      Content-Type:
{pad}      - text/event-stream
{pad}    body:
{pad}      encoding: UTF-8
{pad}      string: |
{pad}        data: {{"choices":[]}}

{pad}        data: [DONE]

{pad}  recorded_at: Mon, 01 Jun 2026 09:00:00 GMT
{pad}- request:
{pad}    method: post
{pad}    uri: https://api.cometapi.com/v1/chat/completions
{pad}    body:
{pad}      base64_string: eyJtb2RlbCI6Im0ifQ==
{pad}  response:
{pad}    status:
{pad}      code: 400
{pad}    body: !binary |-
{pad}      e30=
recorded_with: VCR 6.3.1
"""


@pytest.mark.parametrize("pad", ["", "  "])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_cassettes_of_ruby_are_read(pad: str, ends: str) -> None:
    name, (first, second) = read(RUBY.format(pad=pad).replace("\n", ends).encode())
    assert name == "vcr-yaml"
    assert (first.status, first.method, first.at) == (200, "POST", "2026-06-01T09:00:00+00:00")
    assert first.response.body == b'data: {"choices":[]}\n\ndata: [DONE]\n'
    assert second.request.body == b'{"model":"m"}'
    assert second.response.body == b"{}"


def test_cassettes_of_go_are_read() -> None:
    cassette = (
        "---\nversion: 2\ninteractions:\n    - id: 0\n      request:\n"
        '        body: "{\\"model\\": \\"gpt-4o\\", \\"messages\\": []}"\n        headers:\n'
        "            Content-Type:\n                - application/json\n"
        "        url: https://api.cometapi.com/v1/chat/completions\n        method: POST\n"
        '      response:\n        body: "{\\"error\\": {\\"message\\": \\"slow down\\"}}"\n'
        '        headers:\n            Retry-After:\n                - "4"\n'
        "        status: 429 Too Many Requests\n        code: 429\n        duration: 1.2s\n"
    )
    form = detect(cassette.encode())
    assert form is not None
    (one,) = form.read(Piece(0, 0, cassette.encode()))
    assert isinstance(one, RawAttempt)
    assert (form.name, one.status, one.method) == ("vcr-yaml", 429, "POST")
    assert ("retry-after", "4") in one.response.headers


@pytest.mark.parametrize("cut", [300, 700, 1300])
def test_a_cassette_is_cut_between_its_interactions(cut: int) -> None:
    data = RUBY.format(pad="  ").encode()
    form = detect(data)
    assert form is not None
    splitter = form.splitter()
    splitter._size = cut  # type: ignore[attr-defined]
    pieces = [p for at in range(0, len(data), 50) for p in splitter.feed(data[at : at + 50])]
    read_so = [a for piece in [*pieces, *splitter.close()] for a in form.read(piece)]
    assert [a.status for a in read_so if isinstance(a, RawAttempt)] == [200, 400]


INCLUDED = """HTTP/1.1 100 Continue

HTTP/1.1 200 OK
Date: Mon, 01 Jun 2026 09:00:00 GMT
Content-Type: application/json

{"choices": [{"message": {"content": "Error code: 401, HTTP/1.1 500"}}]}
"""
COMMAND = (
    "$ curl -i https://api.cometapi.com/v1/chat/completions -H 'Authorization: Bearer k' \\\n"
    '  -H "Content-Type: application/json" -d \'{"model":"gpt-4o","messages":[]}\'\n'
)


def test_an_answer_with_its_head_is_read_alone_and_behind_its_command() -> None:
    name, (alone,) = read(INCLUDED.encode())
    assert (name, alone.status, alone.url) == ("http", 200, "")
    assert "401" in (alone.response.body or b"").decode()
    _, (commanded,) = read((COMMAND + INCLUDED).encode())
    assert commanded.url == URL
    assert json.loads(commanded.request.body or b"")["model"] == "gpt-4o"
    assert ("authorization", "Bearer k") in commanded.request.headers


def test_a_command_that_is_cut_off_says_nothing() -> None:
    _, (found,) = read(("$ curl 'https://x.example\n" + INCLUDED).encode())
    assert (found.status, found.url) == (200, "")


def test_a_proxy_that_opens_no_tunnel_is_no_answer_of_the_api() -> None:
    text = ("*   Trying 10.0.0.5:3128...\n> CONNECT api.cometapi.com:443 HTTP/1.1\n> Host: h\n>\n"
            "< HTTP/1.1 407 Proxy Authentication Required\n<\n* CONNECT tunnel failed, response 407\n")  # fmt: skip
    name, (found,) = read(text.encode())
    assert (name, found.status, found.method) == ("curl", 0, "POST")
    assert found.error.startswith("proxy: ")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('ApiError { message: "Invalid value", type: Some("invalid_request_error"), param: Some("n") }', 400),
        ('Invoke-RestMethod : {"error":{"message":"x","type":"invalid_request_error","code":null}}', 400),
        ("error: {Message:\"no\", Type:\"x\", Code:\"invalid_api_key\"} in panic: Error", 401),
    ],
)  # fmt: skip
def test_errors_that_are_printed_as_values_tell_their_status(text: str, status: int) -> None:
    _, (found,) = read(text.encode())
    assert found.status == status
    assert "response-status" in found.hidden


def test_an_exception_that_is_about_no_call_is_none() -> None:
    text = ("java.lang.NullPointerException: Cannot invoke \"String.length()\" because the value of "
            "\"Customer.postcode()\" is null\n\tat shop.Label.width(Label.java:33)\n")  # fmt: skip
    assert read(text.encode()) == ("text", [None])


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ('data: {"choices":[]}', 'data: {"choices":[]}\n\n'),
        ('data: {"choices":[]}\n\ndata: [DONE]', 'data: {"choices":[]}\n\ndata: [DONE]\n\n'),
        ('data: {"choices":[]}\n\ndata: {"cho', 'data: {"choices":[]}\n\ndata: {"cho'),
        ('data: {"choices":[]}\n\ndata: {"cho\n\n', 'data: {"choices":[]}\n\ndata: {"cho\n\n'),
    ],
)
def test_a_saved_stream_ends_where_it_was_saved(text: str, body: str) -> None:
    _, (found,) = read(text.encode())
    assert found.response.body == body


@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_of_a_known_format_or_of_none(data: bytes) -> None:
    detect(data)


@pytest.mark.parametrize("data", [b"a,b\rc,d,e\n", b"url,b\0,c\n1,2,3\n"])
def test_a_first_line_that_is_no_csv_is_no_table(data: bytes) -> None:
    assert (found := detect(data)) is None or found.name != "csv"


def test_names_of_ones_own_for_a_status_and_an_error() -> None:
    line = {
        "at": "2026-11-20T09:05:00Z", "http": {"verb": "POST", "href": URL, "code": 400},
        "sent": {"model": "m", "messages": []},
        "got": {"object": "error", "message": "Expected last role User", "type": "invalid", "code": None},
    }  # fmt: skip
    found = find_parts(line)
    assert (found["status"], found["url"], found["method"]) == (400, URL, "POST")
    assert found["response_body"] == line["got"]


@pytest.mark.parametrize(
    ("raised", "kept"),
    [("IncompleteOutputException: cut at max_tokens", True), ("retry later", False)],
)
def test_what_was_raised_over_a_success_stands_beside_it(raised: str, kept: bool) -> None:
    line = {"url": "https://h/v1/chat/completions", "status": 200, "exception": raised,
            "request": {"model": "m", "messages": []}, "response": {"choices": []}}  # fmt: skip
    _, (found,) = read(json.dumps(line).encode())
    assert bool(found.error) == kept


def test_a_stream_kept_as_lines_may_begin_with_a_comment() -> None:
    chunk = {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}}]}
    lines = [": hb", f"data: {json.dumps(chunk)}", "data: [DONE]"]
    found = one({"url": URL, "status": 200, "request": ASKED, "lines": lines})
    body = found.response.body
    assert isinstance(body, bytes)
    assert body.startswith(b": hb\n\ndata: {")
    assert body.rstrip().endswith(b"data: [DONE]")


def test_what_guzzle_raised_is_read_from_the_line_of_an_application() -> None:
    said = f'Client error: `POST {URL}` resulted in a `401 Unauthorized` response:\n{{"error"'
    line = {"time": "2026-06-01T09:00:00Z", "method": "POST", "url": "/ocs/v2.php/schedule",
            "message": f"API request error: {said}",
            "exception": {"Exception": "ClientException", "Message": said, "Code": 401}}  # fmt: skip
    assert one(line).status == 401


def test_a_servers_name_is_no_body_of_an_answer() -> None:
    line = {"time": "2026-06-01T09:00:00Z", "method": "POST", "url": URL, "status": 200,
            "response_server": "cloudflare", "response_body": None}  # fmt: skip
    assert one(line).response.body is None


def test_the_header_fields_that_nginx_logs_one_by_one_are_some_of_the_answers() -> None:
    line = {"time": "2026-06-01T09:00:00Z", "request_method": "POST", "host": "llm.example",
            "uri": "/v1/chat/completions", "status": 429, "upstream_http_retry_after": "54",
            "upstream_http_x_request_id": "-", "http_user_agent": "x"}  # fmt: skip
    found = one(line)
    assert found.response.headers == (("retry-after", "54"),)
    assert "response-headers" in found.hidden


def test_one_event_of_a_stream_alone_is_no_call() -> None:
    line = {
        "time": "2026-06-01T09:00:00Z",
        "event": "sse",
        "raw": 'data: {"id": "c", "choices": []}',
    }
    assert detect(json.dumps(line).encode()) is None


@pytest.mark.parametrize(
    "line",
    [
        {"logName": "projects/p/logs/requests", "timestamp": "2026-06-01T09:00:00Z",
         "httpRequest": {"requestMethod": "POST", "requestUrl": "https://own.example/brief",
                         "status": 500}},
        {"timestampInMs": 1_780_300_800_000, "message": "charged", "domain": "own.example",
         "requestMethod": "POST", "requestPath": "/api/billing", "responseStatusCode": 402},
    ],
    ids=["google", "vercel"],
)  # fmt: skip
def test_a_request_that_a_service_got_itself_is_no_call_of_its(line: dict[str, Any]) -> None:
    assert detect(json.dumps(line).encode()) is None


def test_an_error_that_tells_a_status_beside_a_model_is_a_calls() -> None:
    probe = {
        "ts": 1_795_167_069.0,
        "msg": "request",
        "method": "GET",
        "path": "/livez",
        "status": 200,
    }
    said = (
        "error, status code: 429, status: 429 Too Many Requests, message: You exceeded your quota."
    )
    failed = {
        "ts": 1_795_167_068.1,
        "msg": "chat completion failed",
        "model": "gpt-4o",
        "error": said,
    }
    name, found = read("\n".join(map(json.dumps, (probe, failed))).encode())
    assert (name, [one.status for one in found if one is not None]) == ("own", [429])


@pytest.mark.parametrize(
    ("unit", "named"),
    [
        ({"conversation": "n-102"}, "n-102"),
        ({"ticket": 41, "step": 2}, "41/2"),
        ({"jobId": "j-1", "turn": 3}, "j-1"),
        ({"user": "u-9"}, ""),
    ],
)
def test_attempts_that_are_numbered_for_a_unit_of_work_name_their_call(
    unit: dict[str, Any], named: str
) -> None:
    line = {"time": "2026-11-20T09:03:20Z", "url": URL, "status": 429, **unit}
    assert one({**line, "attempt": 2}).call == named
    assert "jobId" in unit or one(line).call == ""


def test_an_error_that_an_sdk_printed_is_read_under_any_name() -> None:
    said = "HTTP 429 (tokens: rate_limit_exceeded)\n\nRate limit reached on tokens per min (TPM)"
    row = {"OuterMessage": said, "EndpointUri": URL, "StatusCode": "429"}
    body = json.loads(one(row).response.body or b"")
    assert body["error"]["code"] == "rate_limit_exceeded"
    assert one({**row, "OuterMessage": "too many"}).response.body is None


@pytest.mark.parametrize(
    ("model", "is_call"),
    [("gpt-4o", True), ("deepseek-chat", True), ("acme/claude-sonnet", True), ("Invoice", False),
     ("User", False), ("Nova", False)],
)  # fmt: skip
def test_a_failed_row_of_a_programs_own_model_is_no_call(model: str, is_call: bool) -> None:
    line = {"ts": "2026-11-20T09:00:00Z", "model": model, "status": 422,
            "body": {"error": {"message": "name is required"}}}  # fmt: skip
    found = find_parts(line)
    assert bool(found) == is_call
