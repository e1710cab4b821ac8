"""What an answer of the controlled replay shows against the clauses. One success proves nothing
about limits, prices, billing or the availability of a model, and nothing is concluded of them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tallystick.protocol import (
    Violation,
    completion_violations,
    read_error,
    stream_violations,
)
from tallystick.protocol.response import UNKNOWN_VALUE
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.record.placeholder import json_kind, parse
from tallystick.record.replay import Deviation, Step, StepName

_STANDS = ("documented", "support-confirmed")
_REFUSED_WITH: Mapping[StepName, str] = {"no-token": "401", "malformed-token": "401"}


def judge(
    step: StepName, exchange: Exchange, clauses: Iterable[Clause], frame_ms: tuple[int, ...] = ()
) -> Step:
    """One step with its judgement: conforms, deviates at these locations, or could not check."""
    known = [clause for clause in clauses if clause.standing in _STANDS]
    if exchange.failure is not None:
        reason = f"transport.{exchange.failure}: {exchange.failure_text or 'no answer arrived'}"
        return Step(step, "could-not-check", reason=reason, exchange=exchange, frame_ms=frame_ms)
    if step in ("plain", "stream"):
        return _positive(step, exchange, known, frame_ms)
    return _negative(step, exchange, known)


def _positive(
    step: StepName, exchange: Exchange, clauses: list[Clause], frame_ms: tuple[int, ...]
) -> Step:
    status, kind = exchange.response.status, exchange.response.body_kind
    misplaced = 300 <= status < 400 or status in (404, 405)
    if misplaced or (exchange.answered and kind == "html"):
        seen = f"status {status} and {kind}"
        found = [Deviation("endpoint.path", "the documented operation answers", seen)]
    elif not exchange.answered:
        who = "a gateway in between answered" if kind == "html" else "the request was refused"
        reason = f"{who} with {status}{_code(exchange)}"
        return Step(step, "could-not-check", reason=reason, exchange=exchange)
    else:
        found = list((_stream if step == "stream" else _plain)(exchange, clauses))
    return Step(step, "deviates" if found else "conforms", tuple(found), "", exchange, frame_ms)


def _code(exchange: Exchange) -> str:
    error = read_error(exchange.response.body) if exchange.response.body_kind == "json" else None
    return f" ({error.code})" if error is not None and error.code else ""


def _plain(exchange: Exchange, clauses: list[Clause]) -> Iterator[Deviation]:
    if exchange.response.body_kind != "json":
        seen = f"a body of the kind {exchange.response.body_kind}"
        yield Deviation("response.body", "a chat completion object", seen)
        return
    yield from _media(exchange, "response", "application/json")
    body = exchange.response.body
    yield from _departures(completion_violations(body), clauses)
    for clause in clauses:
        if clause.location.startswith("response.") and not clause.when:
            yield from _against(clause, body)


def _media(exchange: Exchange, side: str, wanted: str) -> Iterator[Deviation]:
    form = exchange.response_header("content-type") or "none"
    if not form.startswith(wanted):
        yield Deviation(f"{side}.content_type", wanted, form)


def _stream(exchange: Exchange, clauses: list[Clause]) -> Iterator[Deviation]:
    if exchange.response.body_kind != "sse":
        seen = f"a body of the kind {exchange.response.body_kind}"
        yield Deviation("stream.content_type", "server-sent events", seen)
        return
    yield from _media(exchange, "stream", "text/event-stream")
    frames = exchange.response.frames
    kinds = [frame.kind for frame in frames if frame.kind != "comment"]
    if {"text", "open"} & set(kinds):
        yield Deviation("stream.data", "chunks of JSON, each complete", "an event that is none")
    if "done" in kinds[:-1]:
        yield Deviation("stream.done", "the last event", "events after it")
    chunks = [frame.data for frame in frames if frame.kind == "data"]
    for clause in clauses:
        # `required` says nothing of a chunk: each carries a part of the answer.
        if clause.location.startswith("stream.") and clause.aspect in ("kind", "enum"):
            yield from dict.fromkeys(d for chunk in chunks for d in _against(clause, chunk))
    yield from _departures(stream_violations(chunks, "done" in kinds), clauses)


def _departures(violations: Iterable[Violation], clauses: Iterable[Clause]) -> Iterator[Deviation]:
    """Departures from the common protocol; a value that a clause enumerates is left to it."""
    enumerated = {clause.location for clause in clauses if clause.aspect == "enum"}
    for violation in violations:
        if violation.location not in enumerated or violation.problem != UNKNOWN_VALUE:
            yield Deviation(violation.location, "the chat-completions shape", violation.problem)


def _against(clause: Clause, body: Any) -> Iterator[Deviation]:
    """Whether an answer keeps one clause about a field."""
    path = re.findall(r"[^.\[\]]+|\[\]", clause.location.partition(".")[2])
    holders = list(_reach(body, path[:-1]))
    name, stated = path[-1], clause.value.split("|")
    for holder in holders:
        if not isinstance(holder, dict):
            continue
        if clause.aspect == "required" and clause.value == "yes" and name not in holder:
            yield Deviation(clause.location, "required", "absent")
        if clause.aspect == "kind" and name in holder and json_kind(holder[name]) not in stated:
            yield Deviation(clause.location, clause.says(), f"kind {json_kind(holder[name])}")
        value = holder.get(name)
        shown = isinstance(value, str) and parse(value) is None
        if clause.aspect == "enum" and shown and value not in stated:
            yield Deviation(clause.location, clause.says(), "another value")


def _reach(tree: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield tree
    elif path[0] == "[]":
        for item in tree if isinstance(tree, list) else ():
            yield from _reach(item, path[1:])
    elif isinstance(tree, dict) and path[0] in tree:
        yield from _reach(tree[path[0]], path[1:])


def _negative(step: StepName, exchange: Exchange, clauses: list[Clause]) -> Step:
    """A negative case conforms only when a clause says how it is refused."""
    status = exchange.response.status
    wanted = _REFUSED_WITH.get(step)
    stated = [
        c for c in clauses if wanted and c.location == f"error.status.{wanted}" and not c.when
    ]
    own = exchange.response.body_kind == "json"
    if not stated or not own or status == 429 or status >= 500:
        why = "no clause states what should happen" if not stated else "which says nothing of it"
        reason = f"answered with {status}{_code(exchange)}; {why}"
        return Step(step, "could-not-check", reason=reason, exchange=exchange)
    if str(status) == wanted:
        return Step(step, "conforms", exchange=exchange)
    deviation = Deviation(f"error.status.{wanted}", stated[0].says(), f"status {status}")
    return Step(step, "deviates", (deviation,), exchange=exchange)
