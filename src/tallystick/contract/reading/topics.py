"""What a title or a line is about: the operation, another one, or what no longer holds."""

import re

from tallystick.record.case import Operation

RETIRED = re.compile(
    r"\b(?:removed|retired|legacy|obsolete|roadmap|coming soon"
    r"|(?:version|release|change|revision|update)s? history|history of (?:\w+ )?changes)\b",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:embeddings?|images?|audio|speech|transcriptions?|moderations?|videos?|rerank\w*"
    r"|responses api|assistants?(?: api)|fine.?tun\w+|batch(?:es)? api|messages api|files? api"
    r"|(?:list|create|cancel|retrieve|get)(?: an?)? batch(?:es)?"
    r"|upload(?:s|ing)?(?: an?)? files?|midjourney|realtime"
    r"|list(?:ing)? (?:of )?models|models (?:list|endpoint)|webhooks?"
    r"|admin(?:istration)? tokens?|single sign-on|sso|saml|scim"
    r"|(?:management|admin(?:istration)?|keys?|provisioning|account|usage|organi[sz]ation) api)\b"
    r"|微调|向量|嵌入|文件接口|批处理|批量接口|(?:图像|图片|视频)生成|文生图|语音(?:合成|识别)|审核接口"
    r"|ファインチューニング|埋め込み|画像の?生成|音声の?(?:合成|認識|生成|書き起こし|文字起こし)"
    r"|管理 ?API"
    r"|\b(?:Einbettung(?:en)?|Bild(?:erzeugung|generierung)|Spracherkennung|Transkription(?:en)?)\b",
    re.IGNORECASE,
)
# Kinds of content that a message may have: by themselves no other operation.
PARTS_ALONE = re.compile(
    r"(?:(?:send|add|attach|pass|includ|us)(?:e|ing)? (?:an? |the |your )?|with )?"
    r"(?:images?|audio|speech|videos?|files?)"
    r"(?: (?:as |in )?(?:inputs?|parts?|content))?(?: (?:in|of) (?:an? |the |your )?messages?)?",
    re.IGNORECASE,
)
_OF_MESSAGE = re.compile(
    r"\b(?:in|of) (?:an? |the |your )?messages?$|\b(?:content )?parts?$",
    re.IGNORECASE,
)
_KINDS = r"(?:images?|audio|vision|files?|videos?)"
AS_INPUT = re.compile(
    rf"^{_KINDS}(?:(?:,|,? and| &) {_KINDS})+$|"
    r"\b(?:images?|audio|files?) (?:as |in )?(?:an? )?(?:inputs?|messages?)\b"
    r"|\bmodels?\b.{0,20}\b(?:read|see|take|accept|support)s?\b.{0,20}\b(?:images?|audio|files?)\b",
    re.IGNORECASE,
)
CHAT = re.compile(r"\bchat\b", re.IGNORECASE)
_OWN = re.compile(r"\bchat\b|\bcompletions?\b|对话|聊天|チャット", re.IGNORECASE)
PATH = re.compile(r"(?:^|[\s`(\"'])(?:https?://[^\s/`]+)?(/v\d+(?:beta)?/[\w/{}.:-]*[\w}])")
_SENDS = re.compile(
    r"\b(?:GET|POST|PUT|PATCH|DELETE)\s+(?:\S*?(?=/v\d))?(/(?:v\d+(?:beta)?/)?[a-z][\w/{}.:-]*[\w}])"
)
_OPERATION_LINE = re.compile(
    r"^(?:GET|POST|PUT|PATCH|DELETE)\s+\S*?(/v\d+(?:beta)?/[\w/{}.:-]*[\w}])"
)


# The operation that chat completions came after (OpenAI, Completions, legacy).
_LEGACY = re.compile(r"\bfor (?:the )?completions api\b|\blegacy completions\b", re.IGNORECASE)
# A paragraph about another API: `The files API keeps …`.
_OTHER_API = re.compile(
    r"(?:(?:transcriptions?|embeddings?|moderations?|rerank\w*|(?:image|video) generations?)\b"
    r"|(?:向量|嵌入|语音|审核|文生图|(?:图像|图片|视频)生成)(?:接口|API))(?!.*(?:\bchat\b|对话|聊天))"
    r"|(?:the |our )?(?:files?|batch(?:es)?|management|admin(?:istration)?|embeddings?|images?"
    r"|fine-?tuning|assistants?|moderations?|speech|audio|training) (?:API|endpoints?)\b"
    r"(?!.*\bchat\b)|管理 ?API",
    re.IGNORECASE | re.DOTALL,
)
# What is listed here, and where else it can be had.
_ALSO = re.compile(
    r"\balso\b[^.;]{0,40}\bGET \S*/models\b|\bGET \S*/models\b[^.;]{0,40}\b(?:too|also)\b"
)


def is_elsewhere(words: str, operation: Operation) -> bool:
    """Whether a title says that what follows is of another operation, or holds no more."""
    if RETIRED.search(words):
        return True
    of_message = _OF_MESSAGE.search(words) and PARTS_ALONE.fullmatch(words.strip())
    if of_message or AS_INPUT.search(words):
        return False
    paths = PATH.findall(words)
    if not paths and _LEGACY.search(words) and not CHAT.search(words):
        return True
    if paths:
        return not any(_is_ours(path, operation) for path in paths)
    return bool(OTHER.search(words)) and not _OWN.search(words)


_OF_LIST = re.compile(
    r"\W*(?:for|of|with)\W+(?:the )?(?P<what>[\w -]{3,30}?)(?: (?:api|endpoint|requests?))?\W*:\W*",
    re.IGNORECASE,
)


def leads_elsewhere(words: str) -> bool:
    """Whether a line that leads to a list says that the list is of another operation."""
    found = _OF_LIST.fullmatch(words.strip())
    return found is not None and bool(OTHER.search(found["what"])) and not _OWN.search(words)


# An entry of a list that names what it is about first, perhaps behind a date: `2026-10-01 Files:`.
_ENTRY = re.compile(
    r"\W*(?:(?P<dated>\d{4}-\d\d-\d\d)\W+)?(?:(?:embeddings?|batch(?:es)?|moderations?|fine-?tuning"
    r"|assistants?|rerank\w*|transcriptions?|speech)|(?P<part>images?|files?|audio|videos?))"
    r"(?: API)?\s*[:：–—]\s",
    re.IGNORECASE,
)


def leads_entry_elsewhere(words: str) -> bool:
    """Whether an entry begins with the name of another operation; kinds of parts that a message may
    have are such where a date stands before them.
    """
    found = _ENTRY.match(words)
    return found is not None and (found["part"] is None or found["dated"] is not None)


def names_another(words: str, operation: Operation) -> bool:
    """Whether a line is nothing but another operation."""
    named = _OPERATION_LINE.match(words.strip())
    return named is not None and not _is_ours(named[1], operation)


def sends_elsewhere(words: str, operation: Operation) -> bool:
    """Whether a sentence names another operation, and not ours: what follows is about that one."""
    if _ALSO.search(words):
        return False
    if _OTHER_API.match(words.strip()):
        return True
    named = _SENDS.findall(words)
    return bool(named) and not any(_is_ours(path, operation) for path in named)


def _is_ours(path: str, operation: Operation) -> bool:
    """Whether a path is the operation's, perhaps below a server's, or without what is before it."""
    return path.endswith(operation.path) or operation.path.endswith(path)
