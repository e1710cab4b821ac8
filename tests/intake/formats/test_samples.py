"""Captures made by the producers themselves: what is read of each, and that nothing planted stays."""

import json
from pathlib import Path

import pytest

from tallystick.intake import Folder, Incident, Masker, Merger, Profiler, RawAttempt
from tallystick.intake.failures import failure_kind
from tallystick.intake.formats import Broken, Format, Piece, detect, named
from tallystick.intake.merge import head_of

SAMPLES = Path(__file__).parent / "samples"
PLANTED = (b"planted", b"johanna", b"Johanna", b"sk-planted")
# The status of each attempt that is read; 0 for none.
WIRE = {
    "devtools-sensitive.har": ("har", None),
    "playwright-omit.har": ("har", None),
    "mitmproxy.har": ("har", [200, 200, 200, 429, 500, 200, 200, 200, 200, 200, 0, 0]),
    "v-429.merged.txt": ("curl", [429]),
    "v-plain.pty.txt": ("curl", [200]),
    "v-refused.merged.txt": ("curl", [0]),
    "v-cut-streamed.merged.txt": ("curl", [200]),
    "v-three-commands-mixed.merged.txt": ("curl", None),
    "v-two-next.merged.txt": ("curl", [200, 200]),
    "trace-plain.txt": ("curl", [200]),
    "trace-429.time.txt": ("curl", [429]),
    "trace-streamed.time.txt": ("curl", [200]),
    "trace-gzip.hex.time.txt": ("curl", [200]),
    "trace-gzip.txt": ("curl", [200]),
    "trace-refused.time.txt": ("curl", [0]),
    "tls-http2-plain.trace.time.txt": ("curl", [200]),
    "tls-http2-streamed.merged.txt": ("curl", [200]),
    "openai-429-retried.yaml": ("vcr-yaml", [429, 200]),
    "openai-several.json": ("vcr-json", [200, 200, 429, 200, 200]),
    "httpx-gzip.yaml": ("vcr-yaml", [200]),
    "httpx-streamed.yaml": ("vcr-yaml", [200]),
    "vcr4-httpx-429.json": ("vcr-json", [429]),
    "litellm.jsonl": ("litellm", [200, 200, 200, 200, 429, 429, 500, 401, 0, 0, 0]),
    "otlp-openai-v2-newsemconv.jsonl": ("otel", [200, 200, 200, 200, 429, 500, 400, 0, 0, 0]),
    "otlp-openllmetry-0.62.jsonl": ("otel", [200, 200, 200, 200, 429, 500, 400, 0, 0, 200]),
    "otlp-openllmetry-0.40-legacy.jsonl": ("otel", [200, 200, 200, 200, 429, 500, 400, 0, 0]),
    "otlp-batched-with-http-spans.jsonl": ("otel", None),
    "otlp-openai-v2-newsemconv.protobuf-json-base64ids.jsonl": ("otel", None),
    "envoy-istio-default.jsonl": ("envoy", None),
    "envoy-istio-default-strings.jsonl": ("envoy", None),
    "kong-file-log.jsonl": ("kong", [200, 200, 429, 500, 200, 502, 504, 429, 401, 499]),
    "kong-http-log-batch.json": ("kong", None),
    "langfuse-api-v1.jsonl": ("langfuse", [200, 200, 429, 500, 0, 200]),
    "langfuse-blob-observations_v2.jsonl": ("langfuse", [200, 200, 429, 500, 0, 200]),
    "langfuse-blob-observations_v2.parquet": ("parquet", [200, 200, 429, 500, 0, 200]),
    "otlp-openai-v2-newsemconv.binpb": ("otlp", [200, 200, 200, 200, 429, 500, 400, 0, 0, 0]),
    "langfuse-ui-export.json": ("langfuse", None),
    "langfuse-api-v1-response.json": ("langfuse", None),
    "openai-python-2.log": ("transcript", [400, 200, 503, 503, 200, 0, 0]),
    "openai-python-3.log": ("openai-python", [400, 200, 503, 503, 200, 0, 0]),
    "openai-node-4.log": ("openai-node", [400, 200, 503, 503, 200, 0, 0]),
    "openai-node-6.log": ("openai-node", [400, 200, 503, 503, 200, 0, 0, 200, 503]),
    "openai-node-6-deep.log": ("openai-node", [400, 200, 503, 503, 200, 0, 0, 200, 503]),
    "openai-node-7.log": ("openai-node", [400, 200, 503, 503, 200, 0, 0, 200, 503]),
    "openai-node-6-info.log": ("openai-node", [400, 200, 503, 503, 200, 0, 0, 200, 503]),
}  # fmt: skip


