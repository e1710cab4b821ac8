"""What a page shows in an example, and a rejection of it, where the request is not shown."""

import pytest
from msgspec.structs import replace

from tallystick.intake import Facts, classify
from tallystick.record.clause import Clause
from tallystick.record.finding import RootCause
from tallystick.review import Material
from tallystick.review.causes import causes
from tests.conftest import REQUEST, entry, frozen, har
from tests.review.test_causes import DOCS, says
from tests.twins import without_request_body

UNKNOWN = {"error": {"message": "Unrecognized request argument: acme_tag", "param": "acme_tag",
           "code": "unknown_parameter"}}  # fmt: skip
SHOWN = replace(says("request.acme_tag", "example", "exists"), standing="shown-in-example")
STATED = replace(
    says("error.status.400", "The body has a parameter that is not in the reference", "meaning"),
    when="error.code=unknown_parameter",
)


def cause(*clauses: Clause) -> RootCause:
    refused = entry(400, UNKNOWN, request={**REQUEST, "acme_tag": "x"})
    calls = tuple(map(without_request_body, frozen(har([refused]))))
    return causes(Material(clauses, [DOCS], (), calls, classify(calls, Facts())))[0]


@pytest.mark.parametrize(
    ("clauses", "side"), [((STATED, SHOWN), "documents"), ((STATED,), "application")]
)
def test_what_a_page_shows_being_sent_is_in_dispute_though_no_request_is_shown(
    clauses: tuple[Clause, ...], side: str
) -> None:
    found = cause(*clauses)
    assert found.side == side
    assert ("A page shows `acme_tag` being sent" in found.mechanism) == (side == "documents")
