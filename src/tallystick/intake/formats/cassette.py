"""Cassettes of VCR.py and of Ruby's VCR, in YAML and in JSON: interactions of a test, recorded.

A cassette has no times but the answer's `Date` (and Ruby's `recorded_at`), no attempt that failed
on the wire, and a stream as one text. vcrpy 4 writes the answers that httpx got in a shape of its
own (`status_code`, `content`); Ruby's bodies are a text beside the name of its encoding, or base64.
"""

import base64
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from tallystick.intake.formats.arrays import Entries
from tallystick.intake.formats.base import Broken, Cutter, Format, Piece, Read
from tallystick.intake.formats.dates import http_date
from tallystick.intake.raw import RawAttempt, RawMessage

Interaction = dict[str, Any]
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """The safe loader, with the tag that Ruby's Psych writes for bytes."""


_Loader.add_constructor("!binary", yaml.SafeLoader.construct_yaml_binary)

# What stands around the list of interactions, and where its first item is indented to.
_BEGIN = re.compile(
    rb"\A(?:---\s*\n|#[^\n]*\n|(?:version|recorded_with|encoding):[^\n]*\n)*"
    rb"(?:http_)?interactions:[ \t]*\r?\n(?P<indent> *)- "
)
_END = re.compile(rb"\n(?:version|recorded_with): [^\n]*\s*\Z")


def _attempt(one: Interaction, number: int) -> RawAttempt:
    asked, answered = one["request"], one["response"]
    status = _status(answered)
    headers = _headers(answered.get("headers"))
    return RawAttempt(
        entry=number,
        at=http_date(dict(headers).get("date", "")) or http_date(str(one.get("recorded_at", ""))),
        duration_ms=None,
        method=_text(asked["method"]).upper(),
        url=_text(asked["uri"] if "uri" in asked else asked["url"]),
        request=RawMessage(_headers(asked.get("headers")), _bytes(_inner(asked.get("body")))),
        status=int(status),
        response=RawMessage(headers, _bytes(_shown(answered))),
    )


def _status(answered: Interaction) -> Any:
    """The status: VCR has an object, vcrpy 4 a number, go-vcr a line and its number beside it."""
    if "code" in answered:
        return answered["code"]
    return answered["status"]["code"] if "status" in answered else answered["status_code"]


def _shown(answered: Interaction) -> Any:
    return _inner(answered.get("body", answered.get("content")))


def _inner(body: Any) -> Any:
    """A body without the object that says how it is written."""
    if not isinstance(body, dict):
        return body
    if "base64_string" in body:
        return base64.b64decode(_text(body["base64_string"]), validate=False)
    return body.get("string")


def _bytes(body: Any) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    return _text(body).encode("utf-8", "surrogatepass")


def _text(value: Any) -> str:
    """A text, and no structure: one that refers to itself many times over would never end."""
    if not isinstance(value, str):
        raise TypeError
    return value


def _headers(named: Any) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.lower(), value.decode() if isinstance(value, bytes) else _text(value))
        for name, values in (named or {}).items()
        for value in (values if isinstance(values, list) else [values])
    )


def _read_yaml(piece: Piece) -> Iterator[Read]:
    for number, (offset, text) in enumerate(_documents(piece)):
        try:
            (one,) = yaml.load(text, _Loader)  # noqa: S506 - it is a safe loader
            yield _attempt(one, number)
        except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
            yield Broken(offset, "an interaction that cannot be read")


def _documents(piece: Piece) -> Iterator[tuple[int, bytes]]:
    """Each interaction as a document of its own: a list of one."""
    begun = _BEGIN.match(piece.data)
    indent = begun["indent"] if begun else re.match(rb" *", piece.data)[0]  # type: ignore[index]
    data = b"\n" + piece.data
    first = begun.start("indent") if begun else 0
    starts = [match.start() for match in _items(indent).finditer(data, first)]
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        yield piece.offset + start, _END.sub(b"", data[start + 1 : end])


def _items(indent: bytes) -> re.Pattern[bytes]:
    """Where interactions begin. What stands in one is indented further: block scalars by YAML
    1.2.2 (section 8.1), quoted texts by what writes them.
    """
    return re.compile(rb"\n" + indent + rb"- ")


class _Boundary:
    """Where to cut: before the last interaction that has begun."""

    def __init__(self) -> None:
        self._indent: bytes | None = None

    def __call__(self, data: bytes) -> int:
        if self._indent is None:
            begun = _BEGIN.match(data)
            self._indent = begun["indent"] if begun else b""
        found = data.rfind(b"\n" + self._indent + b"- ")
        begun = _BEGIN.match(data)
        return 0 if begun and found < begun.end() else found + 1


def _is_yaml(head: bytes) -> bool:
    return _BEGIN.match(head.replace(b"\r\n", b"\n")) is not None


def _is_json(head: bytes) -> bool:
    start = head.lstrip()[:400]
    return start[:1] == b"{" and re.search(rb'"(?:http_)?interactions"\s*:\s*\[', start) is not None


def _rest(data: bytes) -> list[Interaction]:
    return list(msgspec.json.decode(b'{"interactions":[' + data)["interactions"])


_ENTRIES = Entries(
    begins=re.compile(rb'(?<!\\)"(?:http_)?interactions"\s*:\s*\['),
    between=re.compile(rb'\}\s*,\s*(?=\{\s*"(?:request|response|recorded_at)"\s*:)'),
    one=msgspec.json.Decoder(Interaction).decode,
    many=msgspec.json.Decoder(list[Interaction]).decode,
    rest=_rest,
    attempt=_attempt,
)
JSON = Format("vcr-json", "VCR cassettes in JSON", _is_json, _ENTRIES.splitter, _ENTRIES.read)
YAML = Format(
    "vcr-yaml",
    "VCR cassettes in YAML",
    _is_yaml,
    lambda: Cutter(_Boundary()),
    _read_yaml,
)
