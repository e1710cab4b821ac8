"""Text logs that show HTTP calls: what belongs to which call, and what is no call."""

import json
from pathlib import Path

import pytest

from tallystick.case.capture import exchanges
from tallystick.engine.merging import How
from tallystick.intake import Facts, classify
from tallystick.record.exchange import Exchange

URL = "https://api.cometapi.com/v1/chat/completions"
ASKED = (
    '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "x"}], "temperature": null}'
)
ANSWER = json.dumps({
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": None, "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
        "finish_reason": "tool_calls"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
})  # fmt: skip
ERROR = '{"error": {"message": "bad", "type": "t", "param": "temperature", "code": "c"}}'
CHUNK = ('data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":'
         '[{"index":0,"delta":{"role":"assistant","content":"y"},"finish_reason":"stop"}]}')  # fmt: skip


def read(folder: Path, text: str) -> tuple[tuple[Exchange, ...], str]:
    capture = folder / "app.log"
    capture.write_text(text)
    found, read_as = exchanges([str(capture)], How(workers=1))
    return found, read_as[0].format


def test_the_sdks_debug_log_has_requests_heads_and_retries(tmp_path: Path) -> None:
    options = "{'method': 'post', 'url': '/chat/completions', 'files': None, 'post_parser': <function x at 0x7f>, 'json_data': {'messages': [{'role': 'user', 'content': 'x'}], 'model': 'gpt-4o-mini'}}"
    (first, second), form = read(tmp_path, f"""\
[2026-11-20 09:12:00 - openai._base_client:482 - DEBUG] Request options: {options}
[2026-11-20 09:12:01 - httpx - INFO] HTTP Request: POST {URL} "HTTP/1.1 429 Too Many Requests"
[2026-11-20 09:12:01 - openai._base_client:1021 - DEBUG] HTTP Response: POST {URL} "429 Too Many Requests" Headers({{'content-type': 'application/json', 'retry-after': '12'}})
[2026-11-20 09:12:01 - openai._base_client:1071 - DEBUG] Retrying request to /chat/completions in 12 seconds
[2026-11-20 09:12:14 - httpx - INFO] HTTP Request: POST {URL} "HTTP/1.1 200 OK"
""")  # fmt: skip
    assert form == "transcript"
    assert (first.at, first.response.status) == ("2026-11-20T09:12:00+00:00", 429)
    assert first.response_header("retry-after") == "12"
    assert first.request.body == second.request.body
    assert (first.group, second.group, second.attempt) == (first.group, first.group, 2)


@pytest.mark.parametrize("end", ["", "[\\r][\\n]"])
def test_a_wire_log_is_read_by_its_connections(tmp_path: Path, end: str) -> None:
    out = '2026-11-20T09:09:14.{n}Z DEBUG 1 --- [x] o.a.hc.client5.http.wire : http-outgoing-{c} {w} "{t}"'
    lines = [
        (0, ">>", f"POST /v1/chat/completions HTTP/1.1{end}"), (0, ">>", f"Host: api.cometapi.com{end}"),
        (1, ">>", f"POST /v1/chat/completions HTTP/1.1{end}"), (0, ">>", ASKED),
        (0, "<<", f"HTTP/1.1 400 Bad Request{end}"),
        *[(0, "<<", piece) for piece in ((ERROR[:20], ERROR[20:]) if end else (ERROR,))],
        (1, "<<", f"HTTP/1.1 200 OK{end}"),
    ]  # fmt: skip
    text = "\n".join(out.format(n=100 + n, c=c, w=w, t=t) for n, (c, w, t) in enumerate(lines))
    found, form = read(tmp_path, text)
    assert form == "transcript"
    assert [(e.response.status, e.request.body_kind) for e in found] == [
        (400, "json"), (200, "not-visible"),
    ]  # fmt: skip
    assert found[0].request.url == URL
    assert found[0].response.rejects == "request.temperature"


