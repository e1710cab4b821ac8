"""Members that are refused for being there, and which calls show that the application sent them."""

from typing import Any

import pytest

from tests.conftest import REQUEST, entry
from tests.review.test_causes import says
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
