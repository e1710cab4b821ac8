"""A page's tree becomes statements: clauses from structure, examples from code, candidates from
sentences.
"""

from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.parameters import (
    component_fields,
    line_fields,
    list_fields,
    titled_field,
)
from tallystick.contract.reading.passages import Passage, passages, sentences
from tallystick.contract.reading.prose import candidates
from tallystick.contract.reading.samples import inline_drafts, matter_drafts, sample_drafts
from tallystick.contract.reading.statuses import in_title
from tallystick.contract.reading.tables import table_drafts
from tallystick.documents import FRONT_MATTER, Document
from tallystick.record.case import Operation

__all__ = ["read_tree"]


def read_tree(document: Document, operation: Operation) -> Iterator[Draft]:
    """What a page states, shows and seems to say of one operation."""
    pieces = passages(document, operation)
    names = [p.node.text.plain for p in pieces if p.node.kind == "heading"]
    for passage in pieces:
        if passage.is_other:
            continue
        yield from component_fields(passage)
        yield from list_fields(passage)
        yield from titled_field(passage, names)
        yield from line_fields(passage, names)
        yield from _titled_statuses(passage)
        if passage.node.kind == "table":
            yield from table_drafts(passage)
        if passage.node.kind == "code":
            yield from sample_drafts(passage.node, operation)
        elif passage.node.kind in ("paragraph", "heading"):
            yield from inline_drafts(passage.node, operation)
        elif passage.node.name == FRONT_MATTER:
            yield from matter_drafts(passage.node, operation)
        yield from candidates(list(sentences(passage)))


def _titled_statuses(passage: Passage) -> Iterator[Draft]:
    """A title that is a status: what it is for stands in the title or in what follows."""
    if passage.node.kind != "paragraph" or not passage.titles:
        return
    title = passage.titles[-1]
    for status in in_title(title.words):
        if status[0] in "45":
            start, end = passage.node.text.span()
            meaning = passage.node.text.plain
            yield Draft(f"error.status.{status}", "meaning", meaning, start, end)
