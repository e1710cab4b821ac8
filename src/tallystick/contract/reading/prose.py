"""Sentences become candidates: each rule says which words it reads, and what they seem to state.

A candidate is no clause: a person accepts it, or it stays what a page seems to say.
"""

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from tallystick.contract.draft import Draft
from tallystick.contract.reading.passages import Sentence
from tallystick.contract.reading.statuses import in_sentence, in_title
from tallystick.contract.reading.vocabulary import place_of
from tallystick.record.clause import Aspect

_I = re.IGNORECASE
# Sentences that say nothing of how this provider behaves now.
_VOID = re.compile(
    r"\?\s*$|\b(?:previously|formerly|used to|in the past|no longer|until (?:version|v\d)|before v?\d"
    r"|will (?:soon|be (?:added|introduced|removed))|planned|coming soon|other (?:gateways|providers|vendors)"
    r"|some (?:gateways|providers|vendors|other)|unlike|upstream vendors? (?:may|might)|imagine|suppose"
    r"|instead of our|for comparison|OpenAI'?s\b|not (?:yet )?(?:documented|published|specified|stated)"
    r"|you (?:could|might) (?:think|expect|guess|assume)|myth|rumou?r|ask support|contact (?:support|us|sales)"
    r"|write to (?:support|sales|us)|it is not (?:known|guaranteed))\b",
    _I,
)  # fmt: skip
_NEGATED_RETRY = re.compile(
    r"\b(?:do not|don'?t|never|not|no|without|cannot|can'?t|should not|shouldn'?t|must not|mustn'?t|stop"
    r"|avoid|pointless|useless|no point in|no use|isn'?t|aren'?t|won'?t|nor)\b[^.;,]{0,40}"
    r"\b(?:retr(?:y|ies|ied|ying|yable)|(?:re)?send(?:ing)?(?: it| the same[\w ]*)? again|resend\w*|repeat\w*|try(?:ing)? (?:it )?again|safe to retry|help)\b"
    r"|\b(?:retr(?:y|ies|ying)|repeating|resending|sending it again|trying again|another attempt|a second try)\b[^.;]{0,40}"
    r"\b(?:not help|no help|never help|pointless|useless|in vain|fails? (?:the same|again)|changes? nothing|won'?t|will not|"
    r"does not|doesn'?t|cannot|not change|no use|waste)\b"
    r"|\b(?:non|not)[- ]?retr(?:y|i)able\b|\b(?:same|identical) (?:answer|result|error|refusal|response)\b"
    r"|\b(?:answer|result|outcome) will be the same\b|\bfix (?:the|your|it)\b.{0,40}\b(?:before|instead|first)\b"
    r"|\bnever loop\b|\bnot worth\b|\bgive up\b(?! after)|\bfail(?:s)? fast\b",
    _I,
)  # fmt: skip
_RETRY = re.compile(
    r"\bretr(?:y|ies|ied|ying|yable|iable)\b|\bback[- ]?off\b|\bback off\b|\btry (?:it |the call |the request |once )?(?:again|more)\b"
    r"|\btry once more\b|\b(?:re)?send (?:it|the (?:same )?(?:request|call|body)) (?:once )?(?:again|more)\b|\bresend\b|\brepeat (?:it|the (?:request|call))\b"
    r"|\bwait (?:as long|that (?:many|long)|until|for|a (?:moment|second|few|while|little|minute|bit)|some|\w+ seconds?|\d+ ?s)\b"
    r"|\bslow down\b|\bsleep (?:that|for)\b|\banother (?:try|attempt|go)\b|\bcome back\b|\btransient\b|\btemporary\b"
    r"|\b(?:can|may|should) be (?:tried|sent|repeated) again\b|\bsend it again\b",
    _I,
)  # fmt: skip
_WORTH = re.compile(r"\b(?:retr|worth (?:another|a)|safe to (?:send|try)|try again|transient)", _I)
_CODE = re.compile(
    r"\b(?:code|error code|type)\b[`'\"]?\s*(?:is|equals|reads|says|of|=|:|==)?\s*[`\"']?([a-z]+(?:_[a-z0-9]+)+)"
    r"|\b(?:with|when|unless|if|for)\b[^.;]{0,30}?\b([a-z]+(?:_[a-z0-9]+)+)\b",
    _I,
)  # fmt: skip
_MEANS = re.compile(
    r"\b(?:means?|says?|is (?:returned|sent|answered|raised|used|given)|are returned|returns?|indicates?"
    r"|signals?|tells?|stands? for|comes?|answers? with|turns? .{0,30} away|rejected|refused|get|gives?|see"
    r"|when|if|because|for|is|are|answer(?:ed)?|fails? with|leads? to|results? in|receive)\b",
    _I,
)  # fmt: skip
_NO_HEADER = re.compile(r"\b(?:no|not|never|without|does not|doesn'?t|isn'?t|absent|missing)\b", _I)
_NUMBER = r"(\d[\d,. ]*\d|\d)( ?(?:k|K|M|million|thousand))?"


