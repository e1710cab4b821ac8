"""Canonical bytes and algorithm-tagged digests of values.

Canonical JSON here is what `msgspec` writes with every mapping sorted by key: UTF-8, no
insignificant white space, shortest round-trip numbers. See docs/decisions/0001-values.md.
"""

import hashlib
from collections.abc import Iterable

import msgspec

DIGEST_PREFIX = "sha256:"


def canonical(value: object) -> bytes:
    """The one byte string that stands for `value`."""
    return msgspec.json.encode(value, order="sorted")


def pretty(value: object) -> bytes:
    """Canonical JSON laid out for reading and for line-wise diffs, ending in a newline."""
    return msgspec.json.format(canonical(value), indent=1) + b"\n"


def lines(values: Iterable[object]) -> bytes:
    """Newline-delimited canonical JSON, one value a line."""
    return b"".join(canonical(value) + b"\n" for value in values)


def digest(data: bytes) -> str:
    """`sha256:` and the hexadecimal SHA-256 (FIPS 180-4) of `data`."""
    return DIGEST_PREFIX + hashlib.sha256(data).hexdigest()


def identity(*parts: object) -> str:
    """A short stable identity of some values: 16 hexadecimal digits of their digest."""
    return digest(canonical(parts)).removeprefix(DIGEST_PREFIX)[:16]
