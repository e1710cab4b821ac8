"""The verdict table, cell by cell, and small cases through the rules."""

from collections.abc import Sequence
from itertools import product
from typing import Any, get_args

import pytest

from tallystick.intake import Facts, classify
from tallystick.record import Assumption, Clause, Finding, Source
from tallystick.record.clause import STANDINGS, Aspect, Citation, Standing
from tallystick.record.finding import Outcome, Review
from tallystick.record.location import AREAS
from tallystick.review import RULES, TABLE, Material, review
from tallystick.review.table import CLIENT, EVIDENCE
from tests.conftest import REQUEST, entry, frozen, har

DOCS = Source(
    "S1", "https://h/page", "2026-11-21T00:00:00Z", "sha256:0", "Page", "", "markdown", "s"
)
INVALID = {"error": {"message": "invalid", "type": "t", "param": "", "code": "invalid_request"}}
GOOD = {
    "id": "i", "object": "chat.completion", "created": 1, "model": "gpt-4o",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "x"},
                 "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}  # fmt: skip


def test_every_cell_is_written_and_says_why() -> None:
    assert set(TABLE) == set(product(STANDINGS, EVIDENCE, CLIENT))
    for outcome, reason in TABLE.values():
        assert outcome in get_args(Outcome)
        assert len(reason) > 15


@pytest.mark.parametrize("key", sorted(TABLE), ids="-".join)
def test_the_cells_keep_the_rules_of_the_house(key: tuple[Standing, Any, Any]) -> None:
    standing, evidence, client = key
    outcome, _ = TABLE[key]
    if standing == "conflicting":
        assert outcome == "documents-disagree"
    if standing == "stale":
        assert outcome == "to-verify"
    if outcome == "provider-breach":
        assert evidence == "provider-breach"
        assert standing in ("documented", "support-confirmed")
    if outcome == "sound" and standing == "to-verify":
        assert client == "agrees", (
            "what no source documents is sound only where nothing relies on it"
        )
    if outcome == "could-not-check":
        assert (evidence, client) == ("silent", "unknown")


def clause(
    location: str, value: str, aspect: Aspect = "value", when: str = "",
    standing: Standing = "documented",
) -> Clause:  # fmt: skip
    return Clause(location, aspect, value, Citation("S1", 0, 4, "text"), standing, when)


def judged(
    entries: Sequence[Any], clauses: Sequence[Clause] = (), assumed: Sequence[Assumption] = ()
) -> Review:
    exchanges = frozen(har(entries))
    classed = classify(exchanges, Facts())
    return review(Material(clauses, [DOCS], assumed, exchanges, classed))


def at(found: Review, location: str, rule: str = "") -> Finding:
    return next(f for f in found.findings if f.location == location and f.rule in (rule, f.rule))


def measured(location: str, value: str, when: str = "") -> Assumption:
    return Assumption(location, value, "measured", "detail", when, ("scenario",))


PATH = clause("endpoint.path", "/v1/chat/completions")
RETRY_NO = clause("retry.status.500", "no", "retry", "error.code=invalid_request")
MESSAGES = [
    clause("request.messages", "yes", "required"),
    clause("request.messages", "array", "kind"),
    clause("request.messages", "1", "min-items"),
]
EMPTY = {"model": "m", "messages": []}

