"""Sentences become candidates: what their words seem to state, under the titles they stand under.

A candidate is no clause: a person accepts it, or it stays what a page seems to say.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from tallystick.contract.draft import Draft
from tallystick.contract.reading.companions import companions
from tallystick.contract.reading.edgeplaces import header_fields
from tallystick.contract.reading.ends import OF_END
from tallystick.contract.reading.modelnames import families_of
from tallystick.contract.reading.onlythese import only_these
from tallystick.contract.reading.passages import OF_CODE, Sentence, is_dated
from tallystick.contract.reading.phrases import (
    ALL_REQUIRED,
    ERROR_CODE,
    LEFT_OUT,
    MEANS,
    NOT_ALWAYS,
    NOT_OURS,
    PLAIN,
    READS,
    REQUIRED,
    SAYS,
    VOID,
    WAITS,
)
from tallystick.contract.reading.placerules import Place
from tallystick.contract.reading.places import PLACES
from tallystick.contract.reading.refusals import models_of, refusals
from tallystick.contract.reading.retrywords import polarity
from tallystick.contract.reading.statuses import in_sentence, in_title
from tallystick.contract.reading.traits import traits
from tallystick.contract.reading.turns import given_back, is_forbidden, is_ordered
from tallystick.contract.reading.vocabulary import place_of
from tallystick.record.clause import Aspect

_HINT = re.compile(r"\bretry-after\b", PLAIN)
_ITS_FORM = re.compile(r"(?:its|the) value\b|it (?:is|may be|can be|holds|has)\b", PLAIN)


_FINISH = "response.choices[].finish_reason"
# That what a model writes for a tool may be no JSON, where the words before it speak of that.
_ARGUMENTS = "response.choices[].message.tool_calls[].function.arguments"
_ARGUED = re.compile(r"\barguments\b", PLAIN)
_NO_JSON = re.compile(
    r"\b(?:may|might|can|could|sometimes|not always|usually|no guarantee)\b[^.;]{0,80}"
    r"\b(?:(?:in|not )valid|malformed|broken|incomplete|unparsable) JSON\b"
    r"|\b(?:not always|not guaranteed to be|may not be|might not be|need not be)"
    r" (?:valid |well-formed )?JSON\b"
    r"|\bJSON\b[^.;]{0,30}\bnot guaranteed\b|\bmay be malformed\b",
    PLAIN,
)


# What speaks of all that a table has listed right before.
_OF_THESE = re.compile(
    r"\b(?:all|none|each|any|some|both) of (?:these|them|those)\b"
    r"|^(?:these|those|neither|both)\b(?! of the| the)",
    PLAIN,
)
_MOST_MEANT = 2
# An order or a statement about all that the sentence before it has listed.
_OF_ALL = re.compile(
    r"(?:please )?(?:both|neither|all of|none of|these|they|resend|repeat|retry|try|wait|send"
    r"|do not|don'?t|never)\b",
    PLAIN,
)


# A longer one is a list that some form has drawn as a sentence: no wording is of that length, and
# to look for all of them in it takes time with its square.
_LONGEST = 2_000


def candidates(sentences: Iterable[Sentence], listed: tuple[str, ...] = ()) -> Iterator[Draft]:
    """What the sentences of a passage seem to state, given the titles they stand under, and the
    statuses that a table right before them has `listed`.
    """
    before: tuple[str, ...] = ()
    models = hint = argued = ""
    told = tuple(sentences)
    for number, whole in enumerate(told):
        sentence = _without_order(whole)
        if number == 0 and _OF_THESE.search(sentence.plain):
            before = listed
        words = sentence.plain
        named = tuple(status for status, _ in in_sentence(words))
        if words and len(words) <= _LONGEST and not VOID.search(words):
            leads = None if named or number == 0 else told[number - 1]
            yield from _statuses(sentence, before, leads)
            yield from _places(sentence)
            if hint and _ITS_FORM.match(words):
                why = "says of which form what the sentence before names is"
                yield _draft(sentence, "retry.retry_after", ("meaning", words), why)
            if _NO_JSON.search(words) and _ARGUED.search(f"{argued} {words}"):
                yield _draft(
                    sentence, _ARGUMENTS, ("meaning", words), "says that it may be no JSON"
                )
            if sentence.titles and sentence.titles[-1].words.startswith(OF_END):
                why = "says what an end of an answer means"
                yield _draft(sentence, _FINISH, ("meaning", f"an end: {words}"), why)
            yield from _fields(sentence)
            if not any(map(is_dated, sentence.titles)):
                yield from _refusals(sentence, models)
                yield from only_these(sentence.text)
        hint = "retry-after" if _HINT.search(words) else ""
        argued = words
        # Of a long list in a sentence nobody knows which the next one is about.
        following = told[number + 1].plain if number + 1 < len(told) else ""
        meant = len(named) <= _MOST_MEANT or _OF_ALL.match(following)
        before = (named if meant else ()) if named else before
        models = models_of(sentence.text) or models


# A title or a row that is about some models and names none of them.
_OF_SOME = re.compile(r"\b(?:models|famil(?:y|ies)|series)\b(?<!all models)", PLAIN)


def _refusals(sentence: Sentence, before: str) -> Iterator[Draft]:
    """What a sentence says is refused. Under a title, or in a row, that names models it is said of
    these.
    """
    title = sentence.titles[-1].words if sentence.titles else ""
    of = families_of(title)
    for draft in refusals(sentence.text, models=before):
        if draft.when or not (of or _OF_SOME.search(title)):
            yield draft
        elif of:
            yield msgspec.structs.replace(draft, when=f"model={of}")


def _without_order(sentence: Sentence) -> Sentence:
    """A sentence that names a status without the order that follows it: whom to ask, say."""
    void = VOID.search(sentence.plain)
    cut = sentence.plain.rfind(":", 0, void.start()) if void else -1
    if cut >= 0 and in_sentence(sentence.plain[:cut]):
        return msgspec.structs.replace(sentence, text=sentence.text.part(0, cut))
    also = sentence.plain.rfind(" and ", 0, void.start()) if void else -1
    if also >= 0 and polarity(sentence.plain[:also], ()):
        return msgspec.structs.replace(sentence, text=sentence.text.part(0, also))
    return sentence


def _draft(sentence: Sentence, location: str, said: tuple[Aspect, str], why: str) -> Draft:
    start, end = sentence.text.span()
    return Draft(location, *said, start, end, "", "candidate", why)


def _places(sentence: Sentence) -> Iterator[Draft]:
    words, asked = sentence.plain, _asked(sentence)
    for place in PLACES:
        found = place.pattern.search(words) or (place.pattern.search(asked) if asked else None)
        found = found or _of_title(sentence, place) or _in_digits(words, place)
        if found and not (place.unless and place.unless.search(words)):
            value = place.value if isinstance(place.value, str) else place.value(found)
            if value:
                yield _draft(sentence, place.location, (place.aspect, value), place.why)
    for at in header_fields(words):
        yield _draft(sentence, at, ("meaning", words), "names a header field of a request")


def _of_title(sentence: Sentence, place: Place) -> re.Match[str] | None:
    """An order to wait, under a title that names the header which tells for how long."""
    title = sentence.titles[-1].words if sentence.titles else ""
    waits = place.location == "retry.retry_after" and WAITS.search(sentence.plain)
    return place.pattern.search(title) if waits else None


_WORDED = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
           "seven": "7", "eight": "8", "nine": "9", "ten": "10", "twelve": "12", "twenty": "20",
           "thirty": "30", "fifty": "50", "sixty": "60", "hundred": "100"}  # fmt: skip


def _asked(sentence: Sentence) -> str:
    """A question and its answer as one sentence: `How many requests …: 10 per second`."""
    title = sentence.titles[-1].words if sentence.titles else ""
    if not title.rstrip().endswith("?"):
        return ""
    return f"{title.rstrip('? ')}: {_digits(sentence.plain)}"


def _digits(words: str) -> str:
    """Numbers in words as digits: `ten requests` is `10 requests`."""
    return re.sub(r"\b[A-Za-z]+\b", lambda m: _WORDED.get(m[0].lower(), m[0]), words)


def _in_digits(words: str, place: Place) -> re.Match[str] | None:
    """A limit whose number is a word."""
    return place.pattern.search(_digits(words)) if place.location.startswith("limit.") else None


def _statuses(
    sentence: Sentence, before: tuple[str, ...], leads: Sentence | None
) -> Iterator[Draft]:
    """What happens at a status that the sentence names, that it stands under, or that the one which
    leads to it named.
    """
    words = sentence.plain
    named = [status for status, _ in in_sentence(words)]
    retry = polarity(words, [title.words for title in sentence.titles])
    when = _condition(sentence)
    own = named or _titled(sentence)
    for status in dict.fromkeys(own or before):
        if named and MEANS.search(words):
            why = "names the status and what it is for"
            yield _draft(sentence, f"error.status.{status}", ("meaning", words), why)
        if retry:
            start, end = sentence.text.span()
            # Without the sentence that named it nobody knows what is not to be repeated.
            start = leads.text.span()[0] if leads is not None and not own else start
            place = f"retry.status.{status}"
            why = "says whether to send it again"
            yield Draft(place, "retry", retry, start, end, when, "candidate", why)


def _titled(sentence: Sentence) -> tuple[str, ...]:
    for title in reversed(sentence.titles):
        found = tuple(status for status in in_title(title.words) if status[0] in "45")
        if found:
            return found
    return ()


def _condition(sentence: Sentence) -> str:
    """The error's code that a sentence, or the row it stands in, is about."""
    found = ERROR_CODE.search(sentence.plain)
    code = (found[1] or found[2]) if found else ""
    if not code and sentence.titles and sentence.titles[-1].words.startswith(OF_CODE):
        code = sentence.titles[-1].words.removeprefix(OF_CODE)
    return f"error.code={code}" if code and not place_of(code) else ""