def test_a_proxys_console_is_read_with_its_streams(tmp_path: Path) -> None:
    found, _ = read(tmp_path, f"""\
127.0.0.1:51102: POST {URL} HTTP/2.0  [2026-11-20T09:28:00.000Z]
    content-type: application/json
    authorization: Bearer [redacted]

    {ASKED}

 << HTTP/2.0 200 OK 681b
    content-type: text/event-stream; charset=utf-8

    {CHUNK}

    data: [DONE]
""")  # fmt: skip
    (one,) = found
    assert (one.response.status, one.response.body_kind) == (200, "sse")
    assert [frame.kind for frame in one.response.frames] == ["data", "done"]
    assert "headers" not in one.request.hidden


def test_what_curl_prints_behind_its_command_is_a_call_of_its_own(tmp_path: Path) -> None:
    found, _ = read(tmp_path, f"""\
2026-11-20T09:37:14.110Z POST {URL} {ASKED}
2026-11-20T09:37:14.702Z <- 400 application/json
{ERROR}
$ curl -s {URL} -H "Authorization: Bearer $K" -d '{ASKED.replace("null", "0.5")}'
{ANSWER}
""")  # fmt: skip
    told, by_hand = sorted(found, key=lambda one: one.response.status, reverse=True)
    assert (told.response.status, told.response.rejects) == (400, "request.temperature")
    assert by_hand.request.body["temperature"] == 0.5


@pytest.mark.parametrize("raised", [True, False])
def test_what_was_raised_over_an_answer_is_read_beside_it(tmp_path: Path, raised: bool) -> None:
    error = "E  AttributeError: 'NoneType' object has no attribute 'strip'\n" if raised else ""
    found, _ = read(tmp_path, f"""\
INFO httpx: HTTP Request: POST {URL} "HTTP/1.1 200 OK"
DEBUG agent: 2026-11-20T09:44:02Z body {ANSWER}
{error}""")  # fmt: skip
    classed = classify(found, Facts())
    assert classed.failure_class == ("response_contract" if raised else "none")
    assert classed.location == ("response.choices[].message.content" if raised else "none")


def test_a_comment_read_as_json_is_no_answer_that_was_seen(tmp_path: Path) -> None:
    found, _ = read(tmp_path, f"""\
2026-11-20T09:37:14.110Z POST {URL} {ASKED}
2026-11-20T09:37:14.702Z <- 200 text/event-stream
2026-11-20T09:37:17.003Z raw: : keep-alive
SyntaxError: Unexpected token ':', ": keep-alive" is not valid JSON
2026-11-20T09:38:14.110Z POST {URL} {ASKED.replace('"x"', '"z"')}
2026-11-20T09:38:14.702Z <- 200 application/json
{ANSWER}
""")  # fmt: skip
    assert found[0].response.body_kind == "not-visible"
    assert classify(found, Facts()).location == "stream.comment"


@pytest.mark.parametrize(
    "text",
    [
        "openai.BadRequestError: Error code: 400 - {'error': {'message': 'bad'}}\n",
        f'INFO httpx: HTTP Request: POST {URL} "HTTP/1.1 400 Bad Request"\nValueError: x\n',
    ],
)
def test_one_exception_with_what_is_around_it_stays_a_pasted_text(
    tmp_path: Path, text: str
) -> None:
    assert read(tmp_path, text)[1] == "text"


def asks(who: str, second: int, temperature: float) -> str:
    body = ASKED.replace("null", str(temperature))
    return f"2026-11-20T09:00:{second:02}Z [{who}] POST {URL} {body}\n"


def test_of_calls_that_cross_no_answer_is_given_to_either(tmp_path: Path) -> None:
    text = asks("t1", 1, 5) + asks("t2", 2, 0.4)
    text += f"2026-11-20T09:00:03Z [t1] <- 400\n{ERROR}\n2026-11-20T09:00:04Z [t2] <- 200\n"
    text += asks("t1", 6, 0.3) + f"2026-11-20T09:00:07Z <- 400\n{ERROR}\n"
    found, _ = read(tmp_path, text)
    assert [(e.request.body["temperature"], e.response.status) for e in found] == [(0.3, 400)]


