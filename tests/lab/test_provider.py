"""What the simulated provider says: values in, values out."""

import json
from typing import Any

import pytest

from tallystick.lab import Contract, catalogue, contract_of, respond
from tallystick.lab.answers import CONTENT, sample
from tallystick.lab.catalogue import CALLS
from tallystick.lab.wire import Reply, SeenRequest, Turn
from tallystick.protocol import (
    SseParser,
    completion_violations,
    read_error,
    retry_hint,
    stream_violations,
)
from tallystick.record import Clause, Scenario
from tallystick.record.clause import Citation
from tallystick.record.scenario import FirstModelOnly, Heal, PrimaryOnly, Status, StreamUsage

BASELINE = Scenario("baseline", "response")
EVERY = {s.id: s for s in catalogue(Contract(), CALLS, closes="at-first")}
PLAIN: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
TOOLS = [{"type": "function", "function": {"name": "count", "parameters": {
    "type": "object", "properties": {
        "stick": {"type": "string", "enum": ["oak", "elm"]}, "n": {"type": "integer"},
        "list": {"type": "array", "items": {"type": "number"}}, "deep": {"type": "object"},
    }}}}]  # fmt: skip


def seen_request(path: str = "/v1/chat/completions", body: bytes = b"{}", method: str = "POST",
                 authorization: str = "Bearer x") -> SeenRequest:  # fmt: skip
    return SeenRequest(method, path, (("authorization", authorization),), body, 0)


def reply(scenario: Scenario = BASELINE, turn: Turn | None = None, **changed: Any) -> Reply:
    request = seen_request(body=json.dumps({**PLAIN, **changed}).encode())
    return respond(scenario, Contract(), request, turn or Turn())


def body(answer: Reply) -> Any:
    return json.loads(b"".join(answer.pieces))


def chunks(answer: Reply) -> tuple[list[Any], bool]:
    parser = SseParser()
    events = [event for piece in answer.pieces for event in parser.feed(piece)]
    data = [event.data for event in events if event.data]
    return [json.loads(text) for text in data if text != "[DONE]"], "[DONE]" in data


@pytest.mark.parametrize(
    ("request_", "status", "kind"),
    [
        (seen_request("/chat/completions"), 301, "text/html; charset=utf-8"),
        (seen_request("/"), 200, "text/html; charset=utf-8"),
        (seen_request("/v1/v1/chat/completions?x=1"), 404, "text/html; charset=utf-8"),
        (seen_request(method="GET"), 405, "application/json"),
        (seen_request(authorization="sk-x"), 401, "application/json"),
        (seen_request(), 400, "application/json"),
        (seen_request(body=b"no json"), 400, "application/json"),
        (seen_request(body=b"[]"), 400, "application/json"),
        (seen_request(body=b"[" * 200_000), 400, "application/json"),
        (seen_request(body=b'{"model": "m", "messages": []}'), 500, "application/json"),
    ],
)
def test_wrong_requests_get_the_documented_answer(
    request_: SeenRequest, status: int, kind: str
) -> None:
    answer = respond(BASELINE, Contract(), request_, Turn())
    assert (answer.status, dict(answer.headers)["content-type"]) == (status, kind)


def test_conforming_answers_conform() -> None:
    assert completion_violations(body(reply())) == ()
    assert completion_violations(body(reply(tools=TOOLS))) == ()
    for more in ({}, {"tools": TOOLS}, {"stream_options": {"include_usage": True}}):
        parts, done = chunks(reply(stream=True, **more))
        assert stream_violations(parts, done) == ()


def test_the_usage_chunk_comes_only_when_it_is_asked_for() -> None:
    plain, _ = chunks(reply(stream=True))
    asked, _ = chunks(reply(stream=True, stream_options={"include_usage": True}))
    assert len(asked) == len(plain) + 1
    assert asked[-1]["choices"] == []


def test_a_request_with_tools_gets_a_tool_call_that_fits_their_schema() -> None:
    call = body(reply(tools=TOOLS))["choices"][0]["message"]["tool_calls"][0]
    assert call["function"]["name"] == "count"
    assert json.loads(call["function"]["arguments"]) == {
        "stick": "oak", "n": 1, "list": [1], "deep": {},
    }  # fmt: skip
    later = [*PLAIN["messages"], {"role": "tool", "content": "3"}]
    assert body(reply(tools=TOOLS, messages=later))["choices"][0]["message"]["content"] == CONTENT
    assert body(reply(tools=TOOLS, tool_choice="none"))["choices"][0]["message"]["content"]
    assert body(reply(tools=["x"]))["choices"][0]["message"]["tool_calls"][0]["id"]
    assert sample("x") == {}


