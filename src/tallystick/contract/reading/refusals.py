"""What a sentence says is refused: a member, or one of its values, by which models.

`o3 and every gpt-5 model refuse it with a 400`, `A request whose messages contain
reasoning_content is refused for deepseek-reasoner`, `A json_schema request to them fails`: the
wordings of published references. What depends on anything but the model is not read here.
"""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.phrases import either, phrase
from tallystick.contract.reading.vocabulary import place_of
from tallystick.documents import Text

ANY = "*"
_NO = either("not", "no longer", "never", "cannot", "can'?t", "doesn'?t", "don'?t", "isn'?t",
             "aren'?t", "won'?t")  # fmt: skip
_TAKE = either("accept", "support", "take", "allow", "know", "understand")
_TAKEN = either("accepted", "supported", "taken", "allowed", "permitted", "available", "valid")
_REFUSED = phrase(
    r"(?:is|are|be|gets?|will be) (?:always |then )?(?:refused|rejected|unsupported)",
    r"(?<!never )(?:refuses?|rejects?)",
    rf"{_NO} {_TAKE}",
    rf"(?:is |are |be )?{_NO}(?: be)? {_TAKEN}",
    r"(?:fails?|answers?|answered|returns?|gives?|gets?|leads? to|results? in|raises?|causes?)\b"
    r"[^.;]{0,24}\b(?:400|422)",
)
_DENIED = re.compile(
    r"\b(?:never|not|without being|instead of(?: being)?|rather than|no longer)"
    r" (?:be(?:ing)? )?(?:refused?|rejected?|refusing|rejecting)\b",
    re.IGNORECASE,
)
# What narrows a refusal to some values or companions, or turns it round.
_NARROWED = re.compile(
    r"\b(?:if|when|whenever|unless|until|above|below|over|under|more|less|greater|longer|shorter"
    r"|higher|lower|outside|beyond|together|alongside|combined|combination|both|without|empty|null"
    r"|twice|larger|smaller|invalid|wrong|unknown|missing|another|negative|other|others|except"
    r"|than|otherwise|no|between|bare|strings?|arrays?|lists?|objects?|numbers?|urls?|may|might|some|certain|older|newer|same|too|plan|tier|account|key)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"(?:,|\bthen\b|\band\b|[—–-])\s*\b(?:use|send|pass|set|switch to)\b.*$", re.IGNORECASE
)
_MODEL_ID = re.compile(
    r"[a-z][a-z0-9]*(?:[-.:/][a-z0-9.]+)+\*?|[a-z]{1,4}\d+(?:\.\d+)?", re.IGNORECASE
)
_FAMILY = re.compile(
    r"\b(GPT|Gemini|Claude|DeepSeek|Mistral|Llama|Qwen|Kimi|Grok|GLM|Gemma|Phi|Command|Sonar"
    r"|Doubao|ERNIE|Hunyuan|Moonshot|MiniMax)(?:-[\w.]+)?\b(?=[^.;]{0,24}\b(?:models?|famil|series)"
    r"|\s*(?:,|and\b|or\b|,?$))"
)
_OF_MODELS = re.compile(r"\b(?:models?|famil(?:y|ies)|series|variants?|vendors?)\b", re.IGNORECASE)
_OWN = re.compile(
    r"\b(?:it|this|them|the (?:field|parameter|member|option|setting))\b", re.IGNORECASE
)
_THEM = re.compile(r"\b(?:them|they|these|those|such) ?(?:models?)?\b", re.IGNORECASE)
_SENT = re.compile(
    r"\b(?:input|history|request|messages?|send(?:ing)?|sent|back|prompt)\b", re.IGNORECASE
)
_VALUES = {
    "json_schema": "request.response_format.type",
    "json_object": "request.response_format.type",
    "developer": "request.messages[].role",
}
_AND = re.compile(r"[\s,/]*(?:and|or|nor)?[\s]*", re.IGNORECASE)
_SENDABLE = frozenset("reasoning_content tool_calls refusal".split())
_PART = re.compile(r";\s+|(?<=[.!?])\s+")
_WHY = "says that it is refused"


def refusals(text: Text, own: str = "", models: str = "") -> Iterator[Draft]:
    """What a text says is refused, sentence by sentence. `own` is the place that it describes, if
    any; `models` those that the sentence before was about.
    """
    begin = 0
    for gap in [*_PART.finditer(text.plain), None]:
        end = gap.start() if gap else len(text.plain)
        part = text.part(begin, end).stripped()
        yield from _of_sentence(part, own, models)
        models = models_of(part) or models
        begin = gap.end() if gap else end


def models_of(text: Text) -> str:
    """The models that a sentence names, as ids or beginnings of ids, joined by `|`."""
    words = [text.plain[a:b].strip() for a, b in text.codes]
    ids = [w.lower().rstrip("*-") for w in words if _MODEL_ID.fullmatch(w) and not place_of(w)]
    families = [m[1].lower() for m in _FAMILY.finditer(text.plain)]
    return "|".join(sorted({*ids, *families}))


def _of_sentence(sentence: Text, own: str, before: str) -> Iterator[Draft]:
    said = _INSTEAD.sub("", sentence.plain)
    found = _REFUSED.search(said)
    if not found or _DENIED.search(said) or _NARROWED.search(said):
        return
    models = models_of(sentence)
    if not models and _THEM.search(said):
        models = before
    if not models and _OF_MODELS.search(said):
        return  # of some models, and it is not told of which
    when = f"model={models}" if models else ""
    start, end = sentence.span()
    for place, value in _subjects(sentence, len(said), found, own):
        yield Draft(place, "refused", value, start, end, when, "candidate", _WHY)


def _subjects(sentence: Text, reach: int, found: re.Match[str], own: str) -> list[tuple[str, str]]:
    """What is refused: the member or value that stands nearest before the verb, or behind it; or
    what the sentence describes, where it says `it` or only names models.
    """
    words = sentence.plain
    before = [(a, b) for a, b in sentence.codes if b <= found.start()]
    behind = [(a, b) for a, b in sentence.codes if found.end() <= a <= b <= reach]
    described = own.startswith("request.") and _OWN.search(words[: found.end() + 4])
    for run in (_joined(words, before[::-1])[::-1], _joined(words, behind)):
        subjects = [one for a, b in run if (one := _subject(sentence, words[a:b].strip()))]
        if subjects and not described:
            return list(dict.fromkeys(subjects))
    leads = bool(sentence.codes) and sentence.codes[0][0] == 0 and models_of(sentence)
    return [(own, ANY)] if described or (own.startswith("request.") and leads) else []


def _joined(words: str, codes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first of some codes, and those that stand in one list with it."""
    run = codes[:1]
    for one in codes[1:]:
        first, last = sorted((run[-1], one))
        if not _AND.fullmatch(words[first[1] : last[0]]):
            break
        run.append(one)
    return run


def _subject(sentence: Text, word: str) -> tuple[str, str] | None:
    name, _, value = (part.strip(" \"'{}") for part in re.sub("=", ":", word).partition(":"))
    if name in _VALUES and not value:
        return _VALUES[name], name
    place = place_of(name)
    if name in _SENDABLE and _SENT.search(sentence.plain):
        return f"request.messages[].{name}", ANY
    if not place.startswith("request.") or (value and not re.fullmatch(r"[\w.-]+", value)):
        return None
    return place, value or ANY
