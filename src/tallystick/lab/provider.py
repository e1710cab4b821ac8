"""The simulated provider: request and scenario in, reply out. No sockets here.

Without a change it behaves as the documentation says, also towards wrong requests: a path mistake
is a 301 or HTML, a missing key 401, a missing model 400, missing or empty messages 500 with
`invalid_request` (facts dossier, sections 1, 2 and 6).
"""

import gzip
from collections.abc import Callable
from typing import Any, Literal, TypeVar

import msgspec

from tallystick.lab import answers
from tallystick.lab.answers import Contract
from tallystick.lab.failures import HTML, JSON, PAGE, failing
from tallystick.lab.framing import BEAT, edited, stream
from tallystick.lab.wire import Reply, SeenRequest, Turn
from tallystick.record.scenario import (
    CutStream,
    Fault,
    FirstModelOnly,
    Gzip,
    Heal,
    Insert,
    Media,
    PrimaryOnly,
    Say,
    Scenario,
    Status,
    Swap,
)

PATH = "/v1/chat/completions"
SSE = ("content-type", "text/event-stream")
DRIP_MS = 100
DRIPS = 12
_MALFORMED = b"HTTP/1.1 two hundred\r\ncontent-length: x\r\n\r\n{}"
_T = TypeVar("_T")


def respond(scenario: Scenario, contract: Contract, request: SeenRequest, turn: Turn) -> Reply:
    """What the provider does with one request under a scenario."""
    refusal = refused(request)
    if refusal is not None:
        return refusal
    if not _holds(scenario, request, turn):
        scenario = Scenario("conforming", scenario.location, call=scenario.call)
    reply = _answered(scenario, contract, request)
    for change in scenario.changes:
        if isinstance(change, Fault):
            reply = _FAULTS[change.how](reply, change)
    return reply


def _holds(scenario: Scenario, request: SeenRequest, turn: Turn) -> bool:
    """Whether the scenario's changes hold for this request of the trial."""
    for change in scenario.changes:
        match change:
            case Heal() if turn.number > change.after:
                return False
            case PrimaryOnly() if turn.route != "primary":
                return False
            case FirstModelOnly() if request.json().get("model") != turn.first_model:
                return False
            case _:
                pass
    return True


def refused(request: SeenRequest) -> Reply | None:
    """The documented answer to a request that is wrong in itself."""
    if request.path != PATH:
        return _misplaced(request.path)
    if request.method != "POST":
        return _error(Status(405))
    if not (request.header("authorization") or "").startswith("Bearer "):
        return _error(Status(401))
    body = request.json()
    if not isinstance(body.get("model"), str):
        return _error(Status(400))
    if not isinstance(body.get("messages"), list) or not body["messages"]:
        return _error(Status(500, "invalid_request"))
    return None


def _misplaced(path: str) -> Reply:
    if path == "/":
        return _whole(200, (HTML,), PAGE)
    if path.startswith("/v1/"):
        return _whole(404, (HTML,), b"<html><title>404 Not Found</title></html>")
    return _whole(301, (HTML, ("location", "/")), b"<html><body>Moved</body></html>")


