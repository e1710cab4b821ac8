"""Answers with a failing status: which are retried, how often, and how they are told apart."""

from collections.abc import Iterator

from tallystick.record.scenario import Form, Heal, Scenario, Status

_REFUSALS = (400, 401, 402, 403, 404, 405, 408, 409, 413, 422)
_GATEWAY = (502, 503, 504, 524, 529)
_BODIES: tuple[Form, ...] = ("html", "text", "empty")
_ENVELOPES: tuple[Form, ...] = (
    "flat", "string", "list", "null", "truncated", "html", "text", "empty",
)  # fmt: skip
_HINT = "retry.retry_after"


def _plain() -> Iterator[Scenario]:
    for code in (*_REFUSALS, 429, 500, *_GATEWAY):
        yield Scenario(f"status-{code}", f"retry.status.{code}", (Status(code),))
    for code in (403, 404, 413, 429):
        change = Status(code, body="html")
        yield Scenario(f"status-{code}-html", f"retry.status.{code}", (change,))
    for code in (500, *_GATEWAY):
        for body in _BODIES:
            change = Status(code, body=body)
            yield Scenario(f"status-{code}-{body}", f"retry.status.{code}", (change,))


def _coded() -> Iterator[Scenario]:
    for code, error in (
        (402, "insufficient_quota"),
        (403, "insufficient_quota"),
        (429, "insufficient_quota"),
        (500, "invalid_request"),
        (503, "model_not_found"),
        (400, "context_length_exceeded"),
    ):
        name = f"status-{code}-{error.replace('_', '-')}"
        yield Scenario(name, f"retry.status.{code}", (Status(code, error),))


def _envelopes() -> Iterator[Scenario]:
    for body in _ENVELOPES:
        yield Scenario(f"error-{body}", "error.body", (Status(400, body=body),))
    for body in _ENVELOPES[:5]:
        yield Scenario(f"error-429-{body}", "error.body", (Status(429, body=body),))


def _hints() -> Iterator[Scenario]:
    one = Status(429, retry_after="1")
    yield Scenario("retry-after-seconds", _HINT, (one,))
    yield Scenario("retry-after-date", _HINT, (Status(429, retry_after="+3"), Heal(1)))
    millis = Status(429, headers=(("retry-after-ms", "1200"),))
    yield Scenario("retry-after-ms", _HINT, (millis, Heal(1)))
    yield Scenario("retry-after-5", _HINT, (Status(429, retry_after="5"), Heal(1)))
    yield Scenario("retry-after-61", _HINT, (Status(429, retry_after="61"), Heal(1)))
    yield Scenario("retry-after-unreadable", _HINT, (Status(429, retry_after="soon"), Heal(1)))
    yield Scenario("retry-after-503", _HINT, (Status(503, retry_after="1"), Heal(1)))
    never = Status(429, headers=(("x-should-retry", "false"),))
    yield Scenario("should-retry-false", "retry.should_retry", (never,))
    always = Status(400, headers=(("x-should-retry", "true"),))
    yield Scenario("should-retry-true", "retry.should_retry", (always,))


def _healing() -> Iterator[Scenario]:
    for code in (408, 409, 429, 500, 502, 503, 504):
        name = f"status-{code}-heals"
        yield Scenario(name, f"retry.status.{code}", (Status(code), Heal(1)))
    yield Scenario("status-500-heals-late", "retry.status.500", (Status(500), Heal(2)))


def _redirects() -> Iterator[Scenario]:
    for code in (301, 302, 307, 308):
        change = Status(code, body="html", headers=(("location", "/"),))
        yield Scenario(f"redirect-{code}", "endpoint.redirect", (change,))


STATUSES: tuple[Scenario, ...] = (
    *_plain(),
    *_coded(),
    *_envelopes(),
    *_hints(),
    *_healing(),
    *_redirects(),
)
# The same questions again where a client also streams: the two paths differ in some clients.
STREAM_STATUSES: tuple[Scenario, ...] = tuple(
    Scenario(f"stream-status-{code}", f"retry.status.{code}", (Status(code),))
    for code in (400, 401, 429, 500, 503)
)
