"""Lines of programs in what tools that collect logs export (shapes from the tools' own pages)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.intake.formats import Piece, detect
from tallystick.intake.formats.collected import as_json, as_text, entries

URL = "https://api.cometapi.com/v1/chat/completions"
SENT = f'HTTP Request: POST {URL} "HTTP/1.1 429 Too Many Requests"'
DONE = "job 7 done"
# 2026-11-20T09:05:00Z and a second later, in milliseconds and as text.
MS = (1_795_165_500_000, 1_795_165_501_000)
AT = ("2026-11-20T09:05:00.000Z", "2026-11-20T09:05:01.000Z")


def _pairs() -> list[tuple[int, str, str]]:
    return list(zip(MS, AT, (SENT, DONE), strict=True))


EXPORTS: dict[str, Any] = {
    "cloudwatch, filter-log-events": {
        "events": [{"timestamp": ms, "message": f"{said}\n", "ingestionTime": ms + 9, "eventId": "1"}
                   for ms, _, said in _pairs()],
        "searchedLogStreams": [],
    },
    "cloudwatch, Logs Insights": {
        "results": [[{"field": "@timestamp", "value": at.replace("T", " ").rstrip("Z")},
                     {"field": "@message", "value": said}] for _, at, said in reversed(_pairs())],
        "status": "Complete",
    },
    "datadog, newest first": {
        "data": [{"id": "A", "type": "log", "attributes": {"timestamp": at, "status": "info",
                  "message": said, "attributes": {"job": "j"}}} for _, at, said in reversed(_pairs())],
        "meta": {"page": {}},
    },
    "elasticsearch": {
        "took": 3, "timed_out": False, "hits": {"total": {"value": 2}, "hits": [
            {"_index": "app", "_source": {"@timestamp": at, "message": said}}
            for _, at, said in _pairs()]},
    },
    "splunk, one result a line": [
        {"preview": False, "result": {"_time": at, "_raw": said, "host": "web"}}
        for _, at, said in reversed(_pairs())
    ],
    "google, newest first": [
        {"insertId": "x", "logName": "projects/p/logs/stderr", "timestamp": at, "textPayload": said}
        for _, at, said in reversed(_pairs())
    ],
    "google, text and members": [
        {"insertId": "x", "timestamp": AT[0], "jsonPayload": {"logger": "httpx", "message": SENT}},
        {"insertId": "y", "timestamp": AT[1], "textPayload": DONE},
    ],
    "azure monitor": {
        "tables": [{"name": "PrimaryResult",
                    "columns": [{"name": "TimeGenerated", "type": "datetime"}, {"name": "Message"}],
                    "rows": [[at, said] for _, at, said in _pairs()]}],
    },
    "papertrail": {
        "min_id": "1", "events": [{"id": 1, "generated_at": at, "program": "web", "message": said}
                                  for _, at, said in _pairs()],
    },
}  # fmt: skip


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_the_lines_of_an_export_are_read_in_their_order_with_their_times(export: Any) -> None:
    rows = export if isinstance(export, list) else [export]
    data = "\n".join(map(json.dumps, rows)).encode()
    lines = as_text(entries(data)).decode().splitlines()
    assert lines == [f"2026-11-20T09:05:00+00:00 {SENT}", f"2026-11-20T09:05:01+00:00 {DONE}"]
    form = detect(data)
    assert form is not None
    (one,) = [read for read in form.read(Piece(0, 0, data, last=True)) if read is not None]
    assert (one.status, one.url, one.at) == (429, URL, "2026-11-20T09:05:00+00:00")  # type: ignore[union-attr]


def test_the_rows_of_a_table_are_lines_too() -> None:
    text = "Date,Host,Service,Content\n"
    text += "".join(
        f'"{at}",h,s,"{said.replace(chr(34), chr(34) * 2)}"\n' for _, at, said in _pairs()
    )
    found = entries(text.encode())
    assert [one.said for one in found] == [SENT, DONE]
    assert entries(b"a sentence, with a comma\nand another") == []


def test_a_document_that_is_cut_is_opened_at_its_list() -> None:
    whole = json.dumps(EXPORTS["datadog, newest first"])
    assert [one.said for one in entries(whole[: whole.rindex('"id"')].encode())] == [DONE]


def test_lines_of_json_are_taken_as_such_with_the_time_of_the_tool() -> None:
    inner = {"level": "error", "msg": "failed", "status": 429}
    data = json.dumps({"events": [{"timestamp": MS[0], "message": json.dumps(inner)}]}).encode()
    (line,) = as_json(entries(data)).splitlines()
    assert json.loads(line) == {"timestamp": "2026-11-20T09:05:00+00:00", **inner}
    assert as_text(entries(data)).decode() == "2026-11-20T09:05:00+00:00 failed\n"


def test_what_was_raised_stands_behind_its_line() -> None:
    stack = "Traceback (most recent call last):\nopenai.RateLimitError: Error code: 429"
    record = {"@timestamp": AT[0], "message": "call failed", "error": {"stack_trace": stack}}
    assert as_text(entries(json.dumps(record).encode())).decode() == (
        f"2026-11-20T09:05:00+00:00 call failed\n{stack}\n"
    )
    told = {"message": stack, "exc_info": stack.splitlines()[-1]}
    assert as_text(entries(json.dumps(told).encode())).decode() == f"{stack}\n"  # said already


def test_a_line_that_tells_its_time_or_is_no_beginning_stays_as_it_is() -> None:
    said = ["09:05:00 INFO asked", '  File "a.py", line 1', "Traceback (most recent call last):"]
    data = json.dumps([{"timestamp": AT[0], "log": f"{one}\n"} for one in said]).encode()
    assert as_text(entries(data)).decode().splitlines() == said


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["log", "message", "data", "results", "columns", "rows",
                                       "attributes", "timestamp", "events", "field"]), inner,
                      max_size=4),
    max_leaves=12,
))  # fmt: skip
def test_any_document_is_read_without_an_error(value: Any) -> None:
    data = json.dumps(value).encode()
    found = entries(data)
    assert as_text(found).count(b"\n") >= bool(found)
    as_json(found)


def test_a_table_of_lines_is_read_before_what_its_cells_look_like() -> None:
    body = json.dumps({"error": {"message": "too large", "param": "temperature"}})
    line = f"gw.access req=1 path=/v1/chat/completions status=422 upstream=- resp={body}"
    cell = line.replace('"', '""')
    text = f'"_time","host","_raw"\n"{AT[0]}","h","{cell}"\n"{AT[1]}","h","{cell}"\n'
    form = detect(text.encode())
    assert form is not None
    assert form.name == "wrapped"
    found = [one for one in form.read(Piece(0, 0, text.encode(), last=True)) if one is not None]
    assert [json.loads(one.response.body)["error"]["param"] for one in found] == ["temperature"] * 2  # type: ignore[union-attr, arg-type]


def test_lines_that_were_pasted_into_a_chat() -> None:
    raised = "Traceback (most recent call last):\nopenai.InternalServerError: Error code: 503 - {}"
    thread = [
        {"type": "message", "user": "U1", "text": "red again", "ts": "1795166590.104200"},
        {"type": "message", "user": "U1", "text": f"```{raised}```", "ts": "1795166595.220019"},
        {"type": "message", "user": "U2", "text": "a &lt; b", "ts": "1795166642.009919"},
    ]
    said = as_text(entries(json.dumps(thread).encode())).decode()
    assert raised in said
    assert "a < b" in said
    assert "```" not in said
    parts = [{"type": "text", "text": raised}]  # of a message of a model
    assert entries(json.dumps(parts).encode()) == []
