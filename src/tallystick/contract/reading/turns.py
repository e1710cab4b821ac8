"""What a sentence says is to be sent back with the turns of before."""

import re

from tallystick.contract.reading.phrases import PLAIN

# What an answer's message has, and a later request gives back.
_OF_TURNS = frozenset(("reasoning_content", "reasoning", "reasoning_details", "thinking"))
_BACK = re.compile(
    r"\b(?:hand|sen[dt]|pass|return|give|put|fee?d|include|kee?pt?|echo|carr|replay)(?:n|y|ies|s|es|ing|ed"
    r"|ping|ting)?\b[^.;]{0,80}\b(?:back|again|along|(?:next|following|later|subsequent) (?:turn"
    r"|request|call)s?|history|conversation|assistant (?:turn|message))\b",
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


def given_back(name: str, words: str) -> str:
    """The place of a member that a sentence asks to be sent with the turns of before."""
    asked = name in _OF_TURNS and _BACK.search(words)
    return f"request.messages[].{name}" if asked else ""


def is_ordered(words: str) -> bool:
    """Whether a sentence orders that, and neither allows nor denies it."""
    return bool(_ORDERED.search(words)) and not _NOT_SO.search(words)
