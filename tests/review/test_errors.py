"""Errors that came in disguise, or that the client could not read."""

from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.intake import Facts, classify
from tallystick.record.clause import Candidate, Clause
from tallystick.record.finding import RootCause
from tallystick.review import Material
from tallystick.review.causes import causes
from tests.conftest import REQUEST, entry, frozen, har
from tests.review.test_causes import DOCS, GOOD, says


def cause(calls: list[dict[str, Any]], *clauses: Clause, symptom: str = "") -> RootCause:
    exchanges = frozen(har(calls))
    classed = classify(exchanges, Facts(symptom=symptom))
    return causes(Material(clauses, [DOCS], (), exchanges, classed))[0]


@pytest.mark.parametrize(
    ("said", "side"),
    [
        ("Provider returned error", "unknown"),
        ("Upstream error", "unknown"),
        ("Upstream request timed out", "provider"),
        ("Failed to get response from provider", "provider"),
        ("The upstream is overloaded", "provider"),
    ],
)
def test_an_upstream_that_only_refused_accuses_nobody(said: str, side: str) -> None:
    assert cause([entry(400, {"error": {"message": said, "code": 400}})]).side == side


def test_what_only_the_refused_requests_have_is_told_all_the_same() -> None:
    documented = [says("request.messages", "yes", "exists"), says("request.model", "yes", "exists")]
    refused = entry(400, {"error": {"message": "Provider returned error"}},
                    request={**REQUEST, "acme_tag": "x"}, at=5)  # fmt: skip
    found = cause([entry(200, GOOD), refused], *documented)
    assert (found.side, found.location, found.support) == (
        "application", "request.acme_tag", "contrasted",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "side"), [("null|string", "provider"), ("number", "application"), ("", "unknown")]
)
def test_a_member_of_an_error_that_the_client_could_not_read(kind: str, side: str) -> None:
    symptom = "cannot unmarshal number into Go struct field apiError.error.code of type string"
    stated = [says("error.code", kind, "kind")] if kind else []
    found = cause([entry(503, {"error": {"message": "busy", "code": 503}})], *stated,
                  symptom=symptom)  # fmt: skip
    assert (found.side, found.location) == (side, "error.code")


DATE = "Fri, 20 Nov 2026 09:13:30 GMT"


@pytest.mark.parametrize(
    ("hint", "words", "side"),
    [
        (DATE, "a number of seconds or an HTTP date", "application"),
        (DATE, "a number of seconds", "unknown"),
        ("20", "a number of seconds or an HTTP date", "account"),
    ],
)
def test_a_date_that_the_client_read_as_a_number(hint: str, words: str, side: str) -> None:
    limited = entry(
        429, {"error": {"message": "Rate limit reached"}}, headers={"Retry-After": hint}
    )
    stated = says("retry.retry_after", "yes", "exists", words=words)
    found = cause([limited], stated, symptom=f"could not convert string to float: '{DATE}'")
    assert found.side == side
    assert (words in found.mechanism) == (side == "application")


@pytest.mark.parametrize(
    ("clauses", "side"), [([says("error.message", "string", "kind")], "provider"), ([], "unknown")]
)
def test_an_error_that_is_a_text(clauses: list[Clause], side: str) -> None:
    symptom = "AttributeError: 'str' object has no attribute 'get'"
    found = cause([entry(503, {"error": "no upstream"})], *clauses, symptom=symptom)
    assert (found.side, found.location) == (side, "error")


@pytest.mark.parametrize(
    ("words", "missed", "side"),
    [
        ("the body has an `error` object in place of `choices`", True, "application"),
        ("the body has an `error` object in place of `choices`", False, "provider"),
        ("an `error` object has a message", True, "provider"),
        ("status 200 never has an `error` object in place of `choices`", True, "provider"),
        ("no `error` object comes in place of `choices`", True, "provider"),
    ],
)
def test_an_error_in_a_success_that_a_page_tells_of(words: str, missed: bool, side: str) -> None:
    exchanges = frozen(har([entry(200, {"error": {"message": "The host failed", "code": 502}})]))
    facts = Facts(symptom="KeyError: 'choices'" if missed else "it fails")
    said = says("response.choices", words, "meaning", words=words, standing="to-verify")
    place = "response.choices" if "place of" in words else "error.message"
    material = Material(
        (), [DOCS], (), exchanges, classify(exchanges, facts),
        candidates=[Candidate(replace(said, location=place), "x")],
        misses_choices=facts.misses_choices,
    )  # fmt: skip
    (found,) = causes(material)
    assert found.side == side
    assert (words in found.mechanism) == (missed and "place of" in words)


@pytest.mark.parametrize(
    ("value", "more", "side"),
    [("no", "", "application"), ("yes", "", "unknown"), ("no", "error.code=x", "unknown")],
)
def test_a_refusal_sent_again_against_a_sentence_that_nobody_has_accepted(
    value: str, more: str, side: str
) -> None:
    refused = {"error": {"message": "Stopped", "code": "stopped"}}
    calls = [entry(400, refused, at=float(at)) for at in range(4)]
    exchanges = frozen(har(calls))
    told = replace(
        says("retry.status.400", value, "retry", words="Do not retry a 400"),
        when=more, standing="to-verify",
    )  # fmt: skip
    classed = classify(exchanges, Facts(symptom="the calls are repeated"))
    material = Material((), [DOCS], (), exchanges, classed, candidates=(Candidate(told, ""),))
    found = causes(material)[0]
    assert found.side == side
    assert ("Do not retry a 400" in found.mechanism) == (side == "application")


@pytest.mark.parametrize(
    ("when", "value", "times", "side"),
    [
        ("error.code=insufficient_quota", "no", 3, "application"),
        ("error.code=insufficient_quota", "no", 1, "account"),
        ("error.code=insufficient_quota", "yes", 3, "account"),
        ("error.code=rate_limit_exceeded", "no", 3, "account"),
    ],
    ids=["against its code", "sent once", "allowed", "of another code"],
)
@pytest.mark.parametrize("accepted", [True, False])
def test_a_call_that_was_sent_again_against_what_is_said_of_its_code(
    when: str, value: str, times: int, side: str, accepted: bool
) -> None:
    spent = {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}
    exchanges = frozen(har([entry(429, spent, at=n) for n in range(times)]))
    said = replace(says("retry.status.429", value, "retry", words="Stop, or go on"), when=when)
    symptom = "the request count went up sevenfold, many calls"
    material = Material(
        [said] if accepted else [], [DOCS], (), exchanges,
        classify(exchanges, Facts(symptom=symptom)), amplified=True,
        candidates=() if accepted else [Candidate(said, "says so")],
    )  # fmt: skip
    found = causes(material)[0]
    assert (found.side == "application") == (side == "application")
    assert ("Stop, or go on" in found.mechanism) == (side == "application")
