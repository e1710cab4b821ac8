"""What a call is called by: the same of two captures, and told by no record."""

import json

import msgspec
import pytest

from tallystick.intake import RawAttempt, RawMessage
from tallystick.intake.identity import call_ids

KEY = b"k" * 32
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def raw(
    body: bytes | str | None = None, *, ids: tuple[str, ...] = (), call: str = "",
    sent: tuple[tuple[str, str], ...] = (), got: tuple[tuple[str, str], ...] = (),
    traces: tuple[str, ...] = (),
) -> RawAttempt:  # fmt: skip
    """An attempt as a reader gives it."""
    asked, answered = RawMessage(sent), RawMessage(got, body)
    return RawAttempt(0, None, None, "POST", "", asked, 200, answered, call=call, ids=ids,
                      traces=traces)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (raw(sent=(("X-Request-Id", "req-1234-abcd"),)), raw(ids=("req-1234-abcd",))),
        (raw(ids=("561b1172-190f-4327-900e-58363dadf2e8",)),
         raw(call="561B1172190F4327900E58363DADF2E8")),
        (raw(sent=(("traceparent", f"00-{TRACE}-{SPAN}-01"),)), raw(traces=(TRACE,))),
        (raw(sent=(("traceparent", f"00-{TRACE}-{SPAN}-01"),)), raw(ids=(SPAN,))),
        (raw(json.dumps({"id": "chatcmpl-abcd1234"})), raw(ids=("chatcmpl-abcd1234",))),
        (raw(b'data: {"id":"chatcmpl-abcd1234"}\n\n'), raw('{"x":1,"id": "chatcmpl-abcd1234"}')),
    ],
)  # fmt: skip
def test_one_id_in_two_captures_is_one_digest(one: RawAttempt, other: RawAttempt) -> None:
    digests = [{named.partition(":")[2] for named in call_ids(e, KEY)} for e in (one, other)]
    assert digests[0] & digests[1]


@pytest.mark.parametrize(
    "text", ["", "1234567", "42", "request-1", "session-123456", "000000000000", "‹id:29#1›"]
)
def test_what_many_calls_have_in_common_is_no_id(text: str) -> None:
    assert not call_ids(raw(ids=(text,), body=json.dumps({"id": text})), KEY)


def test_an_answers_own_id_is_told_from_others() -> None:
    found = call_ids(
        raw('{"id":"chatcmpl-abcd1234"}', got=(("x-request-id", "req_12345678"),)), KEY
    )
    assert sorted(named.partition(":")[0] for named in found) == ["answer", "call"]


@pytest.mark.parametrize(
    "body",
    [
        '{"user": {"id": "org-12345678"}, "error": {}}',
        '{"choices": [{"message": {"tool_calls": [{"id": "functions.get_weather:0"}]}}]}',
        'data: {"choices": [{"delta": {"tool_calls": [{"id": "functions.get_weather:0"}]}}]}',
        '{"id": 12345678901}',
        '{"id": "chatcmpl-abcd1234"',
        "no JSON at all",
    ],
)
def test_only_an_answers_own_id_is_its_id(body: str) -> None:
    assert not call_ids(raw(body), KEY)


def test_a_trace_is_told_from_a_call_and_a_host_from_both() -> None:
    made = raw(
        sent=(("traceparent", f"00-{TRACE}-{SPAN}-01"), ("X-Correlation-Id", "a1-b2-c3-d4-e5"))
    )
    attempt = msgspec.structs.replace(made, url="https://gw.example:8443/v1/chat/completions")
    kinds = sorted(named.partition(":")[0] for named in call_ids(attempt, KEY))
    assert kinds == ["call", "host", "trace", "trace"]
    assert not call_ids(msgspec.structs.replace(made, url="https://[", request=RawMessage()), KEY)


def test_without_a_key_there_are_none_and_another_key_makes_others() -> None:
    one = raw(ids=("req-1234-abcd",))
    assert not call_ids(one, b"")
    assert not set(call_ids(one, KEY)) & set(call_ids(one, b"o" * 32))


def test_a_call_with_many_ids_keeps_a_few() -> None:
    assert len(call_ids(raw(ids=tuple(f"req-{n:08d}-abcd" for n in range(50))), KEY)) == 8
