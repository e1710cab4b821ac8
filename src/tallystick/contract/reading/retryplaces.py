"""What a sentence may state of waiting and of calling again by its words alone."""

import re

from tallystick.contract.reading.phrases import PLAIN, phrase
from tallystick.contract.reading.placerules import DURATION, Place, first_word

# What else has a time to it.
_OTHER_TIMES = (
    "rate", "per", "window", "keys?", "sessions?", r"download\w*", "files?", "jobs?",
)  # fmt: skip

# That an answer has no `Retry-After`, in other languages.
_NONE_ABROAD = (
    r"retry-after[^。；;.]{0,20}(?:返し|返され|付き|付与し|含まれ|送られ|ありませ)[^。]{0,6}(?:ません|ない)"
    r"|retry-after[^。；;.]{0,12}(?:ありません|ない)|(?:不|没有|不会)[^。；;,，]{0,8}retry-after"
    r"|retry-after[^。；;,，]{0,8}(?:不返回|不提供)|\bkein(?:en)? retry-after\b"
)
RETRY_PLACES = (
    Place(
        "retry.retry_after",
        phrase("retry-after"),
        "names Retry-After",
        "yes",
        "exists",
        phrase(
            r"(?:no|not|never|without|nor|does not|doesn'?t)\b[^.;,]{0,40}\bretry-after",
            r"retry-after\b[^.;,]{0,30}\b(?:not|never|absent|missing|no longer)",
            abroad=_NONE_ABROAD,
        ),
    ),
    Place(
        "retry.retry_after",
        re.compile(
            r"\b(?:there is|are sent|is sent with|has|have|carr(?:y|ies)|sends?) (?:no|without an?)"
            r" retry-after\b|\bno retry-after\b[^.;]{0,20}\b(?:is|are|comes?|sent)\b"
            r"|\bretry-after\b[^.;,]{0,20}\b(?:is|are) (?:not|never) (?:sent|set|given|returned)\b",
            PLAIN,
        ),
        "says that there is no Retry-After",
        "no",
    ),
    Place(
        "retry.backoff",
        re.compile(
            r"\bback(?:s|ing)?[ -]?off\b|\bjitter\w*|\bexponential\w*"
            r"|\bdoubl(?:e|es|ing) the (?:pause|wait|delay|interval)"
            r"|\b(?:pause|wait|delay|interval)s? (?:\w+ )?(?:doubles?|grows?)\b"
            r"|\blet the (?:pause|wait|delay)s? grow"
            r"|\b(?:growing|increasing|longer and longer) (?:pause|wait|delay|interval|gap)s?"
            r"|\bone second, then two|\b1 ?s, 2 ?s|指数退避|指数バックオフ|удваива\w+ пауз",
            PLAIN,
        ),
        "says how long to wait between attempts",
        "growing waits",
        "meaning",
        re.compile(r"\b(?:no need|need not|without|not|never)\b[^.;]{0,30}"
                   r"\b(?:back[ -]?off|exponential|jitter)", PLAIN),
    ),
    Place(
        "retry.timeout",
        re.compile(
            r"\b(?:read|client|request|socket|idle)?[ -]?time-?outs?\b[^.;]{0,60}?"
            r"(\d+ ?(?:s|seconds?|min|minutes?))\b",
            PLAIN,
        ),
        "names a time to wait for an answer",
        first_word,
        "value",
        phrase("rate", "per"),
    ),
    Place(
        "retry.timeout",
        re.compile(
            r"\b(?:give|allow|wait)\b[^.;]{0,40}\bat least (\d+ ?(?:s|seconds?|min|minutes?))\b"
            r"[^.;]{0,60}\b(?:client|call|answer|gives? up)\b"
            r"|\b(?:longer than|no first byte (?:after|within))"
            r" (\d+ ?(?:s|seconds?|min|minutes?))\b"
            r"[^.;]{0,40}\b(?:cut off|ends?|closed|aborted|timed? out)\b",
            PLAIN,
        ),
        "names a time after which a call ends",
        lambda found: found[1] or found[2],
        "value",
        phrase("rate", "per"),
    ),
    Place(
        "retry.timeout",
        re.compile(
            rf"\b(?:limit|deadline|time-?out)s?\b[^.;]{{0,50}}"
            rf"\b(?:no less than|at least|below|under) ({DURATION})",
            PLAIN,
        ),
        "names a time that a client should wait",
        first_word,
        "value",
        phrase(*_OTHER_TIMES),
    ),
    Place(
        "retry.timeout",
        re.compile(
            rf"\b(?:clos|cut|drop|abort|end|terminat|disconnect|hang|hung|kill)\w*\b[^.;]{{0,60}}"
            rf"\bafter ({DURATION})|\b(?:took|takes?|taking) (?:longer|more) than ({DURATION})"
            rf"|\bgives? (?:a|the|each|every) (?:vendor|provider|upstream|model|backend)"
            rf" ({DURATION})"
            rf"|\bобрыва\w+[^.;]{{0,40}}через ({DURATION})",
            PLAIN,
        ),
        "names a time after which a call is ended",
        lambda found: next(group for group in found.groups() if group),
        "maximum",
        phrase(*_OTHER_TIMES),
    ),
)  # fmt: skip
