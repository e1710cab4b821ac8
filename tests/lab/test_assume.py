"""What observations let one conclude of a client."""

from typing import Any

import pytest

from tallystick.lab import Contract, assumptions, catalogue
from tallystick.lab.assume import layers_of
from tallystick.lab.catalogue import CALLS
from tallystick.lab.retrytable import retry_table
from tallystick.record import Assumption, Observation, Scenario
from tallystick.record.trial import Attempt

EVERY = {s.id: s for s in catalogue(Contract(), CALLS, closes="at-first")}


def attempt(gap: int | None = None, status: int = 500, **changed: Any) -> Attempt:
    whole: dict[str, Any] = {
        "method": "POST", "path": "/v1/chat/completions", "auth": "authorization: Bearer",
        "fields": ("model:string",), "stream": False, "gap_ms": gap, "same_body": True,
        "idempotency_key": False, "status": status,
    }  # fmt: skip
    return Attempt(**{**whole, **changed})


def seen(name: str, outcome: Any = "raised", gaps: tuple[int, ...] = (), **how: Any) -> Observation:
    attempts = how.pop("attempts", (attempt(), *(attempt(gap) for gap in gaps)))
    how.setdefault("error", "KeyError" if outcome == "raised" else "")
    return Observation(EVERY[name], outcome, attempts, **how)


def found(*observations: Observation) -> dict[tuple[str, str], Assumption]:
    return {(a.location, a.when): a for a in assumptions(observations)}


def value(location: str, *observations: Observation, when: str = "") -> str:
    return found(*observations)[location, when].value


def test_a_field_is_required_guarded_or_unused() -> None:
    without, null = "without-response.id", "null-response.id"
    assert value("response.id", seen(without), seen(null, "right")) == "required"
    assert value("response.id", seen(without, "right"), seen(null, "right")) == "unused"
    guarded = found(seen(without, "right"), seen(null))["response.id", ""]
    assert guarded.value == "guarded"
    assert "null: raised KeyError" in guarded.detail
    told = seen(without, "right", differs=("output",))
    assert value("response.id", told) == "guarded"
    assert ("response.id", "") not in found(seen(null))
    assert value("response.unknown_fields", seen("extra-response", "right")) == "tolerates"
    assert value("response.unknown_fields", seen("extra-response")) == "breaks"


def test_retries_are_told_with_their_gaps() -> None:
    told = found(
        seen("status-500-invalid-request", gaps=(400,)),
        seen("status-500", gaps=(400, 900)),
        seen("status-500-html", gaps=(400, 900)),
        seen("status-503-html"),
        seen("status-503", gaps=(400, 900)),
        seen("status-500-heals", "right", gaps=(400,)),
        seen("status-429", "wrong"),
        seen("stall", "hung"),
        seen("status-400", "right", gaps=(1,)),
    )
    assert told["retry.status.500", "error.code=invalid_request"].value == "retries"
    usual = told["retry.status.500", ""]
    assert usual.detail.startswith("3 attempts; gaps 0.4 s, 0.9 s; same body; then raised KeyError")
    assert "when it heals: answered as if nothing were wrong after 2 attempts" in usual.detail
    assert ("retry.status.500", "error.body=html") not in told
    assert told["retry.status.503", "error.body=html"].value == "fails-fast"
    assert told["retry.status.429", ""].value == "swallows"
    assert told["retry.status.400", ""].value == "retries-then-swallows"
    assert told["retry.timeout", ""].value == "hangs"
    assert told["error.status.500", ""].detail == "as KeyError"
    assert told["retry.body", ""].value == "preserved"
    assert told["retry.idempotency_key", ""].value == "not-sent"
    assert told["retry.amplification", ""].value == "3"


@pytest.mark.parametrize(
    ("gaps", "backoff"),
    [
        ((400, 900), "growing"),
        ((500, 510), "constant"),
        ((3, 4), "none"),
        ((900, 300), "irregular"),
    ],
)
def test_backoff(gaps: tuple[int, ...], backoff: str) -> None:
    assert value("retry.backoff", seen("status-500", gaps=gaps)) == backoff