def found(name: str) -> tuple[Format, list[RawAttempt]]:
    data = (SAMPLES / name).read_bytes()
    form = detect(data[:65536])
    assert form is not None
    read = list(form.read(Piece(0, 0, data, last=True)))
    assert not [one for one in read if isinstance(one, Broken)]
    return form, [one for one in read if isinstance(one, RawAttempt)]


def one(name: str, number: int = 0) -> RawAttempt:
    return found(name)[1][number]


def lines(name: str) -> list[dict[str, object]]:
    data = (SAMPLES / name).read_bytes()
    form = detect(data[:65536])
    assert form is not None
    part = Folder(b"k" * 32).fold(Piece(0, 0, data, last=True), form, 0)
    attempts = Merger(["sha256:0"]).attempts([head_of(part)], lambda _: part)
    return [json.loads(attempt.line) for attempt in attempts]


@pytest.mark.parametrize("name", WIRE)
def test_a_sample_is_told_and_read(name: str) -> None:
    expected, statuses = WIRE[name]
    form, attempts = found(name)
    assert form.name == expected
    assert attempts
    if statuses is not None:
        assert [attempt.status for attempt in attempts] == statuses
    for attempt in attempts:
        assert (attempt.status == 0) <= bool(attempt.error)


@pytest.mark.parametrize("name", WIRE)
def test_nothing_planted_stays(name: str) -> None:
    text = json.dumps(lines(name), ensure_ascii=False).encode()
    assert not [value for value in PLANTED if value in text]


def test_every_sample_is_listed() -> None:
    there = {path.name for path in SAMPLES.iterdir()} - {"README.md", "mitmproxy.flow"}
    assert there == set(WIRE)


@pytest.mark.parametrize("text", [
    b"# Notes\n\n* Could not resolve host\n* Trying 1\n", b"garbage\n* Could not resolve host: x\n",
    b'{"a":"litellm_call_id","b":"call_type"}', b'{"labels":{"latencies":1,"started_at":2,"request":3}}',
])  # fmt: skip
def test_words_of_a_format_make_no_capture(text: bytes) -> None:
    assert detect(text) is None


def test_an_envoy_line_with_words_of_kong_is_envoys() -> None:
    line = b'{"response_code":429,"start_time":"x","labels":{"latencies":1,"started_at":2,"request":3}}'
    form = detect(line)
    assert form is not None
    assert form.name == "envoy"


def test_three_curl_commands_are_three_attempts() -> None:
    statuses = [a.status for a in found("v-three-commands-mixed.merged.txt")[1]]
    assert statuses == [429, 0, 200]


def test_an_unknown_file_is_of_no_format() -> None:
    assert detect(b"hello") is None
    assert detect(b"") is None


def test_curl_shows_headers_bodies_and_no_request_body() -> None:
    refused = one("v-refused.merged.txt")
    assert "Failed to connect" in refused.error
    limited = one("v-429.merged.txt")
    assert dict(limited.response.headers)["retry-after"] == "2"
    assert "rate_limit_exceeded" in str(limited.response.body)
    assert limited.request.body is None
    cut = one("v-cut-streamed.merged.txt")
    assert cut.status == 200
    assert cut.error
    assert one("tls-http2-streamed.merged.txt").url.startswith("https://")


@pytest.mark.parametrize("name", ["trace-streamed.time.txt", "httpx-streamed.yaml"])
def test_streams_are_rebuilt(name: str) -> None:
    (line,) = lines(name)
    frames = line["response"]["frames"]  # type: ignore[index]
    assert [frame["kind"] for frame in frames][-1] == "done"
    assert sum(frame["count"] for frame in frames) == 9
    assert frames[-2]["data"]["usage"]["total_tokens"] == 26


@pytest.mark.parametrize(
    "name", ["trace-plain.txt", "trace-gzip.hex.time.txt", "httpx-gzip.yaml", "v-plain.pty.txt"]
)
def test_bodies_are_unpacked_and_mended(name: str) -> None:
    (line,) = lines(name)
    body = line["response"]["body"]  # type: ignore[index]
    assert body["usage"]["total_tokens"] == 26


