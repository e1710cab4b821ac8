"""Facts before masking, and what becomes of them: found in a success, never with a value."""

import json
from typing import Any

import pytest

from tallystick.intake import Facts, Masker, classify
from tallystick.intake.facts import partial_facts, plain_facts
from tallystick.intake.family import family_of
from tallystick.intake.formats import Piece, detect
from tallystick.intake.raw import RawAttempt, RawMessage
from tallystick.record.exchange import FACT
from tests.conftest import REQUEST, entry, frozen, har

SCHEMA = {
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "n", "schema": {"type": "object", "required": ["a"]}},
    }
}
REMOTE_SCHEMA = {
    "response_format": {
        "type": "json_schema",
        "json_schema": {"schema": {"$ref": "http://127.0.0.1:9/schema.json"}},
    }
}
BROKEN_SCHEMA = {
    "response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "nonsense"}}}
}
EMPTY = {"id": "c", "type": "function", "function": {"name": "f", "arguments": ""}}
CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a": 1'}}


def body(content: Any = "x", **more: Any) -> dict[str, Any]:
    choice: dict[str, Any] = {
        "index": 0,
        "message": {"role": "assistant", "content": content, **more.pop("message", {})},
        "finish_reason": "stop",
        **more.pop("choice", {}),
    }
    return {"id": "i", "model": "gpt-4o", "choices": [choice], **more}


@pytest.mark.parametrize(
    ("asked", "answer", "media", "facts"),
    [
        ({}, body(), "application/json", ()),
        ({}, body(""), "", ("empty-text",)),
        ({}, body("  \n"), "", ("blank-text",)),
        ({}, body(), "text/plain", ("mislabelled",)),
        ({}, body(None, message={"tool_calls": [CALL]}, choice={"finish_reason": "tool_calls"}), "",
         ("arguments-cut",)),
        ({}, body(None, message={"tool_calls": [CALL]}), "",
         ("arguments-cut", "finish-contradicts")),
        ({}, body(None, message={"tool_calls": [EMPTY]}, choice={"finish_reason": "tool_calls"}),
         "", ("arguments-empty",)),
        ({}, body(choice={"finish_reason": "tool_calls"}), "", ("calls-missing",)),
        ({}, body(choice={"native_finish_reason": "MALFORMED_FUNCTION_CALL"}), "",
         ("upstream-error",)),
        ({"n": 2}, body(), "", ("fewer-choices",)),
        ({"response_format": {"type": "json_object"}}, body("Sure: 1"), "", ("no-json",)),
        ({"response_format": {"type": "json_object"}}, body("{}"), "", ()),
        (SCHEMA, body('{"b": 1}'), "", ("schema-violated",)),
        (SCHEMA, body('{"a": 1}'), "", ()),
        (SCHEMA, body('{"a": ', choice={"finish_reason": "length"}), "", ()),
        (BROKEN_SCHEMA, body("{}"), "", ()),
        (REMOTE_SCHEMA, body("{}"), "", ()),
        ({"tool_choice": "required"}, body(), "", ("tool-choice-ignored",)),
        ({"tool_choice": "auto"}, body(), "", ()),
        ({"model": "gpt-4o"}, body(model="gpt-4o-2024-08-06"), "", ()),
        ({"model": "openai/gpt-4o"}, body(model="gpt-4o-mini"), "", ("other-model",)),
        ({"model": "claude-opus-4"}, body(), "", ("other-model",)),
        ({"model": "our-alias"}, body(), "", ()),
        ({}, {"choices": "x"}, "", ()),
        ({}, body('```json\n{"a": 1}\n```'), "", ("fenced-text",)),
        ({}, body("a ```b``` c"), "", ()),
        ({}, body("<think>\nwell\n</think>\n{}"), "", ("thoughts-in-text",)),
        ({}, body("I <think> so"), "", ()),
    ],
)  # fmt: skip
def test_facts_of_a_plain_answer(asked: Any, answer: Any, media: str, facts: Any) -> None:
    assert plain_facts(asked, answer, media) == facts


def test_a_fact_becomes_a_class_and_no_value_stays() -> None:
    answer = body("My secret prose", model="gpt-4o")
    asked = {**REQUEST, "response_format": {"type": "json_object"}}
    (one,) = frozen(har([entry(200, answer, request=asked)]))
    assert one.response.facts == ("no-json",)
    found = classify([one], Facts())
    assert (found.failure_class, found.groups[0].rule) == ("response_contract", "failed-inside")
    assert "secret" not in str(one)


@pytest.mark.parametrize(
    ("url", "text", "status", "family"),
    [
        ("https://h/v1/chat/completions", '{"messages": []}', 200, "chat"),
        ("https://h/v1/responses", '{"input": "x"}', 200, "responses"),
        ("https://h/v1/responses", '{"messages": []}', 400, "chat"),
        ("https://h/v1/messages", '{"messages": []}', 400, "messages"),
        ("https://h/v1/embeddings", '{"input": "x", "model": "m"}', 200, "embeddings"),
        ("https://h/v1beta/models/g:generateContent", '{"contents": []}', 200, "gemini"),
        ("https://h/model/x/invoke", '{"messages": []}', 200, "bedrock"),
        ("", "", 200, "maybe"),
        ("/v1/models", "", 200, "models"),
    ],
)
def test_the_api_that_a_call_belongs_to(url: str, text: str, status: int, family: str) -> None:
    raw = RawAttempt(0, None, None, "POST", url, RawMessage((), text), status, RawMessage())
    assert family_of(raw) == family