def test_a_changed_body_is_named() -> None:
    again = attempt(400, same_body=False, changed=("messages",), idempotency_key=True)
    told = found(seen("status-500", attempts=(attempt(), again)))
    assert told["retry.body", ""].detail == "members that changed: messages"
    assert told["retry.idempotency_key", ""].value == "sent"


def test_nested_layers_are_named() -> None:
    by_gaps = seen("status-500", gaps=(150, 300, 10, 150, 300))
    assert layers_of(by_gaps).counts == (3, 2)
    counted = tuple(attempt(None if i == 0 else 5, retry_count=i % 3) for i in range(6))
    by_counter = layers_of(seen("status-500", attempts=counted))
    assert by_counter.counts == (3, 2)
    assert by_counter.says() == (
        "an outer layer makes 2 calls of 3 attempts each (its retry counter)"
    )
    assert layers_of(seen("status-500", gaps=(400, 900))).counts == (3,)
    assert layers_of(seen("status-500", gaps=(400, 900))).says() == ""
    assert "outer layer" in found(by_gaps)["retry.amplification", ""].detail


def test_waits_that_are_asked_for() -> None:
    kept = seen("retry-after-seconds", gaps=(1001, 1001))
    assert value("retry.retry_after", kept) == "honoured"
    more = found(
        kept,
        seen("retry-after-date", "right", gaps=(2500,)),
        seen("retry-after-ms", "right", gaps=(700,)),
        seen("retry-after-61", "hung"),
        seen("retry-after-unreadable", "right", gaps=(500,)),
        seen("retry-after-503", "right", gaps=(1100,)),
    )["retry.retry_after", ""]
    assert "a date 3 s on: honoured, waited 2.5 s" in more.detail
    assert "1200 ms in retry-after-ms: ignored, waited 0.7 s" in more.detail
    assert "61 s: hangs, waiting" in more.detail
    assert "an unreadable value: ignored" in more.detail
    assert "1 s on 503: honoured" in more.detail
    assert value("retry.retry_after", seen("retry-after-seconds")) == "fails-fast"
    assert value("retry.retry_after", seen("retry-after-seconds", gaps=(300,))) == "ignored"


@pytest.mark.parametrize(
    ("name", "outcome", "location", "expected"),
    [
        ("ok-with-error", "raised", "response.body", "surfaces"),
        ("ok-with-error", "wrong", "response.body", "accepts"),
        ("media-html", "right", "response.content_type", "unchecked"),
        ("media-html", "raised", "response.content_type", "checked"),
        ("gzip", "raised", "response.content_encoding", "breaks"),
        ("frames-crlf", "right", "stream.framing", "tolerates"),
        ("comment-first", "raised", "stream.comment", "breaks"),
        ("stream-stall", "hung", "stream.timeout", "hangs"),
        ("stream-stall", "raised", "stream.timeout", "gives-up"),
        ("error-inside", "truncated", "stream.error", "accepts"),
        ("stream-cut", "truncated", "stream.done", "accepts-cut"),
        ("stream-cut", "raised", "stream.done", "surfaces-cut"),
    ],
)
def test_odd_answers(name: str, outcome: Any, location: str, expected: str) -> None:
    assert value(location, seen(name, outcome)) == expected


def test_which_usage_counts() -> None:
    told = seen("usage-every-chunk", "right", usage="last")
    assert value("stream.usage_counting", told) == "last-wins"
    unknown = seen("usage-every-chunk", "right", usage="other")
    assert ("stream.usage_counting", "") not in found(unknown)


def test_redirects_that_are_followed() -> None:
    followed = (attempt(status=301), attempt(3, 200, method="GET", path="/"))
    told = found(seen("redirect-301", attempts=followed))["endpoint.redirect", ""]
    assert (told.value, told.detail) == ("follows", "301: asked again as GET, then raised KeyError")
    assert value("endpoint.redirect", seen("redirect-301")) == "surfaces"


