"""The policy compiled: one `Place` per place of a body turns the values met there into JSON text.

What varies from call to call (lengths, ordinals, tallies) is left open in the text as `%s` and
appended to the masker's `holes`; the text with its holes is a *shape*. Calls of one shape are
checked and judged once. Members are walked by a plan per key tuple, made when it is first met.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import msgspec

from tallystick.record import held
from tallystick.record.placeholder import MOST, parse
from tallystick.record.policy import DENY, Form, Rule

MAX_REMEMBERED = 4096
_KINDS: dict[Form, str] = {"id": "id", "model": "model"}


class Masks(Protocol):
    """What a place asks of the sanitizer that it belongs to (`mask.Masker`)."""

    holes: list[int | float | str]

    def held_again(self, text: str, bare: bool) -> str:
        """The JSON text of a placeholder that came in."""

    def is_json(self, text: str) -> bool:
        """Whether a text is JSON itself."""

    def ordinal(self, value: str, kind: str = "") -> int:
        """The number of a distinct value of its kind."""

    def speech(self, text: str, place: str, bare: bool = False) -> str:
        """The JSON text of an error's words."""

    def place(self, rule: Rule, name: str, bare: bool) -> "Place":
        """The compiled place of a rule."""


class _Member(NamedTuple):
    """A member of an object: its key as met, the text before its value (empty where the key is
    masked anew each time), and what walks the value.
    """

    key: str
    head: str
    place: "Place"


def json_text(value: object) -> str:
    """A value as JSON."""
    return msgspec.json.encode(value).decode()


def quoted(value: object) -> str:
    """A value as JSON in a shape, where every `%` is written twice."""
    return json_text(value).replace("%", "%%")


class Place:
    """What happens to the values at one place; `bare` for the pieces of a stream.

    Pieces have neither length nor ordinal: they would give the text away.
    """

    def __init__(self, masker: Masks, rule: Rule, name: str, bare: bool) -> None:
        self._masker, self._rule, self._bare = masker, rule, bare
        self.name = name
        self.masked: dict[str, int] = {}
        self._holes = masker.holes
        self._plans: dict[tuple[str, ...], list[_Member]] = {}
        self._inner: Place | None = None
        self._kept: dict[str, str] = {}
        self._walks: dict[type, Callable[..., str]] = {
            str: self._walk_of_strings(rule.string),
            dict: self._object,
            list: self._array,
            int: self._number,
            float: self._number,
            bool: self._boolean,
            type(None): lambda _: "null",
        }

    def text(self, value: object) -> str:
        """The JSON text, with holes, that a record may hold in place of a decoded value."""
        return self._walks[type(value)](value)

    def note(self, why: str) -> None:
        """Enter one masked value in the ledger."""
        self.masked[why] = self.masked.get(why, 0) + 1

    def _walk_of_strings(self, form: Form) -> Callable[[str], str]:
        if form == "words":
            return self._speech
        return self._hidden if form in ("masked", "delta", "id", "json") else self._string

    def _string(self, text: str) -> str:
        """A string that may stay."""
        known = self._kept.get(text)
        if known is not None:
            return known
        if parse(text) is None and held.string_held(text, self._rule):
            return self._remember(text)
        return self._hidden(text)

    def _hidden(self, text: str) -> str:
        if not text:
            return '""'
        if text[0] == "‹" and parse(text) is not None:
            return self._masker.held_again(text, self._bare)
        form = self._rule.string
        self.note(f"masked {form}")
        kind = _KINDS.get(form, "string")
        if form == "delta" or self._bare:
            return f'"‹{kind}›"'
        if form == "json" and self._masker.is_json(text):
            kind = "json"
        self._holes += (min(len(text), MOST), self._masker.ordinal(text))
        return f'"‹{kind}:%s#%s›"'

    def _remember(self, text: str) -> str:
        shown = quoted(text)
        if len(self._kept) < MAX_REMEMBERED:
            self._kept[text] = shown
        return shown

    def _speech(self, text: str) -> str:
        """The text of an error: words of the fixed vocabulary stay, other stretches do not."""
        return self._masker.speech(text, self.name, self._bare)

    def _number(self, value: float) -> str:
        rule = self._rule
        if not held.number_held(value, rule):
            self.note("masked number")
            return '"‹number›"'
        if rule.varies and value:
            self._holes.append(value)
            return "%s"
        return msgspec.json.encode(value).decode()

    def _boolean(self, value: bool) -> str:
        if self._rule.boolean:
            return "true" if value else "false"
        self.note("masked boolean")
        return '"‹boolean›"'

    def _array(self, values: list[object]) -> str:
        if self._rule.items is None:
            return self._counted("array", len(values))
        if self._inner is None:
            self._inner = self._masker.place(self._rule.items, f"{self.name}[]", self._bare)
        walks = self._inner._walks
        return f"[{','.join([walks[type(value)](value) for value in values])}]"

    def _counted(self, kind: str, size: int) -> str:
        self.note(f"masked {kind}")
        if self._bare:
            return f'"‹{kind}›"'
        self._holes.append(min(size, MOST))
        return f'"‹{kind}:%s›"'

    def _object(self, values: dict[str, object]) -> str:
        if self._rule.fields is None:
            return self._counted("object", len(values))
        keys = tuple(values)
        plan = self._plans.get(keys)
        if plan is None:
            plan = self._plan(keys)
            if len(self._plans) < MAX_REMEMBERED:
                self._plans[keys] = plan
        parts = []
        for key, head, place in plan:
            value = values[key]
            shown = head or self._masked_key(key)
            parts.append(shown + place._walks[type(value)](value))
        return f"{{{','.join(parts)}}}"

    def _masked_key(self, key: str) -> str:
        if parse(key) is not None:
            return f"{self._masker.held_again(key, self._bare)}:"
        self.note("unknown key")
        if self._bare:
            return '"‹key›":'
        self._holes += (min(len(key), MOST), self._masker.ordinal(key, "key"))
        return '"‹key:%s#%s›":'

    def _plan(self, keys: tuple[str, ...]) -> list[_Member]:
        """Known keys in sorted order, as canonical JSON has them; masked ones behind, as met."""
        rule = self._rule
        known = sorted(key for key in keys if held.key_held(key, rule) and not parse(key))
        unknown = [key for key in keys if key not in set(known)]
        if self._bare:
            unknown = unknown[-1:]  # they all look alike, and an object has a key once
        return [self._member(key, f"{quoted(key)}:", key) for key in known] + [
            self._member(key, "", "‹key›") for key in unknown
        ]

    def _member(self, key: str, head: str, name: str) -> _Member:
        fields = self._rule.fields or {}
        place = self._masker.place(fields.get(key, DENY), f"{self.name}.{name}", self._bare)
        return _Member(key, head, place)
