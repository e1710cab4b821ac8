"""A page's tree becomes statements: clauses from structure, examples from code, candidates from
sentences.
"""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.blocks import block_drafts
from tallystick.contract.reading.checklists import ticked_fields
from tallystick.contract.reading.codelists import code_items, status_of_list
from tallystick.contract.reading.fieldlines import inline_fields, line_fields
from tallystick.contract.reading.gonemodels import gone_models
from tallystick.contract.reading.labelled import labelled_fields
from tallystick.contract.reading.ledlists import led_list
from tallystick.contract.reading.memberrows import member_rows
from tallystick.contract.reading.outlines import (
    labelled_operation,
    outlined_fields,
    titled_status,
)
from tallystick.contract.reading.parameters import (
    component_fields,
    limit_term,
    list_fields,
    titled_field,
)
from tallystick.contract.reading.passages import Passage, passages, sentences
from tallystick.contract.reading.promises import promised
from tallystick.contract.reading.prose import candidates
from tallystick.contract.reading.pythonfields import typed_members
from tallystick.contract.reading.rates import dated_models
from tallystick.contract.reading.retrywords import labelled
from tallystick.contract.reading.samples import (
    inline_drafts,
    matter_drafts,
    operation_line,
    sample_drafts,
)
from tallystick.contract.reading.statuses import in_title, is_denied, led_by
from tallystick.contract.reading.tables import table_drafts
from tallystick.contract.reading.types import type_drafts
from tallystick.documents import FRONT_MATTER, Document
from tallystick.record.case import Operation

__all__ = ["read_tree"]


def read_tree(document: Document, operation: Operation) -> Iterator[Draft]:
    """What a page states, shows and seems to say of one operation."""
    pieces = passages(document, operation)
    names = [p.node.text.plain for p in pieces if p.node.kind == "heading"]
    told: set[int] = set()
    listed: tuple[str, ...] = ()
    coded = 0
    for passage in pieces:
        for sentence in sentences(passage):
            yield from gone_models(sentence)  # titles of what was removed lead to them
        if passage.is_other or passage.node.start < coded:
            continue
        coded = passage.node.end if status_of_list(passage) else coded
        if not passage.is_dated:
            yield from _structure(passage, names, operation)
            yield from _titled_statuses(passage, told)
            yield from _labelled_retries(passage)
        elif passage.node.kind == "table":
            yield from dated_models(passage.node)
        yield from candidates(list(sentences(passage)), listed)
        listed = _listed(passage)


def _listed(passage: Passage) -> tuple[str, ...]:
    """The error statuses that the rows of a table begin with."""
    rows = passage.node.children if passage.node.kind == "table" else ()
    begun = (
        status for row in rows if row.children for status in in_title(row.children[0].text.plain)
    )
    return tuple(status for status in begun if status[0] in "45")


def _structure(passage: Passage, names: list[str], operation: Operation) -> Iterator[Draft]:
    """What a passage states or shows by its form."""
    yield from component_fields(passage)
    yield from outlined_fields(passage)
    yield from labelled_operation(passage, operation)
    yield from titled_status(passage)
    status = status_of_list(passage)
    yield from code_items(passage, status) if status else list_fields(passage)
    yield from ticked_fields(passage)
    yield from led_list(passage)
    yield from limit_term(passage)
    yield from titled_field(passage, names)
    yield from labelled_fields(passage, names)
    if not passage.is_within:
        yield from line_fields(passage, names)
        yield from inline_fields(passage)
    yield from promised(passage)
    node = passage.node
    if node.kind == "table":
        yield from table_drafts(passage)
        yield from member_rows(passage)
        for cell in (cell for row in node.children for cell in row.children):
            yield from operation_line(cell, operation)
    elif node.kind == "code":
        yield from sample_drafts(node, operation)
        yield from type_drafts(passage)
        yield from typed_members(passage)
    elif node.kind in ("paragraph", "heading", "term"):
        yield from operation_line(node, operation)
        yield from inline_drafts(node, operation)
    elif node.name == FRONT_MATTER:
        yield from matter_drafts(node, operation)
    elif node.kind == "component":
        yield from block_drafts(node, operation)


def _labelled_retries(passage: Passage) -> Iterator[Draft]:
    """A label under a status that says whether to send a call again: `Retry: no.`"""
    title = passage.titles[-1] if passage.titles else None
    if title is None or passage.node.kind not in ("paragraph", "item", "term"):
        return
    for sentence in sentences(passage):
        said = labelled(sentence.plain)
        for status in in_title(title.words) if said else ():
            if status[0] in "45":
                place = f"retry.status.{status}"
                yield Draft(place, "retry", said, *sentence.text.span())


# More than one word; Chinese and Japanese set no blanks between theirs.
_TOLD = re.compile(r" |[\u3040-\u9fff]{6}")


def _titled_statuses(passage: Passage, told: set[int]) -> Iterator[Draft]:
    """A status that leads a line or stands in a title: what it is for stands behind it, or in the
    first paragraph under the title.
    """
    if passage.node.kind != "paragraph":
        return
    text = passage.node.text
    led = led_by(text.plain)
    if led:
        status, first = led
        said = text.part(first, len(text.plain))
        yield Draft(f"error.status.{status}", "meaning", said.plain, *said.span())
        return
    title = passage.titles[-1] if passage.titles else None
    if title is None or title.start in told or title.start == text.span()[0]:
        return
    if is_denied(text.plain):
        return
    for status in in_title(title.words):
        if status[0] in "45" and _TOLD.search(text.plain):
            told.add(title.start)
            yield Draft(f"error.status.{status}", "meaning", text.plain, *text.span())
