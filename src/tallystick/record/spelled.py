"""The forms that values of case.toml must have, each with the words that an error tells it in."""

import ast
import re
from collections.abc import Mapping
from typing import Final

FIGURE: Final = (
    r"\A(?!usage\.)(?:[a-z][a-z0-9_]{0,60}(?:\.[a-z][a-z0-9_]{0,60})?|internal-estimate)\Z"
)
LINE: Final = r"\A[^\x00-\x1f\x7f]*\Z"
WORD: Final = r"\A[^\x00]*\Z"
NAME: Final = r"\A[A-Za-z_][A-Za-z0-9_]*\Z"
OFFSET: Final = r"\A(?:Z|[+-]\d\d:\d\d)?\Z"
ADDRESS: Final = r"\Ahttps?://[^\s@|]+\Z"
PATH: Final = r"\A/[!-~]*\Z"
LISTEN: Final = r"\A(?:127\.0\.0\.1|localhost|0\.0\.0\.0):\d{1,5}(?:/[A-Za-z0-9_-]{16,64})?\Z"
LOOPBACK: Final = r"\A(?:(?:127\.0\.0\.1|localhost):\d{1,5})?\Z"
HOST: Final = r"\A[a-z0-9.-]{1,200}\Z"

_WORDS: Mapping[str, str] = {
    FIGURE: "a count of the usage object, such as prompt_tokens, or internal-estimate",
    LINE: "one line of text",
    WORD: "text without a zero byte",
    NAME: "the name of a variable: letters, digits and _",
    OFFSET: "an offset from UTC: Z, or such as +02:00",
    ADDRESS: "an address that begins with http:// or https://, without a user's name in it",
    PATH: "a path that begins with /",
    LISTEN: "an address on this machine, such as 127.0.0.1:8089, or with a secret path of 16 to 64 "
    "letters and digits behind it: 127.0.0.1:8089/PATH",
    LOOPBACK: "an address on this machine, such as 127.0.0.1:8089",
    HOST: "the name of a host, in lower case",
}  # fmt: skip
_MATCHING = re.compile(r"Expected `str` matching regex (?P<pattern>'(?:[^'\\]|\\.)*')")


def in_words(message: str) -> str:
    """An error of msgspec's with the form that it names told in words."""
    found = _MATCHING.search(message)
    words = _WORDS.get(ast.literal_eval(found["pattern"])) if found else None
    return message.replace(found[0], f"expected {words}") if found and words else message
