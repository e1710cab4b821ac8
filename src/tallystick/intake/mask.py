"""The sanitizer: raw JSON, text, headers and URLs in, what a record may hold out.

Default-deny: `record.policy` names what stays; everything else becomes its kind and length. The
ordinals that make repeats visible come from a table of this run, which is never written.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec

from tallystick.record import held, vocabulary
from tallystick.record.exchange import LedgerEntry
from tallystick.record.placeholder import Placeholder, parse
from tallystick.record.policy import DENY, ERROR, Form, Rule

MAX_DEPTH = 40


class Masker:
    """Masks values, numbers distinct ones, and keeps the ledger of one capture."""

    def __init__(self) -> None:
        self._ordinals: dict[object, int] = {}
        self._count: Counter[tuple[str, str]] = Counter()
        self._bare = False

    @contextmanager
    def bare(self) -> Iterator[None]:
        """Within it, placeholders have neither length nor ordinal: for the pieces of a stream.

        The lengths of a stream's pieces, and which of them are equal, give its text away.
        """
        self._bare = True
        try:
            yield
        finally:
            self._bare = False

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """How many values were masked, by place and rule."""
        return tuple(sorted(LedgerEntry(*key, count) for key, count in self._count.items()))

    def ordinal(self, value: object) -> int:
        """The number of a distinct value within this intake, from 1."""
        return self._ordinals.setdefault(value, len(self._ordinals) + 1)

    def note(self, place: str, rule: str) -> None:
        """Enter one masked value in the ledger."""
        self._count[place, rule] += 1

    def json(self, tree: object, rule: Rule, place: str, depth: int = 0) -> object:
        """A decoded body as a record may hold it."""
        if depth > MAX_DEPTH:
            return self.replace(Placeholder("value"), place, "too-deep")
        match tree:
            case None:
                return None
            case bool():
                keep, kind = rule.boolean, "boolean"
            case int() | float():
                keep, kind = held.number_held(tree, rule), "number"
            case str():
                return self.string(tree, rule, place)
            case list():
                return self._items(tree, rule, place, depth)
            case dict():
                return self._fields(tree, rule, place, depth)
            case _:
                return self.replace(Placeholder("value"), place, "unknown-kind")
        return tree if keep else self.replace(Placeholder(kind), place, f"masked {kind}")

    def string(self, text: str, rule: Rule, place: str) -> str:
        """One string in the form that its rule asks for."""
        if held.string_held(text, rule):
            return text
        if rule.string == "words":
            return self.words(text, place)
        return self.replace(self._placeholder(text, rule.string), place, f"masked {rule.string}")

    def _placeholder(self, text: str, form: Form) -> Placeholder:
        if form == "delta":
            return Placeholder("string")
        kind = {"id": "id", "model": "model"}.get(form, "string")
        if form == "json" and _is_json(text):
            kind = "json"
        return Placeholder(kind, len(text), self.ordinal(text))

    def words(self, text: str, place: str) -> str:
        """The text of an error: words of the fixed vocabulary stay, other stretches do not."""
        nested = _nested(text)
        if nested is not None:
            text = json.dumps(self.json(nested, ERROR, place), ensure_ascii=False)
        out, here = [], 0
        for start, end, why in held.unheld_stretches(text):
            out += [text[here:start], self.replace(Placeholder("text", end - start), place, why)]
            here = end
        shown = "".join([*out, text[here:]])
        if held.unheld_stretches(shown):
            # Placeholders made it too long, or stand where they change how the rest reads.
            return self.replace(Placeholder("text", len(text)), place, "whole text")
        return shown

    def _items(self, tree: list[object], rule: Rule, place: str, depth: int) -> object:
        if rule.items is None:
            return self.replace(Placeholder("array", len(tree)), place, "masked array")
        return [self.json(item, rule.items, f"{place}[]", depth + 1) for item in tree]

    def _fields(self, tree: dict[str, object], rule: Rule, place: str, depth: int) -> object:
        if rule.fields is None:
            return self.replace(Placeholder("object", len(tree)), place, "masked object")
        out: dict[str, object] = {}
        for key, value in tree.items():
            inner = rule.fields.get(key)
            if inner is not None:
                out[key] = self.json(value, inner, f"{place}.{key}", depth + 1)
                continue
            shown = self.key(key, rule, place)
            out[shown] = self.json(value, DENY, f"{place}.{_ledger_key(shown)}", depth + 1)
        return out

    def key(self, key: str, rule: Rule, place: str) -> str:
        """A member's key, or its placeholder when it is no name of the schema."""
        if held.key_held(key, rule):
            return key
        masked = Placeholder("key", len(key), self.ordinal(("key", key)))
        return self.replace(masked, place, "unknown key")

    def replace(self, masked: Placeholder, place: str, rule: str) -> str:
        """A placeholder, entered in the ledger; a bare one where this masker is for a stream."""
        self.note(place, rule)
        return str(Placeholder(masked.kind) if self._bare else masked)


def _ledger_key(shown: str) -> str:
    return "‹key›" if parse(shown) else shown


def decoded(text: str | bytes) -> object:
    """The value that a text is the JSON of; the text itself when it is none."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _lenient(text)


def _lenient(text: str | bytes) -> object:
    """What Python's own decoder takes and msgspec does not: lone surrogates, NaN, huge integers."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _is_json(text: str) -> bool:
    return decoded(text) is not text


def _nested(text: str) -> object:
    """The object or array that a text is the JSON of, as gateways nest errors in messages."""
    found = decoded(text) if text.startswith(("{", "[")) else None
    return found if isinstance(found, dict | list) else None


def known_signatures(texts: Iterable[str]) -> tuple[str, ...]:
    """The gateway words that occur in some texts, sorted."""
    found = {
        word
        for text in texts
        for word in re.findall(r"[a-z][a-z-]+", text.lower())
        if word in vocabulary.GATEWAY_WORDS
    }
    return tuple(sorted(found))
