"""Captures and whole cases by hands that did not know the rules: how many are right, and what is
claimed.
"""

from pathlib import Path

import pytest
from bench.captures.score import scored
from bench.cases import score as cases
from bench.pairs import score as pairs

from tallystick.case import derive
from tallystick.case.calls import Calls, calls_of
from tallystick.case.readings import readings_of
from tallystick.case.statement import stated
from tallystick.case.store import Folder
from tallystick.record.finding import Review
from tests.conftest import THOROUGH
from tests.twins import TWINS, Twin

PARTS = 12
# Both are what stands between the application and the model; which of them failed is told by
# the body of the answer alone.
_BEYOND = ("provider", "gateway", "account")


def test_captures_as_people_hold_them_are_classified_and_nothing_false_is_claimed() -> None:
    sums = scored()
    assert not sums.false
    assert sums.right >= 0.95 * sums.cases, sums.wrong


@pytest.mark.parametrize("part", range(PARTS))
def test_whole_cases_of_other_hands_are_judged_and_a_verdict_with_less_evidence_never_turns(
    part: int, tmp_path: Path
) -> None:
    """Nobody is accused falsely. Of every fourth case (every second, if thorough) parts of the
    evidence are taken away: the verdict weakens, and accuses nobody else.
    """
    sums, turned, weaker, looked = cases.Sums(), {}, 0, 0
    for number, folder in enumerate(cases.cases()[part::PARTS]):
        with cases.begun(folder, tmp_path / folder.name) as held:
            whole = cases.review_of(held)
            poor = _poorer(held) if number % (2 if THOROUGH else 4) == 0 else {}
        looked += bool(poor)
        sums.add(folder, whole)
        other = {name: told for name, told in poor.items() if told != _told(whole)}
        weaker += sum(name == "undecided" for name, _ in other.values())
        if wrong := {name: told for name, told in other.items() if told[0] != "undecided"}:
            turned[folder.name] = wrong
    assert not sums.false
    assert sums.right >= 0.8 * sums.cases, sums.wrong
    assert turned == {}
    assert weaker > looked


def _poorer(held: Folder) -> dict[str, tuple[str, str]]:
    """What is said of a case without each part of the evidence."""
    with pytest.MonkeyPatch.context() as patched:
        read = readings_of(held.read, stated(held))
        patched.setattr(derive, "readings_of", lambda *_: read)  # the pages are the same
        return {name: _told(_without(held, twin)) for name, twin in TWINS.items()}


def _without(held: Folder, twin: Twin) -> Review:
    """What is said of a case whose captures show less."""
    whole = calls_of(held.read)
    poor = Calls(tuple(map(twin, whole.exchanges)), whole.twice)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(derive, "calls_of", lambda _: poor)
        return cases.review_of(held)


def _told(review: Review) -> tuple[str, str]:
    side = review.cause.side if review.cause else ""
    return review.verdict.name, "beyond" if side in _BEYOND else side


def test_two_captures_of_one_call_are_one_call_and_what_a_hop_changed_is_found() -> None:
    sums = pairs.scored()
    assert not sums.false
    assert sums.joined >= 0.9 * sums.cases, sums.missed
    # A change is told only where both captures show the wire: silence is better than a guess.
    assert sums.found >= 0.5 * sums.changed, sums.missed
