"""Small captures by hands that did not know the rules: how many are right, and what is claimed."""

import pytest
from bench.captures.score import scored
from bench.cases import score as cases
from bench.pairs import score as pairs


def test_captures_as_people_hold_them_are_classified_and_nothing_false_is_claimed() -> None:
    sums = scored()
    assert not sums.false
    assert sums.right >= 0.95 * sums.cases, sums.wrong


PARTS = 6


@pytest.mark.parametrize("part", range(PARTS))
def test_whole_cases_of_other_hands_are_judged_and_nobody_is_accused_falsely(part: int) -> None:
    sums = cases.scored(cases.cases()[part::PARTS])
    assert not sums.false
    assert sums.right >= 0.8 * sums.cases, sums.wrong


def test_two_captures_of_one_call_are_one_call_and_what_a_hop_changed_is_found() -> None:
    sums = pairs.scored()
    assert not sums.false
    assert sums.joined >= 0.9 * sums.cases, sums.missed
    # A change is told only where both captures show the wire: silence is better than a guess.
    assert sums.found >= 0.5 * sums.changed, sums.missed