def test_a_chat_body_on_another_path_is_found_at_the_path() -> None:
    answer = {"error": {"message": "Missing required parameter: input"}}
    call = entry(400, answer, url="https://api.cometapi.com/v1/responses")
    found = classify(frozen(har([call])), Facts())
    assert (found.failure_class, found.location) == ("request_contract", "endpoint.path")


def test_calls_of_other_apis_are_counted_and_named() -> None:
    found = classify([], Facts(), {"embeddings": 3})
    assert found.failure_class == "none"
    assert "3 of embeddings" in found.reason


@pytest.mark.parametrize(
    "symptom",
    ["usage of the feature went down", "the answer is slow", "max_tokens 50 was in the text",
     "IndexError: list index out of range", "TypeError: NoneType", "KeyError: 'choices'",
     "JSONDecodeError: Expecting value", "answers are cut", "404", "our quota page looks odd"],
)  # fmt: skip
def test_no_symptom_accuses_anybody_over_an_answer_that_conforms(symptom: str) -> None:
    whole = body("x", created=1, object="chat.completion",
                 usage={"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2})  # fmt: skip
    found = classify(frozen(har([entry(200, whole)])), Facts(symptom=symptom))
    assert found.failure_class in ("none", "account_assumption"), found
    assert found.groups[0].rule in ("bad-success", "usage-reading")


POOR: list[tuple[str, Any]] = [
    ("no request headers", lambda e: e["request"].update(headers=[])),
    ("no request body", lambda e: e["request"].pop("postData")),
    ("no answer body", lambda e: e["response"].update(content={"mimeType": "", "text": ""})),
    ("no answer headers", lambda e: e["response"].update(headers=[])),
]
FAILURES: list[Any] = [
    entry(401, {"error": {"message": "invalid token"}}),
    entry(400, {"error": {"message": "Unsupported parameter", "param": "top_k"}}),
    entry(500, {"error": {"message": "boom"}}),
    entry(429, {"error": {"message": "Rate limit exceeded"}}),
    entry(503, "<html>", mime="text/html"),
]


@pytest.mark.parametrize("take", [take for _, take in POOR], ids=[name for name, _ in POOR])
@pytest.mark.parametrize("failing", FAILURES, ids=lambda e: str(e["response"]["status"]))
def test_what_is_taken_away_is_not_claimed(failing: Any, take: Any) -> None:
    poor = json.loads(json.dumps(failing))
    take(poor)
    (one,) = classify(frozen(har([poor])), Facts()).groups
    if not poor["request"]["headers"]:
        assert "no credential" not in one.reason
    if poor["response"]["content"].get("text") == "":
        assert "not the API" not in one.reason
    assert one.failure_class != "none"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"openai.RateLimitError: Error code: 429 - {'error': {'message': 'x'}}", 429),
        (b"AuthenticationError", 401),
        (b"httpx.ConnectError: [Errno -2] Name or service not known", 0),
    ],
)
def test_a_pasted_exception_is_one_call(text: bytes, status: int) -> None:
    form = detect(text)
    assert form is not None
    assert form.name == "text"
    (piece,) = form.splitter().feed(text) or form.splitter().close() or [Piece(0, 0, text)]
    (one,) = form.read(Piece(0, 0, text, last=True))
    assert isinstance(one, RawAttempt)
    assert one.status == status
    assert not list(form.read(Piece(0, 0, b"", last=True)))
    assert piece.number == 0


def test_the_ledger_counts_the_facts_that_were_kept() -> None:
    masker = Masker()
    answer = {
        "model": "claude-x",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": " "}}],
    }
    frozen(har([entry(200, answer), entry(200, answer, at=5)]), masker)
    kept = {one.place: one.count for one in masker.ledger() if one.rule == FACT}
    assert kept == {"response.facts.blank-text": 2}


JSON_MODE = {"response_format": {"type": "json_object"}}


@pytest.mark.parametrize(
    ("asked", "choice", "found"),
    [
        (
            {},
            {"message": {"tool_calls": [CALL]}, "finish_reason": "tool_calls"},
            ("arguments-cut",),
        ),
        ({}, {"message": {"content": ""}, "finish_reason": "length"}, ("empty-text",)),
        ({}, {"message": {"content": ""}, "finish_reason": "stop"}, ()),
        (JSON_MODE, {"message": {"content": '{"a": 1, "b'}}, ("no-json",)),
        (JSON_MODE, {"message": {"content": '{"a": 1, "b...'}}, ()),
        (JSON_MODE, {"message": {"content": '{"a": "' + "x" * 300}}, ()),
        ({}, {"message": {"content": '{"a": 1, "b'}}, ()),
    ],
)
def test_of_parts_that_a_log_kept_only_what_no_logger_does_is_told(
    asked: dict[str, Any], choice: dict[str, Any], found: tuple[str, ...]
) -> None:
    assert partial_facts(asked, {"choices": [choice]}) == found
