"""Plain text: an exception as somebody pasted it, with what an SDK printed of the answer.

It is one call. Of the request at most the address is shown, and of the answer only what the text
repeats.
"""

import json
import re
from collections.abc import Iterator

from tallystick.intake.formats.aisdk import printed_call
from tallystick.intake.formats.base import Cutter, Format, Piece, Read
from tallystick.intake.formats.marks import JSON_BEGINS
from tallystick.intake.formats.nodes import is_answer, is_request
from tallystick.intake.formats.related import CALLED, RAISED, is_related
from tallystick.intake.raw import RawAttempt, RawMessage
from tallystick.protocol.exceptions import Told, read_exception

# The lines that a stream of server-sent events begins with (WHATWG HTML, 9.2.6).
_STREAM = re.compile(r"(?::[^\n]*\n\s*)*(?:(?:event|id|retry):[^\n]*\n)*data:\s*\{")
# What a server of one's own logs of the calls that it received (uvicorn, werkzeug, gunicorn): the
# status is its own, and no answer of an API that it called.
_RECEIVED = re.compile(
    r"^[^\n]*?(?:\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?[^\n\"]{0,40}|_internal\.py[^\n\"]{0,40})"
    r"\"(?:GET|POST|PUT|PATCH|DELETE|OPTIONS) /[^\n\"]* HTTP/[\d.]+\"[^\n]*$"
    # Vercel's and Next.js's
    r"|^[^\n]*\[(?:GET|POST)\] /\S* status=\d{3}\b[^\n]*$"
    r"|^ ?(?:GET|POST) /\S* \d{3} in \d[^\n]*$"
    # A server's own line: the status, and the request that it answered
    r"|^(?![^\n]*(?:[Ee]rror:|Error\b|Exception))[^\n]*\b[1-5]\d\d"
    r" (?:GET|POST|PUT|PATCH|DELETE) /(?!\S*(?:completions|v1/))\S*[^\n]*$"
    # Rails, tower-http
    r"|^[^\n]*\btower_http::trace::\w+: finished processing request[^\n]*$"
    r"|^[^\n]*\bCompleted \d{3} [A-Z][\w ]{1,40} in \d+ms\b[^\n]*$"
    # Phoenix, Caddy
    r"|^[^\n]*\bSent \d{3} in \d+(?:ms|µs)\s*$"
    r"|^\{[^\n]*\"logger\":\"http\.log\.access\b[^\n]*\"uri\":\"/(?!v1/)[^\n]*\}\s*$",
    re.MULTILINE,
)
# How JSON and markup begin; a log's prefix in brackets is neither.
_DATA = re.compile(rf"<|{JSON_BEGINS}|\[\s*\d+(?:\.\d+)?\s*[,\]]")
_CLOSED = re.compile(r"\n[ \t]*\r?\n\s*\Z")
# Streams of other APIs of models (Anthropic, Messages streaming; OpenAI, Responses streaming).
_OTHER_STREAM = re.compile(r'"type": ?"(?:message_start|content_block_\w+|response\.\w+)"')
_OTHER_PATH = "/v1/messages"
_LONGEST = 1 << 16


def _text(data: bytes) -> str:
    return data[:_LONGEST].decode("utf-8", "replace").strip()


def sniff(head: bytes) -> bool:
    """Whether a text reads like an exception or an error that a client printed."""
    text = _text(head)
    if not text or "\0" in text or "\ufffd" in text or _DATA.match(text):
        return False
    if _STREAM.match(text):
        return True
    told = read_exception(text)
    return told.status is not None or RAISED.search(text) is not None


def _splitter() -> Cutter:
    return Cutter(lambda _: 0)


def _read(piece: Piece) -> Iterator[Read]:
    text = _text(piece.data)
    if _STREAM.match(text):
        if _OTHER_STREAM.search(text) and '"choices"' not in text:
            other = RawMessage((), _stream(piece.data))
            yield _call(other, hidden=("response-status",), url=_OTHER_PATH)
            return
        saved = RawMessage((("content-type", "text/event-stream"),), _stream(piece.data))
        yield _call(saved, hidden=("line", "response-status"))
        return
    if not text:
        return
    if (printed := printed_call(text)) is not None:
        yield printed
        return
    for one in _errors(_sent(text)):
        yield from _of_error(one)


def _sent(text: str) -> str:
    """A text without what a server logs of the calls that it received, where more tells of an
    error.
    """
    rest = _RECEIVED.sub("", text).strip()
    return rest if RAISED.search(rest) else text


# A scheme as Python prints bytes, with or without its credential: it is no part of a secret.
_BYTES = re.compile(r"\bb'(?P<scheme>Bearer|Basic)\b *")
# How runtimes say that one exception is the cause of the next (Python, PEP 3134; Java, Throwable).
_CHAINED = re.compile(
    r"direct cause of the following|During handling of the above|^Caused by:|\[cause\]:|caused by",
    re.MULTILINE | re.IGNORECASE,
)
_APART = re.compile(r"\n[ \t]*\n(?=\S)")


