"""What a sentence says is to be sent back with the turns of before."""

import re

from tallystick.contract.reading.phrases import PLAIN

# What an answer's message has, and a later request gives back.
_OF_TURNS = frozenset(("reasoning_content", "reasoning", "reasoning_details", "thinking"))
_BACK = re.compile(
    r"\b(?:hand|sen[dt]|pass|return|give|put|fee?d|include|kee?pt?|echo|carr|replay)(?:n|y|ies|s|es|ing|ed"
    r"|ping|ting)?\b[^.;]{0,80}\b(?:back|again|along|(?:next|following|later|subsequent) (?:turn"
    r"|request|call)s?|history|conversation|assistant (?:turn|message)|messages"
    r"|(?:earlier|previous|prior|past) (?:turn|round|request|call|message|answer)s?)\b",
    PLAIN,
)


_ORDERED = re.compile(
    r"^(?:(?:always|please|then|so),? )?(?:hand|send|pass|return|give|put|feed|include|keep|echo)\b"
    r"|\b(?:must|ha(?:s|ve) to|needs? to)\b[^.;]{0,60}"
    r"\b(?:sent|passed|returned|included|given|kept|put|handed|send|pass|return|include|keep)\b",
    PLAIN,
)
_NOT_SO = re.compile(
    r"\b(?:not|never|no|without|optional\w*|may|can|could|might|if you|unless|except)\b|n't\b",
    PLAIN,
)


_REMOVED = re.compile(
    r"\b(?:remove|strip|drop|omit|delete)\b[^.;]{0,80}"
    r"\b(?:next|following|later|subsequent|earlier|previous|messages|history|send (?:it|them) back"
    r"|before (?:you )?send\w*)\b",
    PLAIN,
)
_FORBIDDEN = re.compile(
    r"\b(?:do not|don'?t|never|(?:must|should|may|can)(?: ?not|n't)(?: be)?)\b[^.;:]{0,20}"
    r"\b(?:include|send|sent|pass|return|put|feed|fed|echo|keep|kept|replay)(?:ed|d)?\b"
    r"|^(?:(?:always|please|then|if you (?:store|keep|save|log|reuse|replay|append)\b[^,;]{0,60},)"
    r" )?(?:remove|strip|drop|omit|leave out|delete)\b",
    PLAIN,
)
_PERHAPS = re.compile(
    r"\b(?:need not|not (?:need|have) to|optional\w*|unless|except"
    r"|if you(?! (?:store|keep|save|log|reuse|replay|append)))\b",
    PLAIN,
)


def given_back(name: str, words: str) -> str:
    """The place of a member that a sentence asks to be sent with the turns of before."""
    asked = name in _OF_TURNS and (_BACK.search(words) or _REMOVED.search(words))
    return f"request.messages[].{name}" if asked else ""


def is_ordered(words: str) -> bool:
    """Whether a sentence orders that, and neither allows nor denies it."""
    return bool(_ORDERED.search(words)) and not _NOT_SO.search(words)


def is_forbidden(words: str) -> bool:
    """Whether a sentence forbids that: it was in the answer, and is not to be sent again."""
    return bool(_FORBIDDEN.search(words)) and not _PERHAPS.search(words)
