"""What a text says of a field: kind, whether it is required, default, range, values, deprecation.

The words of an attribute line (`string · required · defaults to 1`) state it; the same words in a
sentence make a candidate.
"""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft, Form
from tallystick.contract.reading.numerals import exact_numbers
from tallystick.documents import Text
from tallystick.record.clause import Aspect

_KINDS = {
    "integer": "number", "int": "number", "int32": "number", "int64": "number",
    "number": "number", "float": "number", "double": "number",
    "string": "string", "str": "string", "text": "string",
    "boolean": "boolean", "bool": "boolean",
    "array": "array", "list": "array", "object": "object", "map": "object", "dict": "object",
    "null": "null",
}  # fmt: skip
# The words for types in Chinese.
_KINDS_ABROAD = {
    "字符串": "string", "整数|整型|数字|数值|浮点数?": "number", "布尔值?|布尔型": "boolean",
    "数组|列表": "array", "对象": "object",
}  # fmt: skip
_KIND_WORD = re.compile(r"\b([a-z]+\d*)s?(\[\])?(?=\W|$)", re.IGNORECASE)
_NUMBER = r"`?(-?\d+(?:\.\d+)?)`?"
_TO = r"(?:to|through|and|up to(?: and including)?|–|-)"
_RANGES = tuple(
    re.compile(wording, re.IGNORECASE)
    for wording in (
        rf"\bbetween {_NUMBER} and {_NUMBER}",
        rf"\brange\W*(?:is|of|from)?\W*{_NUMBER}\s*(?:{_TO}|,|…|\.\.+)\s*{_NUMBER}",
        rf"\b(?:from|accepts|takes|allowed|values?(?: from)?:?) {_NUMBER} {_TO} {_NUMBER}",
        rf"(?:^|[\s,·(]){_NUMBER}\s*(?:–|-|to|\.\.+|≤ ?\w+ ?≤|<= ?\w+ ?<=)\s*{_NUMBER}"
        r"(?=[\s,.)·]|$)",
        rf"\[ ?{_NUMBER} ?(?:,|\.\.) ?{_NUMBER} ?\]",
        rf"(?:介于|范围(?:为|是|：|:)?) ?{_NUMBER} ?(?:和|到|至|~|-) ?{_NUMBER}",
        rf"{_NUMBER} ?(?:和|到|至) ?{_NUMBER} ?之间",
        rf"{_NUMBER} ?(?:から|〜) ?{_NUMBER}",
    )
)
_MINIMUM = re.compile(
    rf"(?:\bat least|\bmin(?:imum)?(?: value)?(?: is|:)?|\bno less than|>=|≥) ?{_NUMBER}",
    re.IGNORECASE,
)
_MAXIMUM = re.compile(
    rf"(?:\bat most|\bmax(?:imum)?(?: value)?(?: is|:)?|\bup to|\bno more than|<=|≤) ?{_NUMBER}",
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    r"(?:默认(?:值)?(?:为|是|：|:)?|デフォルト(?:値)?(?:は|：|:)?|既定値?(?:は|：|:)?) ?[`\"']?"
    r"(?P<abroad>-?\d+(?:\.\d+)?|true|false|null|none|auto)"
    r"|\bdefault(?:s to|s?:| is| value(?: is|:)?|=| of)? ?[`\"']?"
    r"(?!(?:if|when|unless|where|for|in|on|at|with|and|or|the|an?|it|to|depends|varies)\b)"
    r"((?:-?\d+(?:\.\d+)?|true|false|null|none|auto)(?=[`\"']?(?:[\s,.;)·]|$))"
    # A word that nothing sets apart may begin what to do: `the default: leave it out`.
    r"|(?<=[`\"'])[a-z]+_?[a-z]*(?=[`\"'])|[a-z]+_?[a-z]*(?=[,.;)·]|\s*$))",
    re.IGNORECASE,
)
_REQUIRED = re.compile(
    r"\brequired\b(?!\s+(?:if|unless|when|for|with|by|in|on|only))", re.IGNORECASE
)
# The same as marks of their own beside a type, as Apifox and others set them.
_MARKED = re.compile(
    r"(?:^|\s)(?:(?P<yes>必需|必填|必须|必选|必須)|(?P<no>可选|选填|非必填|任意|オプション))(?=[\s，,。、]|$)"
)
_NOT_REQUIRED = re.compile(r"\boptional\b|\bnot required\b|\bmay be left out\b", re.IGNORECASE)
_DEPRECATED = re.compile(r"\bdeprecated\b", re.IGNORECASE)
_LISTING = re.compile(
    r"\b(?:one of|either|must be|can be|may be|possible values|allowed values|allowed|values"
    r"|options|accepts|takes|supported|is)\b|:",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s\"'“”]*(?:,|/|\||·|or|and|,\s*(?:or|and))[\s\"'“”]*")


