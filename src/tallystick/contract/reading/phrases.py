"""Phrases by which a sentence is read: each is a list of wordings, joined to one pattern."""

import re

PLAIN = re.IGNORECASE


def either(*wordings: str) -> str:
    """A group that matches any of some wordings."""
    return f"(?:{'|'.join(wordings)})"


def phrase(*wordings: str, abroad: str = "") -> re.Pattern[str]:
    """A pattern for whole words of any of some wordings, or for words of other languages."""
    more = f"|{abroad}" if abroad else ""
    return re.compile(rf"\b{either(*wordings)}\b{more}", PLAIN)


# Sentences that say nothing of how this provider behaves now.
VOID = re.compile(
    r"\?\s*$|(?:•[^•]*){3}|\b[45]\d\d\b\W{0,3}there\b|\bpasswords?\b|\bim[áa]gen(?:es)?\b|图像|图片|视频|画像|動画|"
    + phrase(
        "previously", "formerly", "used to", "in the past",
        "no longer(?! (?:accepted|charged|billed))",
        r"until (?:version|v\d)", r"before v?\d", "will soon",
        "will be (?:added|introduced|removed)", "planned", "coming soon",
        "(?:other|some) (?:gateways|providers|vendors)", "some other", "unlike(?! elsewhere)",
        "upstream vendors? (?:may|might)", "imagine", "suppose", "instead of our",
        "for comparison", "OpenAI(?:'?s| has| had)", "payment (?:partner|provider|processor)",
        "not (?:yet )?(?:documented|published|specified|stated)",
        "you (?:could|might) (?:think|expect|guess|assume)", "myth", "rumou?r", "ask support",
        "contact (?:support|us|sales)", "write to (?:support|sales|us)",
        "it is not (?:known|guaranteed)",
        "(?:nginx|HAProxy|Envoy|Caddy|Traefik) (?:logs?|writes?|reports?|shows?)",
    ).pattern,
    PLAIN,
)  # fmt: skip

