"""OpenTelemetry exports as protobuf, beside the same exports as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from tallystick.intake.formats import Broken, Piece, detect
from tallystick.intake.formats.otlp import FORMAT

SAMPLES = Path(__file__).parent / "samples"
LINES = (SAMPLES / "otlp-openai-v2-newsemconv.protobuf-json-base64ids.jsonl").read_bytes()
EXPORTS = [
    ParseDict(json.loads(line), TracesData()).SerializeToString() for line in LINES.splitlines()
]
URL = "https://api.cometapi.com/v1/chat/completions"


def framed(messages: list[bytes]) -> bytes:
    """Messages behind their lengths, as the Collector's file exporter writes them."""
    return b"".join(len(one).to_bytes(4) + one for one in messages)


def read(data: bytes) -> list[Any]:
    assert detect(data[:65536]) is FORMAT
    return list(FORMAT.read(Piece(0, 0, data, last=True)))


def as_json() -> list[Any]:
    form = detect(LINES)
    assert form is not None
    assert form.name == "otel"
    return list(form.read(Piece(0, 0, LINES, last=True)))


def test_an_export_reads_as_its_json_does() -> None:
    assert read(framed(EXPORTS)) == as_json()


def test_a_message_that_was_kept_alone() -> None:
    (found,) = read(EXPORTS[4])
    assert (found.status, found.entry) == (as_json()[4].status, 0)


@given(st.integers(1, 4000))
def test_a_file_is_cut_between_messages_only(size: int) -> None:
    data, splitter, pieces = framed(EXPORTS), FORMAT.splitter(), []
    for at in range(0, len(data), size):
        pieces += splitter.feed(data[at : at + size])
    pieces += splitter.close()
    found = [one for piece in pieces for one in FORMAT.read(piece)]
    assert [one.status for one in found] == [one.status for one in as_json()]  # type: ignore[union-attr]


def test_a_message_that_is_cut_off_is_told_where_it_begins() -> None:
    data = framed(EXPORTS)
    *whole, cut = read(data[:-10])
    assert len(whole) == len(EXPORTS) - 1
    assert isinstance(cut, Broken)
    assert cut.offset == len(data) - len(EXPORTS[-1]) - 4
    begun = framed([EXPORTS[0], b"\xff" * 9])
    *_, other = read(begun)
    assert "no export" in other.why


def test_the_event_of_a_whole_call_is_read_from_log_records() -> None:
    attributes = {
        "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o-mini",
        "url.full": URL, "http.response.status_code": "429", "error.type": "429",
    }  # fmt: skip
    record = {
        "timeUnixNano": "1795165600000000000",
        "attributes": [{"key": k, "value": {"stringValue": v}} for k, v in attributes.items()],
    }
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "x"}}]}
    logs = {"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": [record]}]}]}
    (found,) = read(framed([ParseDict(logs, LogsData()).SerializeToString()]))
    assert found.url == URL


@pytest.mark.parametrize(
    "text",
    [b"\n\x41\nservice.name gen_ai.", b"\n\n\n{\"gen_ai.system\": 1}", b"{\"resourceSpans\": []}"],
)  # fmt: skip
def test_text_is_no_protobuf(text: bytes) -> None:
    assert not FORMAT.sniff(text)
