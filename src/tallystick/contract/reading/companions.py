"""What a field's own description says of the member that it needs beside it.

`Requires `logprobs` to be `true``, `Only with `stream: true``, ``logprobs` must be set to `true` if
this parameter is used`: the wordings of published references.
"""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.documents import Text

_NAME = r"[\"']?(?P<name>[a-z][a-z0-9_]+)[\"']?"
_VALUE = r"(?P<value>true|\d+(?:\.\d+)?)(?![\w.]*\w)"
_IS = r"(?:\s*(?:=|:)\s*|\s+(?:(?:is|to be|be|to|set)\s+)+(?:set\s+)?(?:to\s+)?)"
_ONLY = (
    r"\bonly\b[^.;]{0,40}?\b(?:with|when|if|together with|alongside|in combination with|next to"
    r"|beside)\b"
)
_WORDINGS = tuple(
    re.compile(wording, re.IGNORECASE)
    for wording in (
        rf"\b(?:requires?|needs?)\s+(?:that\s+)?(?:the\s+)?{_NAME}(?:{_IS}[\"']?{_VALUE}[\"']?)?",
        rf"\b{_NAME} must (?:also )?be (?:set )?(?:to )?[\"']?{_VALUE}[\"']?"
        r" (?:if|when|to use|for|as well|too|in the same)\b",
        rf"\bleave \w+ out (?:whenever|when|if|unless) {_NAME} is\b"
        r"[^.;]{0,24}\b(?P<value>false)\b",
        rf"{_ONLY}\s+(?:you\s+set\s+|used\s+with\s+)?(?:the\s+)?{_NAME}"
        rf"(?:{_IS}[\"']?{_VALUE}[\"']?)?",
    )
)
# The same of what is left out: `Not allowed without `tools``.
_WITHOUT = re.compile(
    rf"\b(?:not (?:allowed|accepted|valid|supported|permitted|usable)|cannot be (?:used|sent|set)"
    rf"|refused|rejected|invalid|an error)\b[^.;]{{0,20}}\bwithout (?:the )?{_NAME}(?P<value>$)?"
    rf"|\bgoes (?:(?:only )?together|only) with (?:the )?[\"']?(?P<also>[a-z][a-z0-9_]+)[\"']?",
    re.IGNORECASE,
)
# Another member does as well, or another value than the one that can be read.
_OR = re.compile(r"[\s\"'`]*(?:,|\bor\b|\bis\b|\bto\b|=|:)", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|no longer|never|n't)\b", re.IGNORECASE)


def companions(location: str, sentence: Text) -> Iterator[Draft]:
    """The member beside a field that a sentence of its description asks for."""
    if not re.fullmatch(r"request\.[a-z0-9_]+", location):
        return
    lone = _WITHOUT.search(sentence.plain)
    if lone is not None and not _OR.match(sentence.plain, lone.end()):
        beside = lone["name"] or lone["also"]
        coded = any(sentence.plain[a:b].strip("`\"'") == beside for a, b in sentence.codes)
        if coded and beside != location.partition(".")[2]:
            yield Draft(location, "requires", beside, *sentence.span())
            return
    if _DENIED.search(sentence.plain):
        return
    for wording in _WORDINGS:
        found = wording.search(sentence.plain)
        left_out = found is not None and found["value"] == "false"
        several = found is not None and not left_out and _OR.match(sentence.plain, found.end())
        if (
            found
            and not several
            and _is_code(sentence, found)
            and found["name"] != location.partition(".")[2]
        ):
            # What is to be left out where the other is false asks for the other to be true.
            asked = (found["value"] or "").lower().replace("false", "true")
            value = f"={asked}" if asked else ""
            yield Draft(location, "requires", f"{found['name']}{value}", *sentence.span())
            return


def _is_code(sentence: Text, found: re.Match[str]) -> bool:
    """Whether the name is written as code: a plain word is one of the sentence's own."""
    first, last = found.span("name")
    return any(begin <= first and last <= end for begin, end in sentence.codes)
