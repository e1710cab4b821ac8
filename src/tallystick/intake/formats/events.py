"""Logs of one line an event: the request on one line, its answer, its parts or its failure on
others, joined by an id that the lines share, or by their order where no two calls overlap.

Each line is JSON (structlog, pino, loggers of an application's own) or logfmt.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from tallystick.intake.formats.base import MALFORMED, Broken, Cutter, Format, Piece, Read
from tallystick.intake.formats.mapping import parsed
from tallystick.intake.formats.nodes import Line, Node, is_answer, is_request, nodes_of, plain
from tallystick.intake.formats.own import OWN
from tallystick.intake.formats.parts import find_parts

Kind = Literal["asks", "answers", "chunk", "fails", "other"]
_LOOKED_AT = 60
_ADDRESS = re.compile(r"(?:(?P<method>[A-Z]{3,7}) )?(?P<url>(?:https?://[^\s\"'/]+)?/\S*)$")
_CHAT = re.compile(r"/chat/completions|/responses\b|/messages\b|/embeddings\b|/completions\b")
# Names of members that tell calls from each other, and of those that tell attempts.
_ID = re.compile(
    r"(?:id|call|job|trace|span|req|request|corr\w*|seq|session|conversation|operation|task|key)"
    r"|\w*(?:id|uuid|ref|seq)"
)
_ATTEMPT = frozenset(("attempt", "try", "retry", "retrycount", "attemptnumber", "n"))
_EXCEPTION = re.compile(r"(?:\w+\.)*\w*(?:Error|Exception|Timeout)")
_LOGFMT = re.compile(r'([A-Za-z_][\w.@-]*)=("(?:[^"\\]|\\.)*"|\S*)')
_MISSING = (None, "", "-")


class Event(NamedTuple):
    """One line: what kind of event it tells of, its values, and the parts of a call in it."""

    kind: Kind
    line: Line
    parts: Line
    chunk: Any = None


def _event(line: Line) -> Event:
    nodes = list(nodes_of(line))
    chunk = _chunk(nodes)
    if chunk is not None:
        return Event("chunk", line, {}, chunk)
    asked = _asked(nodes)
    found = find_parts({**line, **asked} if asked else line)
    answered = found.get("status") is not None or _shows_answer(found)
    if asked and not answered and not found.get("error"):
        return Event("asks", line, {**_of_request(line), **asked})
    if not asked and answered:
        return Event("answers", line, found)
    bare = _bare_answer(nodes) if not asked else {}
    if bare:
        return Event("answers" if "status" in bare else "fails", line, bare)
    return Event("other", line, found)


def _shows_answer(found: Line) -> bool:
    return is_answer(found.get("response_body"))


def _asked(nodes: list[Node]) -> Line:
    """The address and the body of a request; empty where the line has neither."""
    found: Line = {}
    for node in nodes:
        if isinstance(node.value, dict) and is_request(node.value) and node.names:
            found.setdefault("request_body", node.value)
        elif isinstance(node.value, str) and len(node.value) < 2000:
            told = _ADDRESS.fullmatch(node.value.strip())
            if told and _CHAT.search(told["url"]):
                found.setdefault("url", told["url"])
                if told["method"]:
                    found.setdefault("method", told["method"])
    return found


def _of_request(line: Line) -> Line:
    """What a line says of its request beside address and body."""
    found = find_parts({**line, "status": 200, "url": "/chat/completions"})
    return {name: found.get(name) for name in ("at", "method", "request_headers", "base_url")}


def _bare_answer(nodes: list[Node]) -> Line:
    """What a line without an address says of an answer: a status, a body, a failure."""
    line = {node.name: node.value for node in reversed(nodes) if len(node.names) == 1}
    found = find_parts({**line, "url": "/chat/completions", "raised": _raised(line)})
    names = ("at", "response_headers", "error")
    told = {name: found[name] for name in names if found.get(name) is not None}
    if found.get("status") is None:
        return told if "error" in told else {}
    body = next((node.value for node in nodes if node.names and _is_body(node.value)), None)
    shown = body if body is not None else found.get("response_body")
    return {**told, "status": found["status"], "response_body": shown}


def _is_body(value: Any) -> bool:
    return isinstance(value, dict) and (is_answer(value) or isinstance(value.get("error"), dict))


def _raised(line: Line) -> Line | None:
    """An exception whose type and text stand in members of their own."""
    texts = [value for value in line.values() if isinstance(value, str)]
    kind = next((text for text in texts if _EXCEPTION.fullmatch(text)), "")
    said = next((text for text in texts if " " in text and not _EXCEPTION.fullmatch(text)), "")
    return {"error": {"type": kind, "message": said}} if kind else None


def _chunk(nodes: list[Node]) -> Any:
    """A part of a stream: a parsed chunk, a line of the stream, or the mark of its end."""
    for node in nodes:
        value = node.value
        if isinstance(value, dict) and (
            value.get("object") == "chat.completion.chunk"
            or (isinstance(value.get("choices"), list) and _has_delta(value["choices"]))
        ):
            return value
        if isinstance(value, str) and node.names and _is_line(value):
            return value.strip()
    return None


def _has_delta(choices: list[Any]) -> bool:
    return bool(choices) and isinstance(choices[0], dict) and "delta" in choices[0]


def _is_line(text: str) -> bool:
    """Whether a text is one line of a stream; a whole stream is an answer."""
    held = text.strip()
    return held == "[DONE]" or (held.startswith("data:") and "\n" not in held)


def _told(text: str) -> Line | None:
    """A line's values: JSON, or logfmt (key=value)."""
    text = text.strip(" \t\r,")
    if text.startswith("{"):
        found = parsed(text)
        return found if isinstance(found, dict) else None
    pairs = _LOGFMT.findall(text)
    if len(pairs) < 3:
        return None
    return {name: parsed(value) if value[:1] == '"' else value for name, value in pairs}