OTHERS = {
    "another service": 'INFO httpx: HTTP Request: GET https://hooks.slack.com/api "HTTP/1.1 503 x"',
    "an arrow": "trimmed history 812 -> 431 tokens",
    "a log's own line": '{"level": "warn", "msg": "audit sink slow", "error": "redis timeout"}',
    "a sentence": "flag service returned 503, using defaults",
    "a line that is cut": 'DEBUG cache {"keys": ["a",',
}


@pytest.mark.parametrize("line", OTHERS.values(), ids=OTHERS)
def test_lines_of_others_are_no_answer(tmp_path: Path, line: str) -> None:
    text = (
        f"2026-11-20T09:00:01Z POST {URL} {ASKED}\n{line}\n2026-11-20T09:00:02Z <- 200\n{ANSWER}\n"
    )
    (one,), _ = read(tmp_path, text)
    assert (one.response.status, one.response.body_kind) == (200, "json")


@pytest.mark.parametrize("whole", [True, False])
def test_a_stream_that_a_log_shows_a_part_of_is_not_judged(tmp_path: Path, whole: bool) -> None:
    chunk = CHUNK if whole else CHUNK.replace('"stop"', "null")
    text = f"2026-11-20T09:00:01Z POST {URL} {ASKED}\n<- 200 text/event-stream\n{chunk}\n"
    (one,), _ = read(tmp_path, f"{text}... (41 more chunks not shown)\nstream complete\n")
    assert one.response.body_kind == ("sse" if whole else "not-visible")


def test_a_request_at_a_logs_end_is_no_call_that_failed(tmp_path: Path) -> None:
    text = f"2026-11-20T09:00:01Z POST {URL} {ASKED}\n<- 200\n{ANSWER}\n"
    found, _ = read(tmp_path, text + asks("x", 9, 0.7))
    assert [e.response.status for e in found] == [200]


def test_a_call_that_the_sdk_gave_up_is_not_the_next_one(tmp_path: Path) -> None:
    def attempt(second: int, status: str) -> str:
        at = f"[2026-11-20 09:12:{second:02d} - openai._base_client:1 - DEBUG]"
        options = "{'method': 'post', 'url': '/chat/completions', 'json_data': {'model': 'gpt-4o', 'messages': [{'role': 'user', 'content': 'x'}]}}"
        url = "https://api.cometapi.com/v1/chat/completions"
        return (f"{at} Request options: {options}\n"
                f"[2026-11-20 09:12:{second:02d} - httpx:1 - INFO] HTTP Request: POST {url} \"HTTP/1.1 {status}\"\n")  # fmt: skip

    again = "[2026-11-20 09:12:01 - openai._base_client:1 - INFO] Retrying request to /chat/completions in 0.5 seconds\n"
    busy = "429 Too Many Requests"
    path = tmp_path / "a.log"
    path.write_text(attempt(1, busy) + again + attempt(2, busy) + attempt(30, "200 OK"))
    read, _ = exchanges([str(path)], How(workers=1))
    assert [one.attempt for one in read] == [1, 2, 1]


def test_the_client_of_net_tells_of_each_attempt(tmp_path: Path) -> None:
    inner = "info: System.Net.Http.HttpClient.Api.ClientHandler"
    (first, second), form = read(
        tmp_path,
        f"""\
info: System.Net.Http.HttpClient.Api.LogicalHandler[100]
      Start processing HTTP request POST {URL}
{inner}[100]
      Sending HTTP request POST {URL}
{inner}[101]
      Received HTTP response headers after 212.7741ms - 503
warn: Polly[0]
      Resilience event occurred. EventName: 'OnRetry', Result: '503'
{inner}[100]
      Sending HTTP request POST {URL}
{inner}[101]
      Received HTTP response headers after 1388.0562ms - 200
""",
    )
    assert form == "transcript"
    assert [one.response.status for one in (first, second)] == [503, 200]
    assert first.group == second.group


