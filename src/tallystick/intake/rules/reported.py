"""The words in which people and programs report a failure over an answer, in lower case."""

import re

RAISED = r"error\b|exception|panic|crash|traceback|cannot read|undefined|nonetype|null pointer"
INDEX = r"indexerror|list index|index out of|out of (?:range|bounds)|\[0\]|reading '0'|panic"
DECODE = (
    r"jsondecode|expecting value|unexpected (?:token|end)|json ?parse|syntaxerror|decod|not json"
    r"|invalid character|parse error|unmarshal|malformed json|invalid json"
)
KEY = r"keyerror|missing field|undefined|attributeerror|has no attribute|required|validation|zod"
CRASHED = rf"{DECODE}|{KEY}|{INDEX}|typeerror|valueerror|nonetype|cannot read|unknown variant"
SHORT = (
    r"cut|truncat|mid[- ]?sentence|in the middle|middle of a|incomplete|unfinished|half"
    r"|lacks? (?:\S+ ){0,2}(?:last|end|rest)|stops? early"
    r"|ends? (?:abruptly|too early|early)|missing (?:the )?end"
)
USAGE = r"(?:\busage|(?:total|prompt|completion|input|output|cached|reasoning)_?tokens)"
# The mark that a client waits for, or that it calls the stream cut without.
UNENDED = (
    r"\[done\]|(?:stream|connection|response)\W+(?:\S+\W+){0,3}(?:incomplete|closed|ended|terminat|cut)"
    r"|incomplete|premature|unexpected end|before (?:the )?(?:end|finish|complet)"
)
NOTHING = (
    r"(?:no|without|not|zero|0)\W+(?:\S+\W+){0,3}(?:messages?|chunks?|tokens?|events?|text|output)"
    r"|yield(?:s|ed|ing)? nothing|empty|blank"
)
EMPTY = r"empty|blank|nothing|no (?:text|answer|output|content)"


# Where a parser says that it stopped, or what it met there: `[DONE]` ends it at its first letters.
ELSEWHERE = re.compile(
    r"extra data|unterminated|unexpected end|unexpected eof|expecting property|delimiter"
    r"|unexpected (?:token|character|identifier)\W{1,4}(?!\[?d(?:one)?\b)[^\s\W]"
    r"|unexpected (?:token|character) ['\"`]?(?![\['\"`])[^\w\s]"
    r"|invalid character ['\"](?!d['\"])|\(char (?:[2-9]|\d\d)|column (?:[3-9]|\d\d)"
    r"|position (?:[2-9]|\d\d)"
)


# That something was null where a program met it: who only writes the word has not said so.
NULL_TOLD = (
    r"nonetype|cannot read|null ?(?:pointer|reference|value)|\bis none\b"
    r"|\b(?:is|was|of|on|got|received|found|with|to|be|but|for|of type) ['\"`]?"
    r"(?:null|none|undefined)\b"
    r"|not iterable|not subscriptable|\bundefined\b|null (?:is|was|cannot|received|value)|unwrap"
)
# What is raised over a null, by its class alone: enough where a null is rare.
NULL_MET = rf"typeerror|attributeerror|{NULL_TOLD}"
