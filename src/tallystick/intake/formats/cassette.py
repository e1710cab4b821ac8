"""VCR.py cassettes, in YAML and in JSON: interactions of a test, recorded.

A cassette has no times but the answer's `Date`, no attempt that failed on the wire, and a stream as
one text. vcrpy 4 writes the answers that httpx got in a shape of its own (`status_code`,
`content`).
"""

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
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_START = b"\n- request:"


def _attempt(one: Interaction, number: int) -> RawAttempt:
    asked, answered = one["request"], one["response"]
    status = answered["status"]["code"] if "status" in answered else answered["status_code"]
    headers = _headers(answered.get("headers"))
    return RawAttempt(
        entry=number,
        at=http_date(dict(headers).get("date", "")),
        duration_ms=None,
        method=_text(asked["method"]),
        url=_text(asked["uri"]),
        request=RawMessage(_headers(asked.get("headers")), _bytes(asked.get("body"))),
        status=int(status),
        response=RawMessage(headers, _bytes(_shown(answered))),
    )


def _shown(answered: Interaction) -> Any:
    body = answered.get("body", answered.get("content"))
    return body.get("string", body.get("base64_string")) if isinstance(body, dict) else body


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
            loaded = yaml.load(text, _LOADER)  # noqa: S506 - it is the safe loader
            (one,) = loaded["interactions"] if isinstance(loaded, dict) else loaded
            yield _attempt(one, number)
        except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
            yield Broken(offset, "an interaction that cannot be read")


def _documents(piece: Piece) -> Iterator[tuple[int, bytes]]:
    """Each interaction as a document of its own: a list of one."""
    data = b"\n" + piece.data
    starts = [match.start() for match in re.finditer(re.escape(_START), data)]
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        text = re.sub(rb"\nversion: \d+\s*$", b"", data[start + 1 : end])
        yield piece.offset + start, text


def _is_yaml(head: bytes) -> bool:
    return re.match(rb"(?:version: \d+\r?\n)?interactions:\s*\n- request:", head) is not None


def _is_json(head: bytes) -> bool:
    start = head.lstrip()[:400]
    return start[:1] == b"{" and re.search(rb'"interactions"\s*:\s*\[', start) is not None


def _rest(data: bytes) -> list[Interaction]:
    return list(msgspec.json.decode(b'{"interactions":[' + data)["interactions"])


_ENTRIES = Entries(
    begins=re.compile(rb'(?<!\\)"interactions"\s*:\s*\['),
    between=re.compile(rb'\}\s*,\s*(?=\{\s*"(?:request|response|recorded_at)"\s*:)'),
    one=msgspec.json.Decoder(Interaction).decode,
    many=msgspec.json.Decoder(list[Interaction]).decode,
    rest=_rest,
    attempt=_attempt,
)
JSON = Format("vcr-json", "VCR.py cassettes in JSON", _is_json, _ENTRIES.splitter, _ENTRIES.read)
YAML = Format(
    "vcr-yaml",
    "VCR.py cassettes in YAML",
    _is_yaml,
    lambda: Cutter(lambda data: data.rfind(_START) + 1),
    _read_yaml,
)
