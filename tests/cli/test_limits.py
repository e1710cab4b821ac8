"""Who is at fault for a rejection depends on the limit that it is about, and on who states it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Tallystick
from tests.conftest import entry, har

SPEC = """\
openapi: 3.1.0
info: {title: Chat, version: "1"}
servers: [{url: "https://api.cometapi.com/v1"}]
paths:
  /chat/completions:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [model, messages]
              properties:
                model: {type: string}
                messages: {type: array, minItems: 1, items: {type: object}}
                stop: %s
                user: {type: string, maxLength: 8}
      responses:
        "200": {description: The answer.}
"""
TOO_LONG = {
    "message": "Invalid 'stop': array too long.",
    "type": "invalid_request_error",
    "param": "stop",
}
USER = {
    "message": "Invalid 'user': string too long.",
    "type": "invalid_request_error",
    "param": "user",
}
LIMITED = "{type: array, maxItems: 4, items: {type: string}}"
UNLIMITED = "{type: array, items: {type: string}}"


def reviewed(
    tallystick: Tallystick, tmp_path: Path, stop: str, more: dict[str, Any], answer: tuple[int, Any]
) -> Any:
    """The review of two calls that failed alike."""
    spec, capture, case = tmp_path / "chat.yaml", tmp_path / "a.har", tmp_path / "case"
    spec.write_text(SPEC % stop)
    request = {"model": "m", "messages": [{"role": "user", "content": "x"}], **more}
    status, error = answer
    calls = [entry(status, {"error": error}, request=request, at=n * 9) for n in (0, 1)]
    capture.write_bytes(har(calls))
    tallystick("new", case, "--start", "2026-06-01T08:59:00Z")
    url = "https://apidoc.cometapi.com/chat.yaml"
    tallystick("contract", "add", case, spec, "--url", url, "--at", "2026-06-02T00:00:00Z")
    tallystick("intake", case, capture)
    return tallystick("run", case, "--json").json


CASES = (
    (LIMITED, {"stop": list("abcde")}, TOO_LONG, ("mismatch", "application")),
    (LIMITED, {"stop": list("abc")}, TOO_LONG, ("no-mismatch", "provider")),
    (UNLIMITED, {"stop": list("abcde")}, TOO_LONG, ("undecided", "unknown")),
    # A placeholder has the length of the text that it stands for.
    (LIMITED, {"user": "somebody-long"}, USER, ("mismatch", "application")),
    (LIMITED, {"user": "short"}, USER, ("undecided", "unknown")),
)


@pytest.mark.parametrize("given", CASES)
def test_the_provider_is_at_fault_only_where_the_stated_limit_was_kept(
    tallystick: Tallystick,
    tmp_path: Path,
    given: tuple[str, dict[str, Any], dict[str, Any], tuple[str, str]],
) -> None:
    stop, more, error, expected = given
    found = reviewed(tallystick, tmp_path, stop, more, (400, error))
    assert (found["verdict"], found["cause"]["side"]) == expected
    assert found["cause"]["location"] == f"request.{error['param']}"


def test_a_servers_failure_is_no_rejection(tallystick: Tallystick, tmp_path: Path) -> None:
    error = {"message": "unexpected end", "type": "internal"}
    found = reviewed(tallystick, tmp_path, LIMITED, {}, (500, error))
    assert found["verdict"] != "mismatch"
    assert not found["cause"]["location"].startswith("request.")
    assert "rejected" not in json.dumps(found["cause"])
