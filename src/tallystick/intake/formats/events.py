"""Logs of one line an event: the request on one line, its answer, its parts or its failure on
others, joined by an id that the lines share, or by their order where no two calls overlap.

Each line is JSON (structlog, pino, loggers of an application's own) or logfmt.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from tallystick.intake.formats.base import MALFORMED, Broken, Cutter, Format, Piece, Read
from tallystick.intake.formats.eventlines import CHAT, Event, read_event
from tallystick.intake.formats.mapping import parsed
from tallystick.intake.formats.nodes import Line, is_answer, is_error, plain
from tallystick.intake.formats.own import OWN
from tallystick.intake.formats.parts import find_parts
from tallystick.intake.formats.wordedlines import IN_LINE, PAIR, worded

_LOOKED_AT = 60
# Names of members that tell calls from each other, and of those that tell attempts.
_ID = re.compile(
    r"(?:id|call|job|trace|span|req|request|corr\w*|seq|session|conversation|operation|task|key)"
    r"|\w*(?:id|uuid|ref|seq)"
)
_ATTEMPT = frozenset(("attempt", "try", "retry", "retrycount", "attemptnumber", "n"))
_LEAST_PAIRS = 3
_MISSING = (None, "", "-")


def _told(text: str) -> Line | None:
    """A line's values: JSON, or logfmt (key=value)."""
    text = text.strip(" \t\r,")
    if text.startswith("{"):
        found = parsed(text)
        return found if isinstance(found, dict) else None
    pairs = PAIR.findall(text)
    told = {name: parsed(value) if value[:1] == '"' else value for name, value in pairs}
    return worded(text) or (told if len(pairs) >= _LEAST_PAIRS else None)


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
    events = [read_event(line) for line in lines]
    kinds = [event.kind for event in events]
    apart = "asks" in kinds and kinds.index("asks") < len(kinds) - 1
    behind = kinds[kinds.index("asks") + 1 :] if apart else []
    whole = any(_is_whole(event) for event in events)
    if any(IN_LINE in event.line for event in events) and not _join(events):
        return False
    return not whole and any(kind in ("answers", "chunk", "fails") for kind in behind)


def _is_whole(event: Event) -> bool:
    """Whether one line tells of a request and its answer."""
    found = event.parts
    ended = found.get("status") is not None or found.get("response_body") is not None
    asked = bool(CHAT.search(str(found.get("url") or ""))) or found.get("request_body")
    return event.kind == "other" and bool(ended) and bool(asked)


class _Call:
    """A call while its lines come."""

    def __init__(self, event: Event, name: str) -> None:
        self.parts: Line = dict(event.parts)
        self.name, self.last, self.asked = name, event.parts.get("at"), event.line
        self.chunks: list[Any] = []
        self.is_ended = False
        self.before: Line | None = None

    def add(self, event: Event, at: Any) -> None:
        """Take a line of the call."""
        self.last = at or self.last
        if event.kind == "chunk":
            self.chunks.append(event.chunk)
            return
        if not _speaks_of(event, self.asked):
            self.before = dict(self.parts)  # it may be of another component
        elif self.before is not None:
            self.parts, self.before = self.before, None
        for part, value in event.parts.items():
            if part != "at" and value not in (None, [], {}, ""):
                self.parts[part] = value
        over = event.kind == "fails" or event.parts.get("response_body") is not None
        self.is_ended |= over and self.before is None

    def waits_for(self, event: Event) -> bool:
        """Whether a line may be the next one of this call."""
        named = _speaks_of(event, self.asked)
        if self.is_ended or not (named or is_error(event.parts.get("response_body"))):
            return False
        open_still = self.parts.get("status") is None or (named and self.before is not None)
        return event.kind == "chunk" or open_still

    def broke_on(self, event: Event) -> bool:
        """Whether a line tells what the program raised over an answer that came."""
        came = str(self.parts.get("status") or "").startswith("2")
        own = _speaks_of(event, self.asked) and IN_LINE not in event.line
        raised = event.kind == "fails" and own
        return came and raised and not self.parts.get("error")

    def line(self) -> Line:
        """The call as one line."""
        made = {**self.parts, "end": self.last, "call": self.name or None}
        if self.chunks and made.get("response_body") is None:
            made["response_body"] = _stream(self.chunks)  # None where its end is not shown
        return made


def _stream(chunks: list[Any]) -> Any:
    """A stream of its parts. Where the log keeps them parsed, its end has no mark."""
    if not any(map(_ends, chunks)):
        return None  # cut there, or left out of the log
    if all(isinstance(one, dict) for one in chunks):
        return chunks
    texts = [one if isinstance(one, str) else f"data: {json.dumps(one)}" for one in chunks]
    return [one if one.startswith("data:") else f"data: {one}" for one in texts]


def _ends(chunk: Any) -> bool:
    """Whether a part is one that a stream ends with: its mark, a reason, an error."""
    if isinstance(chunk, str):
        return re.search(r"\[DONE\]|\"finish_reason\": ?\"\w|\"error\"", chunk) is not None
    choices = [one for one in chunk.get("choices") or [] if isinstance(one, dict)]
    return "error" in chunk or any(one.get("finish_reason") for one in choices)


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


# Names of events that any logger has for the sides of a call.
_SIDES = frozenset(
    "request response req res reply answer http upstream error result sse chunk stream in out"
    " done end finish finished completed received failed llm chat completion completions".split()
)
_EVENT_NAMES = frozenset("ev event evt eventname msg message".split())


def _speaks_of(event: Event, asked: Line) -> bool:
    """Whether a line is about a call: it has an answer's body, or its event's name begins as that
    of the request does (`llm.response` after `llm.request`) or is one that any logger has. What
    another component logged under the same id is not; an error of the API's form may be, as long as
    no line with such a name tells more.
    """
    if event.kind == "chunk" or is_answer(event.parts.get("response_body")):
        return True
    words, others = _words(event.line), _words(asked)
    return not words or words[:1] == others[:1] or not _SIDES.isdisjoint(words[:2])


def _words(line: Line) -> list[str]:
    """The words of an event's name."""
    named = (value for name, value in line.items() if plain(name) in _EVENT_NAMES)
    return re.findall(r"[a-z]+", next((v for v in named if isinstance(v, str)), "").lower())


def _owner(
    event: Event, name: str, calls: list[_Call], by_key: dict[tuple[str, str], _Call]
) -> _Call | None:
    if name:
        ident, tries = _key(event.line, name)
        same = [call for (one, _), call in by_key.items() if one == ident]
        own = by_key.get((ident, tries)) or (same[-1] if same and not tries else None)
        return own if own is not None and (own.waits_for(event) or own.broke_on(event)) else None
    waiting = [call for call in calls if call.waits_for(event)]
    if not waiting and calls and calls[-1].broke_on(event):
        return calls[-1]  # all before it are over
    return waiting[-1] if len(waiting) == 1 else None


def _read(piece: Piece) -> Iterator[Read]:
    events: list[Event] = []
    for offset, line in _lines(piece.data):
        try:
            if line is not None:
                events.append(read_event(line))
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