def test_a_packed_body_that_was_not_kept_whole_is_not_visible() -> None:
    (line,) = lines("trace-gzip.txt")
    assert line["response"]["body_kind"] == "not-visible"  # type: ignore[index]


def test_a_log_that_cannot_hold_frames_says_so() -> None:
    streamed = found("litellm.jsonl")[1][1]
    assert not streamed.stream_shown
    shown = lines("litellm.jsonl")[1]["response"]
    assert (shown["body_kind"], shown["stream_shown"], shown["frames"]) == ("partial", False, [])  # type: ignore[index]


def test_http_spans_below_a_call_are_its_attempts() -> None:
    attempts = found("otlp-batched-with-http-spans.jsonl")[1]
    statuses = [attempt.status for attempt in attempts]
    assert statuses.count(429) == 2
    assert len(attempts) == 11
    assert len({attempt.call for attempt in attempts if attempt.status == 429}) == 1
    answered = [attempt for attempt in attempts if attempt.status]
    assert {attempt.url for attempt in answered} == {"http://127.0.0.1:18431/v1/chat/completions"}
    assert not any(attempt.hidden for attempt in answered)


def test_otlp_may_have_base64_ids_and_names_of_enums() -> None:
    by_number = found("otlp-openai-v2-newsemconv.jsonl")[1]
    by_name = found("otlp-openai-v2-newsemconv.protobuf-json-base64ids.jsonl")[1]
    assert [a.status for a in by_number] == [a.status for a in by_name]


def test_envoy_tells_its_own_failures_from_the_providers() -> None:
    attempts = found("envoy-istio-default.jsonl")[1]
    told = {attempt.error.split(":")[0].split(";")[0]: attempt.status for attempt in attempts}
    assert told["failed to connect to the upstream delayed connect error"] == 0
    refused = next(attempt.error for attempt in attempts if "delayed connect" in attempt.error)
    assert failure_kind(refused) == "refused", "the log's own detail says so"
    assert failure_kind(refused.partition(" delayed")[0]) == "network", "the flag alone does not"
    assert [a.status for a in attempts if not a.error].count(500) == 2
    as_text = found("envoy-istio-default-strings.jsonl")[1]
    assert [a.status for a in as_text] == [a.status for a in attempts]


def test_kong_shows_bodies_where_they_were_logged() -> None:
    plain, streamed = found("kong-file-log.jsonl")[1][:2]
    assert json.loads(plain.request.body or "")["model"]
    assert not plain.request.partial
    assert not streamed.stream_shown


def test_langfuse_shapes_agree() -> None:
    several = [found(name)[1] for name in (
        "langfuse-api-v1.jsonl", "langfuse-ui-export.json", "langfuse-api-v1-response.json")]  # fmt: skip
    assert len({tuple(a.status for a in attempts) for attempts in several}) == 1
    blob = one("langfuse-blob-observations_v2.jsonl", 2)
    assert json.loads(blob.response.body or "")["error"]["code"] == "rate_limit_exceeded"
    assert blob.at is not None


def test_a_cassettes_retry_counter_and_date_are_read() -> None:
    first, second = found("openai-429-retried.yaml")[1]
    assert [dict(a.request.headers)["x-stainless-retry-count"] for a in (first, second)] == [
        "0",
        "1",
    ]
    assert (first.at or "") < (second.at or "")


def test_masking_a_sample_twice_is_masking_it_once() -> None:
    body = lines("openai-several.json")[0]["request"]["body"]  # type: ignore[index]
    from tallystick.record.policy import REQUEST

    again = Masker().json(body, REQUEST, "$")
    assert json.dumps(again)[:40] == json.dumps(body)[:40]


def test_the_profile_tells_what_logs_put_together() -> None:
    data = (SAMPLES / "litellm.jsonl").read_bytes()
    form = detect(data)
    assert form is not None
    part = Folder(b"k" * 32).fold(Piece(0, 0, data, last=True), form, 0)
    profiler = Profiler(Incident())
    for attempt in Merger(["sha256:0"]).attempts([head_of(part)], lambda _: part):
        profiler.add(attempt)
    assert all(cell.partial == cell.exchanges for cell in profiler.profile().cells)


