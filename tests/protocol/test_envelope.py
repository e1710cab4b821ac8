from datetime import UTC, datetime

import pytest

from tallystick.protocol import ErrorEnvelope, read_error, retry_hint
from tallystick.protocol.hints import RetryHint

NESTED = {"error": {"message": "m", "type": "t", "param": "p", "code": "c"}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (NESTED, ErrorEnvelope("nested", "m", "c", "t", "p")),
        ({"error": {"message": "m", "code": 429}}, ErrorEnvelope("nested", "m", "429")),
        ({"code": None, "message": "m"}, ErrorEnvelope("flat", "m")),
        ({"error": "Bad Request", "message": "m"}, ErrorEnvelope("flat", "m", type="Bad Request")),
        ({"error": "m", "code": 5}, ErrorEnvelope("string", "m", "5")),
        ("m", ErrorEnvelope("string", "m")),
        ([NESTED], ErrorEnvelope("list", "m", "c", "t", "p")),
        ({"error": [{"code": 2005, "message": "m"}]}, ErrorEnvelope("list", "m", "2005")),
        ({"title": "T", "detail": "d", "status": 400}, ErrorEnvelope("problem", "d", type="400")),
        ({"detail": "d"}, ErrorEnvelope("string", "d")),
        (
            {"detail": [{"loc": ["body", "top_p"], "msg": "m", "type": "extra"}]},
            ErrorEnvelope("list", "m", type="extra", param="top_p"),
        ),
        ({"detail": {"error": {"message": "m"}}}, ErrorEnvelope("nested", "m")),
        ({"choices": [{}], "error": {"message": "m"}}, ErrorEnvelope("nested", "m")),
        (
            {"error": {"message": "m", "metadata": {"raw": "r"}}},
            ErrorEnvelope("nested", "m", more="raw r"),
        ),
    ],
)
def test_every_shape_met_in_the_field_is_read(body: object, expected: ErrorEnvelope) -> None:
    found = read_error(body)
    assert found is not None
    assert found.message == expected.message
    assert (found.shape, found.code, found.type, found.param) == (
        expected.shape, expected.code, expected.type, expected.param,
    )  # fmt: skip
    assert expected.more in found.more


@pytest.mark.parametrize("body", [{"choices": []}, {}, None, "", [], [0], 3, {"error": None}])
def test_what_states_no_error_is_none(body: object) -> None:
    assert read_error(body) is None


@pytest.mark.parametrize("shape", ["html", "text", "empty"])
def test_bodies_that_are_no_json_keep_their_shape(shape: str) -> None:
    assert read_error("m", shape) == ErrorEnvelope(shape, "m")  # type: ignore[arg-type]


def test_retry_after_in_every_dialect() -> None:
    now = datetime(2026, 11, 20, 9, 0, 0, tzinfo=UTC)
    assert retry_hint(None) is None
    assert retry_hint("2") == RetryHint("seconds", 2.0)
    assert retry_hint("9", "1500") == RetryHint("milliseconds", 1.5)
    date = "Fri, 20 Nov 2026 09:00:30 GMT"
    assert retry_hint(date, now=now) == RetryHint("date", 30.0)
    assert retry_hint(date) == RetryHint("date", None)
    assert retry_hint("Fri, 20 Nov 2026 08:00:00 -0000", now=now) == RetryHint("date", 0.0)
    assert retry_hint("soon") == RetryHint("unreadable", None)
