"""One line of a log of events: what it tells of a call."""

import re
from typing import Any, Literal, NamedTuple

from tallystick.intake.formats.nodes import Line, Node, is_answer, is_chunk, is_request, nodes_of
from tallystick.intake.formats.parts import find_parts
from tallystick.intake.formats.wordedlines import ASKED

Kind = Literal["asks", "answers", "chunk", "fails", "other"]
_ADDRESS = re.compile(r"(?:(?P<method>[A-Z]{3,7}) )?(?P<url>(?:https?://[^\s\"'/]+)?/\S*)$")
CHAT = re.compile(r"/chat/completions|/responses\b|/messages\b|/embeddings\b|/completions\b")
_EXCEPTION = re.compile(r"(?:\w+\.)*\w*(?:Error|Exception|Timeout)")


class Event(NamedTuple):
    """One line: what kind of event it tells of, its values, and the parts of a call in it."""

    kind: Kind
    line: Line
    parts: Line
    chunk: Any = None


def read_event(line: Line) -> Event:
    """What a line tells of: it asks, answers, is a part of a stream, a failure, or neither."""
    nodes = list(nodes_of(line))
    chunk = _chunk(nodes)
    if chunk is not None:
        return Event("chunk", line, {}, chunk)
    asked = _asked(nodes)
    if ASKED in line and not asked:
        return Event("asks", line, {"at": line["ts"], "model": line["model"]})
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
            if told and CHAT.search(told["url"]):
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
    line: Line = {}
    for node in nodes:
        if len(node.names) == 1:
            line.setdefault(node.name, node.value)
    found = find_parts({**line, "url": "/chat/completions", "raised": _raised(line)})
    names = ("at", "response_headers", "error")
    told = {name: found[name] for name in names if found.get(name) is not None}
    if found.get("status") is None:
        return told if "error" in told else {}
    body = next((node.value for node in nodes if node.names and _is_error_body(node.value)), None)
    shown = body if body is not None else found.get("response_body")
    return {**told, "status": found["status"], "response_body": shown}


def _is_error_body(value: Any) -> bool:
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
        if is_chunk(value):
            return value
        if isinstance(value, str) and node.names and _is_line(value):
            return value.strip()
    return None


def _is_line(text: str) -> bool:
    """Whether a text is one line of a stream; a whole stream is an answer."""
    held = text.strip()
    return held == "[DONE]" or (held.startswith("data:") and "\n" not in held)
