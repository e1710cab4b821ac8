import base64
import json
from typing import Any

import pytest

from tallystick.intake import CaptureError, read_har
from tests.conftest import entry, har


def test_entries_are_read_in_order_with_lower_case_headers() -> None:
    first, second = read_har(har([entry(200, {"choices": []}), entry(0, error="dns: no")]))
    assert (first.entry, first.status, first.method) == (0, 200, "POST")
    assert ("authorization", "Bearer sk-x") in first.request.headers
    assert first.response.body == b'{"choices": []}'
    assert second.error == "dns: no"
    assert second.response.body is None


def test_base64_bodies_byte_order_marks_and_negative_times() -> None:
    one = entry(200, "x")
    one["response"]["content"] |= {
        "text": base64.b64encode(b"\x1f\x8b").decode(),
        "encoding": "base64",
    }
    one["time"] = -1
    (read,) = read_har(b"\xef\xbb\xbf" + har([one]))
    assert read.response.body == b"\x1f\x8b"
    assert read.duration_ms is None


def test_what_an_export_leaves_out_is_not_invented() -> None:
    minimal = {"request": {"method": "GET", "url": "https://h/"}, "response": {}}
    (read,) = read_har(har([minimal]))
    assert (read.at, read.status, read.request.body, read.response.body) == (None, 0, None, None)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", "byte 0"),
        (b"not json", "byte"),
        (har([entry(200, {})])[:-40], "byte"),
        (b"[]", "$"),
        (b'{"log": {}}', "$.log"),
        (har([{"request": {"method": "GET"}, "response": {}}]), "$.log.entries[0].request"),
        (har([{"request": {"method": 3, "url": ""}, "response": {}}]), "request.method"),
    ],
)
def test_what_is_no_har_is_refused_with_its_place(data: bytes, place: str) -> None:
    with pytest.raises(CaptureError) as refused:
        read_har(data)
    assert place in refused.value.place
    assert "sk-x" not in str(refused.value)


def test_broken_base64_is_refused_with_its_entry() -> None:
    broken: dict[str, Any] = entry(200, "x")
    broken["response"]["content"]["encoding"] = "base64"
    broken["response"]["content"]["text"] = "§"
    with pytest.raises(CaptureError, match=r"entries\[0\]\.response\.content"):
        read_har(json.dumps({"log": {"entries": [broken]}}).encode())
