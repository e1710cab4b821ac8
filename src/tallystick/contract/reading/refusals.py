"""What a sentence says is refused: a member, or one of its values, by which models.

`o3 and every gpt-5 model refuse it with a 400`, `A request whose messages contain
reasoning_content is refused for deepseek-reasoner`, `A json_schema request to them fails`: only
whole sentences of these forms are read. A word that no form has (a condition, a negation, another
vendor, an exception) makes it another sentence.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tallystick.contract.draft import Draft
from tallystick.contract.reading.modelnames import O_SERIES, families_of, marked
from tallystick.contract.reading.vocabulary import REQUEST, place_of
from tallystick.documents import Text

ANY = "*"
_MODEL_ID = re.compile(
    r"[a-z][a-z0-9]*(?:[-.:/][a-z0-9.]+)+\*?|[a-z]{1,4}\d+(?:\.\d+)?", re.IGNORECASE
)
_VALUES = {
    "json_schema": "request.response_format.type",
    "json_object": "request.response_format.type",
    "developer": "request.messages[].role",
}
_SENDABLE = frozenset("reasoning_content tool_calls refusal".split())
# The marks that stand for what a form leaves open: a member, a value, a model, a status.
_F, _V, _M, _N = "\x01F", "\x01V", "\x01M", "\x01N"
_STATUS = re.compile(r"\b(?:HTTP )?(?:status )?(?:code )?(?:400|422)\b")
_ONE = (
    rf"(?:(?:(?:every|all|the) )?{_M}(?: (?:models?|famil(?:y|ies)|series))?"
    r"|(?:reasoning|thinking) models)"
)
_MODELS = (
    rf"{_ONE}(?:(?:,? (?:and|or)|,) {_ONE})*"
    r"(?: (?:and (?:later|newer)|models?|famil(?:y|ies)|series))*"
)
# A family by its name, with its members in brackets.
_MODELS = (
    rf"(?:{_MODELS}|(?:The |All )?(?:\w+ )?(?:models|famil(?:y|ies)|series) "
    rf"(?:\(|such as |like )(?:the )?{_M}(?:(?:,? (?:and|or)|,) (?:the )?{_M})*"
    r"(?: (?:models|famil(?:y|ies)|series))?\)?)"
)
_NOT = r"not (?:accepted|supported|allowed|available|permitted|compatible|taken|usable)"
_IS_REFUSED = rf"(?:is|are) (?:refused|rejected|{_NOT}|unsupported)"
_WITH = rf"(?:(?: with|,? and answers?) (?:an? )?{_N})?"
_OF = rf"(?: (?:by|for|on|with) {_MODELS})?"
_FIELDS = rf"(?:The )?(?:(?:field|parameter|member|option) )?{_F}(?:(?:,? (?:and|or)|,) {_F})*"
_REFUSE = r"(?:refuses?|rejects?|do(?:es)? not (?:accept|support|take))"
_ASKED = (
    r"(?:An? )?(?:request|call)s? (?:whose (?:input )?(?:messages|history) (?:contains?|ha(?:s|ve))"
    r"|with|that (?:contains?|ha(?:s|ve)))"
)
# Whole sentences that say what they name is refused.
_NAMED = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_FIELDS} {_IS_REFUSED}{_WITH}{_OF}{_WITH}",
        rf"(?:{_MODELS}|They) {_REFUSE} (?:{_F}|{_V}){_WITH}",
        rf"{_ASKED} {_F} {_IS_REFUSED}{_WITH}(?: (?:by|for) {_MODELS})?",
        rf"(?:An? )?(?:{_F}|{_V}) (?:request|call)s? to (?:them|{_MODELS}) "
        rf"(?:fails?|(?:is|are) (?:refused|rejected)){_WITH}",
        rf"(?:(?:Leave|Keep) {_FIELDS} out|(?:Omit|Drop|Remove|Do not send|Never send) {_FIELDS})"
        rf" (?:for|on|with|of (?:calls|requests) to|to) (?:them|{_MODELS})",
        rf"{_V} is (?:refused|rejected|not supported|not accepted){_WITH}{_OF}",
        rf"(?:[^:]{{0,40}}: )?(?:An? )?(?:body|request) with any other (?:[\w-]+ )?(?:field|member"
        rf"|parameter), {_F}(?:(?:,? (?:and|or)|,) {_F})* included, {_IS_REFUSED}{_WITH}",
    )
)
# Those that say it of what they describe.
_OWN = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:{_MODELS}|They) {_REFUSE} (?:it|them|this (?:field|parameter|option|member)){_WITH}",
        rf"{_MODELS} answers? {_N}",
        rf"(?:It is |Is )?(?:{_NOT}|unsupported|refused|rejected)"
        rf" (?:by|for|on|with) {_MODELS}{_WITH}",
        r"(?:It )?(?:cannot|must not|may not) be (?:used|set|sent|changed)"
        rf" (?:for|on|with) {_MODELS}",
    )
)
_INSTEAD = re.compile(
    r",?(?: and)? (?:use|send|pass|put|set|needs?|wants?|expects?) .*$", re.IGNORECASE
)
_PART = re.compile(r";\s+|(?<=[.!?])\s+")
# What may stand before a colon, so that the words behind it are a sentence of their own.
_BEFORE = re.compile(rf"(?:note|warning|important|caution|{_MODELS} only)", re.IGNORECASE)
_WHY = "says that it is refused"


class _Form(NamedTuple):
    """A sentence with marks for what it names, and what those are."""

    words: str
    subjects: tuple[tuple[str, str], ...]
    models: str


def refusals(text: Text, own: str = "", models: str = "", value: str = ANY) -> Iterator[Draft]:
    """What a text says is refused, sentence by sentence. `own` is the place that it describes, if
    any, and `value` the one that it is about there; `models` those that the sentence before was
    about.
    """
    it = (own, value)
    for part in _parts(text):
        form = _form(part)
        yield from _of_sentence(part, form, it, models)
        models = form.models or models
        it = form.subjects[0] if len(form.subjects) == 1 else (own, value)


def _parts(text: Text) -> Iterator[Text]:
    """The sentences of a text, and what stands behind a colon where that is one by itself."""
    begin = 0
    for gap in [*_PART.finditer(text.plain), None]:
        end = gap.start() if gap else len(text.plain)
        part = text.part(begin, end).stripped()
        head, colon, _ = part.plain.partition(": ")
        first = part.part(0, len(head)).stripped()
        if colon and _stands_alone(_form(first).words):
            yield first
            yield part.part(len(head) + len(colon), len(part.plain)).stripped()
        else:
            yield part
        begin = gap.end() if gap else end


def _stands_alone(words: str) -> bool:
    return any(one.fullmatch(words) for one in (_BEFORE, *_NAMED, *_OWN))


def models_of(text: Text) -> str:
    """The models that a sentence names, as ids or beginnings of ids, joined by `|`."""
    return _form(text).models


def _of_sentence(sentence: Text, form: _Form, it: tuple[str, str], before: str) -> Iterator[Draft]:
    words = _INSTEAD.sub("", form.words.rstrip(".!")).strip()
    subjects: tuple[tuple[str, str], ...] = ()
    if any(one.fullmatch(words) for one in _NAMED):
        subjects = form.subjects
    elif it[0].startswith("request.") and any(one.fullmatch(words) for one in _OWN):
        subjects = (it,)
    spoken = re.search(r"\b(?:them|they|(?:reasoning|thinking) models)\b", words, re.IGNORECASE)
    models = form.models or (before if spoken else "")
    if spoken and not models:
        return  # of some models, and it is not told of which
    when = f"model={models}" if models else ""
    start, end = sentence.span()
    for place, value in dict.fromkeys(subjects[: _told(words)]):
        yield Draft(place, "refused", value, start, end, when, "candidate", _WHY)


def _told(words: str) -> int:
    """How many of the members that a sentence names stand in what is left of it."""
    return max(1, words.count(_F) + words.count(_V))


def _form(sentence: Text) -> _Form:
    """A sentence with what is open in it as marks."""
    out, here, subjects, models = [], 0, [], []
    for first, last in sentence.codes:
        word = sentence.plain[first:last].strip()
        subject = _subject(sentence.plain, word)
        mark = word
        if subject is not None:
            subjects.append(subject)
            mark = _F if subject[1] == ANY else _V
        elif _MODEL_ID.fullmatch(word):
            models.append(word.lower().rstrip("*-"))
            mark = _M
        elif word == "o":
            models += O_SERIES
            mark = _M
        out += [sentence.plain[here:first], mark]
        here = last
    words = "".join([*out, sentence.plain[here:]])
    families = [one for one in families_of(words).split("|") if one]
    words = _STATUS.sub(_N, marked(words, _M))
    return _Form(" ".join(words.split()), tuple(subjects), "|".join(sorted({*models, *families})))


def _subject(words: str, word: str) -> tuple[str, str] | None:
    name, _, value = (part.strip(" \"'{}") for part in word.replace("=", ":").partition(":"))
    if name in _VALUES and not value:
        return _VALUES[name], name
    # Errors have members of some of these names, too; what is refused was sent.
    place = place_of(name) or (f"request.{name}" if name in REQUEST else "")
    if name in _SENDABLE and re.search(r"\b(?:messages|history)\b", words):
        return f"request.messages[].{name}", ANY
    if not place.startswith("request.") or (value and not re.fullmatch(r"[\w.-]+", value)):
        return None
    return place, value or ANY