def _lines(data: bytes) -> Iterator[tuple[int, Line | None]]:
    offset = 0
    for raw in data.split(b"\n"):
        here, offset = offset, offset + len(raw) + 1
        if raw.strip() not in (b"", b"[", b"]"):
            yield here, _told(raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))


def sniff(head: bytes) -> bool:
    """Whether lines ask and others answer, none does both, and they can be joined."""
    lines = [line for _, line in list(_lines(head))[:_LOOKED_AT] if line is not None]
    if len(lines) < 2:
        return False
    events = [_event(line) for line in lines]
    kinds = [event.kind for event in events]
    apart = "asks" in kinds and kinds.index("asks") < len(kinds) - 1
    behind = kinds[kinds.index("asks") + 1 :] if apart else []
    whole = any(_is_whole(event) for event in events)
    return not whole and any(kind in ("answers", "chunk", "fails") for kind in behind)


def _is_whole(event: Event) -> bool:
    """Whether one line tells of a request and its answer."""
    found = event.parts
    ended = found.get("status") is not None or found.get("response_body") is not None
    asked = bool(_CHAT.search(str(found.get("url") or ""))) or found.get("request_body")
    return event.kind == "other" and bool(ended) and bool(asked)


class _Call:
    """A call while its lines come."""

    def __init__(self, event: Event, name: str) -> None:
        self.parts: Line = dict(event.parts)
        self.name, self.last = name, event.parts.get("at")
        self.chunks: list[Any] = []
        self.is_ended = False

    def add(self, event: Event, at: Any) -> None:
        """Take a line of the call."""
        self.last = at or self.last
        if event.kind == "chunk":
            self.chunks.append(event.chunk)
            return
        for part, value in event.parts.items():
            if part != "at" and value not in (None, [], {}, ""):
                self.parts[part] = value
        self.is_ended |= event.kind == "fails" or event.parts.get("response_body") is not None

    def waits_for(self, event: Event) -> bool:
        """Whether a line may be the next one of this call."""
        answered = self.parts.get("status") is not None
        return not self.is_ended and (event.kind == "chunk" or not answered)

    def line(self) -> Line:
        """The call as one line."""
        made = {**self.parts, "end": self.last, "call": self.name or None}
        if self.chunks and made.get("response_body") is None:
            made["response_body"] = _stream(self.chunks)
        return made


