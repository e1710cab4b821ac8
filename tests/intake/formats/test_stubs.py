"""Stubs of WireMock's recorder (shapes from WireMock's documentation of record and playback)."""

import base64
import json
from typing import Any

from tallystick.intake.formats import Piece, detect

ASKED = {"model": "small", "messages": [{"role": "user", "content": "hi"}]}
REFUSED = {"error": {"message": "no such field", "type": "invalid_request_error", "param": "seed"}}


def read(value: object) -> tuple[str, list[Any]]:
    data = json.dumps(value, indent=1).encode()
    form = detect(data)
    assert form is not None
    return form.name, list(form.read(Piece(0, 0, data, last=True)))


def stub(**answered: Any) -> dict[str, Any]:
    return {
        "id": "5a1b", "uuid": "5a1b", "persistent": True,
        "request": {"urlPath": "/v1/chat/completions", "method": "POST",
                    "bodyPatterns": [{"equalToJson": json.dumps(ASKED)}]},
        "response": {"status": 400, "headers": {"Date": "Fri, 20 Nov 2026 09:05:00 GMT"},
                     **answered},
    }  # fmt: skip


def test_a_list_of_stubs_is_read_each_as_a_call() -> None:
    held = base64.b64encode(json.dumps(REFUSED).encode()).decode()
    bodies: list[dict[str, Any]] = [
        {"body": json.dumps(REFUSED)}, {"jsonBody": REFUSED}, {"base64Body": held}
    ]  # fmt: skip
    name, found = read({"mappings": [stub(**one) for one in bodies], "meta": {"total": 3}})
    assert name == "wiremock"
    assert [one.status for one in found] == [400] * 3
    assert all(json.loads(one.response.body) == REFUSED for one in found)
    assert all(json.loads(one.request.body) == ASKED for one in found)
    assert found[0].at == "2026-11-20T09:05:00+00:00"


def test_one_stub_alone_is_read_and_what_it_does_not_compare_is_not_shown() -> None:
    one = stub(body="{}")
    del one["request"]["bodyPatterns"]
    name, (found,) = read(one)
    assert (name, found.request.body, found.url) == ("wiremock", None, "/v1/chat/completions")


def test_a_stub_whose_parts_are_of_another_shape_is_told_and_passed_over() -> None:
    _, found = read({"mappings": [{"request": 3, "response": {}}, stub(body="{}")]})
    assert found
