import msgspec
import pytest

from tallystick.contract import conflicts, support_clauses, support_sources, with_standing
from tallystick.record import Clause, Source
from tallystick.record.clause import Aspect, Citation
from tallystick.record.journal import Entry, entry_digest

START = "2026-11-20T09:00:00Z"


def source(name: str, url: str, captured: str) -> Source:
    return Source(name, url, captured, "sha256:0", name, "", "markdown", f"contract/sources/{name}")


NEW = source("S1", "https://h/errors", "2026-11-21T08:00:00Z")
MIRROR = source("S2", "https://mirror/errors", "2026-11-21T08:00:00Z")
OLD_CAPTURE = source("S3", "https://h/errors", "2026-11-20T10:00:00Z")
BEFORE = source("S4", "https://other/errors", "2026-11-01T00:00:00Z")


def clause(by: Source, value: str, when: str = "", aspect: Aspect = "retry") -> Clause:
    return Clause("retry.status.500", aspect, value, Citation(by.id, 0, 1, "x"), when=when)


def standings(*clauses: Clause) -> list[str]:
    found = with_standing(clauses, [NEW, MIRROR, OLD_CAPTURE, BEFORE], START)
    by_id = {item.id: item.standing for item in found}
    return [by_id[item.id] for item in clauses]


def test_a_source_from_after_the_start_documents_and_an_older_one_is_stale() -> None:
    assert standings(clause(NEW, "yes"), clause(BEFORE, "yes")) == ["documented", "stale"]


def test_current_sources_that_differ_conflict_and_both_are_kept() -> None:
    assert standings(clause(NEW, "yes"), clause(MIRROR, "no")) == ["conflicting", "conflicting"]


def test_an_older_capture_of_the_same_page_is_drift_not_conflict() -> None:
    assert standings(clause(NEW, "yes"), clause(OLD_CAPTURE, "no")) == ["documented", "stale"]


def test_a_source_older_than_the_incident_conflicts_with_nothing() -> None:
    assert standings(clause(NEW, "yes"), clause(BEFORE, "no")) == ["documented", "stale"]


def test_conditions_that_cannot_hold_at_once_do_not_conflict() -> None:
    narrow = clause(NEW, "no", "error.code=invalid_request")
    assert standings(narrow, clause(MIRROR, "yes", "otherwise")) == ["documented", "documented"]
    assert standings(narrow, clause(MIRROR, "yes")) == ["conflicting", "conflicting"]


def test_meanings_in_other_words_are_no_conflict() -> None:
    first, second = clause(NEW, "a", aspect="meaning"), clause(MIRROR, "b", aspect="meaning")
    assert conflicts(with_standing([first, second], [NEW, MIRROR], START)) == ()


def test_identity_does_not_depend_on_standing() -> None:
    one = clause(NEW, "yes")
    assert msgspec.structs.replace(one, standing="stale").id == one.id


def decision(value: str, when: str = "", ticket: str = "") -> Entry:
    return Entry("", "2026-11-22T00:00:00+00:00", "a", "decide", "retry.status.500", "retry", value,
                 "why", when, ticket, "2026-11-22T00:00:00+00:00" if ticket else "")  # fmt: skip


def under(clauses: list[Clause], *entries: Entry) -> list[str]:
    found = with_standing(clauses, [NEW, MIRROR, OLD_CAPTURE, BEFORE], START, entries)
    by_id = {item.id: item.standing for item in found}
    return [by_id[item.id] for item in clauses]


def test_a_decision_resolves_the_statement_it_is_about() -> None:
    torn = [clause(NEW, "yes"), clause(MIRROR, "no")]
    assert under(torn, decision("no")) == ["overruled", "documented"]


def test_a_decision_against_an_earlier_one_is_a_conflict_until_one_is_withdrawn() -> None:
    torn = [clause(NEW, "yes"), clause(MIRROR, "no")]
    first, second = decision("no"), decision("yes")
    assert under(torn, first, second) == ["conflicting", "conflicting"]
    assert under(torn, first, second, back(first)) == ["documented", "overruled"]
    assert under(torn, first, second, back(second)) == ["overruled", "documented"]
    assert under(torn, first, back(first)) == ["conflicting", "conflicting"]


def back(entry: Entry) -> Entry:
    return msgspec.structs.replace(entry, action="withdraw", value=entry_digest(entry))


def test_a_narrow_decision_is_an_exception() -> None:
    narrow = "error.code=invalid_request"
    torn = [clause(NEW, "no", narrow), clause(MIRROR, "yes")]
    assert under(torn, decision("no", narrow)) == ["documented", "documented"]
    assert under(torn, decision("no", "error.code=another")) == ["conflicting", "conflicting"]


@pytest.mark.parametrize("answer_first", [True, False])
def test_a_support_answer_against_a_current_page_is_a_conflict_until_it_is_decided(
    answer_first: bool,
) -> None:
    journal = b"first line\nsecond line\n"
    answer = msgspec.structs.replace(decision("no", ticket="T-1"), action="answer")
    (source_,) = support_sources([answer], journal[:11])
    assert (source_.id, source_.url, source_.media_type) == ("T1", "ticket:T-1", "support")
    (stated,) = support_clauses([answer], journal[:11])
    assert stated.citation.quotation == "first line"
    clauses, sources = [clause(NEW, "yes")], [NEW, source_]

    def standings(*entries: Entry) -> dict[str, str]:
        in_order = (answer, *entries) if answer_first else (*entries, answer)
        found = with_standing(clauses, sources, START, in_order, [stated])
        return {c.citation.source: c.standing for c in found}

    torn = {"S1": "conflicting", "T1": "conflicting"}
    assert standings() == torn
    assert standings(decision("yes")) == torn, "without ticket and date nothing is decided"
    assert standings(decision("yes", ticket="T-2")) == {"S1": "documented", "T1": "overruled"}
    assert standings(decision("no", ticket="T-2")) == {
        "S1": "overruled", "T1": "support-confirmed",
    }  # fmt: skip
    assert standings(decision("no", ticket="T-2"), decision("yes", ticket="T-3")) == torn


def test_what_support_says_after_an_old_decision_was_not_decided() -> None:
    """Its entry does not tell what it decided among, but the days do."""
    answer = msgspec.structs.replace(
        decision("no", ticket="T-1"), action="answer", answered="2026-11-27T00:00:00+00:00"
    )
    journal = b"first line\nsecond line\n"
    decided = decision("yes", ticket="T-2")
    found = with_standing(
        [clause(NEW, "yes")],
        [NEW, *support_sources([answer], journal[:11])],
        START,
        (answer, decided),
        support_clauses([answer], journal[:11]),
    )
    assert {c.standing for c in found} == {"conflicting"}