_AGAIN = either(
    "retr(?:y(?!-after)|ies|ied|ying|yable)", r"(?:re)?send(?:ing)?(?: it| the same[\w ]*)? again",
    r"resend\w*", r"repeat\w*", "try(?:ing)? (?:it )?again", "safe to retry", "help",
    "loop on", "hammer", "ask(?:ing)? again",
)  # fmt: skip
_NEVER = either(
    "do not", "don'?t", "never", "not", "no", "without", "cannot", "can'?t", "should not",
    "shouldn'?t", "must not", "mustn'?t", "stop", "avoid", "pointless", "useless", "no point in",
    "no use", "isn'?t", "aren'?t", "won'?t", "nor",
)  # fmt: skip
_ANOTHER = either(
    "retr(?:y|ies|ying)", "repeating", "resending", "sending it again", "trying again",
    "asking again", "waiting",
    "another attempt", "a second try",
)  # fmt: skip
_IN_VAIN = either(
    "not help", "no help", "never help", "gives? the same", "pointless", "useless", "in vain",
    "fails? (?:the same|again)", "changes? nothing", "won'?t", "will not", "does not", "doesn'?t",
    "cannot", "not change", "no use", "waste",
)  # fmt: skip
# The same in other languages; Chinese and Japanese set no blanks between words.
_NOT_AGAIN_ABROAD = (
    r"\bno (?:lo |la )?(?:vuelva a |volver a )?(?:reintent|repit|intent)\w*|\bsin reintent\w*"
    r"|\bnicht (?:\w+ ){0,3}(?:wiederhol|erneut)\w*"
    r"|\bne (?:pas |la |le )?(?:réessa|répét|renvoy)\w*|\bnão (?:tente|repita|reenvie)\w*"
    r"|(?:不要|请勿|勿|不可|不应|无需|不建议)(?:直接|自动|立即)?(?:重试|重发|重复请求)"
    r"|(?:再試行|リトライ)(?:しないで|せず|不可|しても(?:成功し|解決し|意味が)[^。]{0,6}(?:ません|ない)"
    r"|[はもを](?:(?:意味が|必要が?|行わ|でき)[^。]{0,6}(?:ません|ない)|無意味|不要|おやめ|避け|お控え))"
    r"|重试(?:也)?(?:无效|不会成功|没有用|无用)"
    r"|\bне повтор\w+|\bповтор\w+[^.;]{0,40}\b(?:бессмысленно|бесполезно|не поможет)"
)
_AGAIN_ABROAD = (
    r"\breintent\w*|\b(?:vuelva|volver) a intentar\w*|\bint[ée]nt[ea]lo de nuevo"
    r"|\berneut (?:ver)?such\w*|\bwiederhol\w+|\bréessa\w+|\btente novamente|\bnova tentativa"
    r"|重试|稍后再试|再試行|リトライ|\bповтор\w+|\b(?:ещё|еще) раз\b|\bпопробуйте (?:снова|позже)"
)
NOT_AGAIN = phrase(
    rf"{_NEVER}\b[^.;,]{{0,40}}\b{_AGAIN}",
    rf"{_ANOTHER}\b[^.;]{{0,40}}\b{_IN_VAIN}",
    "(?:non|not)[- ]?retr(?:y|i)able",
    "(?:same|identical) (?:answer|result|error|refusal|response)",
    "(?:answer|result|outcome) will be the same",
    r"fix (?:the|your|it)\b.{0,40}\b(?:before|instead|first)",
    "never loop",
    r"(?:both|all|these|they|this|it) (?:is|are) (?:final|verdicts?|permanent)",
    r"(?:neither|none of (?:them|these)) (?:goes|go) away",
    r"(?:neither|none|not|never|nothing)\b[^.;]{0,20}\b(?:better|fixed|solved|cured|helped)\b"
    r"[^.;]{0,12}\bby (?:retry|repeat|resend|send|try)ing",
    r"(?:do|does|will) not (?:change|go away|succeed|pass) by (?:itself|themselves)",
    r"out of your (?:retry )?loop",
    "not worth",
    r"give up\b(?! after)",
    "fails? fast",
    abroad=_NOT_AGAIN_ABROAD,
)
AGAIN = phrase(
    "retr(?:y(?!-after)|ies|ied|ying|yable|iable)",
    "back[- ]?off",
    "try (?:it |the call |the request |once )?(?:again|more)",
    "try once more",
    "(?:re)?send (?:it|the (?:same )?(?:request|call|body)) (?:once )?(?:again|more)",
    "resend",
    "repeat (?:it|the (?:request|call))",
    "safe to (?:repeat|resend|send again)",
    "repeat later",
    "wait (?:as long|that (?:many|long)|until|for)",
    "wait a (?:moment|second|few|while|little|minute|bit)",
    r"wait (?:some|\w+ seconds?|\d+ ?s)",
    "slow down",
    "sleep (?:that|for)",
    "another (?:try|attempt|go)",
    "more attempts?",
    "one more (?:try|attempt|go)",
    "reconnect",
    "then go again",
    "(?:ask|call) again",
    "send (?:it|the (?:same )?(?:request|call|body)) once more",
    "worth (?:a|another) (?:second |new )?(?:try|attempt)",
    "come back",
    "transient",
    "temporary",
    "(?:can|may|should) be (?:tried|sent|repeated) again",
    abroad=_AGAIN_ABROAD,
)
WAITS = phrase(r"wait\b[^.;]{0,40}\b(?:seconds?|time|delay|header|value)")
# Of titles: one that is about retries in general says nothing of a status under it.
WORTH = re.compile(
    r"^(?:repeat|resend|send again|go again)$"
    r"|\b(?:which|what) (?:codes?|statuses|status codes|errors|failures)\b[^?]{0,20}\bretried\b"
    r"|\b(?:retr(?:y|iable|yable)\b"
    r"(?! (?:strateg|polic|guid|logic|behavio|advice|table|rule|after|and))"
    r"|worth (?:another|a)|safe to (?:send|try)|try again|transient)(?!.*\b(?:strateg|polic)\w*)",
    PLAIN,
)
PERMANENT = re.compile(
    r"\b(?:permanent|do not re(?:try|peat|send)|don'?t re(?:try|peat|send)|no retry)\b"
    r"|^(?:stop|give up|final|fail fast)$",
    PLAIN,
)

