"""The hash-chained journal of human decisions: `journal.jsonl`.

Each entry is one canonical JSON line that holds the digest of the line before it, so that a
missing, changed or reordered entry breaks the chain at a place one can name.
"""

from typing import Literal

import msgspec

from tallystick.record.canonical import canonical, digest
from tallystick.record.clause import Aspect

GENESIS = digest(b"tallystick journal 1")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry: who, when (`at`, RFC 3339), about what, and why.

    `answer` is what support says of a statement, `decide` one interpretation of it; `withdraw`
    takes back the one whose line's digest is its value. `confirm` and `waive` are about an item of
    the checklist, whose place is `checklist.KEY`; `sign` is about the review whose digest is its
    value. `cite` says that a passage of a stored source states something, `reject` that it does
    not; `about` is the passage, as `A1:120-180` (a source and a range of its bytes). Of a decision
    it names the statements that it decided among.

    `aspect` of `location`, under the condition `when`, is decided to be `value`. `ticket` and
    `answered` (the date of the answer) make it a support answer, with `text` its exact words.
    """

    previous: str
    at: str
    who: str
    action: Literal["answer", "decide", "withdraw", "confirm", "waive", "sign", "cite", "reject"]
    location: str
    aspect: Aspect
    value: str
    text: str
    when: str = ""
    ticket: str = ""
    answered: str = ""
    about: str | msgspec.UnsetType = msgspec.UNSET  # unset is not written: older lines stay whole


class ChainError(ValueError):
    """The journal does not hold together. `line` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line


def entry_digest(entry: Entry) -> str:
    """The digest of an entry's line, by which a later one names it."""
    return digest(canonical(entry) + b"\n")


def head(data: bytes) -> str:
    """The digest the next entry must name."""
    entries = data.splitlines(keepends=True)
    return digest(entries[-1]) if entries else GENESIS


def append(data: bytes, entry: Entry) -> bytes:
    """The journal with one entry more.

    Raises:
        ChainError: the entry names another predecessor than the journal's last line.
    """
    if entry.previous != head(data):
        line = len(data.splitlines()) + 1
        raise ChainError(line, "the journal has moved since this decision was prepared")
    return data + canonical(entry) + b"\n"


def read(data: bytes) -> tuple[Entry, ...]:
    """The entries, each checked against the one before.

    Raises:
        ChainError: a line that is no canonical entry, or that breaks the chain.
    """
    previous, entries = GENESIS, []
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        entry = _entry(line, number)
        if entry.previous != previous:
            raise ChainError(number, "does not follow from the line before it")
        previous = digest(line)
        entries.append(entry)
    return tuple(entries)


def _entry(line: bytes, number: int) -> Entry:
    try:
        entry = msgspec.json.decode(line, type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ChainError(number, "is not a journal entry") from error
    if canonical(entry) + b"\n" != line:
        raise ChainError(number, "is not in canonical form")
    return entry


def spans(data: bytes) -> tuple[tuple[int, int], ...]:
    """The byte range of every entry, without its newline."""
    ranges, start = [], 0
    for line in data.splitlines(keepends=True):
        ranges.append((start, start + len(line) - 1))
        start += len(line)
    return tuple(ranges)