@pytest.mark.parametrize(
    ("raised", "form"),
    [
        ("ActionView::Template::Error: undefined method `strftime' for nil", "transcript"),
        ("Faraday::TimeoutError: timed out", "text"),
    ],
)
def test_what_a_program_raised_beside_a_call_is_not_of_it(
    raised: str, form: str, tmp_path: Path
) -> None:
    (one,), read_as = read(
        tmp_path,
        f"""\
I, [2026-11-20T09:05:00.412873 #41]  INFO -- request: POST {URL}
I, [2026-11-20T09:05:01.871204 #41]  INFO -- response: Status 200
F, [2026-11-20T09:05:01.903117 #41] FATAL -- : method=POST path=/t status=500 error='{raised}'
""",
    )
    assert read_as == form
    assert (one.response.status == 200) == (form == "transcript")


PAIRED = f"""\
2026-11-20T09:01:00.000Z INFO  [http] POST {URL} key=...c41f model=gpt-4o-mini status=200 ms=902
2026-11-20T09:02:00.000Z WARN  [http] POST {URL} key=...c41f model=gpt-4o-mini status=500 ms=2210 body={{"error": {{"message": "Internal error", "type": "server_error", "param": null, "code": null}}}}
2026-11-20T09:02:03.000Z INFO  [http] POST {URL} key=...c41f model=gpt-4o-mini status=200 ms=911 attempt=2
2026-11-20T09:03:00.000Z INFO  [http] POST {URL} model=gpt-4o -> 429 in 35ms retry-after=8 body={ERROR}
"""


def test_a_line_may_tell_of_a_call_in_pairs(tmp_path: Path) -> None:
    found, form = read(tmp_path, PAIRED)
    assert form == "transcript"
    assert [one.response.status for one in found] == [200, 500, 200, 429]
    assert [one.request.body["model"] for one in found if isinstance(one.request.body, dict)] == [
        "gpt-4o-mini", "gpt-4o-mini", "gpt-4o-mini", "gpt-4o"]  # fmt: skip
    assert {one.request.body_kind for one in found} == {"partial"}
    assert found[3].response.body["error"]["param"] == "temperature"
    assert found[3].response_header("retry-after") == "8"
    assert "headers" in found[3].response.hidden
    assert found[1].group == found[2].group != found[0].group


def test_a_number_that_follows_no_attempt_joins_none(tmp_path: Path) -> None:
    found, _ = read(tmp_path, PAIRED.replace("attempt=2", "attempt=3"))
    assert len({one.group for one in found}) == 4


@pytest.mark.parametrize("query", ["", "?api-version=2024-02-01"])
def test_one_line_of_httpx_is_enough_whatever_stands_before_it(tmp_path: Path, query: str) -> None:
    line = f'2026-11-20 09:12:01,101 [INFO] [_client.py:1027] HTTP Request: POST {URL}{query} "HTTP/1.1 200 OK"\n'
    (only,), form = read(tmp_path, f"{line}2026-11-20 09:12:02,101 [INFO] [page.py:3] drawn\n")
    assert (form, only.response.status) == ("transcript", 200)


ANSWERED = (
    '{"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0,'
    ' "message": {"role": "assistant", "content": "y"}, "finish_reason": "stop"}]}'
)


