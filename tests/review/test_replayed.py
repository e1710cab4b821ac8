"""What a controlled replay confirms stands for areas that nothing else shows, and for no other."""

import msgspec
import pytest

from tallystick.record.replay import Deviation, Judgement, Replay, Step, StepName
from tallystick.review import review
from tallystick.review.material import Material
from tallystick.review.rules.example import call, case, stated

AT = "2026-11-21T08:00:00+00:00"


def step(name: StepName, judgement: Judgement = "conforms", status: int = 200) -> Step:
    wrong = (Deviation("response.choices", "array", "absent"),) if judgement == "deviates" else ()
    return Step(name, judgement, wrong, exchange=call(status))


def areas(*steps: Step, planned: int = 0) -> dict[str, tuple[str, str]]:
    held: Material = case(
        [
            stated("endpoint.path", "/v1/chat/completions"),
            stated("endpoint.base_url", "https://api.cometapi.com/v1"),
            stated("auth.header", "Authorization"),
            stated("auth.scheme", "Bearer"),
            stated("request.model", "yes", "required"),
        ]
    )
    replay = Replay("staging", AT, (), steps, planned or len(steps))
    told = review(msgspec.structs.replace(held, replays=(replay,)))
    return {one.area: (one.state, one.answer) for one in told.areas}


def test_a_request_that_conformed_answers_what_nothing_else_shows() -> None:
    found = areas(step("plain"), step("no-token", status=401), step("unknown-field", status=400))
    assert found["authentication"] == (
        "sound", "confirmed by a controlled request (plain, no-token) to `staging` on 2026-11-21",
    )  # fmt: skip
    assert found["request"][1].endswith("an undocumented field is answered with 400")
    assert found["errors"][0] == "sound"
    for area in ("rate limits", "billing"):
        assert found[area][0] == "to-verify"


@pytest.mark.parametrize(
    ("steps", "planned"),
    [
        ((step("plain", "could-not-check"),), 1),
        ((step("plain", "deviates"),), 1),
        ((step("plain"), step("stream", "deviates")), 2),
        ((step("plain"),), 3),
        ((step("plain", "could-not-check"), step("no-token", status=401)), 2),
        ((step("no-token", status=401), step("unknown-field", status=400)), 2),
        ((), 0),
    ],
)
def test_a_part_or_a_deviation_answers_nothing(steps: tuple[Step, ...], planned: int) -> None:
    assert areas(*steps, planned=planned)["authentication"][0] == "could-not-check"


def test_refusals_show_how_errors_are_told_and_nothing_of_what_is_taken() -> None:
    found = areas(step("no-token", status=401), step("unknown-field", status=400))
    assert found["errors"][0] == "sound"
    assert {found[area][0] for area in ("authentication", "request")} == {"could-not-check"}
