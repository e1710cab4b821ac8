"""Whether a value may be held by a record: the check behind every `Exchange`.

The forms are recognised here and produced in `intake.mask`; both read `record.policy`.
"""

import re
from collections.abc import Callable, Mapping

from tallystick.record import placeholder, vocabulary
from tallystick.record.policy import DENY, Form, Rule

_MODEL = re.compile(
    r"(?:gpt|chatgpt|o[1-9]|claude|gemini|gemma|deepseek|qwen|qwq|llama|mistral|mixtral|codestral|"
    r"ministral|magistral|grok|glm|kimi|moonshot|doubao|minimax|command|phi|yi|hunyuan|ernie|"
    r"nemotron|text-embedding|codex|davinci)"
    r"(?:[-.:@]?(?:\d{1,4}(?:\.\d{1,3}){0,2}[bkmoav]?|20\d{6}|mini|nano|micro|small|medium|large|"
    r"turbo|preview|pro|plus|max|flash|lite|ultra|opus|sonnet|haiku|instruct|chat|latest|codex|"
    r"coder|code|audio|realtime|vision|vl|thinking|reasoner|reasoning|fast|non|free|exp|it|air|"
    r"beta|deep|research|search|high|low|k2|r1|v\d|oss|nemo|omni|o|r|x\d{1,2}b|a\d{1,2}b|"
    r"\d{1,3}b))*"
)
_STATUS = re.compile(
    r"(?<![\w.+-])(?:200|30[1278]|40[0-9]|41[0-9]|42[2-9]|451|499|50[0-9]|52[0-9]|529)(?![\w+-]|\.\d)"
)
_TOKEN = re.compile(r"‹[^›]*›|[A-Za-z_][A-Za-z0-9_]*(?:[-.][A-Za-z0-9_]+)*|\d+|\s+|.", re.DOTALL)
_PUNCTUATION = frozenset(" \n\t.,;:!?()[]{}<>/|'\"`=-_*&%+#")
_NUMERAL = re.compile(r"-?\d{1,16}(?:\.\d{1,9})?(?:ms|s|m|h)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\d{1,4}")
_NAME_JOINTS = re.compile(r"[\[\].]+")


def tokens(text: str) -> list[str]:
    """The words, numbers, white space, punctuation and placeholders of an error text."""
    return _TOKEN.findall(text)


def is_word_kept(token: str, text: str, start: int) -> bool:
    """Whether one token of an error text stays as it is; `start` is where it stands in `text`."""
    if token.isspace() or token in _PUNCTUATION:
        return True
    if token[0] == "‹":
        return placeholder.parse(token) is not None
    if token.isdigit():
        return _STATUS.match(text, start) is not None
    return (
        vocabulary.is_known(token)
        or _MODEL.fullmatch(token) is not None
        or (
            any(joint in token for joint in "-.")
            and all(vocabulary.is_known(part) for part in re.split(r"[-.]", token))
        )
    )


def _is_words(text: str) -> bool:
    start = 0
    for token in tokens(text):
        if not is_word_kept(token, text, start):
            return False
        start += len(token)
    return True


def is_field_path(text: str) -> bool:
    """Whether `text` is a path of schema names and indices, such as `messages[0].content`."""
    parts = [part for part in _NAME_JOINTS.split(text) if part]
    return bool(parts) and all(
        _NAME.fullmatch(part) and (part.isdigit() or vocabulary.is_name(part)) for part in parts
    )


def _is_code(text: str) -> bool:
    return vocabulary.is_known(text) or _STATUS.fullmatch(text) is not None or _is_short_code(text)


def _is_short_code(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5


_FORMS: Mapping[Form, Callable[[str], bool]] = {
    "masked": lambda _: False,
    "delta": lambda _: False,
    "id": lambda _: False,
    "json": lambda _: False,
    "model": lambda text: _MODEL.fullmatch(text) is not None,
    "words": _is_words,
    "code": _is_code,
    "numeral": lambda text: _NUMERAL.fullmatch(text) is not None,
    "name": is_field_path,
}


def string_held(text: str, rule: Rule) -> bool:
    """Whether `text` may stay, as it is, under `rule`."""
    if not text or placeholder.parse(text) is not None:
        return True
    if rule.string == "choice":
        return text in rule.choices
    return _FORMS[rule.string](text)


def key_held(key: str, rule: Rule) -> bool:
    """Whether a member's key may stay: named by the rule, a schema name, or a placeholder."""
    named = rule.fields is not None and key in rule.fields
    return named or vocabulary.is_name(key) or placeholder.parse(key) is not None


def first_unheld(tree: object, rule: Rule, path: str = "$") -> str | None:
    """The path of the first value that `rule` does not allow in a record, or None."""
    match tree:
        case None:
            return None
        case bool():
            return None if rule.boolean else path
        case int() | float():
            return None if rule.number else path
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