@pytest.mark.parametrize(
    ("lines", "statuses", "shown"),
    [
        (f'chat POST {URL} body={{"model":"m","messages":"<3>"}} -> 200 12ms\n'
         f'chat POST {URL} body={{"model":"m","messages":"<3>"}} -> 503 {ERROR}', [200, 503], 1),
        (f"llm.raw POST {URL} 200 response={ANSWERED}\nllm.raw POST {URL} 200 response={ANSWERED}",
         [200, 200], 2),
        ('client=10.8.1.44 "POST /v1/chat/completions HTTP/1.1" status=504 bytes=167\n'
         'client=10.8.1.44 "POST /v1/chat/completions HTTP/1.1" status=200 bytes=1822', [504, 200], 0),
        (f"09:00 DEBUG a.Agent - RESPONSE: 200 OK {URL}\nBODY: {ANSWERED}", [200], 1),
        (f"I -- : chat request model=m url={URL}\nD -- : chat response status=200 body={ANSWERED}",
         [200], 1),
    ],
    ids=["a body before", "a bare status", "after the version", "an answer first", "an address only"],
)  # fmt: skip
def test_how_lines_go_on_to_tell_of_an_answer(
    lines: str, statuses: list[int], shown: int, tmp_path: Path
) -> None:
    found, form = read(tmp_path, lines)
    assert form == "transcript"
    assert [one.response.status for one in found] == statuses
    assert sum(one.response.body_kind == "json" for one in found) == shown


def test_the_time_of_a_failures_line_tells_how_long_a_call_took(tmp_path: Path) -> None:
    (lost, well, _), _ = read(
        tmp_path,
        f"""\
[2026-06-01T09:10:10.000Z] #3 -> POST {URL} model=o3
[2026-06-01T09:10:20.004Z] #3 xx APIConnectionTimeoutError: Request timed out.
[2026-06-01T09:12:40.000Z] #6 -> POST {URL} model=o3
[2026-06-01T09:12:42.500Z] #6 <- 200 in 2300ms
[2026-06-01T09:13:40.000Z] #7 -> POST {URL} model=o3
[2026-06-01T09:13:42.500Z] #7 <- 200 in 2300ms
""",
    )
    assert (lost.duration_ms, lost.response.status) == (10004.0, 0)
    assert well.duration_ms == 2500.0


def test_what_a_line_of_the_program_read_is_told_with_the_error(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path,
        f"""\
I -- : chat request model=m url={URL}
D -- : chat response status=200 body={ANSWERED}
E -- : NoMethodError: undefined method `[]' for nil
/srv/meter.rb:18:in `record': response["usage"]["total_tokens"]
""",
    )
    assert classify(found, Facts()).failure_class == "response_contract"


def test_an_answer_whose_line_is_of_another_call_is_not_given_to_the_one_before(
    tmp_path: Path,
) -> None:
    filtered = ANSWERED.replace('"stop"', '"content_filter"')
    found, _ = read(
        tmp_path,
        f"""\
09:05 INFO thread=1 POST {URL} 200 total_tokens=412
09:06 INFO thread=2 POST {URL} 200 total_tokens=900
09:07 DEBUG thread=3 response body: {filtered}
09:07 ERROR thread=3 failed
ValueError: 'content_filter' is not a valid Finish
09:08 INFO thread=4 POST {URL} 200 total_tokens=3
09:09 DEBUG thread=4 response body: {ANSWERED}
""",
    )
    assert [one.response.body_kind for one in found] == [
        "not-visible",
        "not-visible",
        "json",
        "json",
    ]
    third = found[2]
    assert (third.response.status, "status" in third.response.hidden) == (0, True)
    assert classify((third,), Facts()).location == "response.choices[].finish_reason"


def test_an_exception_that_tells_another_status_is_of_the_call_that_ended_with_it(
    tmp_path: Path,
) -> None:
    found, _ = read(
        tmp_path,
        f"""\
2026-11-20 09:05:00,391 worker-2 INFO httpx HTTP Request: POST {URL} "HTTP/1.1 429 Too Many"
2026-11-20 09:05:00,395 worker-1 INFO httpx HTTP Request: POST {URL} "HTTP/1.1 200 OK"
2026-11-20 09:05:00,399 worker-2 ERROR failed
openai.RateLimitError: Error code: 429 - {{'error': {{'message': 'x', 'code': 'busy'}}}}
2026-11-20 09:05:00,400 worker-1 INFO httpx HTTP Request: POST {URL} "HTTP/1.1 200 OK"
openai.BadRequestError: Error code: 400 - {{'error': {{'message': 'x', 'code': 'bad'}}}}
""",
    )
    assert [one.response.status for one in found] == [429, 200, 200]
    assert [one.response.body_kind for one in found] == ["json", "not-visible", "not-visible"]


