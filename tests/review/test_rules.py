"""Every rule against its own examples."""

import pytest

from tallystick.review import RULES
from tallystick.review.judge import findings_of
from tallystick.review.rules.base import Rule
from tallystick.review.rules.example import Example

GRAVE = ("client-mismatch", "provider-breach", "unsupported-assumption", "documents-disagree")
EXPECTED = {
    "kept": ("sound", None),
    "breached": GRAVE,
    "undecided": ("to-verify", "could-not-check", "documents-disagree"),
}


@pytest.mark.parametrize("kind", EXPECTED)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_what_its_example_says(rule: Rule, kind: str) -> None:
    example: Example = getattr(rule, kind)
    found = [f for f in findings_of(example.held, rule) if f.location == example.location]
    assert [finding.outcome for finding in found] == ([example.outcome] if example.outcome else [])
    assert example.outcome in EXPECTED[kind]


def test_examples_of_a_rule_tell_different_things() -> None:
    for rule in RULES:
        assert len({rule.kept.shows, rule.breached.shows, rule.undecided.shows}) == 3