def _fields(sentence: Sentence) -> Iterator[Draft]:
    """What a sentence says of members that it names as code."""
    text = sentence.text
    leads = (
        bool(text.codes)
        and text.codes[0][0] == 0
        and text.plain[text.codes[0][1] :].startswith(":")
    )
    says = leads or bool(SAYS.search(text.plain)) or _is_deprecated(sentence)
    reads = says or bool(READS.search(text.plain)) or is_forbidden(text.plain)
    for first, last in text.codes if reads else ():
        name = re.split(r"[:=]", text.plain[first:last])[0].strip()
        back = given_back(name, sentence.plain)
        if not says and not (back or name.startswith("error.")):
            continue
        location = back or place_of(name) or _of_message(name, sentence) or _of_error(name)
        answered = location.startswith(("response.", "stream."))
        how = {"is_answered": answered, "is_given_back": bool(back)}
        said = _of_field(sentence, first, last, **how) if location else None
        if said:
            yield _draft(sentence, location, *said)
            for one in companions(location, text):
                yield msgspec.structs.replace(one, form="candidate", why="names what it needs")
            if all(place_of(text.plain[a:b]) for a, b in text.codes):
                yield from _limits(sentence, location)


_ANSWERS = re.compile(r"\b(?:answers?|respon|choice|finish|model|completion|return)", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:send|history|input|request|your|prompt)\b", re.IGNORECASE)


