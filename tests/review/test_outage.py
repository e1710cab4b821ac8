"""A 503 of which nothing is shown is the provider's where all calls failed for a time."""

from typing import Any

import msgspec
import pytest

from tallystick.intake import Facts, classify
from tallystick.record import Exchange
from tallystick.record.finding import RootCause
from tallystick.review import Material
from tallystick.review.causes import causes
from tests.conftest import REQUEST, entry, frozen, har
from tests.review.test_causes import GOOD
from tests.twins import without_body, without_request_body


def call(status: int, at: int, model: str = "m") -> dict[str, Any]:
    """A call of a time and a model; what a refusal said is not shown."""
    body = GOOD if status == 200 else {"error": {"message": "no channel"}}
    return entry(status, body, at=at, request={**REQUEST, "model": model, "seed": at})


def bare(*calls: dict[str, Any]) -> tuple[Exchange, ...]:
    """The calls as a capture has them that shows no answer of a failure."""
    return tuple(one if one.answered else without_body(one) for one in frozen(har(calls)))


def caused(exchanges: tuple[Exchange, ...]) -> tuple[RootCause, ...]:
    return causes(Material((), (), (), exchanges, classify(exchanges, Facts())))


@pytest.mark.parametrize(
    ("calls", "side"),
    [
        ([call(503, 0), call(503, 10)], "unknown"),
        ([call(200, 0, "other"), call(503, 10)], "unknown"),
        ([call(200, 0), call(503, 10)], "provider"),
        ([call(503, 0), call(503, 10, "other")], "provider"),
    ],
    ids=["one model alone", "another model went well", "it went well before", "two models"],
)
def test_one_model_that_is_refused_may_be_one_that_nobody_serves(
    calls: list[dict[str, Any]], side: str
) -> None:
    (found,) = caused(bare(*calls))
    assert found.side == side


@pytest.mark.parametrize(
    ("statuses", "side"),
    [
        ((200, 503, 502, 503, 200), "provider"),
        ((200, 503, 200, 503, 503), "unknown"),
        ((200, 503, 503), "unknown"),
        ((503, 503, 503), "unknown"),
    ],
    ids=["at a stretch", "in between", "twice alone", "nothing went well"],
)
def test_where_no_model_is_shown_all_calls_must_have_failed_for_a_time(
    statuses: tuple[int, ...], side: str
) -> None:
    calls = [call(status, 10 * n) for n, status in enumerate(statuses)]
    found = caused(tuple(map(without_request_body, bare(*calls))))
    assert {one.side for one in found if one.location == "error.status.503"} == {side}


def test_a_call_whose_model_is_not_shown_is_no_other_model_that_failed() -> None:
    first, second = bare(call(503, 0), call(503, 10))
    (found,) = {one.side for one in caused((first, without_request_body(second)))}
    assert found == "unknown"


def partly(one: Exchange) -> Exchange:
    """The call as a log has it that keeps an exception's words."""
    replace = msgspec.structs.replace
    return replace(one, response=replace(one.response, body_kind="partial"))


@pytest.mark.parametrize(
    ("more", "side"), [({"code": None}, "provider"), ({}, "unknown")], ids=["whole", "message"]
)
def test_a_500_whose_error_is_shown_is_no_rejection(more: dict[str, None], side: str) -> None:
    failed = entry(500, {"error": {"message": "Internal server error", **more}})
    (found,) = caused(tuple(map(partly, frozen(har([failed])))))
    assert found.side == side
