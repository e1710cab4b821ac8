"""The sanitizer: raw JSON, text and keys in, what a record may hold out.

Default-deny: `record.policy` names what stays; everything else becomes its kind and length. The
ordinals that make repeats visible come from a table of keyed digests of this run (BLAKE2b,
RFC 7693), whose key is never written.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Hashable
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from tallystick.intake.compiled import MAX_REMEMBERED, Place, json_text
from tallystick.intake.phrases import in_english
from tallystick.record import texts, vocabulary
from tallystick.record.exchange import LedgerEntry
from tallystick.record.placeholder import Placeholder, parse
from tallystick.record.policy import ERROR, Rule

Hole = int | float | str
_OPEN = re.compile(r"‹([a-z]+)(?::(0|[1-9]\d{0,6}))?(?:#([1-9]\d{0,6}))?›", re.ASCII)


class _Said(NamedTuple):
    """A text with holes that was made before, what fills it, and what making it noted."""

    shape: str
    holes: tuple[Hole, ...]
    noted: tuple[tuple[tuple[str, str], int], ...]


class Masker:
    """Masks values, numbers distinct ones, and keeps the ledger of one capture.

    `key` is the secret of this run: with the same one, equal values have equal digests in every
    part of it. `calls_key` is that of the digests by which other captures know a call; without it
    there are none. `holes` takes what varies; `freeze` empties it after every attempt.
    """

    def __init__(self, key: bytes = b"", calls_key: bytes = b"") -> None:
        self._key, self.calls_key = key, calls_key
        self.holes: list[Hole] = []
        self._ordinals: dict[bytes, int] = {}
        self._places: list[Place] = []
        self._roots: dict[tuple[int, str, bool], Place] = {}
        self._said: dict[Hashable, _Said] = {}
        self._fixed: dict[Hashable, _Said] = {}
        self._noted: Counter[tuple[str, str]] = Counter()
        self._named: dict[tuple[str, str], Any] = {}
        self.headers: dict[tuple[str, ...], list[Any]] = {}

    def begin(self) -> None:
        """Forget the ordinals and the ledger, and keep what is compiled: for another part."""
        self.holes.clear()
        self._ordinals.clear()
        self._said.clear()
        self._noted.clear()
        for place in self._places:
            place.masked.clear()
        for named in self._named.values():
            named.gone = 0

    def digests(self) -> list[bytes]:
        """The keyed digests of all numbered values, the first one's first."""
        return list(self._ordinals)

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """How many values were masked, by place and rule."""
        total = Counter(self._noted)
        for place in self._places:
            for why, count in place.masked.items():
                total[place.name, why] += count
        for named in self._named.values():
            total[named.place, "header value"] += named.gone
        total += Counter()  # without what was met and not masked
        return tuple(sorted(LedgerEntry(*key, count) for key, count in total.items()))

    def ordinal(self, value: str | bytes, kind: str = "") -> int:
        """The number of a distinct value of its kind within this intake, from 1."""
        raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        found = blake2b(raw, digest_size=16, key=self._key, person=kind.encode()).digest()
        return self._ordinals.setdefault(found, len(self._ordinals) + 1)

    def note(self, place: str, rule: str) -> None:
        """Enter one masked value in the ledger."""
        self._noted[place, rule] += 1

    def place(self, rule: Rule, name: str, bare: bool) -> Place:
        """The compiled place of a rule; the same one for the same name."""
        key = (id(rule), name, bare)
        known = self._roots.get(key)
        if known is None:
            known = self._roots[key] = Place(self, rule, name, bare)
            self._places.append(known)
        return known

    def named(self, name: str, side: str, make: Callable[[str, str], Any]) -> Any:
        """What a header name is on one side; one of unknown names is not remembered."""
        known = self._named.get((name, side))
        if known is None:
            known = make(name, side)
            if len(self._named) < MAX_REMEMBERED:
                self._named[name, side] = known
        return known

    def shape(self, tree: object, rule: Rule, place: str, *, bare: bool = False) -> str:
        """A decoded body as JSON text with holes; what fills them is appended to `holes`."""
        return self.place(rule, place, bare).text(tree)

    def json(self, tree: object, rule: Rule, place: str) -> object:
        """A decoded body as a record may hold it."""
        before = len(self.holes)
        shape = self.shape(tree, rule, place)
        filled = shape % tuple(self.holes[before:])
        del self.holes[before:]
        return msgspec.json.decode(filled)

    def held_again(self, text: str, bare: bool) -> str:
        """The JSON text of a placeholder that came in: numbered anew, so that none is forged."""
        shape, holes = open_holes(self.renumbered(text), bare)
        self.holes += holes
        return f'"{shape}"'

    def renumbered(self, text: str) -> str:
        """A text whose placeholders came in: their ordinals are of this intake, not of another."""
        return _OPEN.sub(self._renumber, text) if "‹" in text else text

    def _renumber(self, match: re.Match[str]) -> str:
        masked = parse(match[0])
        if masked is None or masked.ordinal is None:
            return match[0]
        return str(masked._replace(ordinal=self.ordinal(match[0], masked.kind)))

    def is_json(self, text: str) -> bool:
        """Whether a text is JSON itself, as the arguments of a tool call are."""
        return decoded(text) is not text

    def remembered(self, key: Hashable, make: Callable[[], str], bare: bool = False) -> str:
        """A JSON text whose placeholders' numbers are left open; the same one for the same key.

        What making it noted in the ledger is noted again.
        """
        known = self._said.get(key) or self._fixed.get(key)
        if known is None:
            before, self._noted = self._noted, Counter()
            shape, holes = open_holes(make().replace("%", "%%"), bare)
            notes, self._noted = self._noted, before
            known = _Said(shape, holes, tuple(notes.items()))
            # What has no ordinal is the same in every part.
            held_by = self._said if "#%s" in shape else self._fixed
            if len(held_by) < MAX_REMEMBERED:
                held_by[key] = known
        for entry, count in known.noted:
            self._noted[entry] += count
        self.holes += known.holes
        return known.shape

    def speech(self, text: str, place: str, bare: bool = False) -> str:
        """The JSON text, with holes, of an error's words."""

        def said() -> str:
            return json_text(self.words(text, place))

        if len(text) <= texts.MAX_TEXT and not text.startswith(("{", "[")):
            return self.remembered((text, place, bare), said, bare)
        shape, holes = open_holes(said().replace("%", "%%"), bare)
        self.holes += holes
        return shape

    def _nested(self, tree: object, place: str) -> str:
        return json.dumps(self.json(tree, ERROR, place), ensure_ascii=False)

    def words(self, text: str, place: str) -> str:
        """The text of an error as a record may hold it."""
        text = in_english(text)
        nested = texts.nested_json(text)
        head = self.renumbered(text[: nested[0]] if nested else text)
        text = f"{head}{self._nested(nested[1], place)}" if nested else head
        stretches = texts.unheld_stretches(text)
        shown = _without(text, stretches)
        if len(shown) > texts.MAX_TEXT and len(text) <= texts.MAX_TEXT:
            # Placeholders are longer than what they stand for: the end goes, not the whole.
            self.note(place, "text too long")
            return self.words(text[: len(text) * 3 // 4], place)
        for _, _, why in stretches:
            self.note(place, why)
        if texts.unheld_stretches(shown):
            # Placeholders stand where they change how the rest reads.
            self.note(place, "whole text")
            return str(Placeholder("text", len(text)))
        return shown


def _without(text: str, stretches: list[texts.Stretch]) -> str:
    """A text with placeholders in place of some of its stretches."""
    out, here = [], 0
    for start, end, _ in stretches:
        out += [text[here:start], str(Placeholder("text", end - start))]
        here = end
    return "".join([*out, text[here:]])


def open_holes(shown: str, bare: bool = False) -> tuple[str, tuple[Hole, ...]]:
    """A text with its placeholders' numbers left open, and those numbers; a bare one has none."""
    holes: list[Hole] = []

    def opened(match: re.Match[str]) -> str:
        if bare:
            return f"‹{match[1]}›"
        found = [(mark, match[n]) for mark, n in ((":", 2), ("#", 3)) if match[n]]
        # A length of 0 is judged: a credential that is empty differs from one that is not.
        holes.extend(int(number) for _, number in found if number != "0")
        marks = "".join(f"{mark}{'%s' if number != '0' else 0}" for mark, number in found)
        return f"‹{match[1]}{marks}›"

    return _OPEN.sub(opened, shown), tuple(holes)


def decoded(text: str | bytes) -> object:
    """The value that a text is the JSON of; the text itself when it is none."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _lenient(text)


def _lenient(text: str | bytes) -> object:
    """What Python's own decoder takes and msgspec does not: lone surrogates, NaN, huge integers."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


@lru_cache(maxsize=1024)
def known_signatures(*texts: str) -> tuple[str, ...]:
    """The gateway words that occur in some texts, sorted."""
    found = {
        word
        for text in texts
        for word in re.findall(r"[a-z][a-z-]+", text.lower())
        if word in vocabulary.GATEWAY_WORDS
    }
    return tuple(sorted(found))