SESSION = """\
app-03$ date -u
2026-11-20T09:01:00Z
app-03$ curl -v https://api.cometapi.com/v1/chat/completions -d '{"model": "m", "messages": []}'
*   Trying 203.0.113.20:443...
* Connected to api.cometapi.com (203.0.113.20) port 443
> POST /v1/chat/completions HTTP/1.1
> Host: api.cometapi.com
>
< HTTP/1.1 200 OK
<
{"choices": []}
app-03$ date -u
2026-11-20T09:09:00Z
app-03$ curl -v https://api.cometapi.com/v1/chat/completions -d '{"model": "n", "messages": []}'
*   Trying 203.0.113.20:443...
* Connection timed out after 20001 milliseconds
curl: (28) Connection timed out after 20001 milliseconds
app-03$ curl -sS https://example.org/
curl: (28) Connection timed out after 20001 milliseconds
"""


def test_a_session_of_commands_is_cut_at_its_prompts() -> None:
    form = detect(SESSION.encode())
    assert form is not None
    assert form.name == "curl"
    found = list(form.read(Piece(0, 0, SESSION.encode(), last=True)))
    first, second, other = (one for one in found if isinstance(one, RawAttempt))
    assert (first.status, first.response.body) == (200, b'{"choices": []}')
    assert (second.status, second.error[:3]) == (0, "28)")
    assert second.url == "https://api.cometapi.com/v1/chat/completions"
    assert second.request.body == b'{"model": "n", "messages": []}'
    assert other.url == "https://example.org/"


CUT = """\
$ curl -v -N https://api.cometapi.com/v1/chat/completions -H "Authorization: $AUTH" -d '{"stream": true}'
* Connected to api.cometapi.com (203.0.113.9) port 443
> POST /v1/chat/completions HTTP/1.1
> Host: api.cometapi.com
>
< HTTP/1.1 200 OK
< Content-Type: text/event-stream
<
data: {"choices": []}

curl: (18) transfer closed with outstanding read data remaining
"""


def test_a_transfer_that_broke_off_behind_its_status_is_one() -> None:
    form = detect(CUT.encode())
    assert form is not None
    (call,) = form.read(Piece(0, 0, CUT.encode(), last=True))
    assert isinstance(call, RawAttempt)
    assert (call.status, failure_kind(call.error)) == (200, "reset")
    assert call.url == "https://api.cometapi.com/v1/chat/completions"


def test_a_field_that_is_a_shells_variable_shows_no_credential() -> None:
    told = 'HTTP/1.1 401 Unauthorized\ncontent-type: application/json\n\n{"message": "expired"}\n'
    command = (
        "curl -i https://api.cometapi.com/v1/chat/completions -H 'Authorization: {}' -d '{{}}'\n"
    )
    for value, hidden in (("$AUTH", ("headers",)), ("${AUTH}", ("headers",)), ("Bearer $K", ())):
        text = f"$ {command.format(value)}{told}".encode()
        form = detect(text)
        assert form is not None
        (call,) = form.read(Piece(0, 0, text, last=True))
        assert isinstance(call, RawAttempt)
        assert call.hidden == hidden


def test_brackets_of_an_array_may_stand_at_its_entries() -> None:
    form = named("own")
    assert form is not None
    line = '{"url": "https://h/v1/chat/completions", "status": 200, "request": {"model": "m", "messages": []}}'
    text = f"[{line},\n{line},\n{line}]\n".encode()
    assert [type(one) for one in form.read(Piece(0, 0, text, last=True))] == [RawAttempt] * 3


def test_a_document_may_break_its_lines_at_some_brackets_only() -> None:
    span = {"traceId": "t", "spanId": "s", "name": "chat m", "startTimeUnixNano": "1795165260000000000",
            "endTimeUnixNano": "1795165261000000000", "attributes": [
                {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}}]}  # fmt: skip
    text = f'{{"resourceSpans":[{{"scopeSpans":[{{"spans":[\n{json.dumps(span)},\n{json.dumps(span)}]}}]}}]}}'
    form = detect(text.encode())
    assert form is not None
    found = list(form.read(Piece(0, 0, text.encode(), last=True)))
    assert [type(one) for one in found] == [RawAttempt, RawAttempt]