def _whole(status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> Reply:
    return Reply(status, headers, (body,) if body else (), declared=len(body))


def _error(change: Status) -> Reply:
    media, body = failing(change)
    headers = [media, *change.headers]
    if change.retry_after:
        headers.append(("retry-after", change.retry_after))
    return _whole(change.code, tuple(headers), body)


def _find(scenario: Scenario, kind: type[_T]) -> _T | None:
    return next((change for change in scenario.changes if isinstance(change, kind)), None)


def _answered(scenario: Scenario, contract: Contract, request: SeenRequest) -> Reply:
    status = _find(scenario, Status)
    if status is not None:
        return _error(status)
    asked = request.json()
    streamed = (asked.get("stream") is True) != (_find(scenario, Swap) is not None)
    made = (_stream if streamed else _plain)(scenario, contract, asked)
    return _packed(scenario, made)


def _packed(scenario: Scenario, reply: Reply) -> Reply:
    media = _find(scenario, Media)
    if media is not None:
        kept = tuple(h for h in reply.headers if h[0] != "content-type")
        added = (("content-type", media.content_type),) if media.content_type else ()
        reply = msgspec.structs.replace(reply, headers=kept + added)
    if _find(scenario, Gzip) is not None:
        body = gzip.compress(b"".join(reply.pieces), mtime=0)
        headers = (*reply.headers, ("content-encoding", "gzip"))
        declared = None if reply.declared is None else len(body)
        reply = msgspec.structs.replace(reply, headers=headers, pieces=(body,), declared=declared)
    return reply


def _wants_tool(asked: dict[str, Any]) -> bool:
    """Whether a request offers tools and is no answer to an earlier tool call."""
    messages = asked["messages"]
    last = messages[-1].get("role") if isinstance(messages[-1], dict) else None
    return bool(asked.get("tools")) and asked.get("tool_choice") != "none" and last != "tool"


def _text(scenario: Scenario) -> str:
    return answers.OTHER if _find(scenario, Say) is not None else answers.CONTENT


def _plain(scenario: Scenario, contract: Contract, asked: dict[str, Any]) -> Reply:
    called = _wants_tool(asked)
    word = answers.OTHER_WORD if _find(scenario, Say) is not None else answers.WORD
    called_for = answers.tool_completion(asked, word) if called else None
    body = called_for or answers.completion(_text(scenario))
    body = edited(scenario, answers.with_documented(body, contract.plain))
    return _whole(200, (JSON,), msgspec.json.encode(body))


def _stream(scenario: Scenario, contract: Contract, asked: dict[str, Any]) -> Reply:
    options = asked.get("stream_options")
    usage = isinstance(options, dict) and options.get("include_usage") is True
    called = _wants_tool(asked)
    word = answers.OTHER_WORD if _find(scenario, Say) is not None else answers.WORD
    called_for = answers.tool_chunks(asked, usage, word) if called else None
    made = called_for or answers.chunks(usage, _text(scenario))
    pieces = stream(scenario, [answers.with_documented(chunk, contract.chunk) for chunk in made])
    cut = _find(scenario, CutStream)
    if cut is None:
        return Reply(200, (SSE,), pieces)
    beats = any(isinstance(c, Insert) and c.what == "keep-alives" for c in scenario.changes)
    end = _CUT[cut.how]
    beat = BEAT if beats and end == "stall" else b""
    return Reply(200, (SSE,), pieces[: cut.after], end=end, beat=beat)


# A stream that is cut by closing is complete as HTTP: only its events are missing.
_CUT: dict[str, Literal["complete", "reset", "stall"]] = {
    "close": "complete",
    "reset": "reset",
    "stall": "stall",
}


def _broken(end: Literal["close", "reset", "stall"]) -> Callable[[Reply, Fault], Reply]:
    def fault(reply: Reply, change: Fault) -> Reply:
        replace = msgspec.structs.replace
        if change.place == "before-headers":
            return Reply(0, end=end)
        if change.place == "after-headers":
            return replace(reply, pieces=(), end=end)
        whole = b"".join(reply.pieces)
        return replace(reply, pieces=(whole[: len(whole) // 2],), end=end)

    return fault


def _drip(reply: Reply, _: Fault) -> Reply:
    whole = b"".join(reply.pieces)
    size = max(1, -(-len(whole) // DRIPS))
    pieces = tuple(whole[i : i + size] for i in range(0, len(whole), size))
    return msgspec.structs.replace(reply, pieces=pieces, pause_ms=DRIP_MS)


_FAULTS: dict[str, Callable[[Reply, Fault], Reply]] = {
    # A refused connection brings no request here; once the port listens, the answer conforms.
    "refuse": lambda reply, _: reply,
    "reset": _broken("reset"),
    "close": _broken("close"),
    "stall": _broken("stall"),
    "drip": _drip,
    "malformed": lambda _, __: Reply(0, raw=_MALFORMED, end="close"),
}
