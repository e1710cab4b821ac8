"""Every sentence of a page that may be about the operation, as it stands: what the API rejects is
laid beside them (decision 0040).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tallystick.contract.reading.modelnames import families_of
from tallystick.contract.reading.passages import Passage, passages, sentences
from tallystick.contract.reading.topics import CHAT, PATH, RETIRED
from tallystick.documents import Document
from tallystick.record.case import Operation

_BEFORE = 400  # characters: a list and the sentence behind it
# What a message may hold, and what other operations have for a name too.
_OF_PARTS = re.compile(r"\b(?:images?|vision|files?|audio|multimodal)\b", re.IGNORECASE)


class Said(NamedTuple):
    """Where a sentence stands, its titles, the words before it, the models it is about, and
    whether its titles tell of a change.
    """

    span: tuple[int, int]
    titles: tuple[str, ...]
    before: str
    models: str
    is_dated: bool


def sayings_of(document: Document, operation: Operation) -> Iterator[Said]:
    """The sentences of a page."""
    before = ""
    for passage in passages(document, operation):
        if _is_of_another(passage):
            continue
        if passage.node.kind == "heading":
            before = ""
        for sentence in sentences(passage):
            if sentence.plain:
                titles = tuple(title.words for title in sentence.titles)
                models = families_of(" ".join((*_heads(passage, titles), sentence.plain)))
                span = sentence.text.span()
                yield Said(span, titles, before, models, passage.is_dated)
                before = f"{before} {sentence.plain}"[-_BEFORE:]


def _heads(passage: Passage, titles: tuple[str, ...]) -> tuple[str, ...]:
    """The titles that may name the models of a sentence: the last one, and of a cell under a
    heading that names a member the row's as well.
    """
    rows = passage.node.children if passage.node.kind == "table" else ()
    columns = {cell.text.plain for cell in rows[0].children} if rows else set()
    return titles[-2:] if titles and titles[-1] in columns else titles[-1:]


def _is_of_another(passage: Passage) -> bool:
    """Whether what stands there is about another operation, or holds no more. What is about images
    may be about those of a message.
    """
    heads = passage.heads
    named = PATH.search(heads) or RETIRED.search(heads)
    return passage.is_other and (bool(named) or not (_OF_PARTS.search(heads) or CHAT.search(heads)))
