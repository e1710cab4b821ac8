"""The words in which errors and pages speak of one matter, and what makes a sentence a rule
(decision 0040).
"""

import re
from collections.abc import Mapping
from functools import cache

# What a sentence is about, where it does not write the member's own name; and what its name means.
_SUBJECTS: tuple[tuple[str, str], ...] = (
    ("endpoint.", r"\bpaths?\b|\baddress\b|\bURLs?\b|\bdeployments?\b|\bendpoints?\b"),
    ("request.messages[].content[].image_url", r"\bimages?\b|\bimage_url\b|\bpictures?\b"),
    ("request.messages[].content[].file", r"\bfiles?\b|\bdocuments?\b|\bfile_data\b|\bPDFs?\b"),
    ("request.messages[].content[].input_audio", r"\baudio\b"),
    ("request.messages[].content[].type", r"\bparts?\b|\bcontent (?:types?|blocks?)\b"),
    ("request.messages[].content", r"\bcontents?\b|\btexts?\b|\bmessages?\b|\bparts?\b"),
    ("request.messages[].role", r"\broles?\b|\b(?:system|developer|user|assistant|tool)`? "
                                r"(?:message|prompt|turn|result)s?\b"),
    ("request.messages[].tool_call", r"\btool(?:_| )?(?:call|message|result|response)\w*"
                                     r"|`tool`|\brole:? \W?tool\b"),
    ("request.messages[].reasoning", r"\breasoning\w*|\bthinking\b|\bthoughts?\b"),
    ("request.messages", r"\bmessages?\b|\bconversations?\b|\bhistory\b|\bturns?\b|\broles?\b"),
    ("request.tools[].function.name", r"\b(?:tool|function)s?\b.{0,40}\bnames?\b"
                                      r"|\bnames?\b.{0,40}\b(?:tool|function)s?\b"),
    ("request.tools[].function.parameters", r"\bschemas?\b|\bparameters\b|\bpropert(?:y|ies)\b"),
    ("request.tools", r"\btools?\b|\bfunctions?\b"),
    ("request.response_format", r"\bresponse_format\b|\bjson_(?:schema|object)\b|\bschemas?\b"
                                r"|\bstructured outputs?\b|\bJSON mode\b"),
)  # fmt: skip

