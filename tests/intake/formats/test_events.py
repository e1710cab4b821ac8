"""Logs of one line an event: joined by an id, or by order where no two calls overlap."""

import json
from pathlib import Path
from typing import Any

import pytest

from tallystick.case.capture import exchanges
from tallystick.engine.merging import How
from tallystick.host.errors import CannotRunError
from tallystick.intake.formats.wordedlines import worded as worded_line
from tallystick.record.exchange import Exchange

URL = "https://api.cometapi.com/v1/chat/completions"
ASKED = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "x"}]}
ANSWER = {
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "y"},
                 "finish_reason": "stop"}],
}  # fmt: skip
ERROR = {"error": {"message": "bad", "type": "t", "param": None, "code": "c"}}


def chunk(delta: dict[str, Any], ends: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": ends}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [choice]}  # fmt: skip


CHUNKS = [chunk({"role": "assistant", "content": "y"}), chunk({}, "stop")]


def asks(ident: str, second: int, **more: Any) -> dict[str, Any]:
    return {"ts": f"2026-11-20T09:00:{second:02}Z", "ev": "request", "call": ident, "url": URL,
            "body": ASKED, **more}  # fmt: skip


def event(ident: str, second: int, **more: Any) -> dict[str, Any]:
    return {"ts": f"2026-11-20T09:00:{second:02}Z", "call": ident, **more}


def read(folder: Path, *lines: dict[str, Any] | str) -> tuple[tuple[Exchange, ...], str]:
    capture = folder / "app.log"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    capture.write_text("\n".join(texts) + "\n")
    found, read_as = exchanges([str(capture)], How(workers=1))
    return found, read_as[0].format


def test_lines_of_calls_that_overlap_are_joined_by_their_id(tmp_path: Path) -> None:
    found, form = read(
        tmp_path, asks("a-7", 1), asks("b-8", 2), event("b-8", 3, status=400, body=ERROR),
        event("a-7", 4, status=200, body=ANSWER),
    )  # fmt: skip
    assert form == "events"
    assert [(e.at, e.response.status, e.duration_ms) for e in found] == [
        ("2026-11-20T09:00:01+00:00", 200, 3000.0),
        ("2026-11-20T09:00:02+00:00", 400, 1000.0),
    ]
    assert all(e.request.body_kind == "json" for e in found)


@pytest.mark.parametrize("done", [True, False])
def test_the_parts_of_a_stream_are_one_answer(tmp_path: Path, done: bool) -> None:
    parts = [event("a-7", 3, data=json.dumps(one)) for one in CHUNKS]
    end = [event("a-7", 4, data="[DONE]")] if done else []
    head = event("a-7", 2, status=200, headers={"content-type": "text/event-stream"})
    (one,), _ = read(tmp_path, asks("a-7", 1), head, *parts, *end)
    assert (one.response.status, one.response.body_kind) == (200, "sse")
    frames = one.response.frames
    assert len(frames) == 2 + done


def test_without_an_id_lines_in_turn_belong_together(tmp_path: Path) -> None:
    lines = [asks("", 1), event("", 2, status=400, body=ERROR), asks("", 3),
             event("", 4, status=200, body=ANSWER)]  # fmt: skip
    for line in lines:
        del line["call"]
    found, _ = read(tmp_path, *lines)
    assert [e.response.status for e in found] == [400, 200]


def test_without_an_id_calls_that_overlap_are_joined_to_nothing(tmp_path: Path) -> None:
    """Which of two open calls an answer belongs to is not told: neither gets it."""
    lines = [asks("", 1), asks("", 2), event("", 3, status=400, body=ERROR)]
    for line in lines:
        del line["call"]
    with pytest.raises(CannotRunError, match="nothing of this capture"):
        read(tmp_path, *lines)


def test_attempts_of_one_job_are_told_apart(tmp_path: Path) -> None:
    raised = {"type": "openai.APITimeoutError", "text": "Request timed out."}
    found, _ = read(
        tmp_path, asks("job", 1, attempt=1), event("job", 31, attempt=1, **raised),
        asks("job", 32, attempt=2), event("job", 33, attempt=2, status=200, body=ANSWER),
    )  # fmt: skip
    assert [(e.response.status, e.failure) for e in found] == [(0, "timeout"), (200, None)]


def test_logfmt_is_read_too(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path,
        f'time=2026-11-20T09:00:01Z msg="llm request" req_id=r-11 method=POST url={URL}',
        'time=2026-11-20T09:00:02Z msg="llm response" req_id=r-11 status=401 error="bad key"',
    )
    assert [(e.response.status, e.request.url) for e in found] == [(401, URL)]


def test_lines_that_tell_of_whole_calls_are_no_events(tmp_path: Path) -> None:
    whole = {"ts": "2026-11-20T09:00:01Z", "url": URL, "request": ASKED, "status": 400,
             "response": ERROR}  # fmt: skip
    assert read(tmp_path, whole, whole | {"ts": "2026-11-20T09:00:02Z"})[1] == "own"


def test_a_request_whose_answer_is_not_told_is_left_out(tmp_path: Path) -> None:
    found, _ = read(
        tmp_path, asks("a-7", 1), asks("b-8", 2), event("b-8", 3, status=400, body=ERROR)
    )
    assert [e.response.status for e in found] == [400]


@pytest.mark.parametrize("known", [True, False])
def test_what_other_components_log_under_the_same_id_is_no_answer(
    tmp_path: Path, known: bool
) -> None:
    answer = event("a-7", 3, ev="response", status=200, body=ANSWER)
    others = [event("a-7", 2, ev="vector.upsert", status=503),
              event("a-7", 2, ev="cache.miss", exc_type="KeyError", text="not there")]  # fmt: skip
    lines = [asks("a-7", 1), *([answer, *others] if known else [*others, answer])]
    (one,), _ = read(tmp_path, *lines)
    assert (one.response.status, one.response.body_kind, one.failure) == (200, "json", None)


def test_a_stream_that_a_log_shows_a_part_of_is_not_judged(tmp_path: Path) -> None:
    lines = [asks("a-7", 1), event("a-7", 2, data=json.dumps(CHUNKS[0])),
             event("a-7", 3, ev="response", status=200, chunks=42)]  # fmt: skip
    (one,), _ = read(tmp_path, *lines)
    assert (one.response.status, one.response.body_kind) == (200, "not-visible")


def test_an_error_is_told_by_its_words_and_not_by_its_stack(tmp_path: Path) -> None:
    said = f'Post "{URL}": tls: failed to verify certificate: x509: signed by unknown authority'
    failed = {"level": "error", "ts": 1795077010.2, "msg": "chat failed", "error": said}
    (one,), _ = read(
        tmp_path,
        {"level": "info", "ts": 1795077010.1, "msg": "chat", "url": URL, "model": "gpt-4o-mini"},
        failed | {"stacktrace": "acme/llm.(*Client).Chat\n\t/src/client.go:52"},
    )
    assert one.failure == "tls"


@pytest.mark.parametrize(
    ("param", "place"), [({"param": "messages[3].content[0].type"}, True), ({}, False)]
)
def test_the_part_that_an_error_names_is_read(
    tmp_path: Path, param: dict[str, str], place: bool
) -> None:
    said = "400 Invalid value: 'tool_result'. Supported values are: 'text', 'input_audio'."
    error = {"type": "BadRequestError", "message": said, "status": 400, "code": "invalid_value"}
    (one,), _ = read(
        tmp_path,
        {"level": 30, "time": 1794556800000, "msg": "invoke", "url": URL, "model": "gpt-4o-mini"},
        {"level": 40, "time": 1794556800640, "attempt": 1, "err": error | param, "msg": "failed"},
    )
    assert (one.response.rejects == "request.messages[].content[].type") == place
    assert one.response.rejects != "request._audio"


def worded(*lines: str) -> list[str]:
    return [f"2026-11-20T09:00:{number:02}Z {line}" for number, line in enumerate(lines)]


def test_lines_of_words_and_json_are_joined_by_their_pair(tmp_path: Path) -> None:
    body = json.dumps({**ASKED, "logit_bias": {"1": 2}})
    lines = worded(
        f"tagger INFO  out id=0 model=m body={json.dumps(ASKED)}",
        "tagger INFO  in  id=0 status=200 finish_reason=stop",
        f"tagger INFO  out id=1 model=m body={body}",
        f"tagger ERROR in  id=1 status=400 body={json.dumps(ERROR)}",
    )
    found, form = read(tmp_path, *lines)
    assert form == "events"
    assert [(e.response.status, e.request.body_kind) for e in found] == [
        (200, "json"),
        (400, "json"),
    ]
    assert "logit_bias" in found[1].request.body
    assert "logit_bias" not in found[0].request.body


def test_what_a_program_raised_over_an_answer_is_of_that_call(tmp_path: Path) -> None:
    lines = worded(
        "INFO  rid=26a llm request model=gpt-4.1 temperature=0.2",
        f"DEBUG rid=26a llm response status=200 body={json.dumps(ANSWER)}",
        "INFO  rid=75b llm request model=gpt-4.1 temperature=0.2",
        f"DEBUG rid=75b llm response status=200 body={json.dumps(ANSWER)}",
        "ERROR rid=75b in render: TypeError: Cannot read properties of null (reading 'trim')",
    )
    found, _ = read(tmp_path, *lines)
    assert [e.failure for e in found] == [None, "application"]
    assert all(e.response.body_kind == "json" for e in found)
    torn, _ = read(tmp_path, *lines[:4], lines[4].replace("rid=75b", "rid=99c"))
    assert [e.failure for e in torn] == [None, None]


def test_a_line_that_asks_in_words_is_no_answer_and_no_failure(tmp_path: Path) -> None:
    lines = worded(
        "INFO rid=1a llm request failed model=gpt-4.1 after=3",
        "INFO rid=1a upstream status=200",
    )
    with pytest.raises(CannotRunError):
        read(tmp_path, *lines)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "line",
    [
        "a" * 400_000,
        "{" * 200_000,
        '{"a":' * 50_000,
        "a." * 200_000,
        "x={" * 100_000,
        "k=v " * 90_000,
    ],
    ids=["word", "braces", "levels", "dots", "opened", "pairs"],
)
def test_a_hostile_line_of_words_ends(line: str) -> None:
    for text in (line, f"2026-11-20T09:00:00Z {line}"):
        assert isinstance(worded_line(text), dict)


