"""What a sentence says is refused: a member, or one of its values, by which models.

`o3 and every gpt-5 model refuse it with a 400`, `A request whose messages contain
reasoning_content is refused for deepseek-reasoner`, `A json_schema request to them fails`: only
whole sentences of these forms are read. A word that no form has (a condition, a negation, another
vendor, an exception) makes it another sentence.
"""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.sentenceforms import MODELS, F, Form, N, V, form_of, sentences_of
from tallystick.contract.reading.vocabulary import REQUEST, place_of
from tallystick.documents import Text

ANY = "*"
_VALUES = {
    "json_schema": "request.response_format.type",
    "json_object": "request.response_format.type",
    "developer": "request.messages[].role",
}
_SENDABLE = frozenset("reasoning_content tool_calls refusal".split())
_NOT = r"not (?:accepted|supported|allowed|available|permitted|compatible|taken|usable)"
_IS_REFUSED = rf"(?:is|are) (?:refused|rejected|{_NOT}|unsupported)"
_WITH = rf"(?:(?: with|,? and answers?) (?:an? )?{N})?"
_OF = rf"(?: (?:by|for|on|with) {MODELS})?"
_FIELDS = rf"(?:The )?(?:(?:field|parameter|member|option) )?{F}(?:(?:,? (?:and|or)|,) {F})*"
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
        rf"(?:{MODELS}|They) {_REFUSE} (?:{F}|{V}){_WITH}",
        rf"{_ASKED} {F} {_IS_REFUSED}{_WITH}(?: (?:by|for) {MODELS})?",
        rf"(?:An? )?(?:{F}|{V}) (?:request|call)s? to (?:them|{MODELS}) "
        rf"(?:fails?|(?:is|are) (?:refused|rejected)){_WITH}",
        rf"(?:(?:Leave|Keep) {_FIELDS} out|(?:Omit|Drop|Remove|Do not send|Never send) {_FIELDS})"
        rf" (?:for|on|with|of (?:calls|requests) to|to) (?:them|{MODELS})",
        rf"{V} is (?:refused|rejected|not supported|not accepted){_WITH}{_OF}",
        rf"(?:[^:]{{0,40}}: )?(?:An? )?(?:body|request) with any other (?:[\w-]+ )?(?:field|member"
        rf"|parameter), {F}(?:(?:,? (?:and|or)|,) {F})* included, {_IS_REFUSED}{_WITH}",
    )
)
# Those that say it of what they describe.
_OWN = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:{MODELS}|They) {_REFUSE} (?:it|them|this (?:field|parameter|option|member)){_WITH}",
        rf"{MODELS} answers? {N}",
        rf"(?:It is |Is )?(?:{_NOT}|unsupported|refused|rejected)"
        rf" (?:by|for|on|with) {MODELS}{_WITH}",
        r"(?:It )?(?:cannot|must not|may not) be (?:used|set|sent|changed)"
        rf" (?:for|on|with) {MODELS}",
    )
)
_INSTEAD = re.compile(
    r",?(?: and)? (?:use|send|pass|put|set|needs?|wants?|expects?) .*$", re.IGNORECASE
)
# What may stand before a colon, so that the words behind it are a sentence of their own.
_BEFORE = re.compile(rf"(?:note|warning|important|caution|{MODELS} only)", re.IGNORECASE)
_WHY = "says that it is refused"


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
    for part in sentences_of(text):
        head, colon, _ = part.plain.partition(": ")
        colon = "" if any(begin <= len(head) < end for begin, end in part.codes) else colon
        first = part.part(0, len(head)).stripped()
        if colon and _stands_alone(_form(first).words):
            yield first
            yield part.part(len(head) + len(colon), len(part.plain)).stripped()
        else:
            yield part


def _stands_alone(words: str) -> bool:
    return any(one.fullmatch(words) for one in (_BEFORE, *_NAMED, *_OWN))


def models_of(text: Text) -> str:
    """The models that a sentence names, as ids or beginnings of ids, joined by `|`."""
    return _form(text).models


def _of_sentence(sentence: Text, form: Form, it: tuple[str, str], before: str) -> Iterator[Draft]:
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
    return max(1, words.count(F) + words.count(V))


def _form(sentence: Text) -> Form:
    return form_of(sentence, _subject)


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
