"""Logs that wrap the lines of another, and errors as JSON prints them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tallystick.case.capture import exchanges
from tallystick.engine.merging import How
from tallystick.intake.formats import Piece, detect
from tests.intake.formats.test_transcript import read

URL = "https://api.cometapi.com/v1/chat/completions"
LINE = f'INFO:httpx:HTTP Request: POST {URL} "HTTP/1.1 200 OK"'
OWN = json.dumps({"ts": "2026-11-20T09:00:00Z", "url": URL, "status": 429,
                  "response": {"body": {"error": {"message": "slow down"}}}})  # fmt: skip
SDK = {
    "status": 429, "headers": {}, "name": "Error", "message": "429 Your account is not active",
    "error": {"message": "Your account is not active", "type": "billing_not_active", "code": "x"},
}  # fmt: skip
N8N = {
    "errorMessage": "Authorization failed", "n8nDetails": {"nodeName": "Chain", "time": "12:10"},
    "errorDetails": {"rawErrorMessage": ["401 User not found.\n\nTroubleshooting"]},
}  # fmt: skip
# The cause with its status, and an execution whose messages are texts, not those of a request.
CAUSE = {"errorMessage": "Bad request", "n8nDetails": {"cause": {
    "status": 400, "error": {"message": "no JSON", "type": "invalid_request_error"}}}}  # fmt: skip
EXECUTION = {"execution": {"id": "9", "status": "error"}, "error": {
    "name": "NodeApiError", "httpCode": "400", "messages": ["400 An assistant message with 'tool_calls'"],
    "node": {"parameters": {"model": "gpt-4o"}}}}  # fmt: skip


@pytest.mark.parametrize(
    ("records", "status"),
    [
        ([{"textPayload": LINE, "severity": "ERROR"}, {"textPayload": "done"}], 200),
        ([{"log": f"{OWN}\n", "stream": "stdout"}], 429),
        (
            [{"log": OWN[:40], "stream": "stdout"}, {"log": f"{OWN[40:]}\n", "stream": "stdout"}],
            429,
        ),
        ([{"_raw": LINE, "host": "web"}], 200),
        ([SDK], 429),
        ([N8N], 401),
        ([CAUSE], 400),
        ([EXECUTION], 400),
    ],
    ids=[
        "cloud logging",
        "docker",
        "docker, a line in parts",
        "splunk",
        "openai-node",
        "n8n",
        "n8n's cause",
        "n8n's execution",
    ],
)
def test_what_is_held_is_read_as_it_was_written(
    records: list[dict[str, Any]], status: int, tmp_path: Path
) -> None:
    text = json.dumps(records[0] if len(records) == 1 else records)
    (one,), form = read(tmp_path, text)
    assert form in ("wrapped", "own")  # which opens JSON within JSON itself
    assert one.response.status == status


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"log": "nothing of ours", "stream": "stdout"}),
        json.dumps({"errorMessage": "the disk is full"}),
        json.dumps([1, 2, 3]),
        '{"textPayload": "cut',
        "{}",
    ],
)
def test_what_holds_no_call_is_of_no_format(text: str) -> None:
    assert detect(text.encode()) is None


def test_the_exceptions_of_a_compact_log_are_read(tmp_path: Path) -> None:
    text = (
        "Acme.HttpException: HTTP 404 (invalid_request_error: unknown_url)\n\n"
        "Unknown request URL: POST /chat/completions. Please check the URL for typos.\n"
        "   at OpenAI.Chat.ChatClient.CompleteChatAsync(IEnumerable`1 messages)"
    )
    lines = ({"@t": "2026-06-01T08:00:00Z", "@mt": "Asking"}, {"@mt": "failed", "@x": text})
    found, form = read(tmp_path, "\n".join(json.dumps(line) for line in lines))
    assert form == "wrapped"
    assert {one.response.status for one in found} == {404}
    assert found[-1].request.url.endswith("/chat/completions")


def test_a_piece_that_holds_nothing_yields_nothing() -> None:
    form = detect(json.dumps({"textPayload": LINE}).encode())
    assert form is not None
    assert list(form.read(Piece(0, 0, b'{"textPayload": "done"}'))) == []
    whole = b"\n".join(json.dumps({"textPayload": LINE}).encode() for _ in range(3))
    pieces = [*form.splitter().feed(whole), *form.splitter().close()]
    assert sum(len(list(form.read(piece))) for piece in [Piece(0, 0, whole)]) == 3
    assert pieces


def test_the_lines_of_a_container_are_put_together(tmp_path: Path) -> None:
    at = "2026-11-20T09:05:01.622871034Z"
    lines = [
        f'{at} stdout F {{"ts":"2026-11-20T09:05:00Z","msg":"accepted"}}',
        f"{at} stdout P {OWN[:60]}",
        f"{at} stderr F a warning in between",
        f"{at} stdout F {OWN[60:]}",
    ]
    (one,), form = read(tmp_path, "\n".join(lines) + "\n")
    assert (form, one.response.status) == ("wrapped", 429)


def test_structlogs_event_holds_the_line_of_another_logger(tmp_path: Path) -> None:
    lines = [
        {"event": "start", "level": "info"},
        {"event": f'HTTP Request: POST {URL} "HTTP/1.1 429 Too Many Requests"', "logger": "httpx"},
    ]
    capture = tmp_path / "app.jsonl"
    capture.write_text("\n".join(map(json.dumps, lines)))
    (one,), read_as = exchanges([str(capture)], How(workers=1))
    assert (one.response.status, read_as[0].format) == (429, "wrapped")


def test_a_container_whose_lines_are_json_with_words_of_a_client(tmp_path: Path) -> None:
    at = "2026-11-20T09:05:01.622871034Z"
    said = {"logger": "httpx", "message": f'HTTP Request: POST {URL} "HTTP/1.1 200 OK"'}
    failed = {
        "level": "ERROR",
        "message": "could not save",
        "exc_info": "IntegrityError: (psycopg2) x",
    }
    lines = [f"{at} stderr F {json.dumps(one)}" for one in (said, failed)]
    (one,), form = read(tmp_path, "\n".join(lines) + "\n")
    assert (form, one.response.status) == ("wrapped", 200)


def test_the_lines_of_json_that_a_command_printed() -> None:
    line = {"time": "2026-11-20T09:30:01Z", "method": "POST", "status": 429,
            "url": "https://api.cometapi.com/v1/chat/completions"}  # fmt: skip
    lines = [json.dumps(line), json.dumps({**line, "status": 200})]
    text = "\n".join(["$ kubectl logs deploy/x --since=15m", *lines, "$ kubectl get pods", "x 1/1"])
    form = detect(text.encode())
    assert form is not None
    assert form.name == "wrapped"
    found = [one for one in form.read(Piece(0, 0, text.encode(), last=True)) if one is not None]
    assert [one.status for one in found] == [429, 200]  # type: ignore[union-attr]
    other = detect(text.replace("$ kubectl logs", "kubectl says").replace("$ k", "k").encode())
    assert other is None or other.name != "wrapped"