def _of_message(name: str, sentence: Sentence) -> str:
    """The place of a message's member where the words around it are about an answer."""
    heads = " ".join(title.words for title in sentence.titles[-2:])
    about = _ANSWERS.search(f"{heads} {sentence.plain}") and not _ASKS.search(sentence.plain)
    return f"response.choices[].message.{name}" if about and name in ("content", "refusal") else ""


def _of_error(name: str) -> str:
    """The place of a member that a page names by its path in an error."""
    return name if re.fullmatch(r"error\.[a-z_]{2,}", name) else ""


_LIMITS = ("minimum", "maximum", "max-items", "max-length")


def _limits(sentence: Sentence, location: str) -> Iterator[Draft]:
    """The range that a sentence gives for the members that it names, and for nothing else."""
    told = traits(location, sentence.text, form="candidate", why="says its range")
    yield from (draft for draft in told if draft.aspect in _LIMITS)


def _of_field(
    sentence: Sentence, first: int, last: int, *, is_answered: bool, is_given_back: bool
) -> tuple[tuple[Aspect, str], str] | None:
    """What is said of the member that stands at some characters, and why it is read so."""
    before, after = sentence.plain[:first], sentence.plain[last:]
    if is_given_back and is_ordered(sentence.plain):
        return ("required", "yes"), "says that it is to be sent back"
    if is_given_back and is_forbidden(sentence.plain):
        return ("refused", "*"), "says that it is not to be sent back"
    if LEFT_OUT.match(after) or (is_answered and NOT_ALWAYS.match(after)):
        return ("required", "no"), "says that it may be left out"
    if REQUIRED.match(after) or ALL_REQUIRED.search(before):
        return ("required", "yes"), "says that it is required"
    if re.match(r"[^.;]{0,60}\b(?:deprecated|no longer accepted)\b", after) or _is_deprecated(
        sentence
    ):
        return ("deprecated", "yes"), "says that it is deprecated"
    if NOT_OURS.search(before):
        return None
    return ("meaning", sentence.plain), "says something of it"


def _is_deprecated(sentence: Sentence) -> bool:
    """Whether it is the head of a list of what is deprecated that the sentence stands under."""
    heads = [title.words for title in sentence.titles[-2:]]
    return any(re.fullmatch(r"(?:now )?deprecat(?:ed|ions?)", head, PLAIN) for head in heads)