CASES: list[tuple[str, list[Any], list[Clause], list[Assumption], str, str]] = [
    ("path kept", [entry(200, GOOD)], [PATH], [], "endpoint.path", "sound"),
    ("path wrong", [entry(404, "<html>", url="https://api.cometapi.com/v1/v1/chat")], [PATH], [],
     "endpoint.path", "client-mismatch"),
    ("path measured wrong", [], [PATH], [measured("endpoint.path", "/chat/completions")],
     "endpoint.path", "client-mismatch"),
    ("path stale", [entry(200, GOOD)],
     [clause("endpoint.path", "/v1/chat/completions", standing="stale")], [],
     "endpoint.path", "to-verify"),
    ("path unstated", [entry(200, GOOD)], [], [], "endpoint.path", "to-verify"),
    ("path unseen", [], [PATH], [], "endpoint.path", "could-not-check"),
    ("base url", [entry(200, GOOD)], [clause("endpoint.base_url", "https://api.cometapi.com/v1")],
     [], "endpoint.base_url", "sound"),
    ("header kept", [entry(200, GOOD)], [clause("auth.header", "Authorization")], [],
     "auth.header", "sound"),
    ("header wrong", [entry(401, None, authorization="", sent={"api-key": "k"})],
     [clause("auth.header", "Authorization")], [], "auth.header", "client-mismatch"),
    ("scheme missing", [entry(401, None, authorization="sk-x")],
     [clause("auth.scheme", "Bearer")], [], "auth.scheme", "client-mismatch"),
    ("required kept", [entry(200, GOOD)], MESSAGES, [], "request.messages", "sound"),
    ("required empty", [entry(500, INVALID, request=EMPTY)], MESSAGES, [],
     "request.messages", "client-mismatch"),
    ("required missing", [entry(400, INVALID, request={"model": "m"})], MESSAGES, [],
     "request.messages", "client-mismatch"),
    ("required of a wrong kind", [entry(400, INVALID, request={"model": "m", "messages": "x"})],
     MESSAGES, [], "request.messages", "client-mismatch"),
    ("required measured only", [], MESSAGES, [measured("request.messages", "sent")],
     "request.messages", "sound"),
    ("field undocumented", [entry(200, GOOD, request={**REQUEST, "top_p": 1})], [], [],
     "request.top_p", "unsupported-assumption"),
    ("field documented", [entry(200, GOOD, request={**REQUEST, "top_p": 1})],
     [clause("request.top_p", "yes", "exists")], [], "request.top_p", "sound"),
    ("field of a wrong kind", [entry(400, INVALID, request={**REQUEST, "top_p": "1"})],
     [clause("request.top_p", "number|null", "kind")], [], "request.top_p", "client-mismatch"),
    ("tool answer without its call", [entry(400, INVALID, request={"model": "m", "messages": [
        {"role": "user", "content": "x"}, {"role": "tool", "content": "y"}]})],
     [], [], "request.messages[].tool_call_id", "to-verify"),
    ("role documented and wrong", [entry(400, INVALID, request={"model": "m", "messages": [
        {"role": "bot", "content": "x"}]})],
     [clause("request.messages[].role", "yes", "required")], [], "request.messages[].role",
     "client-mismatch"),
    ("limit read off a burst", [entry(429, INVALID)], [], [measured("limit.requests", "60")],
     "limit.requests", "unsupported-assumption"),
    ("field measured", [], [], [measured("request.seed", "sent")],
     "request.seed", "unsupported-assumption"),
    ("answers whole", [entry(200, GOOD)], [clause("response.choices", "array", "kind")], [],
     "response.choices", "sound"),
    ("answer breaks the documents", [entry(200, {**GOOD, "choices": []})],
     [clause("response.choices", "array", "kind")], [], "response.choices", "provider-breach"),
    ("answer breaks only the protocol", [entry(200, {**GOOD, "choices": []})], [], [],
     "response.choices", "to-verify"),
    ("relied on and broken", [entry(200, {**GOOD, "choices": []})], [],
     [measured("response.choices", "required")], "response.choices", "unsupported-assumption"),
    ("relied on, not promised", [], [clause("response.usage", "yes", "exists")],
     [measured("response.usage", "required")], "response.usage", "unsupported-assumption"),
    ("relied on, promised", [], [clause("response.usage", "yes", "required")],
     [measured("response.usage", "required")], "response.usage", "sound"),
    ("guarded", [], [], [measured("response.usage", "guarded")], "response.usage", "sound"),
    ("cut stream taken for whole", [], [], [measured("stream.done", "accepts-cut")],
     "stream.done", "unsupported-assumption"),
    ("cut stream surfaced", [], [clause("stream.done", "yes", "exists")],
     [measured("stream.done", "surfaces-cut")], "stream.done", "sound"),
    ("envelope documented", [entry(500, INVALID)], [clause("error.code", "string", "kind")], [],
     "error.code", "sound"),
    ("envelope undocumented", [entry(500, INVALID)], [], [], "error.param", "to-verify"),
    ("retry forbidden and done", [entry(500, INVALID, at=n) for n in range(3)], [RETRY_NO],
     [measured("retry.status.500", "retries", "error.code=invalid_request")],
     "retry.status.500", "client-mismatch"),
    ("retry forbidden, measured", [], [RETRY_NO],
     [measured("retry.status.500", "retries", "error.code=invalid_request")],
     "retry.status.500", "client-mismatch"),
    ("retry allowed", [], [clause("retry.status.503", "yes", "retry")],
     [measured("retry.status.503", "retries")], "retry.status.503", "sound"),
    ("retry asked for, not done", [entry(503, INVALID)],
     [clause("retry.status.503", "yes", "retry")],
     [measured("retry.status.503", "fails-fast")], "retry.status.503", "sound"),
    ("retry undocumented", [], [], [measured("retry.status.429", "retries")],
     "retry.status.429", "unsupported-assumption"),
    ("fails fast undocumented", [], [], [measured("retry.status.400", "fails-fast")],
     "retry.status.400", "sound"),
    ("retry unmeasured", [entry(429, None)], [clause("retry.status.429", "yes", "retry")], [],
     "retry.status.429", "sound"),
    ("retry after ignored", [], [clause("retry.retry_after", "yes", "exists")],
     [measured("retry.retry_after", "ignored")], "retry.retry_after", "client-mismatch"),
    ("retry after unstated", [entry(429, None, headers={"retry-after": "1"})], [], [],
     "retry.retry_after", "to-verify"),
    ("amplification", [entry(500, INVALID, at=n) for n in range(3)], [], [],
     "retry.amplification", "to-verify"),
    ("amplification measured", [], [], [measured("retry.amplification", "3")],
     "retry.amplification", "to-verify"),
    ("limits never inferred", [entry(429, None, headers={"x-ratelimit-limit": "5"})], [], [],
     "limit.headers", "to-verify"),
    ("limits stated", [entry(200, GOOD)], [clause("limit.requests", "30000")], [],
     "limit.requests", "could-not-check"),
    ("usage is no bill", [entry(200, GOOD)], [], [], "billing.usage", "to-verify"),
    ("usage stated as billed", [entry(200, GOOD)], [clause("billing.usage", "yes")], [],
     "billing.usage", "could-not-check"),
    ("usage stated as billed, and counted on", [], [clause("billing.usage", "yes")],
     [measured("billing.usage", "yes")], "billing.usage", "sound"),
    ("roles beyond those that are stated", [entry(400, INVALID, request={"model": "m", "messages": [
        {"role": "developer", "content": "x"}]})],
     [clause("request.messages[].role", "system|assistant|user", "enum")], [],
     "request.messages[].role", "client-mismatch"),
    ("whole streams show nothing of a cut one", [entry(200, "data: {}\n\ndata: [DONE]\n\n",
     mime="text/event-stream")], [clause("stream.done", "[DONE]")], [], "stream.done",
     "could-not-check"),
    ("a limit that is no number", [entry(500, INVALID, at=n) for n in range(3)],
     [clause("retry.amplification", "3 attempts")], [], "retry.amplification", "could-not-check"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("entries", "clauses", "assumed", "location", "outcome"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_small_cases(
    entries: list[Any],
    clauses: list[Clause],
    assumed: list[Assumption],
    location: str,
    outcome: str,
) -> None:
    found = at(judged(entries, clauses, assumed), location)
    assert found.outcome == outcome, found


def test_conflicting_clauses_are_found_and_both_cited() -> None:
    other = Clause("retry.status.500", "retry", "yes", Citation("S1", 9, 12, "old"), "conflicting")
    torn = [clause("retry.status.500", "no", "retry", standing="conflicting"), other]
    found = judged([], torn, [measured("retry.status.500", "retries")])
    assert {f.rule for f in found.findings if f.outcome == "documents-disagree"} == {
        "retry-status", "documents-disagree",
    }  # fmt: skip
    assert len(at(found, "retry.status.500", "documents-disagree").citations) == 2
    assert at(judged([], [other]), "retry.status.500").standing == "conflicting"


def test_the_verdict_is_a_mismatch_only_where_it_explains_the_failure() -> None:
    failing = [entry(500, INVALID, request=EMPTY, at=n) for n in range(3)]
    found = judged(failing, MESSAGES)
    assert found.verdict.name == "mismatch"
    assert found.verdict.strength == "likely, not proved: consistent with the evidence"
    assert "explains 1 of 1 failing call" in found.verdict.reason
    assert found.cause is not None
    assert (found.cause.side, found.cause.location) == ("application", "request.messages")
    elsewhere = judged([entry(0, error="dns")], [], [measured("response.id", "required")])
    assert elsewhere.verdict.name == "no-mismatch"
    assert elsewhere.cause is not None
    assert (elsewhere.cause.side, elsewhere.cause.location) == ("network", "transport.dns")


def test_entries_that_could_not_be_read_leave_it_open_whether_a_call_failed() -> None:
    calls = frozen(har([entry(200, GOOD)]))
    for unread in (0, 2):
        material = Material((), (), (), calls, classify(calls, Facts()), unread=unread)
        told = review(material).verdict
        assert told.name == "undecided" or not unread
        assert ("2 entries of the captures could not be read" in told.reason) == bool(unread)


def test_what_also_holds_of_calls_that_went_well_explains_nothing() -> None:
    fine = [entry(200, GOOD, request=EMPTY, at=n) for n in range(3)]
    dropped = entry(0, error="dns: ENOTFOUND", request=EMPTY, at=30)
    found = judged([*fine, dropped], MESSAGES)
    assert at(found, "request.messages").outcome == "client-mismatch"
    assert not at(found, "request.messages").explains
    assert found.verdict.name == "no-mismatch"
    alone = judged([dropped], MESSAGES)
    assert alone.classification.failure_class == "transport"
    assert alone.verdict.name == "no-mismatch", "no contract explains a name that is not found"


def test_a_declared_value_measures_nothing() -> None:
    stated = Assumption("retry.status.500", "no", "declared")
    found = judged([entry(500, INVALID)], [], [stated])
    assert at(found, "retry.status.500").outcome == "to-verify"


def test_a_reset_is_a_place_of_its_own() -> None:
    found = judged([], [], [measured("retry.transport.reset", "retries")])
    assert at(found, "retry.transport.reset").outcome == "unsupported-assumption"


def test_without_exchanges_or_answers_it_stays_undecided_and_says_what_would_decide() -> None:
    empty = judged([])
    assert empty.verdict.name == "undecided"
    assert "no exchange" in empty.verdict.reason
    quiet = judged([entry(200, None)])
    assert quiet.verdict.name == "undecided"
    assert quiet.verdict.settle


def test_which_areas_have_an_answer_changes_no_verdict() -> None:
    stated = [
        PATH,
        clause("endpoint.base_url", "https://api.cometapi.com/v1"),
        clause("auth.header", "Authorization"),
        clause("auth.scheme", "Bearer"),
        *MESSAGES,
        clause("request.model", "yes", "required"),
        clause("response.choices", "array", "kind"),
        clause("retry.status.429", "yes", "retry"),
        clause("limit.headers", "none"),
        clause("limit.requests", "30000"),
        clause("billing.usage", "yes"),
    ]
    entries = [entry(429, None), entry(200, GOOD, at=1)]
    entries[1]["response"]["headers"] = [{"name": "x-ratelimit-limit", "value": "5"}]
    agreed = Assumption("limit.requests", "30000", "declared")
    billed = Assumption("billing.usage", "yes", "declared")
    found = judged(entries, stated, [agreed, billed])
    assert tuple(area.area for area in found.areas) == AREAS
    assert {area.state for area in found.areas} == {"sound"}
    assert (found.verdict.name, found.completeness.unanswered) == ("no-mismatch", ())
    silent = [c for c in stated if c.location != "limit.requests"]
    told = at(judged(entries, silent, [agreed]), "limit.requests").outcome
    assert told == "unsupported-assumption"  # what a person believes, no source documents
    open_area = judged(entries, silent, [agreed])
    assert open_area.verdict == found.verdict or open_area.verdict.name == "no-mismatch"
    assert "rate limits" in open_area.completeness.unanswered
    other = Assumption("limit.requests", "5", "declared")
    assert at(judged(entries, stated, [other]), "limit.requests").outcome == "client-mismatch"


def test_identity_is_made_of_place_rule_and_evidence() -> None:
    first, second = (at(judged([entry(200, GOOD)], [PATH]), "endpoint.path") for _ in range(2))
    assert first.id == second.id
    assert first.id != at(judged([entry(200, GOOD)]), "endpoint.path").id


def test_every_rule_has_its_own_name_and_question() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.asks.endswith("?") for rule in RULES)


@pytest.mark.parametrize(
    ("kind", "did", "outcome"),
    [
        ("null|string", "raises KeyError; null: went on with a wrong result", "client-mismatch"),
        ("string", "raises KeyError; null: went on with a wrong result", "sound"),
        ("null|string", "raises KeyError", "sound"),
    ],
)
def test_a_client_that_goes_wrong_on_a_documented_null_does_not_conform(
    kind: str, did: str, outcome: Outcome
) -> None:
    place = "response.choices[].message.content"
    cited = Citation("S1", 0, 4, "text")
    clauses = [Clause(place, "kind", kind, cited, "documented"),
               Clause(place, "required", "yes", cited, "documented")]  # fmt: skip
    client = [Assumption(place, "required", "measured", did)]
    exchanges = frozen(har([entry(200, GOOD)]))
    material = Material(clauses, [DOCS], client, exchanges, classify(exchanges, Facts()))
    found = [f for f in review(material).findings if f.rule == "response-reliance"]
    assert [f.outcome for f in found if f.location == place] == [outcome]
