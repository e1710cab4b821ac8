"""Two captures of one call: joined by what both call it by, or by time and body, never by a guess."""

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.intake.mask import Masker
from tallystick.intake.sight import SKEW_S
from tallystick.intake.sightings import once, sightings
from tallystick.record import Exchange
from tallystick.record.sighting import united
from tests.conftest import REQUEST, entry, frozen, har

KEY = bytes(range(32))
OK: Mapping[str, Any] = {"object": "chat.completion", "choices": []}
PROVIDER = "https://api.openai.com/v1/chat/completions"
GATEWAY = "https://gw.example/v1/chat/completions"


def captured(*entries: Mapping[str, Any]) -> tuple[Exchange, ...]:
    """A HAR of its own, with the ids of calls."""
    return frozen(har(entries), Masker(KEY, KEY))


def called(number: int, at: float = 0, took: float = 100, **more: Any) -> dict[str, Any]:
    """A call with a request id."""
    made = entry(200, OK, at=at, sent={"X-Request-Id": f"req-{number:08d}-abc"}, **more)
    return {**made, "time": took}


def asked(text: str, at: float, took: float = 100, **more: Any) -> dict[str, Any]:
    """A call without an id that asks something."""
    body = {"model": "m", "messages": [{"role": "user", "content": text}], **more}
    return {**entry(200, OK, request=body, at=at), "time": took}


def test_one_capture_holds_no_call_twice() -> None:
    whole = captured(called(1), called(1, at=1))
    assert sightings(whole) == ()
    assert once(whole, ()) == whole


def test_an_id_that_both_have_joins_and_the_longer_call_is_the_applications() -> None:
    inner = captured(*(called(n, at=n + 0.5, took=80, url=PROVIDER) for n in range(4)))
    outer = captured(*(called(n, at=n, took=100, url=GATEWAY) for n in range(4)))
    for both in ((*inner, *outer), (*outer, *inner)):
        found = sightings(both)
        assert [seen.by for seen in found] == ["identifier"] * 4
        assert all(seen.directed for seen in found)
        assert {seen.near for seen in found} == {e.id for e in outer}
        assert {e.id for e in once(both, found)} == {e.id for e in outer}


def test_attempts_that_a_gateway_made_are_of_the_call_that_holds_them() -> None:
    outer = captured(called(1, took=2000, url=GATEWAY))
    inner = captured(*(called(1, at=n * 0.5, took=100, url=PROVIDER) for n in (1, 2, 3)))
    (seen,) = sightings((*inner, *outer))
    assert seen.near == outer[0].id
    assert set(seen.far) == {e.id for e in inner}
    assert [change.kind for change in seen.changes] == ["retries"]


def test_a_clients_own_retries_are_not_the_attempts_of_one_call() -> None:
    client = captured(*(called(1, at=n * 4, took=100) for n in range(3)))
    gateway = captured(*(called(1, at=n * 4 + 0.2, took=90) for n in range(3)))
    found = sightings((*client, *gateway))
    assert len(found) == 3
    assert all(len(seen.far) == 1 for seen in found)


def test_time_and_body_join_only_where_no_other_call_fits() -> None:
    one = captured(asked("abc", 0), asked("longer", 20))
    other = captured(asked("xyz", 1), asked("longer", 21), asked("longer", 22))
    (seen,) = sightings((*one, *other))
    assert seen.by == "time and body"
    assert (seen.near, seen.far) == (one[0].id, (other[0].id,))


@pytest.mark.parametrize("gap", [SKEW_S + 0.1, 30.0])
def test_equal_bodies_at_other_times_are_other_calls(gap: float) -> None:
    assert not sightings((*captured(asked("abc", 0)), *captured(asked("abc", gap))))


def test_answers_with_ids_of_their_own_are_other_calls() -> None:
    several: list[Exchange] = []
    for number in (1, 2):
        body = {**OK, "id": f"chatcmpl-{number}abcdefgh"}
        made = {**asked("abc", number), "response": entry(200, body)["response"]}
        several += captured({**made, "time": 100.0 + number})
    assert not sightings(several)


def test_a_session_that_all_calls_have_joins_nothing() -> None:
    one = captured(*(called(7, at=n / 2) for n in range(70)))
    other = captured(*(called(7, at=n / 2 + 0.1) for n in range(70)))
    shared = [seen for seen in sightings((*one, *other)) if seen.by == "identifier"]
    assert not shared