def kinds_of(text: str) -> str:
    """The kinds that a type's text names, as a clause has them: `array|string`."""
    found = set()
    text = re.sub(r"\bnot nullable\b|\bnullable\b\W{0,3}(?:false|no)\b", " ", text)
    text = re.sub(r"\bnullable\b", " null ", text)
    for abroad, word in _KINDS_ABROAD.items():
        text = re.sub(abroad, f" {word} ", text)
    text = re.sub(r"\barray ?\[[^\]]*\]", "array", text)  # array [object {2}]
    for part in re.split(r"\bof\b.*?(?=\bor\b|\||,|$)", text):
        for word, many in _KIND_WORD.findall(part):
            name = word.lower().rstrip("s") if word.lower() not in _KINDS else word.lower()
            if name in _KINDS:
                found.add("array" if many else _KINDS[name])
    inner = re.search(r"<(\w+)>", text)  # enum<string>
    if inner and inner[1] in _KINDS and not re.match(r"\s*(?:array|list)", text):
        found.add(_KINDS[inner[1]])
    elif inner and re.match(r"\s*(?:array|list)", text):
        found = {"array"} | (found & {"null"})
    # A null beside a type whose word nobody knows is not all that is taken.
    alone = found == {"null"} and re.search(r"[^\W\d]{2,}", re.sub(r"\bnull\b", "", text))
    return "" if alone else "|".join(sorted(found))


def is_attribute_line(text: str) -> bool:
    """Whether a short text is made of a field's attributes: kinds, required, default and marks."""
    marked = _MARKED.search(text)
    if marked and kinds_of(text[: marked.start()]):
        return True
    left = _DEFAULT.sub(" ", text)
    for pattern in _RANGES:
        left = pattern.sub(" ", left)
    words = re.findall(r"[A-Za-z_]+\d*", left)
    known = [w for w in words if w.lower() in _ATTRIBUTES or w.lower().rstrip("s") in _KINDS]
    return 0 < len(words) <= 14 and len(known) >= 0.6 * len(words)


_ATTRIBUTES = frozenset(
    [*_KINDS, *"true false none null required optional default defaults to deprecated enum of"
     " or nullable range min max at least most minimum maximum type yes no between and".split()]
)  # fmt: skip


def traits(location: str, text: Text, *, form: Form, why: str = "") -> Iterator[Draft]:
    """What a text says of the field at a location; the whole text is what is quoted."""
    start, end = text.span()

    def draft(aspect: Aspect, value: str) -> Draft:
        return Draft(location, aspect, value, start, end, "", form, why)

    words = exact_numbers(text.plain)
    if form == "stated" and (kinds := kinds_of(words)):
        yield draft("kind", kinds)
    if form == "stated" and (required := _required(words)):
        yield draft("required", required)
    if found := _DEFAULT.search(words):
        yield draft("default", found["abroad"] or found[2])
    if _DEPRECATED.search(words):
        yield draft("deprecated", "yes")
    bounds = () if _POWER.search(words) else _limits(words)
    yield from (draft(aspect, value) for aspect, value in bounds)
    if matched := _pattern(text):
        yield draft("pattern", matched)
    if listed := _listed(text):
        yield draft("enum", "|".join(sorted(set(listed))))