class Place(msgspec.Struct, frozen=True):
    """A rule: where its words match, they seem to state `value` at `location`."""

    location: str
    pattern: re.Pattern[str]
    why: str
    value: str | Callable[[re.Match[str]], str] = "yes"
    aspect: Aspect = "exists"
    unless: re.Pattern[str] | None = None


def _amount(found: re.Match[str]) -> str:
    number = next((part for part in found.groups() if part and part[0].isdigit()), "")
    unit = {"k": "000", "thousand": "000", "m": "000000", "million": "000000"}
    many = next((p.strip().lower() for p in found.groups() if p and p.strip().lower() in unit), "")
    return re.sub(r"[, .]", "", number) + unit.get(many, "")


_NOT = re.compile(r"\b(?:no|not|never|without|nothing|none|isn'?t|aren'?t|don'?t|doesn'?t)\b", _I)
_FREE = (
    r"(?:not (?:be )?(?:billed|charged|paid|counted|deducted)|(?:is|are|costs?) (?:free|nothing)|costs? nothing"
    r"|free of charge|no (?:charge|cost|tokens are)|never (?:billed|charged|paid)|isn'?t (?:billed|charged)"
    r"|aren'?t (?:billed|charged)|not cost|refunded|without charge|nothing is (?:billed|charged|taken))"
)
_FAILED = (
    r"(?:fail(?:s|ed|ing|ure|ures)?|errors?|rejected|refused|unsuccessful|4xx|5xx|[45]\d\d|timed? ?out|timeouts?"
    r"|cancel\w*|interrupted|aborted|retr(?:y|ies)|cut off|broken off|hangs? up|disconnect\w*)"
)
PLACES = (
    Place("limit.requests", re.compile(rf"{_NUMBER} (?:requests?|calls?)(?: (?:per|a|each|every)|/) ?(?:minute|min|second|s|hour|day)\b|{_NUMBER} ?RPM\b|\bRPM\b\D{{0,12}}{_NUMBER}|^How many (?:requests|calls)\b[^:]*: *{_NUMBER} (?:per|an?|each|every|/) ?(?:minute|min|second|hour|day)", _I),
          "names a number of requests in a time", _amount, "value"),
    Place("limit.tokens", re.compile(rf"{_NUMBER} tokens?(?: (?:per|a|each|every)|/) ?(?:minute|min|second|s|hour|day)\b|{_NUMBER} ?TPM\b|\bTPM\b\D{{0,12}}{_NUMBER}|tokens?\b[^:]*: *{_NUMBER} (?:per|an?|each|every|/) ?(?:minute|min|second|hour|day)", _I),
          "names a number of tokens in a time", _amount, "value"),
    Place("limit.concurrency", re.compile(rf"{_NUMBER} (?:\w+ ){{0,4}}(?:concurrent|simultaneous|parallel|in flight|at (?:once|the same time)|open|running|streams)|concurren\w+\D{{0,30}}{_NUMBER}|(?:in parallel|at once|at the same time|concurrently)[^:]*: *(?:up to )?{_NUMBER}|{_NUMBER}[^.;]{{0,50}}\b(?:in flight|in parallel|at the same time|at once|concurrently|simultaneously)\b", _I),
          "names how many calls may run at once", _amount, "value"),
    Place("limit.headers", re.compile(r"\b(x-rate-?limit[\w-]*|ratelimit-\w+)", _I),
          "names a header of the limits", lambda m: m[1].lower(), "value", _NO_HEADER),
    Place("retry.retry_after", re.compile(r"\bretry-after\b", _I), "names Retry-After",
          "yes", "exists", _NO_HEADER),
    Place("billing.failed", re.compile(rf"\b{_FAILED}\b[^.;]{{0,80}}\b{_FREE}|\b{_FREE}[^.;]{{0,60}}\b{_FAILED}\b", _I),
          "says that a failed call costs nothing", "not billed", "value"),
    Place("billing.failed", re.compile(rf"\b{_FAILED}\b[^.;]{{0,90}}\b(?:billed|charged|paid for|deducted|counts?|costs?)\b", _I),
          "says that a failed call is billed", "billed", "value", re.compile(_FREE, _I)),
    Place("billing.usage", re.compile(r"\b(?:bill(?:ed|ing|s)?|charg\w+|pa(?:id|y)|pric\w+|costs?|deduct\w+|invoice\w*|balance|debit\w*|settled?)\b[^.;]{0,90}\b(?:tokens?|usage|prompt_tokens|completion_tokens|total_tokens)\b"
                                          r"|\b(?:tokens?|usage|prompt_tokens|completion_tokens|total_tokens)\b[^.;]{0,90}\b(?:billed|charged|paid|priced?|cost|deducted|invoice\w*|taken from|debited|billing)\b", _I),
          "says what is billed", lambda m: "tokens", "value", re.compile(rf"\b{_FAILED}\b|\bper minute\b|\blimit", _I)),
    Place("stream.done", re.compile(r"\[DONE\]"), "names the mark of a stream's end", "[DONE]", "value",
          re.compile(r"\b(?:no|not|never|without|does not|doesn'?t)\b", _I)),
    Place("stream.usage", re.compile(r"\b(?:chunk|event|frame|piece|message)\b[^.;]{0,60}\busage\b|\busage\b[^.;]{0,80}\b(?:last|final|extra|closing|additional|one more) (?:\w+ )?(?:chunk|event|frame|piece|message)\b|\binclude_usage\b[^.;]{0,120}\b(?:chunk|event|frame|usage)\b", _I),
          "says that a chunk carries the usage", "yes", "exists", re.compile(r"\b(?:no usage|not carry|never)\b", _I)),
    Place("request.stream_options.include_usage", re.compile(r"\binclude_usage\b"), "names the option"),
    Place("error.body", re.compile(r"\berror(?:s| bod(?:y|ies)| object| response| answer)?\b[^.;]{0,80}\b(?:has|have|hold|holds|carr(?:y|ies)|contain|contains|with|consists? of|is|are|looks?|comes?|wrapped|includes?|members|fields)\b[^.;]*\b(?:message|code|type)\b[^.;]*\b(?:message|code|type|param)\b", _I),
          "lists the members of an error", "example", "exists"),
    Place("auth.header", re.compile(r"\bHTTP Authorization Scheme\b|\bauthorization\b[^.;]{0,30}\bheader\b|\bheader\b[^.;]{0,30}\bauthorization\b|\bAuthorization:\s*Bearer\b|\bbearer token\b|\bas a bearer\b", _I),
          "names the header of the key", "Authorization", "value"),
    Place("auth.scheme", re.compile(r"\bbearer\b", _I), "names the scheme of the key", "Bearer", "value"),
    Place("endpoint.base_url", re.compile(r"\b(?:base url|base_url|baseURL|requests? (?:go|goes|are sent)|send|sends|point|points|hosts?|lives?|servers?|reach\w*|address)\b[^;]{0,60}?(https?://[\w.-]+(?:/v\d+)?)(?![\w/-])", _I),
          "names the address that requests go to", lambda m: m[1], "value",
          re.compile(r"\b(?:not|never|instead of|old|wrong)\b", _I)),
    Place("endpoint.method", re.compile(r"\bPOST(?:s|ed|ing)?\b", re.ASCII), "names the method", "POST", "value"),
)  # fmt: skip