def test_the_side_that_shows_more_is_judged() -> None:
    poor = entry(500, None, sent={"X-Request-Id": "req-00000001-abc"})
    del poor["request"]["postData"]
    rich = entry(400, {"error": {"message": "no", "param": "top_k"}}, request={**REQUEST, "top_k": 1},
                 sent={"X-Request-Id": "req-00000001-abc"})  # fmt: skip
    both = (*captured({**poor, "time": 300.0}), *captured(rich))
    (seen,) = sightings(both)
    assert seen.near == both[0].id
    assert [e.id for e in once(both, (seen,))] == [both[1].id]
    assert [(c.kind, c.near, c.far) for c in seen.changes] == [("status", "500", "400")]


def test_without_times_or_hosts_no_side_is_nearer() -> None:
    one, other = ({**called(1, mime=mime), "time": 100.0} for mime in ("application/json", "x/y"))
    (seen,) = sightings((*captured(one), *captured(other)))
    assert not seen.directed


def test_what_goes_to_a_providers_own_host_is_behind_the_hop() -> None:
    behind, before = (
        called(1, url=PROVIDER),
        called(1, url="https://gw.example/v1/chat/completions"),
    )
    (seen,) = sightings((*captured(behind), *(found := captured(before))))
    assert seen.directed
    assert seen.near == found[0].id


def test_a_format_that_only_gateways_write_is_behind_the_hop() -> None:
    one, other = captured(called(1, url=PROVIDER)), captured(called(1, url=GATEWAY))
    formats = {one[0].capture: "envoy", other[0].capture: "har"}
    (seen,) = sightings((*one, *other), formats)
    assert seen.near == other[0].id
    assert seen.directed


def test_two_captures_of_one_place_have_no_hop_between_them() -> None:
    own = captured(called(1, took=300, url=PROVIDER))
    wire = captured(called(1, took=200, url=PROVIDER, request={**REQUEST, "stream_options": {}}))
    (seen,) = sightings((*own, *wire))
    assert not seen.directed


def test_the_attempts_of_a_client_stay_where_another_capture_has_one_entry_for_them() -> None:
    one = entry(429, None, url=PROVIDER, sent={"X-Request-Id": "req-00000001-abc"})
    tracer = captured({**one, "time": 9000.0})
    wire = captured(*(
        entry(429, None, at=n, url=PROVIDER,
              sent={"X-Request-Id": "req-00000001-abc", "x-stainless-retry-count": str(n)})
        for n in range(3)
    ))  # fmt: skip
    both = (*tracer, *wire)
    (seen,) = sightings(both)
    assert not seen.directed
    assert not seen.changes
    assert {e.id for e in once(both, (seen,))} == {e.id for e in wire}


def traced(at: float, text: str = "x", url: str = GATEWAY, took: float = 100) -> dict[str, Any]:
    """A call of a session, which has one id for all of its calls."""
    body = {"model": "m", "messages": [{"role": "user", "content": text}]}
    made = entry(200, OK, request=body, at=at, url=url, sent={"X-Correlation-Id": "session-1234"})
    return {**made, "time": took}


def test_a_session_joins_calls_of_one_time_that_ask_the_same_and_no_others() -> None:
    near = captured(traced(0, "abc"))
    assert sightings((*near, *captured(traced(1, "abc", PROVIDER))))
    for far in (traced(30, "abc", PROVIDER), traced(1, "another text", PROVIDER)):
        assert not sightings((*near, *captured(far)))


def test_calls_of_one_id_at_other_times_are_other_calls() -> None:
    assert not sightings((*captured(called(1, at=0)), *captured(called(1, at=40))))


def test_replicas_that_ask_alike_and_have_ids_of_their_own_are_other_calls() -> None:
    assert not sightings((*captured(called(1, at=0)), *captured(called(2, at=1))))


@pytest.mark.parametrize("member", [{"model": "other"}, {"temperature": 2}])
def test_other_values_at_one_time_are_another_call(member: dict[str, Any]) -> None:
    one, other = asked("abc", 0, temperature=1), asked("abc", 1, **{"temperature": 1, **member})
    assert not sightings((*captured(one), *captured(other)))
    assert sightings((*captured(one), *captured(asked("abc", 1, temperature=1))))


