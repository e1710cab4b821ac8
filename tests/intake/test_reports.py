"""What an application raised, in a capture of its own, beside one that shows its calls."""

import msgspec
import pytest

from tallystick.intake.reports import apart
from tallystick.record.exchange import Exchange
from tests.conftest import entry, frozen, har
from tests.review.test_causes import GOOD


def told(**changed: object) -> Exchange:
    """A traceback that was given as a capture."""
    (made,) = frozen(har([entry(0, error="IndexError: list index out of range")]))
    hidden = ("body", "headers", "line")
    asked = msgspec.structs.replace(made.request, body_kind="not-visible", hidden=hidden)
    answered = msgspec.structs.replace(made.response, body_kind="not-visible")
    bare = msgspec.structs.replace(
        made, id="xffffff-0000", capture=f"sha256:{'f' * 64}", failure="application", request=asked,
        response=answered,
    )  # fmt: skip
    return msgspec.structs.replace(bare, **changed)


def test_a_traceback_beside_calls_is_a_report() -> None:
    calls = frozen(har([entry(200, GOOD)]))
    left, words = apart((*calls, told()))
    assert left == tuple(calls)
    assert "IndexError" in words


@pytest.mark.parametrize(
    "other",
    [
        told(failure="timeout"),
        told(response=msgspec.structs.replace(told().response, status=500)),
        told(request=msgspec.structs.replace(told().request, hidden=("body", "headers"))),
    ],
    ids=["of the transport", "with a status", "with an address"],
)
def test_what_shows_something_of_a_call_is_one(other: Exchange) -> None:
    calls = frozen(har([entry(200, GOOD)]))
    assert apart((*calls, other)) == ((*calls, other), "")


def test_alone_it_is_all_there_is() -> None:
    assert apart((told(),)) == ((told(),), "")
