"""Collections of requests as documents: what they state of one operation, at their own bytes."""

import json
from typing import Any

import pytest

from tallystick.contract import DocumentError, read_source
from tallystick.net.fetch import Fetched
from tallystick.net.sources import Given, made_source
from tallystick.record.case import Operation
from tallystick.record.clause import Reading

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
TABLE = "Sends a conversation.\n\n| Field | Type | Required |\n| --- | --- | --- |\n| top_k | integer | No |"
TOLD = "`stop` — “up to 4” words.\n\nA `429` may be sent again after a pause."
ASKED = json.dumps({"model": "m", "messages": [{"role": "user", "content": "x"}]}, indent=1)


def request(path: str = "/chat/completions", **more: Any) -> dict[str, Any]:
    url = {"raw": f"{{{{base}}}}{path}"}
    return {"request": {"method": "POST", "url": url, **more}, "response": []}


def collection(*items: dict[str, Any], **more: Any) -> bytes:
    variable = [{"key": "base", "value": "https://api.example/v1/"}]
    whole = {"info": {"name": "c", "schema": SCHEMA}, "item": items, "variable": variable, **more}
    return json.dumps(whole, ensure_ascii=False).encode()


def read(data: bytes) -> Reading:
    url = "https://apidoc.example/c.json"
    fetched = Fetched(url, url, "2026-11-26T10:00:00+00:00", "", data)
    return read_source(made_source("A1", fetched, Given("x"), ".json"), data, Operation())


def facts(reading: Reading) -> set[tuple[str, str, str]]:
    return {(c.location, c.aspect, c.value) for c in reading.clauses}


def test_the_address_stands_in_the_request_and_in_a_variable() -> None:
    inner = {"name": "folder", "item": [request()]}
    found = facts(read(collection(inner, auth={"type": "bearer"})))
    assert ("endpoint.base_url", "value", "https://api.example/v1") in found
    assert ("endpoint.path", "value", "/v1/chat/completions") in found
    assert ("auth.scheme", "value", "Bearer") in found


def test_an_address_without_a_known_variable_is_no_base_url() -> None:
    found = facts(read(collection(request(), variable=[])))
    assert not any(location == "endpoint.base_url" for location, _, _ in found)


def test_descriptions_and_bodies_are_read_as_pages() -> None:
    failed = {"code": 429, "body": "{}"}
    sound = {
        "code": 200,
        "body": json.dumps({"id": "c", "object": "chat.completion", "choices": []}),
    }
    item = {**request(description=TABLE, body={"raw": ASKED}), "response": [failed, sound]}
    found = facts(read(collection(item)))
    assert ("request.top_k", "required", "no") in found
    assert ("request.messages", "exists", "example") in found
    assert ("error.status.429", "exists", "example") in found
    assert ("response.choices", "exists", "example") in found


def test_every_quotation_stands_at_its_bytes() -> None:
    data = collection(request(description=TABLE + "\n\n" + TOLD, body={"raw": ASKED}))
    found = read(data)
    cited = [*found.clauses, *(one.clause for one in found.candidates)]
    assert all(
        data[c.citation.start : c.citation.end].decode() == c.citation.quotation for c in cited
    )
    assert any(one.clause.location == "retry.status.429" for one in found.candidates)


@pytest.mark.parametrize("path", ["/embeddings", "/images/generations", "/completions"])
def test_requests_of_other_operations_state_nothing(path: str) -> None:
    found = read(collection(request(path, description=TABLE, body={"raw": ASKED})))
    assert not (found.clauses or found.candidates)


def test_what_is_neither_a_collection_nor_a_specification_is_refused() -> None:
    with pytest.raises(DocumentError, match="no collection of Postman"):
        read(b'{"info": {"schema": "x"}, "item": []}')


@pytest.mark.parametrize(
    ("base", "path"),
    [("https://api.example/v4", "/v4/chat/completions"), ("{{other}}", ""), ("", "")],
)
def test_the_path_is_the_one_that_the_address_has(base: str, path: str) -> None:
    found = facts(read(collection(request(), variable=[{"key": "base", "value": base}])))
    told = {value for location, _, value in found if location == "endpoint.path"}
    assert told == ({path} if path else set())


@pytest.mark.parametrize(
    ("own", "folder", "whole", "scheme"),
    [
        (None, None, "bearer", True),
        (None, "apikey", "bearer", False),
        ("noauth", None, "bearer", False),
        ("bearer", "apikey", "apikey", True),
    ],
)
def test_how_a_request_is_authorized_stands_nearest_to_it(
    own: str | None, folder: str | None, whole: str | None, scheme: bool
) -> None:
    def auth(kind: str | None) -> dict[str, str] | None:
        return {"type": kind} if kind else None

    inner = {"name": "f", "item": [request(auth=auth(own))], "auth": auth(folder)}
    found = facts(read(collection(inner, auth=auth(whole))))
    assert (("auth.scheme", "value", "Bearer") in found) == scheme