OPENAI, COMET = PROVIDER, "https://api.cometapi.com/v1/chat/completions"


def test_calls_of_two_providers_are_two_calls_whatever_they_are_called() -> None:
    assert not sightings((*captured(called(1, url=OPENAI)), *captured(called(1, at=1, url=COMET))))
    one, other = asked("abc", 0), {**asked("abc", 0.5), "request": called(1, url=COMET)["request"]}
    assert not sightings((*captured(one), *captured(other)))


def test_a_call_that_failed_is_not_one_that_went_well_by_time_alone() -> None:
    failed = {**asked("abc", 0.5), "response": entry(500, None)["response"]}
    whole = (*captured(asked("abc", 0)), *captured(failed))
    assert not sightings(whole)


def test_one_pair_by_time_begins_at_nearly_one_time_and_several_at_one_offset() -> None:
    assert not sightings((*captured(asked("abc", 0)), *captured(asked("abc", 2.5))))
    steady = (
        [asked("a" * n, n * 10) for n in range(1, 5)],
        [asked("a" * n, n * 10 + (2.5 if n < 4 else 0.5)) for n in range(1, 5)],
    )
    found = sightings((*captured(*steady[0]), *captured(*steady[1])))
    assert len(found) == 3
    assert all(not seen.directed for seen in found)


def test_attempts_that_a_client_counts_are_not_one() -> None:
    sent = {"X-Request-Id": "req-00000001-abc"}
    first, second = (
        captured(entry(status, OK, at=at, sent={**sent, "x-stainless-retry-count": str(at)}))
        for status, at in ((500, 0), (200, 1))
    )
    assert not sightings((*first, *second))


def test_a_request_id_joins_no_requests_that_are_seen_to_differ() -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "another text"}]}
    assert not sightings((*captured(called(1)), *captured(called(1, request=body))))


def test_where_hosts_and_times_contradict_each_other_no_side_is_nearer() -> None:
    near, far = called(1, took=100, url=GATEWAY), called(1, took=300, url=OPENAI)
    (seen,) = sightings((*captured(near), *captured(far)))
    assert not seen.directed


def test_a_few_milliseconds_tell_no_direction_against_the_host() -> None:
    near, far = called(1, took=100.2, url=GATEWAY), called(1, took=101, url=OPENAI)
    (seen,) = sightings((*captured(far), *(outer := captured(near))))
    assert seen.directed
    assert seen.near == outer[0].id


def test_three_captures_of_one_call_are_one_call() -> None:
    urls = (GATEWAY, "http://inner.example:8080/v1/chat/completions", PROVIDER)
    whole = tuple(
        e
        for n, url in enumerate(urls)
        for e in captured(called(1, at=n / 10, took=300 - n, url=url))
    )
    for order in (whole, whole[::-1], (whole[1], whole[2], whole[0])):
        found = sightings(order)
        assert len(once(order, found)) == 1
        assert len(united(found)) == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.floats(-SKEW_S, SKEW_S), st.randoms(use_true_random=False))
def test_any_order_and_skew_joins_each_call_once(
    calls: int, skew: float, order: random.Random
) -> None:
    base = [(n, 8.0 + n * 4) for n in range(calls)]
    one = [called(n, at=round(at, 3), took=200) for n, at in base]
    other = [called(n, at=round(at + skew, 3), took=150) for n, at in base]
    order.shuffle(other)
    first = captured(*one)
    found = sightings((*first, *captured(*other)))
    assert sorted(seen.near for seen in found) == sorted(e.id for e in first)
    assert len({seen.far for seen in found}) == calls


def test_calls_that_were_taken_in_at_other_times_are_not_made_attempts_of_one() -> None:
    # Ordinals are those of one intake: the first body of each has the number 1.
    first = captured(entry(500, None, at=0, request={**REQUEST, "n": 1}), called(1, at=40))
    later = captured(entry(200, OK, at=3, request={**REQUEST, "n": 2}), called(1, at=40))
    whole = (*first, *later)
    left = once(whole, sightings(whole))
    assert len(left) == 3
    assert len({exchange.group for exchange in left}) == 3
    assert {exchange.attempt for exchange in left} == {1}
