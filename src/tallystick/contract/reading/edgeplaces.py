"""What a sentence may state, by its words alone, of what stands around a body: header fields, codes
of errors, times that a server or a client waits, and the money of an account.
"""

import re

from tallystick.contract.reading.phrases import PLAIN
from tallystick.contract.reading.placerules import DURATION, Place

# Fields of a request (OpenAI, Making requests; OpenRouter, App attribution; IETF, Idempotency-Key),
# and those that names of a provider's own begin with.
_FIELD = r"(?:X-[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*|OpenAI-[A-Z][a-z]+|HTTP-Referer|Idempotency-Key)"
_SPENT = (
    r"(?:spent|empty|used up|exhausted|r(?:un|an)s? out|too low|insufficient|negative|depleted"
    r"|(?:reach(?:es)?|at|is) zero|top(?:ped)?[ -]?up|recharg\w+|not enough|overdue)"
)
_MONEY = r"(?:balance|credits?|prepaid (?:amount|funds)|funds)"
_CAP = r"(?:quota|budget|allowance|spend(?:ing)? (?:limit|cap))s?"
_WHO = r"(?:account|organi[sz]ation|project|workspace|team|month(?:ly)?|key|plan|tier)"


def _name(found: re.Match[str]) -> str:
    return found[1]


EDGE_PLACES = (
    Place(
        "auth.token",
        re.compile(
            r"\b(?:api )?(?:keys?|tokens?)\b[^.;]{0,40}\b(?:starts?|begins?|prefixed)\b[^.;]{0,8}"
            r" with\b"
            r"|\b(?:api )?(?:keys?|tokens?) (?:expires?|(?:is|are) valid for|live)\b[^.;]{0,20}\d"
            r"|(?:トークン|キー)は[^。]{0,30}(?:で始ま)|(?:令牌|密钥)[^。,，;；]{0,6}以[^。,，;；]{0,12}开头"
            r"|\b(?:Schlüssel|Token)\b[^.;]{0,30}\bbeginn\w+ mit\b",
            re.IGNORECASE,
        ),
        "tells what a key looks like, or how long it holds",
        "a form",
        "meaning",
    ),
    Place(
        "error.code",
        re.compile(
            r"\bcode\b[`'\"]?(?: is| of|:|=)? ?[`'\"]?[a-z]+(?:_[a-z0-9]+)+\b"
            r"|\b[45]\d\d\b`?(?:,| and| with| or)? [`'\"]?[a-z]+(?:_[a-z0-9]+)+[`'\"]?"
            r"(?=[`'\"]?(?:[ .,;:)]|$))",
            re.ASCII,
        ),
        "names a code of an error",
        "yes",
        "exists",
        re.compile(r"\b(?:finish_reason|language|status_code|country)\b", PLAIN),
    ),
    Place(
        "transport.timeout",
        re.compile(
            rf"\b(?:time-?outs?|timed? out|clos\w+|cuts?|gives? up|(?:does|did) not answer"
            rf"|lives?|longest|keeps? (?:it|them) open)\b[^.;]{{0,60}}{DURATION}"
            rf"|{DURATION}[^.;]{{0,30}}\b(?:time-?outs?|timed? out|closed|cut)\b",
            PLAIN,
        ),
        "says how long a call may take",
        "a time",
        "meaning",
        re.compile(r"\b(?:retr(?:y|ies)|cach\w+|keys?|tokens? expire|session|window)\b", PLAIN),
    ),
    Place(
        "response.content_type",
        re.compile(
            r"\bcontent[- ]type\b[^.;]{0,20}\b(text/event-stream|application/json)\b", PLAIN
        ),
        "names the content type of an answer",
        _name,
        "value",
        re.compile(r"\b(?:request|send|set|header is required|missing|415)\b", PLAIN),
    ),
    Place(
        "account.balance",
        re.compile(rf"\b{_MONEY}\b[^.;]{{0,50}}\b{_SPENT}\b|\b{_SPENT}\b[^.;]{{0,30}}\b{_MONEY}\b"
                   rf"|\b(?:prepay|prepaid)\b[^.;]{{0,20}}\b{_MONEY}\b|\boff the balance\b", PLAIN),
        "says what the balance of an account is for",
        "a balance",
        "meaning",
    ),
    Place(
        "account.quota",
        re.compile(
            rf"\b{_WHO}\b[^.;]{{0,30}}\b{_CAP}\b[^.;]{{0,40}}\b(?:{_SPENT}|reach\w*|exceed\w*|used)\b"
            rf"|\binsufficient_quota\b|\b(?:{_SPENT}|reach\w*|exceed\w*)\b[^.;]{{0,30}}\b{_WHO}\b"
            rf"[^.;]{{0,12}}\b{_CAP}\b",
            PLAIN,
        ),
        "says that an account has a quota",
        "a quota",
        "meaning",
    ),
)  # fmt: skip
_FIELDS = re.compile(rf"(?<![\w-])({_FIELD})(?![\w-])")
# Fields of an answer.
_ANSWERED = re.compile(
    r"\b(?:returns?|respon[sd]\w*|answers?|echo\w*|comes? back|rate-?limit)\b|x-request-id", PLAIN
)


def header_fields(words: str) -> list[str]:
    """The places of the header fields of a request that a sentence names."""
    if _ANSWERED.search(words):
        return []
    return [f"request.headers.{name}" for name in dict.fromkeys(_FIELDS.findall(words))]
