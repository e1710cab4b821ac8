"""The sanitizer: raw JSON, text, headers and URLs in, what a record may hold out.

Default-deny: `record.policy` names what stays; everything else becomes its kind and length. The
ordinals that make repeats visible come from a table of this run, which is never written.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable

from tallystick.record import held, vocabulary
from tallystick.record.exchange import LedgerEntry
from tallystick.record.placeholder import Placeholder, parse
from tallystick.record.policy import DENY, ERROR, Form, Rule

MAX_DEPTH = 40
MAX_WORDS = 4000
_QUOTED = re.compile(r"(?P<quote>['\"`])(?P<inside>[^'\"`\n]{0,400})(?P=quote)")


class Masker:
    """Masks values, numbers distinct ones, and keeps the ledger of one capture."""

    def __init__(self, ordinals: dict[object, int] | None = None) -> None:
        self._ordinals: dict[object, int] = {} if ordinals is None else ordinals
        self._count: Counter[tuple[str, str]] = Counter()

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
                keep, kind = rule.number and _is_plain(tree), "number"
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
            # Neither length nor ordinal: the lengths of a stream's pieces give its text away.
            return Placeholder("string")
        kind = {"id": "id", "model": "model"}.get(form, "string")
        if form == "json" and _is_json(text):
            kind = "json"
        return Placeholder(kind, len(text), self.ordinal(text))

    def words(self, text: str, place: str) -> str:
        """The text of an error: words of the fixed vocabulary stay, runs of others do not."""
        if len(text) > MAX_WORDS:
            text = text[:MAX_WORDS]
            self.note(place, "cut text")
        nested = _decoded(text)
        if nested is not None:
            shown = json.dumps(self.json(nested, ERROR, place), ensure_ascii=False)
            return self._known_words(shown, place)
        kept = _QUOTED.sub(lambda match: self._quoted(match, place), text)
        return self._known_words(kept, place)

    def _quoted(self, match: re.Match[str], place: str) -> str:
        inside, quote = match["inside"], match["quote"]
        stays = not inside.strip() or held.is_field_path(inside) or parse(inside) is not None
        if stays or held.string_held(inside, _MODEL) or _is_json_text(inside):
            return match[0]
        return (
            f"{quote}{self.replace(Placeholder('text', len(inside)), place, 'quoted text')}{quote}"
        )

    def _known_words(self, text: str, place: str) -> str:
        out: list[str] = []
        unknown = start = 0
        for token in held.tokens(text):
            if held.is_word_kept(token, text, start):
                out += self._close_run(unknown, place)
                unknown = 0
                out.append(token)
            else:
                unknown += len(token)
            start += len(token)
        return "".join(out + self._close_run(unknown, place))

    def _close_run(self, length: int, place: str) -> list[str]:
        return [self.replace(Placeholder("text", length), place, "unknown words")] if length else []

    def _items(self, tree: list[object], rule: Rule, place: str, depth: int) -> object:
        if rule.items is None:
            return self.replace(Placeholder("array", len(tree)), place, "masked array")
        return [self.json(item, rule.items, f"{place}[]", depth + 1) for item in tree]

    def _fields(self, tree: dict[str, object], rule: Rule, place: str, depth: int) -> object:
        if rule.fields is None:
            return self.replace(Placeholder("object", len(tree)), place, "masked object")
        out: dict[str, object] = {}
        for key, value in tree.items():
            shown = self.key(key, rule, place)
            inner = rule.fields.get(key, DENY)
            out[shown] = self.json(value, inner, f"{place}.{_ledger_key(shown)}", depth + 1)
        return out

    def key(self, key: str, rule: Rule, place: str) -> str:
        """A member's key, or its placeholder when it is no name of the schema."""
        if held.key_held(key, rule):
            return key
        masked = Placeholder("key", len(key), self.ordinal(("key", key)))
        return self.replace(masked, place, "unknown key")

    def replace(self, masked: Placeholder, place: str, rule: str) -> str:
        """A placeholder, entered in the ledger."""
        self.note(place, rule)
        return str(masked)


_MODEL = Rule(string="model")


def _ledger_key(shown: str) -> str:
    return "‹key›" if parse(shown) else shown


def _is_plain(number: float) -> bool:
    return number == number and abs(number) < 1e12  # noqa: PLR0124 - NaN is not itself


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _decoded(text: str) -> object:
    """The object or array that a text is the JSON of, as gateways nest errors in messages."""
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_json_text(inside: str) -> bool:
    """Whether a quoted stretch is only the punctuation between the strings of a JSON text."""
    return not re.search(r"\w", inside)


def known_signatures(texts: Iterable[str]) -> tuple[str, ...]:
    """The gateway words that occur in some texts, sorted."""
    found = {
        word
        for text in texts
        for word in re.findall(r"[a-z][a-z-]+", text.lower())
        if word in vocabulary.GATEWAY_WORDS
    }
    return tuple(sorted(found))
