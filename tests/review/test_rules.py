"""Every rule against its own examples."""

import msgspec
import pytest

from tallystick.record.settings import Settings
from tallystick.record.usage import Account
from tallystick.review import RULES
from tallystick.review.judge import findings_of
from tallystick.review.material import Material
from tallystick.review.rules.base import Rule
from tallystick.review.rules.example import Example, case, configured, stated
from tests.twins import TWINS, Twin

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


def test_a_window_that_could_not_be_checked_leaves_a_recorded_field_open() -> None:
    (rule,) = (rule for rule in RULES if rule.name == "usage-recorded")
    accounts = [
        *(Account(window, "gpt-4o", "total_tokens", 2, 3.0, 2, 3.0, "agrees")
          for window in ("before", "during", "after")),
        Account("during", "gpt-4", "total_tokens", 0, 0.0, 900, 9.0, "could-not-check", "none"),
    ]  # fmt: skip
    held = case([stated("response.usage.total_tokens", "number", "kind")], accounts=accounts)
    (found,) = findings_of(held, rule)
    assert found.outcome == "could-not-check"
    assert found.observed.startswith("during, gpt-4: 0 stated")


@pytest.mark.parametrize(
    ("base_url", "path", "intentional", "outcome"),
    [
        ("https://api.cometapi.com", "/v1/chat/completions", (), "sound"),
        ("https://api.cometapi.com", "/chat/completions", (), "client-mismatch"),
        ("http://localhost/v1", "/v1/chat/completions", (), "client-mismatch"),
        ("http://localhost/v1", "/v1/chat/completions", ("endpoint.base_url",), None),
    ],
)
def test_an_environments_base_url_is_judged_by_where_its_requests_arrive(
    base_url: str, path: str, intentional: tuple[str, ...], outcome: str | None
) -> None:
    (rule,) = (rule for rule in RULES if rule.name == "environments")
    held = case(
        [stated("endpoint.base_url", "https://api.cometapi.com/v1")],
        settings=[Settings("eu", ("eu.env",), base_url, arrives=path)],
    )
    held = msgspec.structs.replace(held, intentional=intentional)
    found = [f.outcome for f in findings_of(held, rule) if f.location == "endpoint.base_url"]
    assert found == ([outcome] if outcome else [])


def test_what_only_an_example_shows_is_no_promise_to_an_environment() -> None:
    (rule,) = (rule for rule in RULES if rule.name == "environments")
    shown = stated("auth.header", "Authorization", standing="shown-in-example")
    held = case([shown], settings=[configured("eu", header="Authorization")])
    assert [f.outcome for f in findings_of(held, rule)] == ["to-verify"]


def _poorer(held: Material, twin: Twin) -> Material:
    """The same case as a capture that shows less would give it."""
    exchanges = tuple(map(twin, held.exchanges))
    statuses = {one.id: one.response.status for one in exchanges}
    groups = tuple(
        msgspec.structs.replace(group, statuses=tuple(statuses[name] for name in group.exchanges))
        for group in held.classification.groups
    )
    classed = msgspec.structs.replace(held.classification, groups=groups)
    return msgspec.structs.replace(held, exchanges=exchanges, classification=classed)


@pytest.mark.parametrize("kind", EXPECTED)
@pytest.mark.parametrize("twin", TWINS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_accuses_nobody_without_the_part_that_shows_it(
    rule: Rule, twin: str, kind: str
) -> None:
    example: Example = getattr(rule, kind)
    whole = {(f.location, f.outcome) for f in findings_of(example.held, rule)}
    poor = findings_of(_poorer(example.held, TWINS[twin]), rule)
    assert [f for f in poor if f.outcome in GRAVE and (f.location, f.outcome) not in whole] == []