def _stream(chunks: list[Any]) -> Any:
    """A stream of its parts. Where the log keeps them parsed, its end has no mark."""
    if all(isinstance(one, dict) for one in chunks):
        return chunks
    texts = [one if isinstance(one, str) else f"data: {json.dumps(one)}" for one in chunks]
    return [one if one.startswith("data:") else f"data: {one}" for one in texts]


def _join(events: list[Event]) -> str:
    """The member by which lines belong together: its values stand on lines that ask, each but
    once, and on lines that do not; empty where there is none.
    """
    asks = [event.line for event in events if event.kind == "asks"]
    others = [event.line for event in events if event.kind in ("answers", "chunk", "fails")]
    best = ("", 0)
    for name in dict.fromkeys(name for line in asks for name in line):
        if not _ID.fullmatch(plain(name)):
            continue
        keys = [_key(line, name) for line in asks]
        shared = sum(_key(line, name) in keys for line in others if line.get(name) not in _MISSING)
        if len(set(keys)) == len(keys) and shared > best[1]:
            best = name, shared
    return best[0]


def _key(line: Line, name: str) -> tuple[str, str]:
    """What a call is known by: the id, and which attempt it is."""
    tries = next((str(v) for k, v in line.items() if plain(k) in _ATTEMPT), "")
    return str(line.get(name)), tries


def _calls(events: list[Event]) -> Iterator[Line]:
    """The calls that lines tell of. By order alone lines are joined only to the one open call."""
    name = _join(events)
    calls: list[_Call] = []
    by_key: dict[tuple[str, str], _Call] = {}
    for event in events:
        if event.kind == "asks":
            call = _Call(event, str(event.line.get(name) or "") if name else "")
            calls.append(call)
            if name:
                by_key[_key(event.line, name)] = call
            continue
        if event.kind == "other":
            continue
        found = _owner(event, name, calls, by_key)
        if found is not None:
            found.add(event, event.parts.get("at") or find_parts(_dated(event.line)).get("at"))
    yield from (call.line() for call in calls)


def _dated(line: Line) -> Line:
    return {**{k: v for k, v in line.items() if not isinstance(v, dict | list)}, "status": 200,
            "url": "/chat/completions"}  # fmt: skip


def _owner(
    event: Event, name: str, calls: list[_Call], by_key: dict[tuple[str, str], _Call]
) -> _Call | None:
    if name:
        ident, tries = _key(event.line, name)
        same = [call for (one, _), call in by_key.items() if one == ident]
        return by_key.get((ident, tries)) or (same[-1] if same and not tries else None)
    waiting = [call for call in calls if call.waits_for(event)]
    return waiting[-1] if len(waiting) == 1 else None


def _read(piece: Piece) -> Iterator[Read]:
    events: list[Event] = []
    for offset, line in _lines(piece.data):
        try:
            if line is not None:
                events.append(_event(line))
        except MALFORMED:
            yield Broken(piece.offset + offset, "a line whose members are not what they are named")
    for number, call in enumerate(_calls(events)):
        try:
            yield OWN.attempt(call, number)
        except MALFORMED:
            yield Broken(piece.offset, "a request whose answer the log does not tell")


FORMAT = Format(
    "events",
    "logs of one line an event (request, answer, chunk), JSON or logfmt",
    sniff,
    lambda: Cutter(lambda _: 0),
    _read,
)