def test_a_stream_whose_connection_mitmproxy_saw_break_was_cut(tmp_path: Path) -> None:
    chunk = CHUNK.replace('"stop"', "null")
    (found,), form = read(
        tmp_path,
        f"""\
[09:52:18.402][10.4.0.17:41822] client connect
10.4.0.17:41822: POST {URL}
    content-type: application/json

 << 200 OK 547b
    content-type: text/event-stream

    {chunk}

[09:53:19.011][10.4.0.17:41822] error: peer closed connection without sending complete message body (incomplete chunked read)
[09:53:19.015][10.4.0.17:41822] client disconnect
""",
    )
    assert (form, found.response.status, found.failure) == ("transcript", 200, "reset")
    assert found.response.body_kind == "sse"


def test_a_servers_logger_begins_and_ends_a_call_around_what_was_printed(tmp_path: Path) -> None:
    (call,), form = read(tmp_path, """\
<-- POST /v1/chat/completions
 Model: gpt-5-mini  stream: false
 ERROR  HTTP error: { error:
   { message:
      "Parameter 'max_tokens' is not supported with this model.",
     code: 'unsupported_parameter' } }

--> POST /v1/chat/completions 400 976ms
""")  # fmt: skip
    assert form == "transcript"
    assert (call.response.status, call.response.rejects) == (400, "request.max_tokens")


def test_what_a_server_raised_is_of_the_call_whose_line_follows(tmp_path: Path) -> None:
    log = """\
INFO:     10.0.0.1:55102 - "POST /chat/completions HTTP/1.1" 200 OK
06:58:22 - ERROR: ModelError: 400: {'error': 'Invalid model name passed in model=gpt-5-mini'}
INFO:     10.0.0.1:55110 - "POST /chat/completions HTTP/1.1" 400 Bad Request
"""
    (well, refused), _ = read(tmp_path, log)
    assert (well.response.status, well.response.body) == (200, None)
    assert "Invalid model name" in str(refused.response.body)
    (_, other), _ = read(tmp_path, log.replace("Error: 400", "Error: 500"))
    assert other.response.body is None


FRAGMENT = ('data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":'
            '[{"index":0,"delta":{"role":"assistant","tool_calls":[{"id":"a","type":"function",'
            '"function":{"name":"f","arguments":"{}"}}]},"finish_reason":null}]}')  # fmt: skip


def test_chunks_before_what_a_program_raised_are_judged_and_their_end_is_not(
    tmp_path: Path,
) -> None:
    log = f"""\
2026-11-20 09:01:30 INFO POST {URL} stream=true -> 200 text/event-stream
2026-11-20 09:01:31 DEBUG SSE {FRAGMENT}
2026-11-20 09:01:31 ERROR turn failed
TypeError: list indices must be integers or slices, not NoneType
2026-11-20 09:02:30 INFO POST {URL} stream=true -> 200 text/event-stream
2026-11-20 09:02:31 DEBUG SSE {CHUNK}
2026-11-20 09:02:31 DEBUG SSE data: [DONE]
"""
    found, _ = read(tmp_path, log)
    assert not found[0].response.stream_shown
    told = classify(found, Facts())
    assert told.location == "stream.choices[].delta.tool_calls[].index"
    cut = log.replace("TypeError: list indices must be integers or slices, not NoneType",
                      "httpx.RemoteProtocolError: peer closed connection without sending complete "
                      "message body (incomplete chunked read)")  # fmt: skip
    found, _ = read(tmp_path, cut)
    assert classify(found, Facts()).location == "transport.reset"


