"""An HTTP answer with its head, as `curl -i` prints it, alone or behind its command."""

import json
import re
import shlex
from collections.abc import Iterator
from itertools import zip_longest

from tallystick.intake.formats.base import Cutter, Format, Piece, Read
from tallystick.intake.formats.transfers import Transfer

_HEAD_SHOWN = re.compile(r"(?m)^HTTP/[\d.]+ \d{3}\b[^\n]*$")
COMMAND = re.compile(
    r"(?m)^[^\n]{0,80}?(?:[$#%>] |^)curl (?P<words>(?:[^\n\\]|\\.|\\\r?\n)*)", re.DOTALL
)
_BODY_OPTIONS = ("-d", "--data", "--data-raw", "--data-binary", "--json")


# A field whose whole value is a variable of the shell.
_OPEN = re.compile(r"[\w-]+:\s*\$\{?\w+\}?\s*$")


def _included(text: str) -> Transfer:
    """What `curl -i` prints: the heads as they came, a blank line, the body."""
    call = Transfer()
    shown = list(_HEAD_SHOWN.finditer(text))[-1]
    commanded(call, text[: shown.start()])
    head, _, body = text[shown.start() :].replace("\r\n", "\n").partition("\n\n")
    for line in head.split("\n"):
        call.get(line)
    call.lines = _of_answer(body).split("\n")
    call.begun = True
    return call


_PROMPT = re.compile(r"\s*\n[^\n]{0,60}[$#%>] \S")


def _of_answer(body: str) -> str:
    """A body without the commands that a shell was given after it."""
    try:
        end = json.JSONDecoder().raw_decode(body.lstrip())[1] + len(body) - len(body.lstrip())
    except ValueError:
        return body
    return body[:end] if _PROMPT.match(body, end) else body


def commanded(call: Transfer, text: str) -> None:
    """What the command that was pasted too says of the request."""
    found = COMMAND.search(text)
    try:
        words = shlex.split(found["words"].replace("\\\r\n", " ")) if found else []
    except ValueError:
        return
    for word, value in zip_longest(words, words[1:], fillvalue=""):
        if word in ("-H", "--header"):
            _field(call, value)
        elif word in _BODY_OPTIONS and value[:1] != "@":
            call.asked = [value]
        elif word in ("-X", "--request"):
            call.method = value
        elif re.match(r"https?://", word):
            call.tls = word.startswith("https")
            host, slash, path = word.partition("://")[2].partition("/")
            call.sent.append(("host", host))
            call.path = f"{slash}{path}"
    if call.asked and not call.method:
        call.method = "POST"


def _field(call: Transfer, text: str) -> None:
    """Take a field of the head; of one that is a variable nobody knows what was sent."""
    if _OPEN.match(text):
        call.is_open = True
    else:
        call.send(text)


def _is_included(text: str) -> bool:
    """Whether a text is what `curl -i` prints, alone or behind its command."""
    shown = _HEAD_SHOWN.search(text)
    before = text[: shown.start()].strip() if shown else "x"
    return not before or COMMAND.fullmatch(before) is not None


_NEXT = re.compile(r"\n(?=[^\n]{0,80}[$#%>] curl |curl )")


def _read(piece: Piece) -> Iterator[Read]:
    shown = [one for one in _NEXT.split(piece.data.decode("utf-8", "replace")) if one.strip()]
    for number, one in enumerate(shown):
        if _HEAD_SHOWN.search(one):
            yield _included(one).attempt(number)


FORMAT = Format(
    "http",
    "an HTTP answer with its head, as curl -i prints it",
    lambda head: _is_included(head.decode("utf-8", "replace")),
    lambda: Cutter(lambda _: 0),
    _read,
)