def test_changes_hold_for_as_long_as_they_say() -> None:
    failing = Status(500)
    heals = Scenario("s", "retry.status.500", (failing, Heal(2)))
    assert [reply(heals, Turn(n)).status for n in (1, 2, 3)] == [500, 500, 200]
    primary = Scenario("s", "fallback.route", (failing, PrimaryOnly()))
    assert [reply(primary, Turn(1, r)).status for r in ("primary", "fallback")] == [500, 200]
    model = Scenario("s", "fallback.model", (failing, FirstModelOnly()))
    turn = Turn(2, "primary", "m")
    assert [reply(model, turn, model=m).status for m in ("m", "other")] == [500, 200]


@pytest.mark.parametrize(
    "where", ["empty-choices", "no-choices", "every-chunk", "with-finish", "nowhere"]
)
def test_usage_in_a_stream_is_where_it_is_said_to_be(where: Any) -> None:
    asked = Scenario("s", "stream.usage", (StreamUsage(where),), "stream")
    parts, done = chunks(reply(asked, stream=True))
    holders = [part for part in parts if "usage" in part]
    assert done
    assert len(holders) == {"every-chunk": len(parts), "nowhere": 0}.get(where, 1)
    if holders:
        assert holders[-1]["usage"]["total_tokens"] == 29
        assert ("choices" in holders[-1]) == (where != "no-choices")


def test_documented_fields_that_the_examples_lack_are_answered() -> None:
    def clause(location: str, kind: str) -> Clause:
        return Clause(location, "kind", kind, Citation("S1", 0, 1, "x"), "documented")

    contract = contract_of([
        clause("response.citations", "array"), clause("response.usage.cost", "number|null"),
        clause("response.id", "string"), clause("response.a.b.c", "string"),
        clause("stream.choices[].delta.reasoning_content", "string"), clause("request.x", "string"),
    ])  # fmt: skip
    request = seen_request(body=json.dumps(PLAIN).encode())
    told = body(respond(BASELINE, contract, request, Turn()))
    assert told["citations"] == []
    assert told["usage"]["cost"] == 1
    assert "a" not in told
    streamed = seen_request(body=json.dumps({**PLAIN, "stream": True}).encode())
    parts, _ = chunks(respond(BASELINE, contract, streamed, Turn()))
    assert parts[0]["choices"][0]["delta"]["reasoning_content"] == "tallystick"
    names = [s.id for s in catalogue(contract, ["plain"], closes="never")]
    assert "without-response.citations" in names


@pytest.mark.parametrize("name", [n for n, s in EVERY.items() if s.location == "error.body"])
def test_failing_bodies_have_the_form_they_are_named_for(name: str) -> None:
    answer = reply(EVERY[name])
    raw = b"".join(answer.pieces)
    form = name.rpartition("-")[2]
    if form in ("flat", "string"):
        assert read_error(json.loads(raw)) is not None
    elif form == "truncated":
        with pytest.raises(ValueError, match=r"Unterminated|delimiter|Expecting"):
            json.loads(raw)
    else:
        assert raw.startswith({"list": b"[", "null": b"null", "html": b"<html", "text": b"The",
                               "empty": b""}[form])  # fmt: skip


def test_hints_are_sent_in_every_dialect() -> None:
    millis = dict(reply(EVERY["retry-after-ms"]).headers)
    assert retry_hint(None, millis["retry-after-ms"]) is not None
    assert dict(reply(EVERY["retry-after-seconds"]).headers)["retry-after"] == "1"


def test_every_scenario_changes_the_answer() -> None:
    """A scenario that changes nothing would call every client sound."""
    for scenario in EVERY.values():
        more: dict[str, Any] = {"stream": scenario.streamed}
        more |= {"stream_options": {"include_usage": True}} if scenario.streamed else {}
        more |= {"tools": TOOLS} if scenario.tools else {}
        turn = Turn(1, "primary", "m")
        told = [
            reply(s, turn, **more) for s in (scenario, Scenario("x", "response", (), scenario.call))
        ]
        same = scenario.id.startswith("refused") or scenario.id == "usage-empty-choices"
        assert (told[0] == told[1]) == same, scenario.id
