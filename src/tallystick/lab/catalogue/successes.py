"""Answers with status 200 that are none, or that come in another wrapping."""

from tallystick.record.scenario import Form, Gzip, Media, Scenario, Status, Swap

_FORMS: tuple[Form, ...] = (
    "nested", "flat", "string", "list", "html", "text", "empty", "null", "truncated",
)  # fmt: skip
_NAMES = {"nested": "error"}


def _two_hundred(prefix: str, location: str) -> tuple[Scenario, ...]:
    return tuple(
        Scenario(f"{prefix}{_NAMES.get(body, body)}", location, (Status(200, body=body),))
        for body in _FORMS
    )


PLAIN_SUCCESSES: tuple[Scenario, ...] = (
    *_two_hundred("ok-with-", "response.body"),
    Scenario("media-html", "response.content_type", (Media("text/html"),)),
    Scenario("media-text", "response.content_type", (Media("text/plain"),)),
    Scenario("media-missing", "response.content_type", (Media(),)),
    Scenario("media-charset", "response.content_type", (Media("application/json;charset=utf-8"),)),
    Scenario("gzip", "response.content_encoding", (Gzip(),)),
    Scenario("stream-instead", "response.body", (Swap(),)),
)
STREAM_SUCCESSES: tuple[Scenario, ...] = (
    *_two_hundred("stream-ok-with-", "stream.body"),
    Scenario("stream-media-json", "stream.content_type", (Media("application/json"),)),
    Scenario("stream-media-text", "stream.content_type", (Media("text/plain"),)),
    Scenario("stream-media-missing", "stream.content_type", (Media(),)),
    Scenario("stream-gzip", "stream.content_encoding", (Gzip(),)),
    Scenario("json-instead", "stream.body", (Swap(),)),
)
