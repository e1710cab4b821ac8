"""A hop is the cause where what it changed is what failed, and nowhere else."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from tallystick.intake import Facts, Masker, classify
from tallystick.intake.sightings import once, sightings
from tallystick.record import Exchange
from tallystick.record.finding import RootCause
from tallystick.record.sighting import told
from tallystick.review import Material, review
from tests.conftest import REQUEST, entry, frozen, har
from tests.review.test_causes import CHUNK, DOCS, DONE, GOOD, LAST, STREAMED, USAGE, says
from tests.twins import without_body

KEY = bytes(32)
GATEWAY, PROVIDER = (
    "https://gw.example/v1/chat/completions",
    "https://api.openai.com/v1/chat/completions",
)
SSE = "text/event-stream"


def side(url: str, status: int, answer: object, request: object, **more: Any) -> dict[str, Any]:
    """A call at one side of the hop."""
    sent = {"X-Request-Id": "req-00000001-abc"}
    return entry(status, answer, request=request, url=url, sent=sent, **more)


def frozen_pair(near: Mapping[str, Any], far: Mapping[str, Any]) -> tuple[Exchange, ...]:
    """Both captures; the hop itself takes 100 ms."""
    outer = frozen(har([{**near, "time": 200.0}]), Masker(KEY, KEY))
    return (*outer, *frozen(har([far]), Masker(KEY, KEY)))


def caused(whole: tuple[Exchange, ...], symptom: str = "") -> RootCause | None:
    """The cause that a review without documents finds."""
    twice = sightings(whole)
    calls = once(whole, twice)
    classed = classify(calls, Facts("", symptom))
    return review(Material((), (), (), calls, classed, twice=twice)).cause


REFUSED = {"error": {"message": "Unrecognized request argument supplied: top_k",
                     "type": "invalid_request_error", "param": "top_k"}}  # fmt: skip
BAD_TOKENS = {"error": {"message": "max_tokens is too large", "param": "max_tokens"}}
NO_MODEL = {"error": {"message": "The model does not exist", "param": "model",
                      "code": "model_not_found"}}  # fmt: skip
PROSE = {**GOOD, "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"},
                              "finish_reason": "stop"}]}  # fmt: skip
JSON_MODE = {**REQUEST, "response_format": {"type": "json_object"}}
WHOLE = CHUNK + LAST + USAGE + DONE
OTHER = {**GOOD, "model": "gpt-4o-mini"}

BY_HOP = (
    (side(GATEWAY, 400, REFUSED, REQUEST),
     side(PROVIDER, 400, REFUSED, {**REQUEST, "top_k": 40}), "request.top_k", "added `top_k`"),
    (side(GATEWAY, 400, BAD_TOKENS, {**REQUEST, "max_tokens": 10}),
     side(PROVIDER, 400, BAD_TOKENS, {**REQUEST, "max_tokens": 99999}),
     "request.max_tokens", "`10`, the hop sent `99999`"),
    (side(GATEWAY, 404, NO_MODEL, {**REQUEST, "model": "gpt-4o"}),
     side(PROVIDER, 404, NO_MODEL, {**REQUEST, "model": "gpt-5"}), "request.model", "`gpt-5`"),
    (side(GATEWAY, 200, PROSE, JSON_MODE), side(PROVIDER, 200, PROSE, REQUEST),
     "request.response_format", "left it out"),
    (side(GATEWAY, 200, OTHER, {**REQUEST, "model": "gpt-4o"}),
     side(PROVIDER, 200, OTHER, {**REQUEST, "model": "gpt-4o-mini"}), "request.model",
     "`gpt-4o` was asked for, and the hop asked for `gpt-4o-mini`"),
    (side(GATEWAY, 200, GOOD, STREAMED, headers={"content-type": "application/json"}), side(PROVIDER, 200, WHOLE, STREAMED, mime=SSE),
     "stream.framing", "a stream of events came to the hop, and one JSON answer left it"),
    (side(GATEWAY, 502, "<html>bad gateway</html>", REQUEST, mime="text/html"),
     side(PROVIDER, 200, GOOD, REQUEST), "error.status.502", "200 came to the hop, and 502 left it"),
)  # fmt: skip


@pytest.mark.parametrize(("near", "far", "place", "words"), BY_HOP)
def test_what_the_hop_changed_and_what_failed_are_one(
    near: Mapping[str, Any], far: Mapping[str, Any], place: str, words: str
) -> None:
    cause = caused(frozen_pair(near, far))
    assert cause is not None
    assert (cause.side, cause.location, cause.support) == ("gateway", place, "named")
    assert words in cause.mechanism


@pytest.mark.parametrize(("near", "far", "place", "words"), BY_HOP)
def test_without_one_of_the_captures_no_hop_is_named(
    near: Mapping[str, Any], far: Mapping[str, Any], place: str, words: str
) -> None:
    for alone in frozen_pair(near, far):
        cause = caused((alone,))
        assert cause is None or words not in cause.mechanism


@pytest.mark.parametrize(("near", "far", "place", "words"), BY_HOP)
def test_where_nothing_tells_which_side_is_which_no_hop_is_named(
    near: Mapping[str, Any], far: Mapping[str, Any], place: str, words: str
) -> None:
    whole = frozen_pair(near, far)
    twice = tuple(msgspec.structs.replace(seen, directed=False) for seen in sightings(whole))
    calls = once(whole, twice)
    found = review(Material((), (), (), calls, classify(calls, Facts()), twice=twice))
    assert found.cause is None or words not in found.cause.mechanism
    assert "in the one capture" in " ".join(found.answer.hops)


@pytest.mark.parametrize(
    ("near", "far"),
    [
        # The hop changed something else than what was refused.
        (side(GATEWAY, 400, REFUSED, {**REQUEST, "top_k": 40, "n": 1}),
         side(PROVIDER, 400, REFUSED, {**REQUEST, "top_k": 40, "user": "x"})),
        # The hop handed an error on under another status: the refusal is still the cause.
        (side(GATEWAY, 500, {"error": {"message": "upstream"}}, {**REQUEST, "top_k": 40}),
         side(PROVIDER, 400, REFUSED, {**REQUEST, "top_k": 40})),
    ],
)  # fmt: skip
def test_a_change_that_did_not_fail_is_told_and_is_no_cause(
    near: Mapping[str, Any], far: Mapping[str, Any]
) -> None:
    whole = frozen_pair(near, far)
    twice = sightings(whole)
    cause = caused(whole)
    assert cause is not None
    assert cause.side != "gateway"
    assert cause.location == "request.top_k"
    assert len(told(twice)) > 1


def test_calls_joined_by_time_alone_name_no_hop() -> None:
    near, far, _, words = BY_HOP[0]
    whole = frozen_pair(near, far)
    twice = tuple(msgspec.structs.replace(s, by="time and body") for s in sightings(whole))
    calls = once(whole, twice)
    found = review(Material((), (), (), calls, classify(calls, Facts()), twice=twice))
    assert found.cause is None or words not in found.cause.mechanism


def test_what_the_hop_added_is_not_laid_to_the_application_where_the_words_are_not_shown() -> None:
    added = {**REQUEST, "team_id": "x"}
    well = frozen(har([side(PROVIDER, 200, GOOD, REQUEST, at=60)]), Masker(KEY, KEY))
    whole = frozen_pair(side(GATEWAY, 400, REFUSED, REQUEST), side(PROVIDER, 400, REFUSED, added))
    twice = sightings(whole)
    (seen,) = twice
    judged = tuple(without_body(one) for one in whole if one.id in seen.far)
    calls = (*judged, *well)
    stated = tuple(says(f"request.{name}", "yes", "exists") for name in REQUEST)
    cause = review(Material(stated, [DOCS], (), calls, classify(calls, Facts()), twice=twice)).cause
    assert cause is not None
    assert (cause.side, cause.location) == ("gateway", "request.team_id")
    assert "which the application did not send" in cause.mechanism


WITHOUT = {name: GOOD[name] for name in GOOD if name != "usage"}


def test_what_a_hop_took_out_of_an_answer_is_no_fault_of_the_provider() -> None:
    whole = frozen_pair(side(GATEWAY, 200, WITHOUT, REQUEST), side(PROVIDER, 200, GOOD, REQUEST))
    twice = sightings(whole)
    calls = once(whole, twice)
    classed = classify(calls, Facts(symptom="KeyError: 'usage'"))
    promised = says("response.usage", "yes", "required")
    cause = review(Material((promised,), [DOCS], (), calls, classed, twice=twice)).cause
    assert cause is not None
    assert (cause.side, cause.location) == ("gateway", "response.usage")


@pytest.mark.parametrize(
    ("stated", "side_of"),
    [("/v1/chat/completions", "gateway"), ("/chat/completions", "unknown"), ("", "unknown")],
)
def test_a_rewritten_path_is_the_cause_only_where_the_documented_one_was_called(
    stated: str, side_of: str
) -> None:
    lost = PROVIDER.replace("/v1", "")
    whole = frozen_pair(side(GATEWAY, 404, {"error": {"message": "Not Found"}}, REQUEST),
                        side(lost, 404, {"error": {"message": "Not Found"}}, REQUEST))  # fmt: skip
    twice = sightings(whole)
    calls = once(whole, twice)
    clauses = (says("endpoint.path", stated),) if stated else ()
    cause = review(
        Material(clauses, [DOCS], (), calls, classify(calls, Facts()), twice=twice)
    ).cause
    assert cause is not None
    assert (cause.side == "gateway") == (side_of == "gateway")


def test_what_is_told_is_bounded() -> None:
    more = {**REQUEST, **dict.fromkeys(("n", "top_k", "seed", "user", "stop", "logprobs"), 1)}
    whole = frozen_pair(side(GATEWAY, 200, GOOD, more), side(PROVIDER, 200, GOOD, REQUEST))
    lines = told(sightings(whole))
    assert len(lines) == 5
    assert lines[-1] == "and 3 more differences between the two places"


def test_a_line_counts_only_calls_that_differ_alike() -> None:
    one, other = frozen_pair(*BY_HOP[2][:2]), frozen_pair(*BY_HOP[1][:2])
    twice = (*sightings(one), *sightings(other), *sightings(other))
    lines = told(twice)
    assert any("`gpt-5`" in line and "(1 call)" in line for line in lines)
    assert any("`99999`" in line and "(2 calls)" in line for line in lines)


def _within(near_id: str, far_id: str) -> RootCause | None:
    """The cause where one capture shows calls within calls; a call that went well has these ids."""
    asked = {**REQUEST, "top_k": 40}
    made = [(GOOD | {"id": near_id}, GOOD | {"id": far_id}, 200), (REFUSED, REFUSED, 400)]
    calls = []
    for number, (near, far, status) in enumerate(made):
        outer = entry(status, near, request=REQUEST, url=GATEWAY, at=30.0 * number)
        inner = entry(status, far, request=asked, url=PROVIDER, at=30.0 * number + 0.1)
        calls += [{**outer, "time": 1500.0}, {**inner, "time": 1000.0}]
    return caused(frozen(har(calls), Masker(KEY, KEY)))


def test_a_call_within_another_accuses_a_hop_only_where_an_id_shows_that_there_is_one() -> None:
    """A program may ask two hosts the same at once: times alone show no hop."""
    passed_on = _within("chatcmpl-0001abcdef", "chatcmpl-0001abcdef")
    assert passed_on is not None and passed_on.side == "gateway"
    asked_twice = _within("chatcmpl-0001abcdef", "chatcmpl-0002fedcba")
    assert asked_twice is None or asked_twice.side != "gateway"


@pytest.mark.parametrize(
    ("far", "value"), [(False, "stream=true"), (True, "stream=true"), (False, "")]
)
def test_what_the_hop_changed_beside_the_refused_member(far: bool, value: str) -> None:
    asked = {**REQUEST, "stream": True, "stream_options": {"include_usage": True}}
    refusal = {"error": {"message": "stream_options should be set along with stream = true",
                         "param": "stream_options"}}  # fmt: skip
    whole = frozen_pair(
        side(GATEWAY, 400, refusal, asked), side(PROVIDER, 400, refusal, {**asked, "stream": far})
    )
    twice = sightings(whole)
    calls = once(whole, twice)
    clauses = [says("request.stream_options", value, "requires")] if value else []
    material = Material(clauses, [DOCS], (), calls, classify(calls, Facts()), twice=twice)
    found = review(material).cause
    by_hop = not far and bool(value)
    assert found is not None
    assert (found.side == "gateway") == by_hop
    assert ("the hop sent false" in found.mechanism) == by_hop
