"""A pack: facts seen of a provider's public pages, each with its address, and the pages' registry.

A pack saves reading time and never certifies: its clauses are stale, whatever the date.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec

from tallystick.contract.draft import Draft
from tallystick.contract.spanned import DocumentError
from tallystick.record.clause import Aspect

_BLOCK = re.compile(r"^\[\[facts\]\]\n(?:(?!\[\[).*\n?)*", re.MULTILINE)
_Address = Annotated[str, msgspec.Meta(pattern=r"\Ahttps://[^\s@|]+\Z")]


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An official page and why it is read."""

    url: _Address
    title: str
    purpose: str


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One statement and the page on which it was seen; `grade` is that page's."""

    location: str
    aspect: Aspect
    value: str
    url: _Address
    grade: str
    when: str = ""


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `compiled` is the day on which the facts were collected."""

    version: int
    name: str
    compiled: str
    pages: tuple[Page, ...] = ()
    facts: tuple[Fact, ...] = ()


def read_pack(text: str) -> Pack:
    """The pack in a text. Raises DocumentError when it is none."""
    try:
        return msgspec.convert(tomllib.loads(text), type=Pack)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise DocumentError(f"is no pack: {error}") from None


def facts_at(pack: Pack, locations: Iterable[str]) -> tuple[Fact, ...]:
    """The facts of a pack at some locations."""
    wanted = set(locations)
    return tuple(fact for fact in pack.facts if fact.location in wanted)


def pack_drafts(text: str) -> Iterator[Draft]:
    """The facts of a pack, each on the bytes of its table."""
    read_pack(text)
    for block in _BLOCK.finditer(text):
        fact = msgspec.convert(tomllib.loads(block[0])["facts"][0], type=Fact)
        start = len(text[: block.start()].encode())
        end = start + len(block[0].rstrip().encode())
        yield Draft(fact.location, fact.aspect, fact.value, start, end, fact.when)
