"""Whether a value may be held by a record: the check behind every `Exchange`.

The forms are recognised here and produced in `intake.mask`; both read `record.policy`.
"""

import re
from collections.abc import Callable, Mapping

from tallystick.record import placeholder, vocabulary
from tallystick.record.forms import is_amount, leading_number
from tallystick.record.policy import DENY, Form, Rule
from tallystick.record.texts import (
    MAX_NAME,
    MAX_NAME_WORDS,
    is_field_path,
    is_member_name,
    is_model,
    unheld_stretches,
)

# snake_case, kebab-case, dotted or CamelCase.
_JOINS = re.compile(r"[_.-]|(?<=[a-z])(?=[A-Z])", re.ASCII)


def _is_code(text: str) -> bool:
    """A known code, a short number, or known words that are joined as programs join them."""
    short = text.isascii() and text.isdigit() and len(text) <= 4
    words = _JOINS.split(text) if len(text) <= MAX_NAME else []
    joined = 1 < len(words) <= MAX_NAME_WORDS and all(map(vocabulary.is_known, words))
    return vocabulary.is_known(text) or short or joined


_FORMS: Mapping[Form, Callable[[str], bool]] = {
    "masked": lambda _: False,
    "delta": lambda _: False,
    "id": lambda _: False,
    "json": lambda _: False,
    "model": is_model,
    "words": lambda text: not unheld_stretches(text),
    "code": _is_code,
    "numeral": lambda _: False,
    "name": is_field_path,
}


def string_held(text: str, rule: Rule) -> bool:
    """Whether `text` may stay, as it is, under `rule`."""
    if not text or placeholder.parse(text) is not None:
        return True
    if rule.string == "choice":
        return text in rule.choices
    if rule.string == "numeral":
        return is_amount(text) and number_held(leading_number(text), rule)
    return _FORMS[rule.string](text)


def number_held(number: float, rule: Rule) -> bool:
    """Whether a number lies within what `rule` allows."""
    return rule.number is not None and rule.number[0] <= number <= rule.number[1]


def key_held(key: str, rule: Rule) -> bool:
    """Whether a member's key may stay: named by the rule, a name of code, or a placeholder.

    Objects whose names are data (`metadata`, `logit_bias`, a schema's properties, the arguments of
    a tool) have no `fields`: nothing of them stays.
    """
    named = rule.fields is not None and key in rule.fields
    known = key.islower() and vocabulary.is_name(key)
    code = rule.named_by_code and is_member_name(key)
    return named or known or code or placeholder.parse(key) is not None


def first_unheld(tree: object, rule: Rule, path: str = "$") -> str | None:
    """The path of the first value that `rule` does not allow in a record, or None."""
    match tree:
        case None:
            return None
        case bool():
            return None if rule.boolean else path
        case int() | float():
            return None if number_held(tree, rule) else path
        case str():
            return None if string_held(tree, rule) else path
        case list():
            return _first_in_items(tree, rule, path)
        case dict():
            return _first_in_fields(tree, rule, path)
        case _:
            return path


def _first_in_items(tree: list[object], rule: Rule, path: str) -> str | None:
    if rule.items is None:
        return path
    inner = rule.items
    found = (first_unheld(item, inner, f"{path}[{i}]") for i, item in enumerate(tree))
    return next((place for place in found if place), None)


def _first_in_fields(tree: dict[str, object], rule: Rule, path: str) -> str | None:
    if rule.fields is None:
        return path
    for key, value in tree.items():
        if not key_held(key, rule):
            return f"{path}.‹key›"
        place = first_unheld(value, rule.fields.get(key, DENY), f"{path}.{key}")
        if place:
            return place
    return None


def first_counted(tree: object, path: str = "$") -> str | None:
    """The path of the first placeholder with a length or an ordinal, or None.

    Pieces of a stream may have neither: lengths and repeats of pieces give their text away.
    """
    match tree:
        case str():
            masked = placeholder.parse(tree)
            counted = masked is not None and (masked.length, masked.ordinal) != (None, None)
            return path if counted else None
        case list():
            found = (first_counted(item, f"{path}[]") for item in tree)
        case dict():
            pairs = ((key, item) for key, item in tree.items())
            found = (
                first_counted(key, f"{path}.‹key›") or first_counted(item, f"{path}.{key}")
                for key, item in pairs
            )
        case _:
            return None
    return next((place for place in found if place), None)
