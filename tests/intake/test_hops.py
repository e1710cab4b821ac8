"""What a hop made of a call: told where both sides show it, and where one lacks it for sure."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from tallystick.intake.hops import changes
from tallystick.record import Exchange
from tallystick.record.sighting import Change
from tests.conftest import REQUEST, entry, frozen, har

ANSWER: Mapping[str, Any] = {
    "object": "chat.completion", "model": "gpt-4o", "created": 1,
    "choices": [{"index": 0, "finish_reason": "length",
                 "message": {"role": "assistant", "content": "x"}}],
    "usage": {"prompt_tokens": 1},
}  # fmt: skip
FIRST = 'data: {"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}]}\n\n'
LAST = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":1}}\n\n'
DONE = "data: [DONE]\n\n"
SSE = "text/event-stream"


def one(status: int = 200, answer: object = ANSWER, **more: Any) -> Exchange:
    """An exchange."""
    return frozen(har([entry(status, answer, **more)]))[0]


def asks(**members: Any) -> Exchange:
    """An exchange whose request has some more members."""
    return one(request={**REQUEST, **members})


def partial(exchange: Exchange) -> Exchange:
    """The same, as a log has it that kept some members."""
    request = msgspec.structs.replace(exchange.request, body_kind="partial")
    return msgspec.structs.replace(exchange, request=request)


CASES: tuple[tuple[Exchange, Exchange, tuple[tuple[str, str], ...]], ...] = (
    (asks(), asks(), ()),
    (asks(stream=False), asks(), ()),
    (asks(temperature=1), asks(temperature=1.0), ()),
    (asks(model="gpt-4o"), asks(model="gpt-4o-2024-08-06"), ()),
    (asks(model="gpt-4o"), asks(model="gpt-4o-mini"), (("model", "request.model"),)),
    (asks(n=1), asks(), (("member-dropped", "request.n"),)),
    (asks(), asks(top_k=40), (("member-added", "request.top_k"),)),
    (asks(), partial(asks(top_k=40)), ()),
    (asks(max_tokens=9), partial(asks(max_tokens=5)), (("value-changed", "request.max_tokens"),)),
    (asks(user="somebody"), partial(asks(user="x")), ()),
    (partial(asks()), asks(top_k=40), ()),
    (asks(top_k=40), partial(asks()), ()),
    (asks(max_tokens=9), asks(max_tokens=5), (("value-changed", "request.max_tokens"),)),
    (asks(stop=["a"]), asks(stop=["a", "b"]), (("value-changed", "request.stop"),)),
    (asks(stream_options={"include_usage": True}), asks(stream_options={}),
     (("member-dropped", "request.stream_options.include_usage"),)),
    (asks(messages=[{"role": "user", "content": "xy"}]), asks(),
     (("value-changed", "request.messages[].content"),)),
    (one(500, {"error": {"message": "x"}}), one(429, {"error": {"message": "x"}}),
     (("status", "error.status.500"),)),
    (one(400, {"error": {"code": "bad_request"}}), one(400, {"detail": "x"}),
     (("error-body", "error"), ("error-body", "error.detail"))),
    (one(502, "<html>", mime="text/html"), one(502, {"error": {}}),
     (("error-body", "error.envelope"),)),
    (one(), one(200, FIRST + LAST + DONE, mime=SSE), ()),
    (one(headers={"content-type": "application/json"}), one(200, FIRST + LAST + DONE, mime=SSE),
     (("rebuffered", "stream.framing"),)),
    (one(200, FIRST, mime=SSE), one(200, FIRST + LAST + USAGE + DONE, mime=SSE), ()),
    (one(200, FIRST + LAST + DONE, mime=SSE), one(200, FIRST + LAST + USAGE + DONE, mime=SSE),
     (("chunk-dropped", "stream.usage"),)),
    (one(200, FIRST + LAST, mime=SSE), one(200, FIRST + LAST + DONE, mime=SSE),
     (("chunk-dropped", "stream.done"),)),
    (one(200, FIRST + LAST + DONE, mime=SSE),
     one(200, FIRST + LAST.replace("stop", "length") + DONE, mime=SSE),
     (("finish-reason", "stream.choices[].finish_reason"),)),
    (one(), one(200, {**ANSWER, "created": 2, "model": "gpt-4o-mini"}), ()),
    (one(), one(200, {k: ANSWER[k] for k in ANSWER if k != "usage"}),
     (("member-added", "response.usage"),)),
    (one(200, {k: ANSWER[k] for k in ANSWER if k != "usage"}), one(),
     (("member-dropped", "response.usage"),)),
    (one(headers={"content-type": "application/json; charset=utf-8"}),
     one(headers={"content-type": "text/plain"}), (("content-type", "response.content_type"),)),
    (one(), one(url="https://api.cometapi.com/chat/completions"), (("path", "endpoint.path"),)),
)  # fmt: skip


@pytest.mark.parametrize(("near", "far", "told"), CASES)
def test_a_difference_is_told_where_both_sides_show_it(
    near: Exchange, far: Exchange, told: tuple[tuple[str, str], ...]
) -> None:
    assert tuple((c.kind, c.location) for c in changes(near, [far])) == told


@pytest.mark.parametrize(("near", "far", "told"), CASES)
def test_what_one_side_does_not_show_is_no_difference(
    near: Exchange, far: Exchange, told: tuple[tuple[str, str], ...]
) -> None:
    request = msgspec.structs.replace(far.request, body=None, body_kind="not-visible",
                                      hidden=("body", "headers", "line"))  # fmt: skip
    response = msgspec.structs.replace(
        far.response, body=None, frames=(), body_kind="not-visible", headers=(),
        hidden=("body", "headers", "status"),
    )  # fmt: skip
    blind = msgspec.structs.replace(far, request=request, response=response)
    assert not [*changes(near, [blind])]
    assert not [*changes(blind, [near])]


def test_values_are_told_as_a_record_may_hold_them() -> None:
    near, far = asks(user="jo", stop=["a"]), asks(user="somebody", stop=None)
    assert [*changes(near, [far])] == [
        Change("value-changed", "request.stop", "a list of 1", "null"),
        Change("value-changed", "request.user", "a string of 2 characters",
               "a string of 8 characters"),
    ]  # fmt: skip


@pytest.mark.parametrize("wire", [(True, False), (False, True), (False, False)])
def test_what_a_program_was_asked_for_is_not_what_was_sent(wire: tuple[bool, bool]) -> None:
    near, far = asks(extra_body={"top_k": 40}), asks(top_k=40)
    assert not [*changes(near, [far], wire=wire)]
    assert len([*changes(near, [far])]) == 2
