"""A classification weakens with the evidence taken away, and never turns."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tallystick.case import capture
from tallystick.engine.merging import How
from tallystick.host.errors import CannotRunError
from tallystick.intake import Facts, classify
from tallystick.intake.rules import RULES, Rule
from tallystick.record.exchange import Exchange
from tallystick.record.finding import Classification
from tests.conftest import ROOT
from tests.intake.test_classify import exchanges_of
from tests.twins import TWINS

CAPTURES = [
    *sorted((ROOT / "bench/captures/corpus").iterdir()),
    # Their verdicts are judged without a part elsewhere: of these classes a sample will do.
    *sorted((ROOT / "bench/cases/corpus").iterdir())[::3],
]
PARTS = 6
# Another class may be given where the reason says what the capture does not show.
_UNSEEN = re.compile(
    r"not in the capture|not visible|no request headers|not be checked|cannot show"
    r"|does not (?:show|tell)|shows neither|no credential header"
)


def _weakened(whole: Classification, poor: Classification) -> bool:
    return poor.failure_class in (whole.failure_class, "unknown", "none") or bool(
        _UNSEEN.search(poor.reason)
    )


@pytest.mark.parametrize("twin", TWINS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rules_example_without_a_part_is_judged_more_weakly(rule: Rule, twin: str) -> None:
    exchanges, facts = exchanges_of(rule.triggers), Facts(symptom=rule.triggers.symptom)
    whole = classify(exchanges, facts)
    poor = classify([TWINS[twin](one) for one in exchanges], facts)
    assert _weakened(whole, poor), poor.reason


def _captures(lot: int) -> Iterator[tuple[str, tuple[Exchange, ...], Facts]]:
    for folder in CAPTURES[lot::PARTS]:
        facts = _told(folder)
        try:
            exchanges, _ = capture.exchanges([str(next(folder.glob("capture.*")))], How(workers=1))
        except CannotRunError:
            continue
        yield folder.name, tuple(exchanges), facts


def _told(folder: Path) -> Facts:
    case, facts = folder / "case.json", folder / "facts.toml"
    if case.is_file():
        return Facts(symptom=json.loads(case.read_text())["symptom"] or "")
    told = tomllib.loads(facts.read_text()) if facts.is_file() else {}
    return Facts(told.get("client", ""), told.get("symptom", ""))


@pytest.mark.parametrize("lot", range(PARTS))
def test_captures_without_a_part_are_judged_more_weakly(lot: int) -> None:
    turned, tried = [], 0
    for name, exchanges, facts in _captures(lot):
        whole = classify(exchanges, facts)
        for part, twin in TWINS.items():
            poor = classify([twin(one) for one in exchanges], facts)
            tried += 1
            if not _weakened(whole, poor):
                turned.append((name, part, whole.failure_class, poor.failure_class, poor.reason))
    assert turned == []
    assert tried > 2000 / PARTS