def candidates(sentences: Iterable[Sentence]) -> Iterator[Draft]:
    """What the sentences of a passage seem to state, given the titles they stand under."""
    before: tuple[str, ...] = ()
    for sentence in sentences:
        words = sentence.plain
        named = tuple(status for status, _ in in_sentence(words))
        if words and not _VOID.search(words):
            yield from _statuses(sentence, before)
            yield from _places(sentence)
            yield from _fields(sentence)
        before = named or before


def _places(sentence: Sentence) -> Iterator[Draft]:
    words, asked = sentence.plain, _asked(sentence)
    for place in PLACES:
        found = place.pattern.search(words) or (place.pattern.search(asked) if asked else None)
        if found and not (place.unless and place.unless.search(words)):
            value = place.value if isinstance(place.value, str) else place.value(found)
            if value:
                yield _draft(sentence, place.location, place.aspect, value, place.why)


_WORDED = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
           "seven": "7", "eight": "8", "nine": "9", "ten": "10", "twelve": "12", "twenty": "20",
           "thirty": "30", "fifty": "50", "sixty": "60", "hundred": "100"}  # fmt: skip


def _asked(sentence: Sentence) -> str:
    """A question and its answer as one sentence: `requests … Ten per second`."""
    title = sentence.titles[-1].words if sentence.titles else ""
    if not title.rstrip().endswith("?"):
        return ""
    answer = re.sub(r"\b[A-Za-z]+\b", lambda m: _WORDED.get(m[0].lower(), m[0]), sentence.plain)
    return f"{title.rstrip('? ')}: {answer}"


