"""Members that are refused for being there, and which calls show that the application sent them."""

from typing import Any

import pytest

from tallystick.record.clause import Aspect
from tests.conftest import REQUEST, entry
from tests.review.test_causes import GOOD, says
from tests.review.test_documents_beside import cause

REFUSED = {"error": {"message": "Unknown parameter: 'user_tag'.", "param": "user_tag",
                     "code": "unknown_parameter"}}  # fmt: skip
TAGGED = {**REQUEST, "user_tag": "x"}
WORDS = "| 400 | `unknown_parameter` | The request has a field that is rejected. Remove it. |"


def refused(*, sends: bool, at: float) -> dict[str, Any]:
    """A call that the API refuses for a member, whether it sends that or not."""
    return entry(400, REFUSED, request=TAGGED if sends else REQUEST, at=at)


def test_a_member_refused_in_calls_that_send_it_and_in_calls_that_do_not() -> None:
    known = says("request.user_tag", "yes", "exists")
    found = cause([refused(sends=True, at=0), refused(sends=False, at=9)], known)
    assert found.side == "unknown"
    assert "of calls that send it and of calls that do not" in found.mechanism
    alone = cause([refused(sends=True, at=0), refused(sends=True, at=9)], known)
    assert alone.side == "provider"


@pytest.mark.parametrize(
    ("sends", "side"), [(True, "application"), (False, "unknown")], ids=["shown", "not shown"]
)
def test_a_code_that_a_page_explains_accuses_nobody_who_is_not_seen_to_send(
    *, sends: bool, side: str
) -> None:
    row = says("error.status.400", WORDS, "meaning", words=WORDS, standing="to-verify")
    found = cause([refused(sends=sends, at=0)], seeming=(row,))
    assert found.side == side
    assert (WORDS in found.mechanism) == sends


VAGUE = {"error": {"message": "Bad request", "type": "invalid_request_error", "code": None}}


def test_the_one_member_that_only_refused_calls_send_is_asked_about() -> None:
    refused_ones = [entry(400, VAGUE, request=TAGGED, at=at) for at in (0, 9)]
    well = entry(200, GOOD, at=20)
    found = cause([*refused_ones, well])
    assert (found.side, found.location) == ("unknown", "request.user_tag")
    assert "the documents do not tell whether it is taken" in found.mechanism
    assert "again without `user_tag`" in found.settle
    for others in ([], [entry(200, GOOD, request=TAGGED, at=20)]):
        assert cause([*refused_ones, *others]).location != "request.user_tag"
    two = entry(400, VAGUE, request={**TAGGED, "seed": 1})
    assert cause([two, well]).location not in ("request.user_tag", "request.seed")


@pytest.mark.parametrize(
    ("aspect", "limit", "sent", "outside"),
    [
        ("minimum", ">0", 0, True), ("minimum", "0", 0, False), ("minimum", ">0", 0.1, False),
        ("maximum", "<1", 1, True), ("maximum", "1", 1, False), ("maximum", "<1", 2, True),
    ],
)  # fmt: skip
def test_a_limit_that_is_no_allowed_value_itself(
    *, aspect: Aspect, limit: str, sent: float, outside: bool
) -> None:
    request = {**REQUEST, "top_p": sent}
    found = cause([entry(400, VAGUE, request=request)], says("request.top_p", limit, aspect))
    assert (found.side == "application") == outside
