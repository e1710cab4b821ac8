"""What documents say beside the wire: masked hosts, models and their ends, sentences against each
other, nulls in errors.
"""

from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.intake import Facts, classify
from tallystick.record import Clause
from tallystick.record.clause import Candidate
from tallystick.record.finding import RootCause
from tallystick.review import Material, review
from tallystick.review.causes import causes
from tests.conftest import entry, frozen, har
from tests.review.test_causes import DOCS, GOOD, says

OWN = "https://llm.acme-cloud.example/v1"
DNS = "dns: getaddrinfo ENOTFOUND"


def material(
    entries: list[dict[str, Any]], *clauses: Clause, symptom: str = "", seeming: tuple[Clause, ...] = ()
) -> Material:  # fmt: skip
    exchanges = frozen(har(entries))
    told = [Candidate(one, "says so") for one in seeming]
    classed = classify(exchanges, Facts(symptom=symptom))
    return Material(clauses, [DOCS], (), exchanges, classed, candidates=told)


def cause(entries: list[dict[str, Any]], *clauses: Clause, **more: Any) -> RootCause:
    return causes(material(entries, *clauses, **more))[0]


def test_a_masked_host_is_beside_no_documented_one() -> None:
    stated = says("endpoint.base_url", OWN, "value")
    found = review(material([entry(200, GOOD, url=f"{OWN}/chat/completions")], stated)).findings
    (one,) = (f for f in found if f.location == "endpoint.base_url")
    assert one.outcome == "could-not-check"
    assert "masked" in one.observed
    other = says("endpoint.base_url", "https://api.mistral.ai/v1", "value")
    found = review(material([entry(200, GOOD)], other)).findings
    (one,) = (f for f in found if f.location == "endpoint.base_url")
    assert one.outcome == "client-mismatch"


@pytest.mark.parametrize(
    ("called", "stated", "reached", "side"),
    [
        ("https://api.cometapi.com/v1", "https://api.cometapi.com/v1", False, "network"),
        ("https://llm.acme-clod.example/v1", OWN, False, "unknown"),
        ("https://llm.acme-clod.example/v1", OWN, True, "network"),
        ("https://api.mistral.ai/v1", "https://api.cometapi.com/v1", False, "application"),
        ("https://llm.acme-clod.example/v1", "", False, "network"),
    ],
)
def test_a_name_that_leads_nowhere(called: str, stated: str, reached: bool, side: str) -> None:
    calls = [entry(0, error=DNS, url=f"{called}/chat/completions", at=9)]
    calls += [entry(200, GOOD, url=f"{called}/chat/completions", at=1)] if reached else []
    clauses = [says("endpoint.base_url", stated, "value")] if stated else []
    assert cause(calls, *clauses).side == side


GONE = {"error": {"message": "The model `gpt-4-32k` is not there", "code": "model_not_found",
                  "param": "model"}}  # fmt: skip
OLD = {"model": "gpt-4-32k", "messages": [{"role": "user", "content": "x"}]}


@pytest.mark.parametrize(
    ("since", "side"), [("yes", "application"), ("2020-01-01", "application"), ("2999-01-01", "")]
)
def test_a_model_that_has_ended_by_the_day_of_the_call(since: str, side: str) -> None:
    clause = says("request.model", since, "deprecated", when="model=gpt-4-32k")
    found = cause([entry(404, GONE, request=OLD)], clause)
    assert (found.side == "application") == (side == "application")


BOUND = {"error": {"message": "Unsupported value: 'temperature' does not support 0.2 with this model.",
                   "param": "temperature", "code": "unsupported_value"}}  # fmt: skip
WARM = {"model": "o4-mini", "messages": [{"role": "user", "content": "x"}], "temperature": 0.2}


@pytest.mark.parametrize(
    ("value", "when", "side"),
    [
        ("1", "model=o3|o4-mini", "application"),
        ("1", "model=gpt-4o", "unknown"),
        ("", "", "provider"),
    ],
)
def test_a_table_of_models_says_which_value_one_takes(value: str, when: str, side: str) -> None:
    limits = [
        says("request.temperature", "0", "minimum"),
        says("request.temperature", "2", "maximum"),
    ]
    words = "| o-series (`o3`, `o4-mini`) | only 1 |"
    row = says("request.temperature", value, "enum", when=when, words=words, standing="to-verify")
    found = cause([entry(400, BOUND, request=WARM)], *limits, seeming=(row,) if value else ())
    assert found.side == side


NOT_TAKEN = {"error": {"message": "Unsupported parameter: 'seed' is not supported with this model.",
                       "param": "seed", "code": "unsupported_parameter"}}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "side"),
    [("Supported by `gpt-4o`, `gpt-4o-mini` and all GPT-4.1 models;", "provider"),
     ("Supported by `gpt-4.1` alone;", "unknown"), ("Not supported by `gpt-4o`.", "application")],
)  # fmt: skip
def test_a_sentence_names_the_models_that_take_a_member(words: str, side: str) -> None:
    asked = {**WARM, "model": "gpt-4o", "seed": 4}
    stated = says("request.seed", "yes", "exists")
    row = says("request.seed", words, "meaning", words=words, standing="to-verify")
    assert cause([entry(400, NOT_TAKEN, request=asked)], stated, seeming=(row,)).side == side


@pytest.mark.parametrize(("source", "side"), [("B2", "documents"), ("S1", "application")])
def test_sentences_of_two_sources_may_contradict_each_other(source: str, side: str) -> None:
    none = says("stream.done", "none", "value", words="Some models do not send it.",
                standing="to-verify")  # fmt: skip
    mark = says("stream.done", "[DONE]", "value", words="Every stream ends with [DONE].",
                standing="to-verify")  # fmt: skip
    mark = replace(mark, citation=replace(mark.citation, source=source))
    chunk = 'data: {"id":"a","object":"chat.completion.chunk","created":1,"model":"m","choices":' \
            '[{"index":0,"delta":{"role":"assistant","content":"x"},"finish_reason":"stop"}]}\n\n'  # fmt: skip
    call = entry(200, chunk, mime="text/event-stream", request={**WARM, "stream": True})
    found = cause([call], symptom="StreamIncomplete: closed before [DONE]", seeming=(none, mark))
    assert found.side == side


LIMITED = {
    "error": {"message": "Too many", "type": "rate_limit_error", "param": None, "code": None}
}
NULL = "crashes on a 429: AttributeError: 'NoneType' object has no attribute 'startswith'"


@pytest.mark.parametrize(
    ("symptom", "kinds", "side"),
    [(NULL, "null|string", "application"), (NULL, "string", "provider"),
     (NULL.replace("429", "503"), "null|string", ""), ("calls are slow", "null|string", "")],
)  # fmt: skip
def test_a_null_in_an_error_that_was_read_as_a_text(symptom: str, kinds: str, side: str) -> None:
    found = cause([entry(429, LIMITED)], says("error.code", kinds, "kind"), symptom=symptom)
    assert (found.location == "error.code") == bool(side)
    assert not side or found.side == side
