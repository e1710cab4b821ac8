"""The console log of relays of the one-api family (one-api, new-api): Gin's line of a call, and
what the relay wrote of it under the same id.

A line shows an address, a status and a time, and an error where the relay told of one; nothing of
headers or bodies.
"""

import json
import re
from collections.abc import Iterator

from tallystick.intake.formats.base import Cutter, Format, Piece, Read
from tallystick.intake.raw import RawAttempt, RawMessage

_LINE = re.compile(
    r"\[(?P<kind>GIN|INFO|ERR|ERROR|WARN|SYS)\] (?P<at>\d{4}/\d\d/\d\d - \d\d:\d\d:\d\d)"
    r" \| (?P<said>.*)$"
)
_CALL = re.compile(
    r"(?:(?P<id>\S+) +\| +)?(?P<status>\d{3}) +\| +(?P<took>[\d.]+)(?P<unit>µs|us|ms|s)"
    r" +\| +\S+ +\| +(?P<method>[A-Z]{3,7}) +\"?(?P<path>/[^\s\"]*)"
)
_NAMED = re.compile(r"(?P<id>[\w-]{8,60}) \| (?P<said>.*)$")
_FAILED = re.compile(
    r"status_code=(?P<status>[45]\d\d), (?:code=(?P<code>\w+), )?(?P<message>.{1,2000})"
)
# Their own words of a call that they did not send on (new-api; one-api, `abortWithMessage`).
_RELAY = re.compile(r"(?:relay error:|\[abortWithMessage\]) (?P<message>.{1,2000})")
_MODEL = re.compile(r"\bmodel=(?P<model>[\w./:-]{2,80})")
_FAILED_AT = 400
# What a relay could not do for itself: no word of the answer.
_OF_ITSELF = re.compile(
    r"\bfailed to (?:record|log|update|insert|save)\b|\b(?:database|sql|redis|cache)\b",
    re.IGNORECASE,
)
_UNIT = {"µs": 1e-3, "us": 1e-3, "ms": 1.0, "s": 1e3}


def _calls(text: str) -> Iterator[RawAttempt]:
    told: dict[str, str] = {}
    wrong: dict[str, str] = {}
    number = 0
    for line in text.splitlines():
        found = _LINE.search(line)
        call = _CALL.match(found["said"]) if found and found["kind"] == "GIN" else None
        named = _NAMED.match(found["said"]) if found and call is None else None
        if named:
            told[named["id"]] = f"{told.get(named['id'], '')}\n{named['said']}"
            failed = found is not None and found["kind"] in ("ERR", "ERROR")
            if failed and not _OF_ITSELF.search(named["said"]):
                wrong[named["id"]] = named["said"]
        elif found and call:
            name = call["id"] or ""
            yield _attempt(call, found["at"], told.pop(name, ""), number, wrong.pop(name, ""))
            number += 1


def _attempt(call: re.Match[str], at: str, words: str, number: int, wrong: str) -> RawAttempt:
    """One call, with what the relay wrote of it before; `wrong` is what it wrote as an error."""
    model, failed = _MODEL.search(words), _FAILED.search(words)
    asked = json.dumps({"model": model["model"]}) if model else None
    body = None
    if failed and failed["status"] == call["status"]:
        error = {"message": failed["message"]} | (
            {"code": failed["code"]} if failed["code"] else {}
        )
        body = json.dumps({"error": error})
    elif failed is None and (said := _RELAY.search(words)) is not None:
        body = json.dumps({"error": {"message": said["message"]}})
    elif failed is None and wrong and int(call["status"]) >= _FAILED_AT:
        body = json.dumps({"error": {"message": wrong}})
    return RawAttempt(
        entry=number,
        at=f"{at.replace('/', '-').replace(' - ', 'T')}+00:00",
        duration_ms=round(float(call["took"]) * _UNIT[call["unit"]], 3),
        method=call["method"],
        url=call["path"],
        request=RawMessage((), asked, "application/json", partial=True),
        status=int(call["status"]),
        response=RawMessage((), body, partial=True),
        stream_shown=False,
        hidden=("headers", "response-headers"),
        ids=(call["id"],) if call["id"] else (),
    )


def sniff(head: bytes) -> bool:
    """Whether a text has Gin's line of a call."""
    return b"[GIN] " in head and any(_calls(head.decode("utf-8", "replace")))


def _read(piece: Piece) -> Iterator[Read]:
    yield from _calls(piece.data.decode("utf-8", "replace"))


FORMAT = Format(
    "relay",
    "console logs of relays of the one-api family (Gin's lines)",
    sniff,
    lambda: Cutter(lambda _: 0),
    _read,
)
