"""Documented clauses against the profile: kinds and required members, per cell."""

from typing import Any

import msgspec
import pytest

from tallystick.intake import Incident, Profiler
from tallystick.record.clause import Aspect, Citation, Clause, Standing
from tallystick.record.profile import Profile
from tallystick.review.observed import unkept
from tests.conftest import entry
from tests.intake.test_part import merged_attempts


def clause(
    location: str, aspect: Aspect, value: str, standing: Standing = "documented", when: str = ""
) -> Clause:
    return Clause(location, aspect, value, Citation("S1", 0, 4, "text"), standing, when)


def profile(*requests: dict[str, Any]) -> Profile:
    profiler = Profiler(Incident("2026-06-01T09:00:02Z"))
    made = [entry(200, {"choices": []}, request=one, at=n) for n, one in enumerate(requests)]
    for attempt in merged_attempts(made):
        profiler.add(attempt)
    return profiler.profile()


GOOD = {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}], "n": 1}
ODD = {"model": "gpt-4o", "messages": [{"content": "x"}], "n": "many"}


@pytest.mark.parametrize(
    ("stated", "times"),
    [
        (clause("request.n", "kind", "number|null"), {"before": 1, "during": 1}),
        (clause("request.messages[].role", "required", "yes"), {"before": 1, "during": 1}),
        (clause("request.seed", "required", "yes"), {"before": 2, "during": 1}),
        (clause("response.usage", "required", "yes"), {"before": 2, "during": 1}),
        (clause("request.model", "kind", "string"), {}),
        (clause("request.model", "required", "yes"), {}),
        (clause("request.nowhere.at_all", "required", "yes"), {}),
        (clause("request.n", "kind", "number", standing="stale"), {}),
        (clause("request.n", "kind", "number", when="stream=true"), {}),
        (clause("request.seed", "required", "no"), {}),
    ],
)
def test_what_is_not_kept_is_counted_by_window(stated: Clause, times: dict[str, int]) -> None:
    found = unkept([stated], profile(GOOD, ODD, ODD))
    assert {one.window: one.times for one in found} == times
    assert {one.location for one in found} <= {stated.location}


def test_nothing_is_concluded_from_what_a_log_left_out() -> None:
    stated = clause("request.seed", "required", "yes")
    whole = profile(GOOD)
    partial = tuple(msgspec.structs.replace(cell, partial=1) for cell in whole.cells)
    assert unkept([stated], whole)
    assert not unkept([stated], msgspec.structs.replace(whole, cells=partial))