_WORD = r"([a-z]+(?:_[a-z0-9]+)+)"
ERROR_CODE = re.compile(
    rf"\b(?:code|error code|type)\b[`'\"]?\s*(?:is|equals|reads|says|of|=|:|==)?\s*[`\"']?{_WORD}"
    rf"|\b(?:with|when|unless|if|for)\b[^.;]{{0,30}}?\b{_WORD}\b",
    PLAIN,
)
MEANS = phrase(
    "means?", "says?", "(?:is|are) (?:returned|sent|answered|raised|used|given)", "returns?",
    "indicates?", "signals?", "tells?", "stands? for", "comes?",
    "turns? .{0,30} away", "rejected", "refused", "get", "gives?", "see", "when", "if", "because",
    "for", "is", "are", "until", "with", "answer(?:s|ed)?", "fails? with", "leads? to",
    "results? in", "receive", "repl(?:y|ies)", "responds?",
    abroad=r"返回|表示|意味|代表|\bbedeutet\b|\bdevuelve\b|\bsignifica\b|\brenvoie\b|\bsignifie\b|返し"
    r"|\bозначает\b|\bвозвраща\w+|\bпри(?:дёт|ходит)\b|\bвернёт\w*|\bответ\w*",
)  # fmt: skip
NEGATED = phrase(
    "no", "not", "never", "without", "does not", "doesn'?t", "isn'?t", "absent", "missing"
)

# Of members that a sentence names.
SAYS = phrase(
    "must", "may", "can(?:not)?", "should", "ha(?:s|ve) to", "needs?", r"ignor\w+", r"reject\w*",
    r"refus\w*", r"support\w*", r"accept\w*", "only", "allowed", "required", "mandatory",
    "optional", r"default\w*", r"limit\w*", r"replac\w+", "deprecated", "uses?", "sets?", "pass",
    "sends?", "add", "give", "instead", "between", "range", "at most", "at least", "up to",
    "absent", "missing", "null", "empty", "holds?", "contains?", "carries", "carry", "is", "are",
    "tells?", "says?", "comes?", "returns?", "asks?", "with", "becomes?", "means?", "put",
    "runs?", "goes", "lies", "leave", "omit", "drop", "remove", "strip", "keep", "fixed",
    "hand", "included", "covers?", "takes?", "lacks?", "removed", "retired",
    abroad=r"включите|передайте|укажите|добавьте",
)  # fmt: skip
# Of an error's members: what a program is to do with them.
READS = phrase("look at", "compare", "check", "branch on", "read")
LEFT_OUT = re.compile(
    r"[^.;]{0,40}\b(?:may|can|might) be (?:absent|missing|left out|omitted)\b", PLAIN
)
# Of what is answered: that it does not always come.
NOT_ALWAYS = re.compile(
    r"[^.;]{0,40}\b(?:is|are) (?:left out|omitted|absent|not (?:sent|returned|included))\b",
    PLAIN,
)
REQUIRED = re.compile(r"[^.;]{0,30}\b(?:is|are) (?:required|mandatory)\b", PLAIN)
ALL_REQUIRED = phrase(
    "(?:required|mandatory) (?:members|fields|parameters|are)",
    r"only\b.{0,60}\b(?:are|is) required",
)
NOT_OURS = re.compile(
    r"\b(?:no|never|does not|doesn'?t|do not|don'?t|is not|isn'?t|there is no|without)"
    r" [^.;]{0,20}$",
    PLAIN,
)
