"""An `llms.txt` index (llmstxt.org): the pages of a documentation site, and which concern us."""

import re
from collections.abc import Iterable

import msgspec

from tallystick.record.case import Operation

_LINK = re.compile(
    r"^\s*[-*]\s*\[(?P<title>[^\]]+)\]\((?P<url>https?://[^)\s]+)\)(?::\s*(?P<note>.*))?"
)
_SUBJECTS = re.compile(
    r"error|retry|rate.?limit|concurren|quick.?start|authenti|help.?cent|fallback|pricing|usage",
    re.IGNORECASE,
)


class Entry(msgspec.Struct, frozen=True):
    """One page of the index; `why` says what makes it concern the operation."""

    title: str
    url: str
    why: str


def entries(text: str, operation: Operation) -> tuple[Entry, ...]:
    """The pages that concern an operation: by the words of its path, or by their subject."""
    words = [w for w in re.split(r"\W+", operation.path) if len(w) > 3]
    return tuple(_concerning(text.splitlines(), words))


def _concerning(lines: Iterable[str], words: list[str]) -> Iterable[Entry]:
    for line in lines:
        link = _LINK.match(line)
        if link is None:
            continue
        spoken = f"{link['title']} {link['url'].rpartition('/')[2]} {link['note'] or ''}"
        own = [word for word in words if re.search(rf"\b{word[:-1]}", spoken, re.IGNORECASE)]
        subject = _SUBJECTS.search(spoken)
        if own or subject:
            why = ", ".join(own) if own else str(subject[0]).lower() if subject else ""
            yield Entry(link["title"], link["url"], why)
