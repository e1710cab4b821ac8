"""What of a text a record may hold: names of models, of members and of places, and the words of an
error.

The forms are recognised here and produced in `intake.mask`.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from tallystick.record import placeholder, vocabulary

MAX_TEXT = 2000
MAX_MODEL = 64
MAX_NAME = 40
MAX_NAME_WORDS = 5
MAX_MODEL_DIGITS = 12
_FAMILY = (
    r"(?:gpt|chatgpt|o[1-9]|claude|gemini|gemma|deepseek|qwen|qwq|llama|mistral|mixtral|codestral|"
    r"ministral|magistral|grok|glm|kimi|moonshot|doubao|minimax|command|phi|yi|hunyuan|ernie|"
    r"nemotron|text-embedding|codex|davinci)"
)
# Who makes or routes to public models, as routers write them in front (LiteLLM, OpenRouter).
_VENDOR = (
    r"openai|anthropic|google|gemini|meta-llama|mistralai|mistral|deepseek|deepseek-ai|qwen|x-ai"
    r"|xai|cohere|moonshotai|z-ai|zai|minimax|microsoft|nvidia|azure|bedrock|vertex_ai|groq"
    r"|together_ai|fireworks_ai|openrouter|ollama|hosted_vllm"
)
_VERSION = r"[a-z]?\d{1,2}(?:\.\d{1,2})?(?:[bkmov]|x\d{1,2}b)?"
_DATE = (
    r"20[12]\d(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))?|(?:0[1-9]|1[0-2])[0-3]\d|"
    r"2[3-9](?:0[1-9]|1[0-2])"
)
_VARIANT = (
    r"mini|nano|micro|small|medium|large|turbo|preview|pro|plus|max|flash|lite|ultra|opus|sonnet|"
    r"haiku|instruct|chat|latest|codex|coder|code|audio|realtime|vision|vl|thinking|reasoner|"
    r"reasoning|fast|non|free|exp|it|air|beta|deep|research|search|high|low|k2|r1|oss|nemo|omni|"
    r"\d{2,3}b|a\d{1,2}b"
)
# The separators are mandatory, so that no text can be split in more than one way.
_MODEL = re.compile(
    rf"(?:(?:{_VENDOR})/)?{_FAMILY}(?:{_VERSION})?(?:[-.:@](?:{_VARIANT}|{_DATE}|{_VERSION}))*",
    re.ASCII,
)
_STATUS = re.compile(
    r"(?<![\w.+-])(?:200|30[1278]|40[0-9]|41[0-9]|42[2-9]|451|499|50[0-9]|52[0-9]|529)(?![\w+-]|\.\d)"
)
_TOKEN = re.compile(r"‹[^›\s]{0,40}›|\w+(?:[-.'’]\w+)*|\s+|.", re.DOTALL)
_PUNCTUATION = frozenset(" \n\t.,;:!?()[]{}<>/|'\"`=-_*&%+#\\")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_MEMBER = re.compile(r"_?[a-z]+(?:_[a-z]+|[A-Z][a-z]+)*_?\d{0,2}", re.ASCII)
_WORD = re.compile(r"_|\d+|(?=[A-Z])")
# Exceptions are classes: names of code in every language that has them.
_EXCEPTION = re.compile(
    r"(?:[A-Z][a-z]{1,14}|[A-Z]{2,6}){1,6}?(?:Error|Exception|Timeout)", re.ASCII
)
# Not `[0]` of a path, and not a placeholder's mark.
_BEGINS = re.compile(r"\{|\[(?=\s*[{\"])")
_DOTS = re.compile(r"(\.)")
_INDEX = re.compile(r"\d{1,3}", re.ASCII)
_OPENING = {"'": "'", '"': '"', "`": "`", "“": "”", "„": "“", "«": "»", "‘": "’", "”": "”"}
_ECHO = re.compile(
    r"\b(?:provided|value|received|input|got|found|given)\s{0,3}:\s{0,3}", re.IGNORECASE
)

Stretch = tuple[int, int, str]


def tokens(text: str) -> list[str]:
    """The words, numbers, white space, punctuation and placeholders of an error text."""
    return _TOKEN.findall(text)


@lru_cache(maxsize=1024)
def is_model(text: str) -> bool:
    """Whether a text is the name of a public model family with well-known parts."""
    short = len(text) <= MAX_MODEL and sum(c.isdigit() for c in text) <= MAX_MODEL_DIGITS
    return short and _MODEL.fullmatch(text) is not None


def _is_token_kept(token: str, text: str, start: int) -> bool:
    if token.isspace() or token in _PUNCTUATION:
        return True
    if token[0] == "‹":
        return placeholder.parse(token) is not None
    if not token.isascii():
        return False
    if token.isdigit():
        return _STATUS.match(text, start) is not None
    return _is_word(token)


def _is_word(token: str) -> bool:
    if len(token) <= MAX_NAME and _EXCEPTION.fullmatch(token):
        return True
    if vocabulary.is_known(token.replace("’", "'")) or is_model(token):
        return True
    parts = re.split(r"[-.]", token)
    return 1 < len(parts) <= 3 and all(vocabulary.is_known(part) for part in parts)


def unheld_stretches(text: str) -> list[Stretch]:
    """The stretches of an error text that no record may hold: start, end and why.

    Quoted text goes as a whole unless it is a schema name: that is where inputs are echoed. So
    does what follows `provided:` and the like. Elsewhere words of the fixed vocabulary stay. JSON
    at its end, as gateways nest what stands behind them, is read as such.
    """
    if len(text) > MAX_TEXT:
        return [(0, len(text), "text too long")]
    nested = nested_json(text)
    if nested is not None and _is_tree_held(nested[1]):
        return unheld_stretches(text[: nested[0]])
    found: list[Stretch] = []
    for start, end, why in _quoted(text) if _may_quote(text) else [(0, len(text), "")]:
        found += [(start, end, why)] if why else list(_unknown(text, start, end))
    return found


def nested_json(text: str) -> tuple[int, object] | None:
    """Where the JSON object or list begins that a text ends with, and its value; None where it ends
    with none.
    """
    found = _BEGINS.search(text) if text.endswith(("}", "]")) else None
    if found is None:
        return None
    try:
        value = json.loads(text[found.start() :])
    except (ValueError, RecursionError):
        return None
    return (found.start(), value) if isinstance(value, dict | list) else None


def _is_tree_held(value: object) -> bool:
    """Whether a nested value may stay as it is: names of the schema, words, statuses."""
    match value:
        case None | bool():
            return True
        case int():
            return _STATUS.fullmatch(str(value)) is not None
        case str():
            return _is_name(value) or not unheld_stretches(value)
        case list():
            return all(map(_is_tree_held, value))
        case dict():
            return all(_is_name(key) and _is_tree_held(inner) for key, inner in value.items())
        case _:
            return False


def _is_name(text: str) -> bool:
    return vocabulary.is_name(text) or placeholder.parse(text) is not None


def _may_quote(text: str) -> bool:
    return any(mark in text for mark in _OPENING) or _ECHO.search(text) is not None


def _quoted(text: str) -> Iterator[Stretch]:
    """The text cut into plain stretches (no reason) and quoted ones that must go."""
    here = plain = 0
    while here < len(text):
        echo = _ECHO.match(text, here)
        if echo and (here == 0 or not text[here - 1].isalnum()):
            here = echo.end()
            end = _sentence_end(text, here)
            if here < end and not _is_opening(text, here) and not _is_safe(text[here:end]):
                yield plain, here, ""
                yield here, end, "echoed value"
                here = plain = end
            continue
        if not _is_opening(text, here):
            here += 1
            continue
        close = _closing(text, here)
        yield plain, here, ""
        if close < 0:
            yield here, len(text), "open quotation"
            return
        if not _is_safe(text[here + 1 : close]):
            yield here + 1, close, "quoted text"
        here = plain = close + 1
    yield plain, len(text), ""


def _is_opening(text: str, here: int) -> bool:
    """Whether a quotation opens here; an apostrophe behind a letter is one of a word."""
    if text[here] not in _OPENING:
        return False
    before = text[here - 1] if here else " "
    return text[here] not in "'’‘" or not (before.isalnum() or before == "›")


def _closing(text: str, here: int) -> int:
    """Where a quotation closes: at the first mark that no letter follows; -1 when it never does."""
    mark = _OPENING[text[here]]
    close = text.find(mark, here + 1)
    while close >= 0 and text[close + 1 : close + 2].isalnum():
        close = text.find(mark, close + 1)
    return close


def _is_safe(inside: str) -> bool:
    bare = inside.strip().rstrip("\\")
    named = (
        is_field_path(bare)
        or vocabulary.is_name(bare)
        or is_model(bare)
        or bare in vocabulary.OF_LANGUAGES
        or bare in vocabulary.OF_SDKS
        or placeholder.parse(bare) is not None
    )
    return not re.search(r"\w", bare) or named


def _sentence_end(text: str, start: int) -> int:
    end = re.compile(r"[.;\n](?=\s|$)").search(text, start)
    return end.start() if end else len(text)


def _unknown(text: str, start: int, end: int) -> Iterator[Stretch]:
    """The runs of a plain stretch that hold unknown words or numbers."""
    here = start
    run: int | None = None
    for token in _pieces(tokens(text[start:end])):
        if _is_token_kept(token, text, here):
            if run is not None:
                yield run, here, "unknown words"
            run = None
        elif run is None:
            run = here
        here += len(token)
    if run is not None:
        yield run, end, "unknown words"


def _pieces(found: Iterable[str]) -> Iterator[str]:
    """The tokens, where dotted ones that hold a name of the schema or an exception, as tracebacks
    have them (`message.content.strip`, `package.SomeError`), come in their parts.
    """
    for token in found:
        parts = _DOTS.split(token) if "." in token and not _is_word(token) else [token]
        yield from parts if len(parts) > 1 and any(map(_is_of_code, parts)) else [token]


def _is_of_code(part: str) -> bool:
    named = len(part) > 3 and part.lower() in vocabulary.SCHEMA_NAMES
    return named or (len(part) <= MAX_NAME and _EXCEPTION.fullmatch(part) is not None)


def is_field_path(text: str) -> bool:
    """Whether `text` is a path of schema names and indices, such as `messages[0].content`."""
    parts = [part for part in re.split(r"[\[\].]+", text[:120]) if part]
    if not parts or len(text) > 120 or not _NAME.fullmatch(parts[0]):
        return False
    indices = [part for part in parts if _INDEX.fullmatch(part)]
    names = [part for part in parts if part not in indices]
    doubled = any(a in indices and b in indices for a, b in pairwise(parts))
    return len(indices) <= 3 and not doubled and all(vocabulary.is_name(part) for part in names)


@lru_cache(maxsize=4096)
def is_member_name(text: str) -> bool:
    """Whether a text is the name of a member as programs have them, and does not look like a value:
    words of letters, joined by underscores or in camel case, with few digits.
    """
    if len(text) > MAX_NAME or not _MEMBER.fullmatch(text):
        return False
    words = [word for word in _WORD.split(text) if word]
    return 1 <= len(words) <= MAX_NAME_WORDS and all(map(_is_pronounced, words))


def _is_pronounced(word: str) -> bool:
    """Whether a part of a name can be a word: it has a vowel if it is long, and is not too long."""
    lowered = word.lower()
    return len(word) <= 14 and (len(word) <= 4 or any(vowel in lowered for vowel in "aeiouy"))
