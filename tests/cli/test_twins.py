"""Whole cases of which a part of the evidence is taken away: the verdict weakens, it never turns."""

from pathlib import Path

import pytest
from bench.cases import score

from tallystick.case import calls, derive
from tallystick.case.statement import stated
from tallystick.case.store import Read
from tallystick.cli import steps
from tallystick.record import Exchange
from tallystick.record.finding import Review
from tests.twins import TWINS, Twin

# Every second case: each is judged once for every part and format.
CASES = score.cases()[::2]
# Both are what stands between the application and the model; which of them failed is told by
# the body of the answer alone.
_BEYOND = ("provider", "gateway", "account")


def judged(root: Path, twin: Twin, monkeypatch: pytest.MonkeyPatch) -> Review:
    """What is said of a case whose captures show less."""
    whole = calls.exchanges_of

    def poor(read: Read) -> tuple[Exchange, ...]:
        return tuple(map(twin, whole(read)))

    with steps.opened(root) as folder, monkeypatch.context() as patched:
        patched.setattr(calls, "exchanges_of", poor)
        return derive.dossier(folder.read, stated(folder)).review


def _told(review: Review) -> tuple[str, str]:
    side = review.cause.side if review.cause else ""
    return review.verdict.name, "beyond" if side in _BEYOND else side


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_verdict_without_a_part_of_the_evidence_never_turns(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = tmp_path / "case"
    score.begun(folder, case)
    whole = _told(judged(case, lambda one: one, monkeypatch))
    poor = {name: _told(judged(case, twin, monkeypatch)) for name, twin in TWINS.items()}
    turned = {n: told for n, told in poor.items() if told[0] != "undecided" and told != whole}
    assert turned == {}