def _pattern(text: Text) -> str:
    """The regular expression that a text says a value matches: it stands as code, from ^ to $."""
    found = [text.plain[a:b].strip() for a, b in text.codes]
    told = re.search(
        r"\b(?:match|pattern|regex|form|letters|digits|characters|only)", text.plain, re.IGNORECASE
    )
    return next((one for one in found if told and one[:1] == "^" and one[-1:] == "$"), "")


def _required(words: str) -> str:
    if marked := _MARKED.search(words):
        return "yes" if marked["yes"] else "no"
    if _NOT_REQUIRED.search(words):
        return "no"
    return "yes" if _REQUIRED.search(words) else ""


# A power, such as 2^31, 2**31 or 2³¹: its digits are no bound as they stand.
_POWER = re.compile(r"\d\s?(?:\^|\*\*)\s?\d|\d[\u00b2\u00b3\u00b9\u2070-\u2079]")


# The characters of a name, whose digits are no range: `a-z, A-Z, 0-9`.
_CLASS = re.compile(r"\b0 ?[-–] ?9\b(?=.*\ba ?[-–] ?z\b)|(?<=[zZ])\W+0 ?[-–] ?9\b", re.IGNORECASE)


def _limits(words: str) -> Iterator[tuple[Aspect, str]]:
    words = _CLASS.sub("", words)
    for pattern in _RANGES:
        found = pattern.search(words)
        if found and float(found[1]) < float(found[2]):
            yield "minimum", found[1]
            yield "maximum", found[2]
            return
    if several := _AT_MOST.search(words):
        yield "max-items", several[1]
    if longest := _LONGEST.search(words):
        yield "max-length", longest["most"] or longest["fewer"]
    counted = re.search(r"characters|items|entries|elements|tokens?\b.*\bmodel|sequences", words)
    if counted:
        return  # of its length, or of something that depends on the model
    if (found := _MINIMUM.search(words)) and not _COUNTED.match(words, found.end()):
        yield "minimum", found[1]
    if (found := _MAXIMUM.search(words)) and not _COUNTED.match(words, found.end()):
        yield "maximum", found[1]


# What makes a number one of bytes, of time that no member has, or of a part.
_UNIT = (
    r"`?\s?(?:%|[KMGT]i?B\b|bytes?\b|px\b|pixels?\b|MP\b|min(?:ute)?s?\b(?!\s*\d)|h(?:ours?)?\b|days?\b"
    r"|percent\b)"
)
# Of how many of something, which is no bound of a number: `at most 10 domains`.
_COUNTED = re.compile(rf"{_UNIT}|`? (?!tokens|seconds|milliseconds|minutes|percent)[a-z]{{3,}}s\b")


_LONGEST = re.compile(
    r"\b(?:up to|at most|no (?:more|longer) than|a maximum of|max(?:imum)?(?: length)?(?: of|:)?)"
    r" `?(?P<most>\d+)`? characters\b"
    r"|\b`?(?P<fewer>\d+)`? characters or (?:fewer|less)\b",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"\b(?:up to|at most|no more than|a maximum of|max(?:imum)?:?) `?(\d+)`? (?:\w+ )?"
    r"(?:sequences|items|entries|elements|strings|values|stops?)\b",
    re.IGNORECASE,
)


_OF_MODELS = re.compile(
    r"\b(?:supported|accepted|available|works?|only|honou?red) (?:by|for|on|with)\W*$",
    re.IGNORECASE,
)


def _listed(text: Text) -> list[str]:
    """The code words of a list that is said to be of values: one of `a`, `b` or `c`."""
    run: list[tuple[int, int]] = []
    for first, last in text.codes:
        if run and not _BETWEEN.fullmatch(text.plain[run[-1][1] : first]):
            if len(run) > 1:
                break
            run = []
        run.append((first, last))
    if len(run) < 2 or not _LISTING.search(text.plain[: run[0][0]]):
        return []
    if _OF_MODELS.search(text.plain[: run[0][0]]):
        return []  # which models take it, and not which values it takes
    values = [text.plain[a:b].strip("\"'") for a, b in run]
    return values if all(re.fullmatch(r"[\w.+-]+", value) for value in values) else []
