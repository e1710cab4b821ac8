"""Calls that a text log tells of by an exception alone: a client that cannot connect logs no line
of HTTP, so that what stands between two calls that were answered is a call of its own.

Only exceptions that clients raise while they send are meant: httpx (`ConnectError` …), the OpenAI
SDKs (`APIConnectionError`, `APITimeoutError`, `APIConnectionTimeoutError`), Requests, aiohttp.
"""

import re
from collections.abc import Iterator

from tallystick.intake.formats import marks
from tallystick.intake.formats.related import is_related, names_another
from tallystick.intake.formats.shown import Shown
from tallystick.intake.formats.times import moment_of_line
from tallystick.protocol.exceptions import read_exception

_SENDING = re.compile(
    r"(?<!litellm\.)(?<!litellm\.exceptions\.)"  # which raises it for whatever else went wrong, too
    r"\b(?:APIConnectionError|APITimeoutError|APIConnectionTimeoutError"
    r"|(?:httpx|httpcore)\.(?:ConnectError|ConnectTimeout|PoolTimeout|ProxyError)"
    r"|(?:requests\.exceptions\.|urllib3\.exceptions\.)"
    r"(?:ConnectionError|ConnectTimeout|ProxyError|SSLError)"
    r"|ClientConnector\w{0,20}Error|ServerTimeoutError)\b"
)

_OF_A_PROXY = 407  # RFC 9110, section 15.5.8


def unsent(call: Shown) -> Iterator[Shown]:
    """The calls that what was printed behind an answer tells of; their lines are no longer its."""
    if not call.is_answered:
        return
    kept: list[str] = []
    for block in _blocks(call.words):
        text = "\n".join(block)
        unanswered = read_exception(text).status in (None, _OF_A_PROXY)
        about = is_related(text) and not names_another(text)
        if unanswered and _SENDING.search(text) and about:
            yield _failed(block, call.url)
        else:
            kept += block
    call.words = kept


def _blocks(words: list[str]) -> list[list[str]]:
    """The lines, in groups that a line with a time begins."""
    blocks: list[list[str]] = []
    for line in words:
        if not blocks or marks.AT.match(line.lstrip("[ ")):
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _failed(block: list[str], url: str) -> Shown:
    """A call without an answer. It counts as one of those around it, whose address it may have had;
    the log does not show which.
    """
    dated = marks.AT.match(block[0].lstrip("[ "))
    call = Shown("POST", url, None if dated is None else moment_of_line(dated[0]))
    call.words, call.has_no_line = block, True
    return call
