"""The incident's frozen answer: taken apart, and put together again in part."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.intake import Masker
from tallystick.lab import answers
from tallystick.lab.deviation import Part, location_of, says
from tallystick.lab.frozen import CannotServeError, Frozen, compose, freeze_answer
from tallystick.lab.trees import applied, differences, filled
from tallystick.lab.wire import Reply
from tallystick.protocol import SseParser, encode_event
from tallystick.record import Exchange, canonical
from tests.conftest import entry, frozen, har

ASKED: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
STREAMED = {**ASKED, "stream": True}
ENVELOPE = {"error": {"message": "field messages is required", "type": "comet_api_error",
                      "code": "invalid_request"}}  # fmt: skip


def capture(status: int, body: Any, request: Any = None, **more: Any) -> Exchange:
    media = more.pop("media", "application/json")
    headers = {"Content-Type": media, "x-request-id": "r"}
    headers |= {"Content-Length": "0"} if body == "" else {}
    made = entry(status, body, request=request or ASKED, headers=headers, mime=media, **more)
    return frozen(har([made]), Masker())[0]


def stream(*chunks: Any, done: bool = True, status: int = 200) -> Exchange:
    data = b"".join(encode_event(json.dumps(chunk)) for chunk in chunks)
    data += encode_event("[DONE]") if done else b""
    return capture(status, data.decode(), STREAMED, media="text/event-stream")


def places(made: Frozen) -> list[str]:
    return sorted({location_of(part, made.streamed, made.failed) for part in made.parts})


def body_of(reply: Reply) -> Any:
    return json.loads(b"".join(reply.pieces))


def chunks_of(reply: Reply) -> tuple[list[Any], bool]:
    parser = SseParser()
    data = [event.data for piece in reply.pieces for event in parser.feed(piece)]
    return [json.loads(text) for text in data if text != "[DONE]"], "[DONE]" in data


def test_an_error_is_taken_apart_into_status_envelope_and_what_is_missing() -> None:
    made = freeze_answer(capture(500, ENVELOPE))
    assert "error.status.500" in places(made)
    assert {"error.message", "error.code", "error.type"} <= set(places(made))
    assert "response.choices" in places(made)
    whole = compose(made, made.parts, ASKED)
    assert whole.status == 500
    assert set(body_of(whole)) == {"error"}
    assert body_of(whole)["error"]["code"] == "invalid_request"
    status = [part for part in made.parts if says(part) == "status 500"]
    assert body_of(compose(made, status, ASKED)) == answers.completion()
    assert compose(made, (), ASKED).status == 200


def test_other_content_is_no_difference_but_none_is() -> None:
    assert freeze_answer(capture(200, answers.completion("Anna's secret"))).parts == ()
    empty = freeze_answer(capture(200, answers.completion("")))
    assert places(empty) == ["response.choices[].message.content"]
    assert [says(part) for part in empty.parts] == ["is an empty string"]
    changed = answers.completion()
    changed["choices"][0]["finish_reason"] = "length"
    changed["choices"][0]["message"]["content"] = None
    assert places(freeze_answer(capture(200, changed))) == [
        "response.choices[].finish_reason", "response.choices[].message.content",
    ]  # fmt: skip
    changed["choices"] = []
    assert places(freeze_answer(capture(200, changed))) == ["response.choices"]


def test_a_tool_call_is_compared_with_a_tool_call() -> None:
    assert freeze_answer(capture(200, answers.tool_completion({}))).parts == ()


def test_a_cut_stream_lacks_its_end() -> None:
    made = freeze_answer(stream(*answers.chunks(usage=False)[:3], done=False))
    assert places(made) == [
        "stream.choices[].delta.content", "stream.choices[].finish_reason", "stream.done",
    ]  # fmt: skip
    assert sorted(map(says, made.parts)) == [
        "event 4 is missing: content", "event 5 is missing: finish", "event 6 is missing: done",
    ]  # fmt: skip
    parts, done = chunks_of(compose(made, made.parts, STREAMED))
    assert (len(parts), done) == (3, False)
    text = "".join(p["choices"][0]["delta"].get("content") or "" for p in parts)
    assert answers.CONTENT.startswith(text)
    assert text != answers.CONTENT
    parts, done = chunks_of(compose(made, (), STREAMED))
    assert (len(parts), done) == (5, True)


def test_an_error_in_a_stream_is_an_event_more() -> None:
    role, first = answers.chunks(usage=False)[:2]
    made = freeze_answer(stream(role, first, ENVELOPE, done=False))
    assert "stream.error" in places(made)
    parts, _ = chunks_of(compose(made, made.parts, STREAMED))
    assert parts[-1]["error"]["code"] == "invalid_request"


def test_usage_chunks_comments_and_members_of_chunks() -> None:
    made = freeze_answer(stream(*answers.chunks(usage=True)))
    assert made.parts == ()
    gone = [{k: v for k, v in chunk.items() if k != "id"} for chunk in answers.chunks(usage=False)]
    assert places(freeze_answer(stream(*gone))) == ["stream.id"]
    data = ': keep-alive\n\nevent: error\ndata: nonsense\n\ndata: {"choices": []}\n\ndata: {'
    odd = freeze_answer(capture(200, data, STREAMED, media="text/event-stream"))
    sent = b"".join(compose(odd, odd.parts, STREAMED).pieces)
    assert b": tallystick" in sent
    assert b"tallystick\n\n" in sent


def test_a_body_of_another_kind_is_one_deviation() -> None:
    page = freeze_answer(
        capture(502, "<html><title>502 Bad Gateway</title></html>", media="text/html")
    )
    assert places(page) == ["error.body", "error.content_type", "error.status.502"]
    assert b"<html>" in b"".join(compose(page, page.parts, ASKED).pieces)
    assert dict(compose(page, page.parts, ASKED).headers)["content-type"] == "text/html"
    plain = freeze_answer(capture(200, "upstream failed", media="text/plain"))
    assert "response.body" in places(plain)
    json_for_stream = freeze_answer(capture(200, ENVELOPE, STREAMED))
    assert places(json_for_stream) == ["stream.body", "stream.content_type"]
    empty = freeze_answer(capture(200, ""))
    assert compose(empty, empty.parts, ASKED).pieces == (b"",)
    streamed_to_plain = freeze_answer(
        capture(200, "data: {}\n\n", ASKED, media="text/event-stream")
    )
    assert b"data: {}" in b"".join(
        compose(streamed_to_plain, streamed_to_plain.parts, ASKED).pieces
    )


@pytest.mark.parametrize(
    ("error", "end"), [("ECONNRESET read", "reset"), ("ETIMEDOUT: timed out", "stall")]
)
def test_a_failure_of_the_transport_is_served_as_one(error: str, end: str) -> None:
    made = freeze_answer(frozen(har([entry(0, error=error, request=ASKED)]), Masker())[0])
    reply = compose(made, made.parts, ASKED)
    assert (reply.status, reply.end) == (0, end)
    assert places(made)[0].startswith("transport.")
    assert says(made.parts[0]) == f"the answer ends by {end}"


def test_what_cannot_be_served_is_said() -> None:
    with pytest.raises(CannotServeError, match="kind dns"):
        freeze_answer(
            frozen(har([entry(0, error="getaddrinfo ENOTFOUND", request=ASKED)]), Masker())[0]
        )
    with pytest.raises(CannotServeError, match="does not show"):
        freeze_answer(capture(200, None))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


def same_shape(one: Any, two: Any) -> bool:
    return not list(differences(one, two, 0, ("x",)))


@given(JSON, JSON)
def test_all_deviations_together_give_the_incidents_shape(base: Any, own: Any) -> None:
    parts = list(differences({"x": base}, {"x": own}, 0, ()))
    assert same_shape(applied({"x": base}, parts), {"x": own})
    assert canonical(applied({"x": base}, [])) == canonical({"x": base})


@given(st.data())
def test_any_part_of_an_answer_can_be_served(data: st.DataObject) -> None:
    made = freeze_answer(capture(500, ENVELOPE))
    chosen: list[Part] = data.draw(st.lists(st.sampled_from(made.parts), unique=True))
    body_of(compose(made, chosen, ASKED))


def test_placeholders_are_filled_with_their_kind() -> None:
    tree = {
        "a": "‹string:3#1›",
        "b": "‹number›",
        "c": "‹boolean›",
        "d": ["‹array:2›"],
        "e": "‹object:1›",
    }
    assert filled(tree) == {"a": "xxx", "b": 1, "c": True, "d": [[]], "e": {}}


def test_a_long_stream_keeps_its_end() -> None:
    role, first, last, finish = answers.chunks(usage=False)
    pieces = [{**first, "created": 1774412483 + i} for i in range(400)]
    assert places(freeze_answer(stream(role, *pieces, finish))) == []
    assert last


def test_tool_calls_that_are_null_are_none() -> None:
    made = answers.completion()
    made["choices"][0]["message"]["tool_calls"] = None
    frozen_answer = freeze_answer(capture(200, made))
    assert not frozen_answer.tools
    called = answers.tool_chunks({}, usage=False)
    with pytest.raises(CannotServeError, match="streamed tool call"):
        freeze_answer(stream(*called))