def test_a_proxy_that_asked_nobody_answered_itself(tmp_path: Path) -> None:
    line = '10.0.0.1 - - [x] "POST /v1/chat/completions HTTP/1.1" 413 585 upstream_status={s}\n'
    found, _ = read(tmp_path, line.format(s="-") + line.format(s="413"))
    assert [one.response.facts for one in found] == [("local-reply",), ()]


@pytest.mark.parametrize("at", ["[2026/11/20 - 09:00:44]", "2026-11-20 09:00:44"])
def test_times_are_read_in_the_forms_of_gin_and_of_others(tmp_path: Path, at: str) -> None:
    log = f"{at} -> POST {URL} {ASKED}\n{at} <- 503 application/json {ERROR}\n"
    (call,), _ = read(tmp_path, log)
    assert call.at == "2026-11-20T09:00:44+00:00"


def test_a_status_may_stand_with_its_words_and_the_time_it_took(tmp_path: Path) -> None:
    log = (f"2026-11-20 09:02:00 | DEBUG - POST {URL} body={ASKED}\n"
           f"2026-11-20 09:02:00 | ERROR - 400 Bad Request in 288 ms body={ERROR}\n")  # fmt: skip
    (call,), _ = read(tmp_path, log)
    assert (call.response.status, call.response.rejects) == (400, "request.temperature")


def test_the_head_of_another_answer_is_not_of_the_call_before(tmp_path: Path) -> None:
    server = '10.0.0.1 - - [20/Nov/2026:09:0{}:20 +0000] "POST {} HTTP/1.1" {} 12 "-" "x/1"'
    log = "\n".join((
        "2026/11/20 09:01:20 [error] 31#31: *4 client intended to send too large body",
        server.format(1, "/v1/chat/completions", 413),
        server.format(3, "/v1/chat/completions", 200),
        "# what the client got of the first:",
        "HTTP/1.1 413 Request Entity Too Large", "Content-Type: text/html", "",
    ))  # fmt: skip
    first, second = read(tmp_path, log)[0]
    assert (first.response.status, second.response.status) == (413, 200)
    assert second.response_header("content-type") is None
    assert second.at == "2026-11-20T09:03:20+00:00"


@pytest.mark.parametrize(
    ("before", "body", "status"),
    [
        ("Error code: 400, with error text", ERROR, 400),
        ("DEBUG 2026-11-20T09:32:10.512Z 400", ERROR, 400),
        ("[http] 200 OK x-left: 7 ", ANSWER, 200),
        ("took 412", ANSWER, 200),  # of an answer that is shown the status alone is not
    ],
)
def test_a_status_stands_before_a_body_in_its_line(
    before: str, body: str, status: int, tmp_path: Path
) -> None:
    (one,), form = read(
        tmp_path, f"DEBUG 2026-11-20T09:32:10Z POST {URL}\nDEBUG {ASKED}\n{before} {body}\n"
    )
    assert (form, one.response.status) == ("transcript", status)
    assert ("status" in one.response.hidden) == before.startswith("took")


def test_a_body_that_a_logger_prints_as_a_text_of_json_is_opened(tmp_path: Path) -> None:
    def printed(body: str) -> str:
        return json.dumps(json.dumps(json.loads(body)))

    (one,), form = read(tmp_path, f"""\
I, [2026-11-20T09:56:41.104 #7]  INFO -- request: POST {URL}
D, [2026-11-20T09:56:41.106 #7] DEBUG -- request: {printed(ASKED)}
I, [2026-11-20T09:56:41.399 #7]  INFO -- response: Status 400
D, [2026-11-20T09:56:41.401 #7] DEBUG -- response: {printed(ERROR)}
""")  # fmt: skip
    assert (form, one.response.status) == ("transcript", 400)
    assert one.request.body_kind == one.response.body_kind == "json"


def test_an_error_over_a_key_of_the_programs_own_is_not_of_the_answer(tmp_path: Path) -> None:
    found, _ = read(tmp_path, f"""\
INFO httpx: HTTP Request: POST {URL} "HTTP/1.1 200 OK"
DEBUG agent: 2026-11-20T09:44:02Z body {ANSWER}
E  KeyError: 'queue'
""")  # fmt: skip
    assert classify(found, Facts()).failure_class == "none"


