"""What a rule about a sentence's place is, and the wordings that such rules share."""

import re
from collections.abc import Callable

import msgspec

from tallystick.contract.reading.phrases import either
from tallystick.record.clause import Aspect

NUMBER = r"(\d[\d,. ]*\d|\d)( ?(?:k|K|M|million|thousand))?"
TIME = "(?:minute|min|second|sec|s|hour|day)"
PER = rf"(?: (?:per|in an?|in one|an?|each|every)|/) ?{TIME}"
DURATION = (
    r"(?:\d+|one|two|three|five|ten|fifteen|twenty|thirty|sixty) ?(?:s|sec|seconds?|min|minutes?"
    r"|hours?|секунд\w*|минут\w*)\b"
)
FAILED = either(
    "fail(?:s|ed|ing|ure|ures)?", "errors?", "rejected", "refused", "unsuccessful", "[45]xx",
    r"[45]\d\d", "timed? ?out", "timeouts?", r"cancel\w*", "interrupted", "aborted",
    "retr(?:y|ies)", "cut off", "broken off", "hangs? up", r"disconnect\w*",
)  # fmt: skip
FREE = either(
    "not (?:be )?(?:billed|charged|paid|counted|deducted)", "(?:is|are|costs?) (?:free|nothing)",
    "costs? nothing", "free of charge", "no (?:charge|cost|tokens are)",
    "never (?:billed|charged|paid)", "(?:isn|aren)'?t (?:billed|charged)", "not cost", "refunded",
    "without charge", "nothing is (?:billed|charged|taken)", "no longer (?:billed|charged)",
    "takes? nothing", "not appear in the (?:cost|bill|invoice)",
)  # fmt: skip
PAID = either(
    "bill(?:ed|ing|s)?", r"charg\w+", "pa(?:id|y)", r"pric\w+", "costs?", r"deduct\w+",
    r"invoice\w*", "balance", r"debit\w*", "settled?", "taken from",
)  # fmt: skip
TOKENS = "(?:tokens?|usage|(?:prompt|completion|total)_tokens)"
SOMETHING = r"\b[^.;]{0,90}\b"
PIECE = "(?:chunk|event|frame|piece|message)"


class Place(msgspec.Struct, frozen=True):
    """Where `pattern` matches and `unless` does not, the words seem to state `value` there."""

    location: str
    pattern: re.Pattern[str]
    why: str
    value: str | Callable[[re.Match[str]], str] = "yes"
    aspect: Aspect = "exists"
    unless: re.Pattern[str] | None = None


_MANY = {"k": "000", "thousand": "000", "m": "000000", "million": "000000"}


def amount(found: re.Match[str]) -> str:
    """The first number of a match, with its thousands written out."""
    parts = [part.strip() for part in found.groups() if part]
    number = next((part for part in parts if part[0].isdigit()), "")
    many = next((part.lower() for part in parts if part.lower() in _MANY), "")
    return re.sub(r"[, .]", "", number) + _MANY.get(many, "")


def first_word(found: re.Match[str]) -> str:
    """The first group of a match."""
    return found[1].lower()


# What a sentence says of messages where JSON mode needs to be spoken of.
JSON_WORD = "the word JSON"


def header_name(found: re.Match[str]) -> str:
    """The header field that a match names, as such names are written."""
    name = next(group for group in found.groups() if group)
    return "-".join(part.capitalize() for part in name.split("-"))
