"""The documentation's real disagreements (facts dossier, section 9), found without being asked."""

from pathlib import Path

import pytest

from tallystick.contract import conflicts, media_type, read_source, with_standing
from tallystick.record import Clause, Source, digest
from tallystick.record.case import Operation

PAGES = Path(__file__).parent / "pages"
START = "2026-11-20T09:00:00Z"
URLS = {
    "errors": "https://apidoc.cometapi.com/errors/error-codes-handling.md",
    "older-errors": "https://cometapi.mintlify.app/errors/error-codes-handling.md",
    "overview": "https://apidoc.cometapi.com/api.md",
    "misconceptions": "https://apidoc.cometapi.com/support/common-misconceptions.md",
    "help-center": "https://apidoc.cometapi.com/support/help-center.md",
    "quick-start": "https://apidoc.cometapi.com/overview/quick-start.md",
    "chat": "https://apidoc.cometapi.com/api/text/chat.md",
    "legacy-chat": "https://apidoc.cometapi.com/api-13851472.md",
    "models": "https://apidoc.cometapi.com/overview/models.md",
    "legacy-retry": "https://apidoc.cometapi.com/retry-logic-928345m0.md",
    "legacy-balance": "https://apidoc.cometapi.com/doc-1018094.md",
}
# The dossier's number → where it shows, and the two pages that disagree.
FOUND = {
    1: ("endpoint.base_url", "misconceptions", "misconceptions"),
    2: ("endpoint.base_url", "errors", "quick-start"),
    3: ("endpoint.wrong_path", "errors", "overview"),
    4: ("error.missing_field", "errors", "older-errors"),
    5: ("error.body", "errors", "older-errors"),
    6: ("retry.status.500", "errors", "older-errors"),
    7: ("retry.status.400", "errors", "legacy-retry"),
    9: ("limit.requests", "misconceptions", "misconceptions"),
    10: ("retry.statuses", "errors", "overview"),
    11: ("request.messages[].role", "chat", "legacy-chat"),
    12: ("response.choices[].finish_reason", "chat", "legacy-chat"),
    14: ("endpoint.responses_models", "chat", "legacy-chat"),
    15: ("response.model", "chat", "models"),
    17: ("request.token_cap", "chat", "quick-start"),
    18: ("billing.unlimited_key", "quick-start", "legacy-balance"),
    19: ("billing.total_quota", "quick-start", "legacy-balance"),
    20: ("billing.price", "help-center", "quick-start"),
    23: ("response.choices[].message.content", "chat", "legacy-chat"),
}


def sources() -> list[Source]:
    return [
        Source(name, url, "2026-11-21T08:00:00Z", digest((PAGES / f"{name}.md").read_bytes()), name,
               "", media_type("x.md", b""), f"{name}.md")
        for name, url in URLS.items()
    ]  # fmt: skip


@pytest.fixture(scope="module")
def clauses() -> tuple[Clause, ...]:
    stated = [
        clause
        for source in sources()
        for clause in read_source(source, (PAGES / source.stored).read_bytes(), Operation()).clauses
    ]
    return with_standing(stated, sources(), START)


@pytest.mark.parametrize("number", FOUND)
def test_a_real_disagreement_is_found(clauses: tuple[Clause, ...], number: int) -> None:
    location, one, other = FOUND[number]
    pairs = {
        (c.location, frozenset((c.first.citation.source, c.second.citation.source)))
        for c in conflicts(clauses)
    }
    assert (location, frozenset((one, other))) in pairs
    standing = {c.standing for c in clauses if c.location == location}
    assert "conflicting" in standing


def test_every_quotation_stands_at_its_span(clauses: tuple[Clause, ...]) -> None:
    for clause in clauses:
        data = (PAGES / f"{clause.citation.source}.md").read_bytes()
        cited = clause.citation
        assert data[cited.start : cited.end].decode() == cited.quotation


def test_what_only_an_example_shows_is_below_documented(clauses: tuple[Clause, ...]) -> None:
    shown = {c.location for c in clauses if c.standing == "shown-in-example"}
    assert {"response.id", "response.service_tier", "response.choices[].index"} <= shown


def test_what_a_page_says_it_does_not_cover_is_to_verify(clauses: tuple[Clause, ...]) -> None:
    (own,) = [c for c in clauses if c.location == "limit.concurrency"]
    assert (own.standing, own.says()) == ("to-verify", "not covered by the page: ask support")


def test_the_same_page_captured_twice_drifts_and_does_not_conflict() -> None:
    old = Source("old", URLS["errors"], "2026-11-20T10:00:00Z", "sha256:0", "", "", "markdown", "x")
    new = sources()[0]
    older = (PAGES / "older-errors.md").read_bytes()
    stated = [*read_source(old, older, Operation()).clauses,
              *read_source(new, (PAGES / new.stored).read_bytes(), Operation()).clauses]  # fmt: skip
    found = with_standing(stated, [old, new], START)
    assert conflicts(found) == ()
    assert {c.standing for c in found if c.citation.source == "old"} == {"stale"}