@pytest.mark.parametrize(
    ("between", "groups"), [("WARN attempt 1/7, sleeping 1 s", 1), ("WARN tokens 1/7 used", 2)]
)
def test_what_a_program_says_before_it_waits_joins_the_attempts(
    between: str, groups: int, tmp_path: Path
) -> None:
    sent = f'INFO httpx: HTTP Request: POST {URL} "HTTP/1.1 429 Too Many Requests"'
    found, _ = read(
        tmp_path, f"2026-11-20 09:00:00 {sent}\n{between}\n2026-11-20 09:00:20 {sent}\n"
    )
    assert len({one.group for one in found}) == groups


def test_a_page_that_a_program_logged_in_place_of_an_answer(tmp_path: Path) -> None:
    went = f'INFO httpx: HTTP Request: POST {URL} "HTTP/1.1 200 OK"'
    said = "DEBUG content-type=text/html bytes=198 body="
    page = '<!doctype html><html lang="en"><head><title>Console</title></head>'
    raised = "ERROR 'str' object has no attribute 'choices'"
    shown, _ = read(tmp_path, f"{went}\n{said}{page}\n{raised}\n")
    bare, _ = read(tmp_path, f"{went}\n{said}\n{raised}\n")
    assert [one.response.body_kind for one in (*shown, *bare)] == ["html", "not-visible"]
    assert classify(shown, Facts()).location == "endpoint.path"
    assert classify(bare, Facts()).location != "endpoint.path"


def test_calls_of_which_only_their_failures_are_told_are_calls_of_their_own(
    tmp_path: Path,
) -> None:
    lines = []
    for minute in (1, 21):
        lines.append(f"2026-11-20T09:{minute:02}:08.000Z POST {URL} model=gpt-5 started")
        lines.append(
            f"2026-11-20T09:{minute + 5:02}:08.000Z httpx.RemoteProtocolError: peer closed "
            "connection without sending complete message body (incomplete chunked read)"
        )
    found, form = read(tmp_path, "\n".join(lines))
    assert (form, len(found)) == ("transcript", 2)
    assert {one.duration_ms for one in found} == {300_000}
    _, form = read(tmp_path, "\n".join(lines[:2]))
    assert form == "text"


def test_what_a_server_raised_before_its_first_line_is_of_that_call(tmp_path: Path) -> None:
    raised = "litellm.exceptions.BudgetExceededError: Budget has been exceeded! Max budget: 20.0"
    line = 'INFO: 10.4.1.31:41870 - "POST /v1/chat/completions HTTP/1.1" {}'
    ends = "\n".join((line.format("400 Bad Request"), line.format("200 OK")))
    found, form = read(tmp_path, f"{raised}\n{ends}\n")
    assert (form, found[0].response.body_kind) == ("transcript", "partial")
    assert classify(found, Facts()).location == "account.quota"
    found, _ = read(tmp_path, f"ERROR disk full\n{ends}\n")
    assert classify(found, Facts()).location != "account.quota"


@pytest.mark.parametrize(("prompt", "kind"), [("$", "sse"), ("and so on", "not-visible")])
def test_a_stream_has_ended_where_the_prompt_comes_back(
    prompt: str, kind: str, tmp_path: Path
) -> None:
    chunk = json.dumps({"object": "chat.completion.chunk", "choices": [
        {"index": 0, "delta": {"role": "assistant", "content": "Basil"}, "finish_reason": None}]})  # fmt: skip
    body = json.dumps({"model": "qwen3-max", "stream": True, "messages": []})
    text = f"pasted at 9:43\n$ curl -sN {URL} -d '{body}'\ndata: {chunk}\n\n{prompt}\nthat is all\n"
    found, _ = read(tmp_path, text)
    assert [one.response.body_kind for one in found] in ([kind], [])
