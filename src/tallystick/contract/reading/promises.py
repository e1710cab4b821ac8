"""Sentences that lead a list and hold for every entry of it: what is always there, what is asked
for, and the address that a sentence introduces.
"""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.columns import columns_of
from tallystick.contract.reading.passages import Passage
from tallystick.contract.reading.vocabulary import below, side_of
from tallystick.documents import Node, Text

_SUBJECT = r"\b(?:every|each|all|any)\b[^.;:]{0,80}"
_ALL = re.compile(
    rf"{_SUBJECT}\b(?:contains?|includes?|carr(?:y|ies)|ha(?:s|ve)|holds?|comes? with|returns?)\b"
    r"[^.;:]{0,40}\b(?:(?:all (?:of )?)?(?:the following|these)|all of)\b"
    r"|\balways (?:contains?|includes?|carr(?:y|ies)|ha(?:s|ve)|present|there|sent|returned)\b"
    r"|\b(?:the following|these)\b[^.;:]{0,40}\b(?:are|is) (?:always|required|mandatory)\b",
    re.IGNORECASE,
)
_NOT_ALL = re.compile(
    r"\b(?:some|may|might|usually|often|most|can|except|unless|if|when|optional)\b", re.IGNORECASE
)
_ANSWER = re.compile(
    r"\b(?:answers?|responses?|repl(?:y|ies)|completions?|objects?)\b", re.IGNORECASE
)
_NAME = re.compile(r"[A-Za-z_]\w*(?:(?:\.|\[\d*\]\.?)\w+)*")
_BASE = re.compile(
    r"\bbase[ _-]?url\b[^.;]{0,60}\b(?:must be|has to be|needs to be|is|to|as)\b"
    r"[^.;]{0,12}:?\s*$"
    r"|\b(?:use|set|enter|configure)\b[^.;]{0,40}\bbase[ _-]?url\b[^.;]{0,12}:\s*$",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[\w.-]+)*/?")


def promised(passage: Passage) -> Iterator[Draft]:
    """What the sentence before a list or a table says of all of its entries; it is quoted."""
    lead = _last_sentence(passage.lead) if passage.lead else None
    if lead is None:
        return
    if passage.node.kind == "code":
        title = passage.titles[-1].words if passage.titles else ""
        yield from _base(lead, passage.node, title)
    elif _ALL.search(lead.plain) and not _NOT_ALL.search(lead.plain):
        names = [name for name in _names(passage.node) if _NAME.fullmatch(name)]
        side = "response" if _ANSWER.search(lead.plain) else ""
        side = side or side_of([title.words for title in passage.titles], names)
        for name in names if side in ("request", "response") else ():
            yield Draft(below(side, name), "required", "yes", *lead.span())


def _last_sentence(text: Text) -> Text:
    begin = max((m.end() for m in re.finditer(r"[.;]\s+", text.plain)), default=0)
    return text.part(begin, len(text.plain)).stripped()


def _names(node: Node) -> Iterator[str]:
    """The names that lead the entries of a list or the rows of a table."""
    if node.kind == "table":
        headings, *rows = node.children or (node,)
        at = columns_of(tuple(cell.text.plain for cell in headings.children)).get("field")
        cells = [row.children[at].text for row in rows if at is not None and at < len(row.children)]
    elif node.kind == "list":
        terms = [child.text for child in node.children if child.kind == "term"]
        cells = terms or [item.children[0].text for item in node.children if item.children]
    else:
        return
    for text in cells:
        leads = text.codes and text.codes[0][0] == 0
        yield text.plain[: text.codes[0][1]] if leads else text.plain.strip()


_TITLED = re.compile(r"\bbase[ _-]?url\b|\b(?:api|server) (?:address|url)\b", re.IGNORECASE)


def _base(lead: Text, node: Node, title: str) -> Iterator[Draft]:
    """An address alone in a block of code, which the sentence before, or the title, calls the base
    URL.
    """
    found = _URL.fullmatch(node.text.plain.strip())
    if found and (_BASE.search(lead.plain) or _TITLED.search(title)):
        first = node.text.plain.index(found[0])
        span = node.text.span(first, first + len(found[0]))
        yield Draft("endpoint.base_url", "value", found[0].rstrip("/"), *span)
