"""Lists of the codes that tell answers of one status apart: `rate_limit_exceeded`: slow down."""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.passages import Passage
from tallystick.contract.reading.retrywords import polarity
from tallystick.contract.reading.statuses import in_sentence, in_title
from tallystick.contract.reading.vocabulary import place_of
from tallystick.documents import Text

_CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[A-Z][a-z]+(?:[A-Z][a-z]+)+")
_OF_CODES = re.compile(r"\b(?:error[._ ]?|`)?codes?\b", re.IGNORECASE)
_PARTED = re.compile(r"\W{0,3}\s*(?:[:：–—-])\s*(?P<said>.*)", re.DOTALL)


def status_of_list(passage: Passage) -> str:
    """The one error status whose codes a list explains; empty where it is another list."""
    node = passage.node
    if node.kind != "list" or passage.is_within or not node.children:
        return ""
    firsts = [item.children[0].text for item in node.children if item.children]
    if len(firsts) != len(node.children) or not all(_split(text) for text in firsts):
        return ""
    lead = passage.lead.plain if passage.lead else ""
    named = [status for status, _ in in_sentence(lead)]
    heads = [status for title in passage.titles[-1:] for status in in_title(title.words)]
    known = sorted({one for one in named or heads if one[0] in "45"})
    spoken = _OF_CODES.search(lead) or _OF_CODES.search(passage.heads)
    return known[0] if len(known) == 1 and (spoken or heads) else ""


def code_items(passage: Passage, status: str) -> Iterator[Draft]:
    """What the items of a list of codes say of each."""
    yield Draft("error.code", "exists", "yes", passage.node.start, passage.node.end)
    for item in passage.node.children:
        code, said = _split(item.children[0].text) or ("", "")
        when, span = f"error.code={code}", (item.start, item.end)
        yield Draft(f"error.status.{status}", "meaning", said, *span, when)
        if again := polarity(said, ()):
            why = "says whether to send it again"
            place = f"retry.status.{status}"
            yield Draft(place, "retry", again, *span, when, "candidate", why)


def _split(text: Text) -> tuple[str, str] | None:
    """A code that an item begins with, and what the item says of it."""
    if not text.codes or text.codes[0][0] != 0:
        return None
    name = text.plain[: text.codes[0][1]].strip()
    rest = _PARTED.match(text.plain[text.codes[0][1] :])
    if rest is None or not _CODE.fullmatch(name) or place_of(name):
        return None
    return name, rest["said"].strip()