def _errors(text: str) -> list[str]:
    """The errors of a text, where each stands apart with a status of its own; else the text."""
    parts = _APART.split(text)
    told = [read_exception(part).status for part in parts]
    apart = len(parts) > 1 and all(told) and not _CHAINED.search(text)
    return parts if apart and len(set(parts)) == len(parts) else [text]


def _of_error(text: str) -> Iterator[Read]:
    if not is_related(text):
        yield None
        return
    url = _address(text)
    unseen = () if url else ("line",)
    text = _BYTES.sub(r"\g<scheme> '", _LINK.sub("", text))
    text, shown = _printed(text)
    told = read_exception(text)
    if told.named and told.body and _LACKED.search(text):
        told = Told()  # an error that was read as an answer: which status it had is not told
    if told.status is None:
        answer = RawMessage((), json.dumps(shown)) if shown else RawMessage()
        if shown and not RAISED.search(text):  # an answer that was printed, and nothing else
            yield _call(answer, status=200, hidden=(*unseen, "response-status"), url=url)
            return
        yield _call(answer, error=text, hidden=(*unseen, "response-status"), url=url)
        return
    page = _PAGE.search(text) if not told.body and told.status >= _BROKEN else None
    body = page[0] if page else json.dumps(told.body or {"error": {"message": text[:2000]}})
    hidden: tuple[str, ...] = (*unseen, "response-status") if told.named else unseen
    # Without the error's body the text is all there is of it: a part, and no body that came.
    answer = RawMessage((), body, partial=not told.body and page is None)
    yield _call(answer, status=told.status, hidden=hidden, url=url)


_BROKEN = 500
# A whole page, as what stands before an API answers with.
_PAGE = re.compile(
    r"(?:<!doctype html[^>]{0,80}>\s*)?<html\b.{0,4000}?</html>", re.IGNORECASE | re.DOTALL
)
# What LangChain adds to the message of an error, by its status alone.
_LINK = re.compile(r"\s*Troubleshooting URL: https?://\S*?langchain\S*")
_DECODER = json.JSONDecoder()
_MOST_OBJECTS = 40


# What programs raise over an answer that has no `choices`.
_LACKED = re.compile(
    r"(?:undefined (?:array key|index|property)|KeyError|undefined method|cannot read propert)"
    r"[^\n]{0,40}\bchoices\b",
    re.IGNORECASE,
)


def _printed(text: str) -> tuple[str, object]:
    """A text without the requests and the answer that it repeats, whose names are no words of the
    error; and that answer (None where there is none, or several, or the chunk of one).
    """
    answers: list[object] = []
    start = text.find("{")
    for _ in range(_MOST_OBJECTS):
        if start < 0:
            break
        try:
            found, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            start = text.find("{", start + 1)
            continue
        inner = [one for one in found.values() if is_answer(one)] if isinstance(found, dict) else []
        found = inner[0] if len(inner) == 1 and not is_answer(found) else found
        whole = is_answer(found) and "chunk" not in str(found)[:400]
        if whole or is_request(found):
            answers += [found] if whole else []
            text, end = f"{text[:start]}{{}}{text[end:]}", start + 2
        start = text.find("{", end)
    return text, answers[0] if len(answers) == 1 else None


def _address(text: str) -> str:
    """The address that a text says was called, or the path that the server says it was called at;
    empty where it says none, or several.
    """
    found = {match["url"].rstrip(".,:;]") for match in CALLED.finditer(text)}
    found = found or {match["path"] for match in _NO_SUCH.finditer(text)}
    return found.pop() if len(found) == 1 else ""


# How OpenAI's API answers a path that it does not have.
_NO_SUCH = re.compile(
    r"\b(?:Invalid URL \(|Unknown request URL: )(?:POST|GET) (?P<path>/[^\s)\"',]{1,200}?)"
    r"(?=\.?(?:[\s)\"',]|$))"
)


def _stream(data: bytes) -> str:
    """A saved stream. Who copies one leaves the blank line out that ends the last event; where the
    last line is no whole event, it broke off there.
    """
    text = data[:_LONGEST].decode("utf-8", "replace").lstrip()
    last = text.rstrip().rpartition("\n")[2].removeprefix("data:").strip()
    return f"{text.rstrip()}\n\n" if _CLOSED.search(text) or _is_whole(last) else text


def _is_whole(data: str) -> bool:
    if data == "[DONE]":
        return True
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _call(
    response: RawMessage,
    *,
    hidden: tuple[str, ...],
    status: int = 0,
    error: str = "",
    url: str = "",
) -> RawAttempt:
    """The one call that a text is about: of its request at most the address is shown."""
    return RawAttempt(
        entry=0,
        at=None,
        duration_ms=None,
        method="POST",
        url=url,
        request=RawMessage(),
        status=status,
        response=response,
        error=error,
        hidden=hidden,
    )


FORMAT = Format("text", "an exception or error as pasted text", sniff, _splitter, _read)
