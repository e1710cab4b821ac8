import msgspec
import pytest

from tallystick.record.exchange import (
    Exchange,
    Frame,
    Header,
    RequestPart,
    ResponsePart,
    UnheldError,
)
from tallystick.record.held import first_unheld
from tallystick.record.policy import ANSWER, REQUEST


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ({"messages": [{"role": "user", "content": "my secret"}]}, "$.messages[0].content"),
        ({"messages": [{"role": "boss"}]}, "$.messages[0].role"),
        ({"customer-7": "x"}, "$.‹key›"),
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
    ("code", "held"),
    [
        ("account_suspended", True),
        ("SensitiveTokenDetected", True),
        ("Quota.Exceeded-Daily", True),
        ("MartaLimit", False),
        ("limit_of_marta", False),
        ("accountSuspended2031", False),
    ],
)
def test_a_code_is_joined_of_known_words_only(code: str, held: bool) -> None:
    """Words that may stay one by one may stay as one name; one other word and all of it goes."""
    assert (first_unheld({"error": {"code": code}}, ANSWER) is None) is held


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
    part = RequestPart(
        "POST", "https://api.cometapi.com", body={"model": "gpt-4o"}, body_kind="json"
    )
    data = msgspec.json.encode(part).replace(b"gpt-4o", b"my text")
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(data, type=RequestPart)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("POST", "HUNTER"),
        ("api.cometapi.com/v1", "secret.host/anna"),
        ("application/json", "text/html; charset=anna"),
        ('"2026-06-01T09:00:00+00:00"', '"anna"'),
        ("Bearer ‹credential:4#1›", "Bearer sk-live-secret"),
        ('"x-title"', '"x-anna"'),
        ("api-version", "anna"),
        ('"duration_ms":5.0', '"duration_ms":4111111111111111'),
        ('"group":"g1"', '"group":"anna"'),
        ('"event":"message"', '"event":"anna"'),
        ('"‹string›"', '"‹string:4#1›"'),
        ('"id":"x1"', '"id":"anna"'),
        ('"capture":""', '"capture":"anna"'),
    ],
)
def test_no_field_of_a_record_takes_other_text_on_reload(old: str, new: str) -> None:
    delta = {"choices": [{"delta": {"content": "‹string›"}}]}
    headers = (
        Header("content-type", "application/json"),
        Header("authorization", "Bearer ‹credential:4#1›"),
        Header("x-title", "‹value:3›"),
    )
    whole = Exchange(
        "x1", "", 0, "2026-06-01T09:00:00+00:00", 5.0,
        RequestPart("POST", "https://api.cometapi.com/v1", ("api-version",), headers),
        ResponsePart(200, body_kind="sse", frames=(Frame("data", data=delta),)), group="g1",
    )  # fmt: skip
    data = msgspec.json.encode(whole).decode()
    assert msgspec.json.decode(data, type=Exchange) == whole
    assert old in data
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(data.replace(old, new), type=Exchange)
