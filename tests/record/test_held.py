import msgspec
import pytest

from tallystick.record.exchange import Exchange, Frame, RequestPart, ResponsePart, UnheldError
from tallystick.record.held import first_unheld, is_field_path
from tallystick.record.policy import REQUEST, ANSWER, WORDS


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ({"messages": [{"role": "user", "content": "my secret"}]}, "$.messages[0].content"),
        ({"messages": [{"role": "boss"}]}, "$.messages[0].role"),
        ({"customer": "x"}, "$.‹key›"),
        ({"model": "acme/private-model"}, "$.model"),
        ({"max_tokens": True}, "$.max_tokens"),
        ({"user": 4915112345678}, "$.user"),
        ({"metadata": {"a": 1}}, "$.metadata"),
        ({"stop": "END"}, "$.stop"),
        ({"tools": [{"function": {"parameters": {"properties": {}}}}]},
         "$.tools[0].function.parameters"),
        ({"messages": b"raw"}, "$.messages"),
    ],
)  # fmt: skip
def test_a_request_may_not_hold_what_no_rule_names(tree: object, place: str) -> None:
    assert first_unheld(tree, REQUEST) == place
    with pytest.raises(UnheldError) as refused:
        RequestPart("POST", "https://api.cometapi.com", body=tree)
    assert "secret" not in str(refused.value)


def test_sanitized_structure_may_be_held() -> None:
    tree = {
        "model": "gpt-5.4-mini-2026-03-17",
        "messages": [{"role": "user", "content": "‹string:9#1›"}],
        "‹key:8#2›": "‹object:1›",
        "temperature": 0.2,
        "stream": True,
        "stop": None,
    }
    assert first_unheld(tree, REQUEST) is None


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Unsupported parameter: 'max_tokens' is not supported with this model.", True),
        ("Rate limit exceeded: free-models-per-day", True),
        ("HTTP 429: too many requests", True),
        ("call +49 151 12345678", False),
        ("Johanna asked for help", False),
        ("followed by ‹text:12›", True),
        ("not a ‹placeholder of ours›", False),
    ],
)
def test_error_text_holds_known_words_only(text: str, held: bool) -> None:
    assert (first_unheld(text, WORDS) is None) is held


def test_field_paths_are_names_and_indices() -> None:
    assert is_field_path("messages[0].content")
    assert not is_field_path("messages[0].ssn")
    assert not is_field_path("")


def test_answers_frames_and_failure_texts_are_checked_too() -> None:
    answer = {"choices": [{"message": {"content": "hello"}}]}
    assert first_unheld(answer, ANSWER) == "$.choices[0].message.content"
    with pytest.raises(UnheldError):
        Frame("data", data=answer)
    with pytest.raises(UnheldError):
        ResponsePart(502, body_kind="html", signatures=("our-own-proxy",))
    part = RequestPart("POST", "https://api.cometapi.com/v1/chat/completions")
    with pytest.raises(UnheldError):
        Exchange("x", "c", 0, None, None, part, ResponsePart(0), failure_text="to db.corp.example")


def test_a_hand_edited_record_is_refused_when_it_is_read() -> None:
    part = RequestPart("POST", "u", body={"model": "gpt-4o"}, body_kind="json")
    data = msgspec.json.encode(part).replace(b"gpt-4o", b"my text")
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(data, type=RequestPart)
