"""Tables whose rows are the values of one member of a request or an answer."""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.fieldrows import ONE
from tallystick.contract.reading.passages import Passage

# Members whose values a table lists, one a row, under their own name.
_VALUED = {
    "role": "request.messages[].role",
    "finish_reason": "response.choices[].finish_reason",
    "reasoning_effort": "request.reasoning_effort",
    "tool_choice": "request.tool_choice",
    "service_tier": "request.service_tier",
}


_ROLES = frozenset("system user assistant tool developer function".split())
_CLASSIC = {"system", "user", "assistant"}
# Cells that say of each value whether something holds of it.
_MARK = re.compile(r"yes|no|[✓✔✗✘✅❌x–—-]|partly|only\b.*|n/?a", re.IGNORECASE)
# A sentence before a table that makes it one of some models.
_OF_SOME = re.compile(
    r"\bonly\b|\b(?:for|on|with) (?:the )?[`\"']?(?=[\w./-]*\d)[a-z]", re.IGNORECASE
)


def _is_matrix(passage: Passage) -> bool:
    """Whether a table tells of which of its rows something holds, and not what there is."""
    cells = (cell.text.plain.strip() for row in passage.node.children for cell in row.children[1:])
    return any(map(_MARK.fullmatch, cells))


def _valued(passage: Passage) -> str:
    """The place whose values stand in the first column of a table: its heading names the member,
    or says that they are values of what the title names.
    """
    first = passage.node.children[0].children[0].text
    named = first.plain.strip("` ")
    if first.codes:
        return _VALUED.get(named, "")
    listed = {row.children[0].text.plain.strip("` ") for row in passage.node.children[1:]}
    if named.lower() == "role" and _CLASSIC <= listed <= _ROLES and not _is_matrix(passage):
        return _VALUED["role"]
    if _is_matrix(passage) or (passage.lead and _OF_SOME.search(passage.lead.plain)):
        return ""
    title = passage.titles[-1].words.strip("` ") if passage.titles else ""
    return _VALUED.get(title, "") if named.lower() in ("value", "values") else ""


def listed_values(passage: Passage) -> Iterator[Draft]:
    """A table whose first column has the values of a member."""
    rows = passage.node.children
    place = _valued(passage) if all(row.children for row in rows) else ""
    found = [ONE.fullmatch(row.children[0].text.plain.strip()) for row in rows[1:] if row.children]
    coded = all(row.children[0].text.codes for row in rows[1:] if row.children)
    if place and coded and len(found) > 1 and all(found):
        values = sorted({one[1] for one in found if one})
        yield Draft(place, "enum", "|".join(values), rows[1].start, rows[-1].end)
        for row in rows[1:] if place.endswith("finish_reason") else ():
            said = " ".join(cell.text.plain for cell in row.children[1:]).strip()
            why = "says what an end means"
            if not said:
                continue
            yield Draft(place, "meaning", said, row.start, row.end, "", "candidate", why)
