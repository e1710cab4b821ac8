"""The review on incidents of known truth, which were composed without knowledge of its rules."""

import pytest
from bench.truth.score import scored, table


@pytest.mark.parametrize("seed", [3, 11])
def test_generated_incidents_are_explained_and_nobody_is_accused_falsely(seed: int) -> None:
    made = scored(seed, 210)
    assert made.false == 0, made.misses
    assert made.accused == 0, made.misses
    assert made.right >= 0.9 * made.cases, made.misses
    assert made.right > made.by_status or made.cases < 100
    assert "false claims" in table(made)
