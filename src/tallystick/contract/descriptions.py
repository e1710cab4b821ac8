"""What the descriptions of a specification say of the members that they stand at (OpenAPI 3.1.0,
Schema Object: `description`, CommonMark text): candidates, as all sentences are.
"""

import re
from array import array
from collections.abc import Iterator

import msgspec

from tallystick.contract.draft import Draft
from tallystick.contract.reading.described import described
from tallystick.contract.reading.passages import Title, sentences_in
from tallystick.contract.reading.prose import candidates
from tallystick.contract.reading.topics import is_elsewhere
from tallystick.contract.spanned import Spanned
from tallystick.documents import Text
from tallystick.record.case import Operation

# How many marks of the notation may stand between two characters of a scalar: an escape, or the
# end of a line with its indent.
_APART = 80
_CODE = re.compile(r"`+([^`]+)`+")
# What makes a sentence say more of a member than what it is.
_TELLING = re.compile(
    r"\b(?:must|may|might|can(?:not)?|only|never|always|not|no|null|empty|absent|missing|omitted|unless"
    r"|except|ignor\w+|refus\w+|reject\w+|fails?|deprecated|guarantee\w*|instead|exactly)\b|n't\b",
    re.IGNORECASE,
)
# What a status' description may say; of members it says what its envelope is.
_OF_STATUS = ("retry.", "limit.", "billing.", "account.")
_AGAIN = "says it of the member that it describes"


class Stored(msgspec.Struct, frozen=True):
    """The bytes of a specification, which begin at `offset` of its source."""

    data: bytes
    offset: int

    def text_of(self, node: Spanned) -> Text:
        """The words of a scalar, each at its bytes; where they cannot be told, at all of them."""
        places = self.places_of(node)
        return _plain(str(node.scalar), [a for a, _ in places], [b for _, b in places])

    def places_of(self, node: Spanned) -> list[tuple[int, int]]:
        """Where each character of a scalar stands; where that cannot be told, at all of it."""
        words = str(node.scalar)
        raw = self.data[node.start - self.offset : node.end - self.offset].decode("utf-8", "ignore")
        found = _aligned(words, raw)
        if found is None:
            return [(node.start, node.end)] * len(words)
        at, here = [], node.start
        for char in raw:
            at.append(here)
            here += len(char.encode())
        at.append(here)
        return [(at[i], at[i + 1]) for i in found]


def _aligned(words: str, raw: str) -> list[int] | None:
    """Where each character of a scalar stands in what it is written as; None where one is not
    found there.
    """
    found, here = [], 0
    for char in words:
        if char.isspace():
            found.append(max(0, here - 1))
            continue
        at = raw.find(char, here, here + _APART)
        if at < 0:
            return None
        found.append(at)
        here = at + 1
    return found


def _plain(words: str, starts: list[int], ends: list[int]) -> Text:
    """Words without the marks of code, and with one space for every gap."""
    kept: list[int] = []
    codes: list[tuple[int, int]] = []
    inside = [(m.start(1), m.end(1)) for m in _CODE.finditer(words)]
    marks = {i for m in _CODE.finditer(words) for i in (*range(m.start(), m.start(1)),
                                                        *range(m.end(1), m.end()))}  # fmt: skip
    place: dict[int, int] = {}
    for i, char in enumerate(words):
        place[i] = len(kept)
        gap = char.isspace() and (not kept or words[kept[-1]].isspace())
        if i not in marks and not gap:
            kept.append(i)
    codes = [(place[a], place.get(b, len(kept))) for a, b in inside]
    plain = "".join(" " if words[i].isspace() else words[i] for i in kept)
    at = array("I", (starts[i] for i in kept)), array("I", (ends[i] for i in kept))
    return Text(plain, *at, tuple(codes)).stripped()


def told_of_operation(
    holder: Spanned | None, operation: Operation, stored: Stored
) -> Iterator[Draft]:
    """What the description of the operation, or of the whole interface, says of it: a sentence
    about another operation is left out.
    """
    node = holder.get("description") if holder is not None else None
    if node is not None and isinstance(node.scalar, str) and node.scalar.strip():
        told = (one for one in sentences_in(stored.text_of(node)) if one.plain)
        yield from candidates([one for one in told if not is_elsewhere(one.plain, operation)])


def told_of_status(node: Spanned, status: str, stored: Stored) -> Iterator[Draft]:
    """What the description of an answer with an error's status says, under that status."""
    if isinstance(node.scalar, str):
        titles = (Title(status, node.start, node.end),)
        sentences = [one for one in sentences_in(stored.text_of(node), titles) if one.plain]
        yield from (one for one in candidates(sentences) if one.location.startswith(_OF_STATUS))


def told(schema: Spanned, location: str, stored: Stored) -> Iterator[Draft]:
    """What a member's description says of it."""
    node = schema.get("description")
    if node is None or not isinstance(node.scalar, str) or not node.scalar.strip():
        return
    text = stored.text_of(node)
    sentences = [one for one in sentences_in(text) if one.plain]
    for draft in (*described(location, text), *candidates(sentences)):
        yield msgspec.structs.replace(draft, form="candidate", why=draft.why or _AGAIN)
    for sentence in sentences:
        if _TELLING.search(sentence.plain):
            start, end = sentence.text.span()
            yield Draft(location, "meaning", sentence.plain, start, end, "", "candidate", _AGAIN)