# One matter in the words of errors and in those of pages.
_MATTERS: Mapping[str, str] = {
    "empty": r"\b(?:non-?)?empty\b|\bblank\b|\bat least one (?:character|word|message|item)\b"
             r"|\bnothing but spaces\b",
    "together": r"\bboth\b|\btogether\b|\bat (?:the same time|once)\b|\bcombin\w+|\bmutually"
                r"|\balongside\b|\bonly one of\b|\bone of the two\b|\beither\b[^.;]{1,60}\bor\b",
    "only with": r"\b(?:only|not)\b[^.;]{0,40}\b(?:when|if|with|without|unless|beside)\b"
                 r"|\brequires?\b|\bwithout\b|\bneeds?\b",
    "written": r"\bcharacters?\b|\bletters\b|\bdigits\b|\balphanumeric\b|a-z|\bpattern\b|\bregex\b"
               r"|\bunderscores?\b|\bhyphens?\b|\bmatch(?:es)?\b",
    "length": r"\btoo (?:long|many|large|big)\b|\bat most\b|\bup to\b|\bmaximum\b|\bno more than\b"
              r"|\bexceed\w*|\blonger\b|\blarger\b|\blimit(?:ed)?\b",
    "order": r"\bfollow(?:s|ed|ing)?\b|\bpreced\w+|\brespon(?:d|se)s?\b|\balternat\w+|\bbehind\b"
             r"|\b(?:right )?after (?:role|an?|the|\W?(?:tool|user|assistant|system)\b)"
             r"|\bbefore\b|\bin response to\b|\bmatching\b|\bcorresponding\b"
             r"|\banswer(?:s|ed)?\b",
    "first": r"\b(?:first|begin\w*|starts?|anywhere|any (?:position|order|place))\b",
    "last": r"\b(?:last|ends?|final)\b",
    "given back": r"\b(?:pass(?:ed)?|sent|send|giv(?:e|en)|return(?:ed)?|replay\w*|resend|kept?)"
                  r" (?:\w+ ){0,4}back\b|\bback to the API\b|\breplay\w*|\bresen[dt]\b"
                  r"|\b(?:still|also) (?:hold|have|contain|include|carry)\b|\bdrops? (?:it|them)\b"
                  r"|\bpreserv\w+"
                  r"|\blacks?\b|\bunchanged\b|\bverbatim\b|\bmissing\b",
    "data url": r"\bdata[: ](?:ur[il]|image)|\bdata ur[il]s?\b|\bbase64\b|\bdata:",
    "fetched": r"\bfetch\w*|\bdownload\w*|\bpublic(?:ly)?\b|\breach\w*|\baccessible\b|\bhttps?\b"
               r"|\b(?:web|remote) (?:address|link|url)s?\b|\burls?\b",
    "media": r"\bpng\b|\bjpe?g\b|\bwebp\b|\bgif\b|\bheic\b|\bpdf\b|\bmime\b|\bmedia type\b"
             r"|\b(?:image|file) (?:format|type)s?\b|\bformats?\b",
    "the word": r"\bword\b[^.;]{0,20}\bjson\b|\bjson\b[^.;]{0,30}\b(?:word|mention\w*|contain\w*)\b"
                r"|\b(?:mention|contain)\w*\b[^.;]{0,30}\bjson\b",
    "required": r"\brequired\b|\bmandatory\b|\bmust (?:be )?(?:present|includ\w+|set|sent|have)\b"
                r"|\bmissing\b|\bmust have\b",
    "not streamed": r"\bnon-?stream\w*|\bnot? (?:be )?stream\w*|\bwithout `?stream"
                    r"|\bonly (?:\w+ ){0,3}(?:as a |when |in )?stream\w*|\bstream\W{1,4}false",
    "nested": r"\badditionalProperties\b|\badditional propert(?:y|ies)\b|\bstrict\b",
    "one value": r"\bdefaults?\b|\bfixed\b|\bpinned\b|\bany other (?:value|number)\b"
                 r"|\bonly \S+ (?:is|are) (?:allowed|supported|accepted)\b|\bmust equal\b"
                 r"|\bcannot (?:be )?chang\w+|\bonly accepts? \S+\b",
    "window": r"\bcontext (?:length|window|size)\b|\bcontext_length"
              r"|\b(?:prompt|input|messages)\b[^.;]{1,40}\b(?:completion|output|answer|reply)\b"
              r"[^.;]{0,60}\b(?:exceed|fit|together|limit)",
    "object": r"\bobjects?\b",
    "array": r"\barrays?\b|\blists?\b",
    "string": r"\bstrings?\b|\btext\b",
    "number": r"\bnumbers?\b|\bintegers?\b|\bnumeric\b|\bids?\b",
    "by model": r"\bmodels?\b",
    "not taken": r"\b(?:not|n't|never|un)[ -]?(?:be )?(?:support|accept|allow|permit|tak)\w*"
                 r"|\brefus\w+|\breject\w+|\bunknown\b|\bunrecogni[sz]ed\b|\bunexpected\b"
                 r"|\bdoes not (?:know|understand|have)\b|\bextra\b",
    "not there": r"\bno longer\b|\bretired\b|\bremoved\b|\bdeprecated\b|\bdiscontinued\b"
                 r"|\bsunset\b|\bdecommission\w*|\bshut down\b|\b(?:switched|turned) off\b"
                 r"|\bwithdrawn\b",
}  # fmt: skip
_READ = {name: re.compile(words, re.IGNORECASE) for name, words in _MATTERS.items()}
# What all rejections and most rules have in common: it is no rule by itself.
WEAK = frozenset(
    {"by model", "not taken", "required", "only with", "object", "string", "array", "number"}
)
RULES = re.compile(
    r"\b(?:must|has to|have to|needs? to|only|never|always|cannot|required|refus\w+|reject\w+"
    r"|invalid|unsupported|forbidden|mandatory|incompatible|limited to|at (?:most|least)"
    r"|no (?:more|longer|fewer) \w+|up to|fails?|errors?|answered with|not \w+ed|not allowed"
    r"|(?:results?|ends?) in|(?:do|does|is|are|may|can|should) not|expects?|make sure|ensure"
    r"|nothing (?:but|else)|other than|no other|any other"
    r"|rename|replace|instead|in place of|switch to"
    r"|convert|use|send|leave|remove|keep|pass)\b|n't\b|\b4(?:00|22|13)\b",
    re.IGNORECASE,
)
# What makes a sentence one of something else, or of some only, or a promise that nothing happens.
ELSEWHERE = re.compile(
    r"\b(?:plans?|tiers?|accounts?|regions?|beta|preview|previously|formerly|until|roadmap|soon"
    r"|sdks?|librar(?:y|ies)|playground|azure|other providers|embeddings?|moderation"
    r"|(?<!not )ignored|silently|(?<!not )dropped|has no effect|no error|for you|automatically"
    r"|(?:is|are|be) converted|not (?:be )?(?:rejected|refused|an error)|never (?:rejected|refused)"
    r"|not (?:restricted|limited|bound)|in our|examples?|we (?:use|found|saw)"
    r"|recommend\w*|suggest\w*|aim for|advise\w*|ideally|typically|prefer\w*|practical|soft"
    r"|not (?:yet )?(?:documented|specified|stated)|\w+ is not required|optional"
    r"|models? (?:has to|have to|must|will|should|can|cannot|may|might|does|calls?))\b",
    re.IGNORECASE,
)
# What holds from some day on, where nothing says that the day is over.
TO_COME = re.compile(
    r"^(?!.*\b(?:was|were|has been|have been|no longer|any ?more|since)\b).*\b20\d\d\b",
    re.IGNORECASE | re.DOTALL,
)
EXCEPTED = re.compile(r"\b(?:unless|except(?:ed|ing)?|usually|normally)\b", re.IGNORECASE)
ALLOWS = re.compile(
    r"\b(?:is|are|may|can|also) (?:be |also |now |fully |all )*(?:accepted|supported|allowed|taken"
    r"|sent|passed|used|valid|combined|appear|stand|come|follow)\b|\b(?:accepts?|supports?|takes?)\b",
    re.IGNORECASE,
)
NEGATED = re.compile(
    r"\b(?:not|never|no|only|cannot|neither|nor|without|unless|except|must|nothing"
    r"|other than|fixed)\b|n't\b",
    re.IGNORECASE,
)
# That a member itself is not taken, under no condition.
_REFUSES = re.compile(
    r"\b(?:must|may|can) not be (?:part|sent|set|used|passed|included)\b"
    r"|\b(?:not|never|cannot) (?:be )?(?:support|accept|allow|permit|valid|available|sent|used"
    r"|tolerat|understood|recogni|taken)\w*|\b(?:do|does) not (?:support|accept|allow|take|know)\b"
    r"|\b(?:refus|reject|forbid|forbad)\w*|\b(?:unsupported|unavailable|no counterpart)\b"
    r"|\b(?:has|have|takes?|knows?) no\b|\bthere is no\b|\bturns?\b[^.;]{1,40}\b(?:down|away)\b"
    r"|\b(?:fails?|trigger\w*|raises?|an error|counts? as an extra|an? (?:HTTP )?`?4\d\d`?)\b"
    r"|\bdo not send\b|\b(?:do|does) not(?=\s?[:;.,]|$)"
    r"|n't (?:support|accept|take|allow|send)\w*",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:when|if|while|together|alongside|combin\w+|in case|once|whenever|until|before|after|only"
    r"|with|more than|longer|larger|above|below|(?<!any )values?|outside|greater)\b",
    re.IGNORECASE,
)
# That something is sent at all is no condition on how.
_SENT = re.compile(
    r"\b(?:if|when) (?:it is |they are |any of (?:these|them|the following) (?:is |are ))?"
    r"(?:present|sent|set|included|supplied|passed)\b"
)
# Ids of models, and statuses, that have digits.
_OF_NAMES = re.compile(r"[A-Za-z][\w.-]*\d[\w.-]*|\b[45]\d\d\b")
_PIECES = re.compile(r";|: |\) |, (?:whereas|but|while|yet)\b| – | — ")
SOME_MODELS = re.compile(r"\b(?:models?|famil(?:y|ies)|series)\b", re.IGNORECASE)
ALL_MODELS = re.compile(r"\b(?:all|every|any|each|the|a|this|your) models?\b", re.IGNORECASE)