def test_what_broke_over_the_last_call_is_of_that_one(tmp_path: Path) -> None:
    error = {"name": "SyntaxError", "message": "Unexpected token ':' in JSON at position 0"}
    lines = [
        {"ts": "2026-11-20T09:00:01Z", "msg": "llm.request", "url": URL, "body": ASKED},
        {"ts": "2026-11-20T09:00:02Z", "msg": "llm.response", "status": 200},
        {"ts": "2026-11-20T09:00:03Z", "msg": "llm.request", "url": URL, "body": ASKED},
        {"ts": "2026-11-20T09:00:04Z", "msg": "llm.response", "status": 200},
        {"ts": "2026-11-20T09:00:05Z", "level": "error", "msg": "stream aborted", "err": error},
    ]
    log = tmp_path / "app.jsonl"
    log.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (first, second), _ = exchanges([str(log)], How(workers=1))
    assert (first.failure, second.failure) == (None, "decode")


def test_what_stands_behind_data_in_a_line_of_words_is_of_the_stream(tmp_path: Path) -> None:
    error = {"error": {"message": "The server had a problem", "type": "server_error"}}
    begins = "[2026-11-20 09:00:0"
    lines = (
        f'{begins}1] app.DEBUG: openai.request {{"model":"gpt-4o","uri":"{URL}","stream":true}}',
        f'{begins}2] app.DEBUG: openai.response {{"status":200}}',
        f"{begins}3] app.DEBUG: openai.sse data: {json.dumps(error)}",
    )
    log = tmp_path / "app.log"
    log.write_text("\n".join(lines) + "\n")
    (call,), _ = exchanges([str(log)], How(workers=1))
    assert call.response.body_kind == "sse"
    (frame,) = call.response.frames
    assert isinstance(frame.data, dict)
    assert "error" in frame.data


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        ({"error": {"message": "Invalid schema", "type": "invalid_request_error"}}, [400]),
        ({"error": "internal"}, []),
    ],
    ids=["of the API", "of another component"],
)
def test_an_error_of_the_api_is_of_its_call_whatever_the_line_is_called(
    body: dict[str, Any], statuses: list[int], tmp_path: Path
) -> None:
    lines = [
        {"ts": "2026-11-20T09:00:01Z", "msg": "openai request", "reqId": "r1", "url": URL,
         "body": ASKED},
        {"ts": "2026-11-20T09:00:02Z", "msg": "create part failed", "reqId": "r1", "status": 400,
         "body": body},
        {"ts": "2026-11-20T09:00:03Z", "msg": "openai request", "reqId": "r2", "url": URL,
         "body": ASKED},
        {"ts": "2026-11-20T09:00:04Z", "msg": "openai response", "reqId": "r2", "status": 200},
    ]  # fmt: skip
    log = tmp_path / "app.jsonl"
    log.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    calls, _ = exchanges([str(log)], How(workers=1))
    assert [one.response.status for one in calls] == [*statuses, 200]


def test_an_error_under_the_id_of_a_call_gives_way_to_the_answer(tmp_path: Path) -> None:
    card = {"error": {"message": "Your card was declined", "type": "card_error"}}
    lines = [
        {"ts": "2026-11-20T09:00:01Z", "msg": "llm.request", "id": "4", "url": URL, "body": ASKED},
        {"ts": "2026-11-20T09:00:02Z", "msg": "billing.charge", "id": "4", "status": 402,
         "body": card},
        {"ts": "2026-11-20T09:00:03Z", "msg": "llm.response", "id": "4", "status": 200},
    ]  # fmt: skip
    log = tmp_path / "app.jsonl"
    log.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (call,), _ = exchanges([str(log)], How(workers=1))
    assert (call.response.status, call.response.body) == (200, None)


def test_an_answer_that_a_logger_calls_data_is_no_stream() -> None:
    answer = {"object": "chat.completion", "choices": [{"message": {"content": "x"}}]}
    told = worded_line(f"2026-11-20T09:00:00Z llm.response id=4 data: {json.dumps(answer)}")
    assert told["data"] == answer
