"""Errors of the AI SDK, as Node.js prints them."""

import json

from tallystick.intake.formats import Piece, detect
from tallystick.intake.formats.aisdk import printed_call

URL = "https://api.cometapi.com/v1/chat/completions"


def printed(body: str, status: int = 400) -> str:
    return f"""AI_APICallError: it went wrong
    at file:///app/node_modules/@ai-sdk/provider-utils/dist/index.mjs:1
    at async main (file:///app/ask.mjs:3) {{
  cause: undefined,
  url: '{URL}',
  requestBodyValues: {{ model: 'm', messages: [ [Object] ], temperature: 0 }},
  statusCode: {status},
  responseHeaders: {{ 'content-type': 'application/json', 'x-request-id': 'r' }},
  responseBody: {body},
  isRetryable: false
}}"""


def test_the_answer_is_read_from_the_members_of_the_error() -> None:
    found = printed_call(printed("""'{"error":{"message":"it\\\\'s no"}}'"""))
    assert found is not None
    assert (found.status, found.url) == (400, URL)
    assert dict(found.response.headers)["content-type"] == "application/json"
    assert found.request.partial
    assert json.loads(str(found.request.body))["model"] == "m"


def test_a_long_text_is_printed_in_several() -> None:
    found = printed_call(printed("'<!doctype html>\\n' +\n    '<html></html>'", 200))
    assert found is not None
    assert found.response.body == "<!doctype html>\n<html></html>"


def test_of_several_errors_none_is_taken_for_the_call() -> None:
    one = printed("'{}'")
    assert printed_call(f"{one}\n{one.replace('400', '503')}") is None
    assert printed_call(one.replace("AI_APICallError", "SomeError")) is None
    assert printed_call(one.replace("responseBody", "data")) is None


def test_the_line_of_the_server_that_called_is_not_its_status() -> None:
    text = f"2026-06-01T09:00:00Z [error] [POST] /api/chat status=500\n{printed(repr('{}'), 404)}"
    form = detect(text.encode())
    assert form is not None
    (found,) = form.read(Piece(0, 0, text.encode(), last=True))
    assert getattr(found, "status", 0) == 404