def piece_about(words: str, place: str) -> str:
    """The piece of a sentence that names a member of a request; the sentence where none does."""
    name = place.rpartition(".")[2].rstrip("[]")
    own = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
    pieces = [one for one in _PIECES.split(words) if name and own.search(one)]
    return pieces[0] if len(pieces) == 1 else words


def refuses(words: str, title: str, place: str) -> bool:
    """Whether a sentence says that a member which it, or its title, names is not taken, under no
    condition.
    """
    piece = _SENT.sub(" ", piece_about(words, place))
    name = place.rpartition(".")[2].rstrip("[]")
    own = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
    named = bool(name) and bool(own.search(piece) or own.search(title))
    if named and not own.search(piece):  # the title names it, for one piece of the sentence
        piece = next((one for one in _PIECES.split(piece) if _REFUSES.search(one)), piece)
    bare = _OF_NAMES.sub(" ", piece)
    of_some = _CONDITION.search(piece) or re.search(r"\d", bare)  # a value, or a number of them
    return named and bool(_REFUSES.search(piece)) and not of_some


# Names that other members have as well.
_OF_MANY = frozenset("name type url id content index arguments parameters description".split())


@cache
def of_place(place: str) -> re.Pattern[str]:
    """How sentences name a place."""
    name = re.sub(r"\[\]$", "", place).rpartition(".")[2]
    subject = next((words for begin, words in _SUBJECTS if place.startswith(begin)), "")
    if subject and name in _OF_MANY:
        return re.compile(subject, re.IGNORECASE)
    more = f"|{subject}" if subject else ""
    return re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w){more}", re.IGNORECASE)


def of_matters(words: str) -> frozenset[str]:
    """The matters that words speak of."""
    return frozenset(name for name, pattern in _READ.items() if pattern.search(words))
