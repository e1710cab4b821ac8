"""Text logs in which the messages of HTTP calls can be found: what an HTTP client logs of the wire,
what a proxy prints, and what applications write around a call.

Known by their marks: a method and an address, an arrow or a version before a status, lines of a
head, JSON that reads as a request or an answer, lines of an event stream. Shapes: httpx and the
OpenAI SDK for Python (`OPENAI_LOG=debug`), Apache HttpClient's wire log, mitmproxy's console.
"""

import re
from collections.abc import Iterator

from tallystick.intake.formats import marks
from tallystick.intake.formats.access import is_nothing_else
from tallystick.intake.formats.base import Cutter, Format, Piece, Read
from tallystick.intake.formats.related import is_related
from tallystick.intake.formats.shown import Shown
from tallystick.intake.formats.transcriptreader import Reader
from tallystick.intake.formats.unsent import unsent

_OPERATION = "/chat/completions"
_LOOKED_AT = 400
_ENOUGH = 2


def _calls(text: str) -> list[Shown]:
    reader = Reader()
    for line in text.splitlines():
        reader.take(line)
    if any(call.is_torn for call in reader.calls) or all(call.nth < 2 for call in reader.calls):
        for call in reader.calls:
            call.nth = 0  # nothing tells which call was sent again, or that any was
    over = [call for call in reader.calls if call.is_answered or call.raised]
    if len(over) == 1:
        return over
    return [one for call in over for one in (call, *unsent(call))]


def sniff(head: bytes) -> bool:
    """Whether a text shows the messages of a call, or the statuses of several."""
    text = head.decode("utf-8", "replace")
    if re.match(rf"[\ufeff\s]*(?:{{|<(?!-)|{marks.JSON_BEGINS})", text) or "\0" in text:
        return False
    if is_nothing_else(text):
        return False
    calls = _calls("\n".join(text.splitlines()[:_LOOKED_AT]))
    named = [call for call in calls if _OPERATION in call.url]
    whole = any(
        (call.is_shown and (call.status or call.asked is not None or call.is_command))
        or (call.status and call.asked is not None)
        for call in named
    )
    told = sum(bool(call.status) for call in named)
    failed = [call for call in named if call.at and call.ended and is_related(call.raised)]
    # Lines of a client's own are enough, where no exception about a call tells more.
    if len(failed) >= _ENOUGH:
        return True
    return whole or told >= _ENOUGH or bool(told and marks.LOGGED.search(text) and _is_calm(text))


def _is_calm(text: str) -> bool:
    """Whether nothing that a text says was raised is about a call."""
    return not marks.RAISED.search(text) or not is_related(text)


def _read(piece: Piece) -> Iterator[Read]:
    text = piece.data.decode("utf-8", "replace")
    calls = _calls(text)
    # What was raised is about the one call of a log; of several tests or workers, nobody knows.
    alone = len(calls) == 1 and text.count("FAILED ") <= 1 and "PASSED" not in text
    alone = alone and (calls[0].is_shown or is_related(text))
    for number, call in enumerate(calls):
        yield call.attempt(number, alone=alone)


FORMAT = Format(
    "transcript",
    "text logs that show HTTP calls (httpx, SDKs, wire logs, mitmproxy's console)",
    sniff,
    lambda: Cutter(lambda _: 0),
    _read,
)
