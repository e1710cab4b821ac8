"""Stubs that WireMock's recorder keeps (WireMock, record and playback, stub mappings): what was
asked, as far as the stub compares it, and what was answered.
"""

import base64
import re
from collections.abc import Iterator
from typing import Any

from tallystick.intake.formats.dates import http_date
from tallystick.intake.formats.lines import Line, first_object, of_lines
from tallystick.intake.formats.mapping import at, parsed
from tallystick.intake.formats.own import OWN

# Where a stub says which address it answers, the most exact first.
_ADDRESSES = ("url", "urlPath")
_EQUAL = "equalToJson"


def _calls(document: Line) -> Iterator[Line]:
    """The calls of a list of stubs, or of one."""
    several = document.get("mappings")
    for one in several if isinstance(several, list) else [document]:
        yield _call(one) if isinstance(one, dict) else {}


def _call(stub: Line) -> Line:
    asked, answered = stub["request"], stub["response"]
    headers = answered.get("headers") or {}
    return {
        "url": next((asked[name] for name in _ADDRESSES if asked.get(name)), None),
        "method": asked.get("method"),
        "request_body": _body(asked.get("bodyPatterns")),
        "status": answered.get("status"),
        "response_headers": headers,
        "response_body": _answer(answered),
        "at": http_date(str(headers.get("Date", ""))),
    }


def _body(patterns: Any) -> Any:
    """The body that a stub compares with; None where it compares with none as a whole."""
    told = [one[_EQUAL] for one in patterns or () if isinstance(one, dict) and _EQUAL in one]
    return parsed(told[0]) if len(told) == 1 else None


def _answer(answered: Line) -> Any:
    if "jsonBody" in answered:
        return answered["jsonBody"]
    held = answered.get("base64Body")
    return base64.b64decode(held).decode("utf-8", "replace") if held else answered.get("body")


_LIST = re.compile(rb'\s*\{\s*"mappings"\s*:\s*\[\s*\{')


def _sniff(head: bytes) -> bool:
    if _LIST.match(head):
        return b'"request"' in head and b'"response"' in head
    first = first_object(head)
    address = any(at(first, (f"request.{name}",)) for name in _ADDRESSES)
    is_stub = "uuid" in first or "persistent" in first
    return is_stub and address and at(first, ("response.status",)) is not None


FORMAT = of_lines("wiremock", "stubs of WireMock's recorder", _sniff, OWN, _calls)