def test_fallbacks() -> None:
    turned = (attempt(), attempt(5, 200, route="fallback", changed=("model", "messages")))
    told = found(seen("fallback-500", "right", attempts=turned))
    assert told["fallback.route", ""].value == "second-provider"
    assert told["fallback.fields", ""].detail == "also changes messages"
    model = (attempt(), attempt(5, 200, changed=("model",)))
    told = found(seen("fallback-model-503", "right", attempts=model))
    assert told["fallback.model", ""].value == "second-model"
    assert told["fallback.fields", ""].value == "preserved"
    assert value("fallback.route", seen("fallback-500")) == "none"


def test_what_a_proxys_client_shows_of_its_base_url() -> None:
    first = attempt(host="https://api.cometapi.com", query=("stream",))
    base = Observation(Scenario("baseline", "response"), "right", (first,))
    told = found(base)
    assert told["endpoint.base_url", ""].value == "https://api.cometapi.com/v1"
    assert told["endpoint.query", ""].detail == "query parameters: stream"


def test_the_retry_table_answers_for_each_error_class() -> None:
    turned = (attempt(), attempt(5, 200, route="fallback"))
    rows = {row.name: row for row in retry_table(
        [seen("status-401", gaps=(5,)), seen("status-403"), seen("status-429", "wrong"),
         seen("refused", attempts=()), seen("stall", "hung"), seen("status-500", gaps=(400, 900)),
         seen("fallback-500", "right", attempts=turned), seen("fallback-401")],
        {"provider": "retry twice"},
    )}  # fmt: skip
    keys = rows["authentication (401, 403)"]
    assert keys.does == "retries, 2 attempts (status-401); fails fast (status-403)"
    assert (keys.safe, keys.fallback) == ("of no use while the request stays the same", "none")
    assert rows["rate limit (429)"].does == "fails fast, then goes on as if it had succeeded"
    assert rows["connection refused"].does == "surfaces it"
    assert rows["no answer in time"].does == "did not end after 1 attempt"
    provider = rows["provider or gateway failure (500, 502, 503, 504, 524, 529)"]
    assert provider.runbook == "retry twice"
    assert provider.fallback == "second provider; changes the route only"
    assert provider.body == "preserved"
    assert "validation (400, 404, 413, 422)" not in rows


def test_a_closed_port_shows_its_retries_by_the_answer_that_follows() -> None:
    listed = [seen("refused", attempts=()), seen("refused-heals", "right", attempts=(attempt(),))]
    (row,) = retry_table(listed, {})
    assert (row.does, row.body) == ("retries: it gets the answer once the port is open", "not seen")


def test_what_goes_elsewhere_is_no_retry() -> None:
    turned = (attempt(), attempt(5, 200, route="fallback"))
    told = found(seen("status-401", "right", attempts=turned))
    assert told["retry.status.401", ""].value == "swallows"
    assert "1 attempt; then it asks the fallback" in told["retry.status.401", ""].detail
    rows = retry_table([seen("status-401", attempts=turned)], {})
    assert rows[0].does == "fails fast"


def test_a_hang_surfaces_nothing() -> None:
    assert value("response.body", seen("ok-with-html", "hung")) == "hangs"
    assert value("stream.done", seen("stream-cut", "hung")) == "hangs-on-cut"
    assert value("endpoint.redirect", seen("redirect-301", "wrong")) == "accepts"


def test_a_client_that_always_waits_shows_nothing_of_a_wait() -> None:
    told = (seen("retry-after-seconds", gaps=(2000, 2000)), seen("status-429", gaps=(2000, 2000)))
    assert value("retry.retry_after", *told) == "cannot-tell"
    assert value("retry.retry_after", *told, seen("retry-after-5", gaps=(2000,))) == "ignored"


def test_layers_are_not_read_from_two_gaps() -> None:
    jittered = seen("status-500", gaps=(1000, 300, 900))
    assert layers_of(jittered).counts == (4,)
    assert ("retry.backoff", "") not in found(seen("status-500", gaps=(500,)))