def _draft(
    sentence: Sentence, location: str, aspect: Aspect, value: str, why: str, when: str = ""
) -> Draft:
    start, end = sentence.text.span()
    return Draft(location, aspect, value, start, end, when, "candidate", why)


def _statuses(sentence: Sentence, before: tuple[str, ...]) -> Iterator[Draft]:
    """What happens at a status that the sentence names, that it stands under, or that the one
    before it named.
    """
    words = sentence.plain
    named = [status for status, _ in in_sentence(words)]
    titled = next((s for t in reversed(sentence.titles) if (s := in_title(t.words))), ())
    titled = tuple(status for status in titled if status[0] in "45")
    titled = titled or before
    retry = polarity(words, [title.words for title in sentence.titles])
    when = _condition(
        " ".join([words, *(t.words for t in sentence.titles[-1:] if t.words.startswith("code "))])
    )
    for status in dict.fromkeys(named or titled):
        if named and _MEANS.search(words):
            yield _draft(sentence, f"error.status.{status}", "meaning", words,
                         "names the status and what it is for")  # fmt: skip
        if retry:
            yield _draft(sentence, f"retry.status.{status}", "retry", retry,
                         "says whether to send it again", when)  # fmt: skip


def polarity(words: str, titles: Iterable[str]) -> str:
    """Whether a sentence, or a title it stands under, says to send again: yes, no, or nothing."""
    if _NEGATED_RETRY.search(words):
        return "no"
    if _RETRY.search(words):
        return "yes"
    for title in reversed(list(titles)):
        if _NEGATED_RETRY.search(title) or re.search(r"\b(?:permanent|do not retry)\b", title, _I):
            return "no"
        if _WORTH.search(title):
            return "yes"
    return ""


def _condition(words: str) -> str:
    found = _CODE.search(words)
    code = (found[1] or found[2]) if found else ""
    return f"error.code={code}" if code and code not in ("retry_after", "max_tokens") else ""


_SAYS = re.compile(
    r"\b(?:must|may|can(?:not)?|should|has to|have to|needs?|ignor\w+|reject\w*|refus\w*|support\w*|accept\w*"
    r"|only|allowed|required|mandatory|optional|default\w*|limit\w*|replac\w+|deprecated|use|uses|set|sets|pass"
    r"|send|sends|add|give|instead|between|range|at most|at least|up to|absent|missing|null|empty|holds?|contains?"
    r"|carries|carry|is|are|tells?|says?|comes?|returns?|ask|asks|with|becomes?|means?|put)\b",
    _I,
)  # fmt: skip
_LEFT_OUT = re.compile(
    r"[^.;]{0,40}\b(?:may|can|might) be (?:absent|missing|left out|omitted)\b", _I
)
_REQUIRED = re.compile(r"[^.;]{0,30}\b(?:is|are) (?:required|mandatory)\b", _I)
_ALL_REQUIRED = re.compile(
    r"\b(?:required|mandatory) (?:members|fields|parameters|are)\b|\bonly\b.{0,60}\b(?:are|is) required\b",
    _I,
)
_NOT_OURS = re.compile(
    r"\b(?:no|never|does not|doesn'?t|do not|don'?t|is not|isn'?t|there is no|without) [^.;]{0,20}$",
    _I,
)


def _fields(sentence: Sentence) -> Iterator[Draft]:
    """What a sentence says of fields that it names as code."""
    text = sentence.text
    for first, last in text.codes:
        location = place_of(text.plain[first:last].split(":")[0].split("=")[0].strip())
        if not location or not _SAYS.search(text.plain):
            continue
        before, after = text.plain[:first], text.plain[last:]
        if _LEFT_OUT.match(after):
            yield _draft(sentence, location, "required", "no", "says that it may be left out")
        elif _REQUIRED.match(after) or _ALL_REQUIRED.search(before):
            yield _draft(sentence, location, "required", "yes", "says that it is required")
        elif re.match(r"[^.;]{0,60}\bdeprecated\b", after) or _is_deprecated(sentence):
            yield _draft(sentence, location, "deprecated", "yes", "says that it is deprecated")
        elif not _NOT_OURS.search(before):
            yield _draft(sentence, location, "meaning", text.plain, "says something of it")


def _is_deprecated(sentence: Sentence) -> bool:
    """Whether it is the head of a list of what is deprecated that the sentence stands under."""
    heads = [t.words for t in sentence.titles[-2:]]
    return any(re.fullmatch(r"(?:now )?deprecat(?:ed|ions?)", head, _I) for head in heads)
