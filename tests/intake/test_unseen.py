"""What captures do not show is named, and how to get it follows from the stack that wrote them."""

import pytest

from tallystick.intake.unseen import ASKED, FRAMES, GOT, LINE, SENT, STATUS, TOLD, plan, unseen
from tests.conftest import entry, frozen, har
from tests.twins import FORMATS, PARTS, replace

WHOLE = frozen(har([entry(400, {"error": {"message": "m"}}, headers={"x-request-id": "1"})]))


def test_a_whole_capture_lacks_nothing_that_is_named() -> None:
    assert (
        unseen([replace(one, response=replace(one.response, stream_shown=True)) for one in WHOLE])
        == ()
    )
    assert unseen(()) == ()


@pytest.mark.parametrize(
    ("part", "named"),
    [("request line", LINE), ("request headers", SENT), ("request body", ASKED), ("answer headers", GOT),
     ("answer body", TOLD)],
)  # fmt: skip
def test_a_part_that_is_taken_away_is_named(part: str, named: str) -> None:
    assert named in unseen(map(PARTS[part], WHOLE))
    assert named not in unseen([*map(PARTS[part], WHOLE), *WHOLE])


def test_the_plan_begins_with_the_stack_that_wrote_the_capture() -> None:
    missing = unseen(map(FORMATS["access log"], WHOLE))
    assert plan(["litellm"], missing)[0].startswith("LiteLLM")
    assert plan(["access"], missing)[0].startswith("nginx")
    assert all(not step.startswith(("LiteLLM", "nginx")) for step in plan(["own"], missing))
    assert plan(["litellm"], ()) == ()
    assert plan(["langfuse"], [FRAMES, STATUS])[0].startswith("Langfuse keeps no wire")
