"""A sentence that nobody has accepted, beside a rejection that says the same (decision 0030)."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.intake import Facts, classify
from tallystick.record.clause import Candidate, Clause, Standing
from tallystick.record.finding import RootCause
from tallystick.review import Material
from tallystick.review.causes import causes
from tests.conftest import REQUEST, entry, frozen, har
from tests.review.test_causes import CHUNK, DOCS, DONE, GOOD, LAST, USAGE, refused, says, stream

SEED = {**REQUEST, "model": "o3-mini", "seed": 7}
WORDS = "o3 models refuse it"


def cause(entries: list[dict[str, Any]], sentence: Clause | None, *clauses: Clause) -> RootCause:
    exchanges = frozen(har(entries))
    seeming = [Candidate(sentence, "says so")] if sentence else []
    material = Material(
        clauses, [DOCS], (), exchanges, classify(exchanges, Facts()), candidates=seeming
    )
    return causes(material)[0]


def refusal(
    value: str = "*", when: str = "model=o3", place: str = "request.seed", words: str = WORDS
) -> Clause:
    return says(place, value, "refused", when=when, words=words, standing="to-verify")


def test_a_rejection_by_name_and_a_sentence_bear_each_other_out() -> None:
    found = cause([refused(400, "Unsupported parameter: seed", "seed", request=SEED)], refusal())
    assert (found.side, found.location, found.support) == ("application", "request.seed", "named")
    assert WORDS in found.mechanism
    assert "not yet accepted" in found.mechanism


@pytest.mark.parametrize(
    ("accepted", "well", "side", "support"),
    [
        (False, False, "unknown", "none"),
        (True, False, "application", "consistent"),
        (False, True, "application", "contrasted"),
    ],
)
def test_a_rejection_that_names_nothing_and_a_sentence_that_fits(
    accepted: bool, well: bool, side: str, support: str
) -> None:
    sound = [entry(200, GOOD)] if well else []
    calls = [*sound, refused(400, "Bad request", request=SEED, at=9)]
    standing: Standing = "documented" if accepted else "to-verify"
    said = replace(refusal(), standing=standing)
    found = cause(calls, None, said) if accepted else cause(calls, said)
    assert (found.side, found.location, found.support) == (side, "request.seed", support)
    assert WORDS in found.mechanism


@pytest.mark.parametrize(
    ("sentence", "request_", "sound"),
    [
        (None, SEED, None),
        (refusal(when="model=gpt-5"), SEED, None),
        (refusal(when="model=o"), SEED, None),
        (refusal(place="request.stop"), SEED, None),
        (refusal("8", words="The o3 model does not take a `seed` of 8."), SEED, None),
        (refusal(), {**SEED, "model": "gpt-4o"}, None),
        (refusal(), SEED, SEED),
    ],
    ids=["no sentence", "other model", "part of a name", "other place", "other value",
         "not that model", "sound calls send it"],
)  # fmt: skip
def test_without_one_of_the_two_it_stays_open(
    sentence: Clause | None, request_: dict[str, Any], sound: dict[str, Any] | None
) -> None:
    entries = [entry(200, GOOD, request=sound)] if sound else []
    failing = refused(400, "Unsupported parameter: seed", "seed", request=request_, at=9)
    assert cause([*entries, failing], sentence).side == "unknown"


def test_an_accepted_sentence_is_a_clause_and_is_cited() -> None:
    accepted = says("request.seed", "*", "refused", when="model=o3", words=WORDS)
    failing = refused(400, "Unsupported parameter: seed", "seed", request=SEED)
    found = cause([failing], None, accepted)
    assert (found.side, found.clauses) == ("application", (accepted.id,))
    assert "accepted" not in found.mechanism


def test_without_a_body_the_rejection_itself_says_what_was_sent() -> None:
    said = "Unsupported parameter: 'seed' is not supported with this model."
    failing = refused(400, said, "seed")
    del failing["request"]["postData"]
    found = cause([failing], refusal())
    assert (found.side, found.location) == ("application", "request.seed")


@pytest.mark.parametrize(
    ("clauses", "side"),
    [
        ((), "application"),
        ((says("request.temperature", "2", "maximum"),), "documents"),
        ((says("request.temperature", "1", "maximum"),), "application"),
    ],
)
def test_a_value_outside_what_a_sentence_gives(clauses: tuple[Clause, ...], side: str) -> None:
    sentence = says("request.temperature", "1", "maximum", words="`temperature` runs from 0 to 1.",
                    standing="to-verify")  # fmt: skip
    failing = refused(400, "invalid temperature", "temperature",
                      request={**REQUEST, "temperature": 1.5})  # fmt: skip
    assert cause([failing], sentence, *clauses).side == side


def test_without_a_named_place_calls_that_went_well_must_differ() -> None:
    failing = refused(400, "Bad request", request=SEED, at=9)
    sound = entry(200, GOOD, request={**REQUEST, "model": "o3-mini"})
    assert cause([failing], refusal()).side == "unknown"
    found = cause([sound, failing], refusal())
    assert (found.side, found.support) == ("application", "contrasted")


@pytest.mark.parametrize(("words", "side"), [("`choices` is empty", "application"),
                                            ("`choices` is a list", "unknown")])  # fmt: skip
def test_a_sentence_that_foretells_what_the_application_failed_on(words: str, side: str) -> None:
    exchanges = frozen(har([stream(CHUNK, LAST, USAGE, DONE)]))
    told = says("response.choices", "x", "meaning", words=words, standing="to-verify")
    classed = classify(exchanges, Facts(symptom="IndexError: list index out of range"))
    material = Material((), [DOCS], (), exchanges, classed, candidates=[Candidate(told, "x")])
    (found,) = causes(material)
    assert (found.side, found.location) == (side, "stream.choices")


@pytest.mark.parametrize(
    ("code", "side"),
    [("context_length_exceeded", "application"), ("invalid_request", "unknown"), ("c", "unknown")],
)
def test_a_code_that_a_source_explains(code: str, side: str) -> None:
    error = {"error": {"message": "too long", "type": "t", "param": "messages", "code": code}}
    meaning = says("error.status.400", "Prompt is too long", "meaning", when=f"error.code={code}")
    found = cause([entry(400, error)], None, meaning)
    assert (found.side, "Prompt is too long" in found.mechanism) == (side, side == "application")


@pytest.mark.parametrize(
    ("failing", "sound", "side"),
    [("api.groq.com/openai", "api.cometapi.com", "unknown"),
     ("api.cometapi.com", "api.cometapi.com", "application"),
     ("api.groq.com/openai", None, "application")],
)  # fmt: skip
def test_documents_say_nothing_of_another_hosts_calls(
    failing: str, sound: str | None, side: str
) -> None:
    bad = refused(400, "logprobs is not supported", "logprobs", at=9,
                  request={**REQUEST, "logprobs": True},
                  url=f"https://{failing}/v1/chat/completions")  # fmt: skip
    good = [entry(200, GOOD, url=f"https://{sound}/v1/chat/completions")] if sound else []
    clauses = [says("endpoint.base_url", "https://api.cometapi.com/v1"),
               says("request.model", "yes", "exists"), says("request.messages", "yes", "exists")]  # fmt: skip
    assert cause([*good, bad], None, *clauses).side == side


@pytest.mark.parametrize(("scheme", "side"), [("http", "application"), ("https", "unknown")])
def test_plain_http_that_is_redirected(scheme: str, side: str) -> None:
    moved = entry(301, None, url=f"{scheme}://api.cometapi.com/v1/chat/completions",
                  headers={"location": "https://api.cometapi.com/v1/chat/completions"})  # fmt: skip
    told = says("endpoint.base_url", "https://api.cometapi.com/v1", standing="to-verify")
    assert cause([moved], told).side == side


@pytest.mark.parametrize(
    "words",
    [
        "For Claude models `temperature` must be between 0 and 1.",
        "`temperature` is not restricted to between 0 and 1.",
        "We use `temperature` between 0 and 1 in our examples.",
        "On the free plan `temperature` is from 0 to 1.",
    ],
)
def test_a_range_under_a_condition_decides_nothing(words: str) -> None:
    sentence = says("request.temperature", "1", "maximum", words=words, standing="to-verify")
    failing = refused(400, "invalid temperature", "temperature",
                      request={**REQUEST, "temperature": 1.5})  # fmt: skip
    assert cause([failing], sentence).side == "unknown"


def test_a_page_that_promises_the_opposite_foretells_nothing() -> None:
    exchanges = frozen(har([stream(CHUNK, LAST, USAGE, DONE)]))
    told = says("response.choices", "x", "meaning", standing="to-verify",
                words="`choices` is never empty")  # fmt: skip
    classed = classify(exchanges, Facts(symptom="IndexError: list index out of range"))
    material = Material((), [DOCS], (), exchanges, classed, candidates=[Candidate(told, "x")])
    assert causes(material)[0].side == "unknown"


def test_a_code_that_tells_of_somebody_else_accuses_nobody() -> None:
    error = {"error": {"message": "x", "type": "t", "param": "messages", "code": "upstream_error"}}
    meaning = says("error.status.400", "The vendor failed; your request was fine", "meaning",
                   when="error.code=upstream_error")  # fmt: skip
    assert cause([entry(400, error)], None, meaning).side == "unknown"


@pytest.mark.parametrize(
    ("words", "side"),
    [("'parallel_tool_calls' is only allowed when 'tools' are specified.", "application"),
     ("'parallel_tool_calls' is only allowed when 'stream' is set.", "unknown")],
)  # fmt: skip
def test_what_was_missing_beside_a_member_the_api_itself_says(words: str, side: str) -> None:
    sentence = says("request.parallel_tool_calls", "tools", "requires", standing="to-verify",
                    words="`parallel_tool_calls` has a meaning only next to `tools`.")  # fmt: skip
    failing = refused(400, words, "parallel_tool_calls")
    del failing["request"]["postData"]
    assert cause([failing], sentence).side == side


@pytest.mark.parametrize(
    ("words", "said", "side"),
    [
        ("every object must carry `additionalProperties: false`",
         "'additionalProperties' is required to be supplied", "application"),
        ("`additionalProperties` is a word of schemas",
         "'additionalProperties' is required to be supplied", "unknown"),
        ("every object must carry `additionalProperties: false`",
         "the schema is not accepted", "unknown"),
    ],
)  # fmt: skip
def test_a_rule_whose_term_the_rejection_repeats(words: str, said: str, side: str) -> None:
    asked = {**REQUEST, "response_format": {"type": "json_schema"}}
    rule = says("request.response_format", words, "meaning", words=words, standing="to-verify")
    found = cause([refused(400, f"Invalid schema: {said}", "response_format", request=asked)], rule)
    assert found.side == side
    assert (words in found.mechanism) == (side == "application")
    assert "no source documents that it is required" not in found.mechanism


TURNS = (
    "Two messages of the same role in a row are rejected with 400 and the type `invalid_message`"
)


@pytest.mark.parametrize(
    ("words", "kind", "side"),
    [
        (TURNS, "invalid_message", "application"),
        (TURNS, "bad_message", "unknown"),
        ("400 with `invalid_message` means that our upstream refused the message", "invalid_message",
         "unknown"),
        ("`invalid_message` is a type of messages", "invalid_message", "unknown"),
    ],
)  # fmt: skip
def test_a_sentence_that_names_the_very_code_says_what_it_is_for(
    words: str, kind: str, side: str
) -> None:
    said = says("error.status.400", words, "meaning", words=words, standing="to-verify")
    call = refused(400, "The request cannot be used")
    text = call["response"]["content"]["text"].replace('"t"', f'"{kind}"')
    call["response"]["content"]["text"] = text
    found = cause([call], said)
    assert found.side == side
    assert (words in found.mechanism) == (side == "application")


@pytest.mark.parametrize(
    ("model", "words", "side"),
    [
        ("openai/gpt-4o", "here the vendor is no part of the id", "application"),
        ("gpt-4o", "here the vendor is no part of the id", "unknown"),
        ("openai/gpt-4o", "see the directory", "unknown"),
    ],
)
def test_a_vendor_in_front_of_a_model(model: str, words: str, side: str) -> None:
    value = "without a vendor" if "vendor" in words else words
    said = says("request.model", value, "meaning", words=words, standing="to-verify")
    call = refused(404, f"The model `{model}` does not exist", request={**REQUEST, "model": model})
    stated = says("request.model", "string", "kind")
    assert cause([call], said, stated).side == side


def test_a_page_that_takes_the_blame_for_a_code() -> None:
    words = "400 with `model_not_found` is a fault on our side"
    said = says("error.status.400", words, "meaning", words=words, standing="to-verify")
    call = refused(400, "It cannot be served", "model")
    text = call["response"]["content"]["text"].replace('"code": "c"', '"code": "model_not_found"')
    call["response"]["content"]["text"] = text
    found = cause([call], said)
    assert (found.side, found.location) == ("provider", "error.status.400")
    assert words in found.mechanism


@pytest.mark.parametrize(
    ("words", "sent", "side"),
    [
        ("`temperature` and `top_p` have to be 1 or absent", 0.3, "application"),
        ("`temperature` and `top_p` have to be 1 or absent", 1, "unknown"),
        ("`temperature` must be 0 to 2", 0.3, "unknown"),
        ("it is a number", 0.3, "unknown"),
    ],
)
def test_the_one_number_that_a_model_takes(words: str, sent: float, side: str) -> None:
    said = "Unsupported value: 'temperature' does not support that with this model."
    asked = {**REQUEST, "temperature": sent}
    rule = says("request.temperature", words, "meaning", words=words, standing="to-verify")
    stated = [
        says("request.temperature", "0", "minimum"),
        says("request.temperature", "2", "maximum"),
    ]
    found = cause([refused(400, said, "temperature", request=asked)], rule, *stated)
    assert found.side == side  # what the API says of one model accuses no provider


@pytest.mark.parametrize(
    ("said", "words", "side"),
    [
        ("maximum context length is 8192 tokens", "the window holds `messages` plus `max_tokens`",
         "application"),
        ("maximum context length is 8192 tokens", "`messages` are a list", "unknown"),
        ("the request is too odd", "the window holds `messages` plus `max_tokens`", "unknown"),
    ],
)  # fmt: skip
def test_a_request_that_is_longer_than_the_window(said: str, words: str, side: str) -> None:
    rule = says("request.messages", words, "meaning", words=words, standing="to-verify")
    found = cause([refused(400, said, "messages")], rule)
    assert found.side == side


def test_the_word_that_json_mode_needs() -> None:
    place, words = "request.messages", "A message has to contain the word JSON."
    said = says(place, "the word JSON", "meaning", words=words, standing="to-verify")
    refusal = "'messages' must contain the word 'json' in some form, to use 'response_format'"
    asked = {**REQUEST, "response_format": {"type": "json_object"}}
    found = cause([refused(400, refusal, "messages", request=asked)], said)
    assert (found.side, found.location, found.support) == ("application", place, "named")
    assert words in found.mechanism
    other = cause([refused(400, "'messages' must alternate", "messages", request=asked)], said)
    assert words not in other.mechanism


@pytest.mark.parametrize(
    ("words", "sent", "side"),
    [
        ("Every 429 carries Retry-After.", None, "provider"),
        ("Every 429 carries Retry-After.", "5", "account"),
        ("Some answers carry Retry-After.", None, "account"),
    ],
)
def test_a_hint_that_a_sentence_promises(words: str, sent: str | None, side: str) -> None:
    said = says("retry.retry_after", "yes", "exists", words=words, standing="to-verify")
    headers = {"retry-after": sent} if sent else {"x-request-id": "r"}
    found = cause([refused(429, "Rate limit reached", headers=headers)], said)
    assert found.side == side
    assert (words in found.mechanism) == (side == "provider")


def test_a_page_that_says_there_is_no_hint_promises_none() -> None:
    words = "No Retry-After is sent with every 429."
    said = says("retry.retry_after", "no", "exists", words=words, standing="to-verify")
    call = refused(429, "Rate limit reached", headers={"x-request-id": "r"})
    assert cause([call], said).side == "account"


@pytest.mark.parametrize(
    ("aspect", "side"), [("required", "application"), ("meaning", "unknown")], ids=["order", "talk"]
)
def test_what_the_api_misses_and_a_sentence_orders_is_the_applications(
    aspect: Any, side: str
) -> None:
    place, words = "request.messages[].reasoning_content", "hand it back with the turn"
    call = refused(400, "Missing `reasoning_content` in the assistant message", "messages")
    call["response"]["content"]["text"] = json.dumps(
        {"error": {"message": "Missing required parameter: 'messages[1].reasoning_content'.",
                   "param": "messages[1].reasoning_content", "code": "missing_required_parameter"}}
    )  # fmt: skip
    found = cause([call], says(place, "yes", aspect, words=words, standing="to-verify"))
    assert (found.side, found.location) == (side, place)
    assert (words in found.mechanism) == (side == "application")


RANGE = (
    says("request.temperature", "0", "minimum"),
    says("request.temperature", "2", "maximum"),
)


@pytest.mark.parametrize(
    ("words", "side"),
    [
        ("Not adjustable on every model.", "unknown"),
        ("Leave it out for some models.", "unknown"),
        ("Higher is more random.", "provider"),
        ("", "provider"),
    ],
)
def test_a_sentence_that_limits_a_member_to_models_keeps_the_provider_from_blame(
    words: str, side: str
) -> None:
    call = refused(
        400, "Invalid value for temperature", "temperature", request={**REQUEST, "temperature": 0.2}
    )
    error = {"message": "Unsupported value: 'temperature' does not support 0.2. Only 1 is allowed.",
             "param": "temperature", "code": "unsupported_value"}  # fmt: skip
    call["response"]["content"]["text"] = json.dumps({"error": error})
    said = says("request.temperature", "x", "meaning", words=words, standing="to-verify")
    found = cause([call], said if words else None, *RANGE)
    assert (found.side, found.location) == (side, "request.temperature")
    assert (words in found.mechanism) == (side == "unknown" or not words)


@pytest.mark.parametrize(
    ("listed", "side"),
    [
        ({"gpt-5.4-mini": "none|low"}, "provider"),
        ({"gpt-5": "low|high", "gpt-5.4-mini": "none|low"}, "provider"),
        ({"gpt-5": "none|low", "gpt-5.4-mini": "low|high"}, "application"),
        ({"gpt-4": "none|low"}, "unknown"),
    ],
    ids=["listed", "listed for the very model", "not listed for it", "for another"],
)
def test_values_that_a_table_lists_for_a_model(listed: dict[str, str], side: str) -> None:
    asked = {**REQUEST, "model": "gpt-5.4-mini", "reasoning_effort": "none"}
    call = refused(400, "Invalid value: 'none'. Supported values are: 'low'.", "reasoning_effort",
                   request=asked)  # fmt: skip
    exchanges = frozen(har([call]))
    place = "request.reasoning_effort"
    seeming = [
        Candidate(says(place, values, "enum", when=f"model={name}", words="a row"), "x")
        for name, values in listed.items()
    ]
    stands = says(place, "string", "kind")
    classed = classify(exchanges, Facts())
    (found,) = causes(Material((stands,), [DOCS], (), exchanges, classed, candidates=seeming))
    assert (found.side, found.location) == (side, place)
