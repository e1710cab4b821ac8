"""Tables of a page become clauses: columns are recognised by their headings, never by position.

Three kinds of table say something about a contract: statuses (with or without a retry column),
fields of a request or an answer, and settings.
"""

import re
from collections.abc import Iterator, Mapping

from tallystick.contract.draft import Draft
from tallystick.contract.reading.columns import columns_of
from tallystick.contract.reading.containers import container
from tallystick.contract.reading.described import described
from tallystick.contract.reading.families import (
    capability_drafts,
    family_drafts,
    listed_models,
    named_by,
)
from tallystick.contract.reading.fieldrows import MEMBER, field_drafts
from tallystick.contract.reading.named import named_setting
from tallystick.contract.reading.passages import Passage
from tallystick.contract.reading.rates import row_facts
from tallystick.contract.reading.refusals import refusals
from tallystick.contract.reading.spanned import columns_under, field_text
from tallystick.contract.reading.statuses import in_title
from tallystick.contract.reading.statusrows import code_rows, status_over, status_row
from tallystick.contract.reading.traits import kinds_of
from tallystick.contract.reading.valuerows import listed_values
from tallystick.contract.reading.vocabulary import place_of, side_of
from tallystick.documents import Node, Text

# A row that says that the mark ends every stream: `last | data: [DONE] ends the stream`.
_ENDS = re.compile(
    r"\[DONE\].{0,20}\b(?:ends|terminates|closes|finishes|marks the end)\b"
    r"|\b(?:last|final|end)\b.{0,40}\[DONE\]",
    re.IGNORECASE,
)


def table_drafts(passage: Passage) -> Iterator[Draft]:
    """The clauses of one table; none when its columns say nothing about a contract."""
    rows = passage.node.children
    if len(rows) < 2:
        return
    if not any(cell.name == "heading" for cell in rows[0].children):
        yield from _unheaded(passage)
    elif status := status_over(passage):
        yield from code_rows(passage, status)
    else:
        yield from _of_one_kind(list(_headed(passage)))


def _of_one_kind(drafts: list[Draft]) -> Iterator[Draft]:
    """The statements of a table but the kinds of members that it has several rows for, one a role
    or one an operation, which differ: none of them is the member's.
    """
    kinds: dict[str, set[str]] = {}
    for draft in drafts:
        if draft.aspect == "kind":
            kinds.setdefault(draft.location, set()).add(draft.value)
    split = {location for location, found in kinds.items() if len(found) > 1}
    yield from (one for one in drafts if not (one.aspect == "kind" and one.location in split))


def _headed(passage: Passage) -> Iterator[Draft]:
    yield from listed_values(passage)
    headings = _headings(rows := passage.node.children)
    yield from _of_errors(rows[0])
    yield from listed_models(headings, rows)
    if _of_headers(passage) or re.fullmatch(r"(?:http )?headers?", headings[0].strip().lower()):
        yield from _keys(rows[1:])
    title = passage.titles[-1].words if passage.titles else ""
    yield from capability_drafts(headings, rows[1:], title)
    yield from _refused_roles(headings, rows[1:])
    columns = columns_of(headings)
    filled = [_cells(rows[0], row, columns) for row in rows[1:]]
    names = [cells["field"].plain.strip(" »`") for cells in filled if "field" in cells]
    side, of_message, inner = _side(passage, headings, names)
    known = sum(bool(place_of(n)) for n in names) > len(names) / 2
    of_chunks = side == "stream" and any(n.startswith(("choices", "delta")) for n in names)
    of_fields = of_message or bool(inner) or (known and side in ("request", "response"))
    of_fields = of_fields or of_chunks
    if of_fields and _REFUSED.search(title):
        yield from _refused_fields(passage, names)
        return
    named_models, parents = named_by(title, passage.lead), dict[int, str]()
    for row, cells in zip(rows[1:], filled, strict=True):
        if len(row.children) > 1 and len({cell.start for cell in row.children}) == 1:
            continue  # one cell over every column: the title of the rows below it
        named = cells["field"].plain.strip("` ") if "field" in cells else ""
        if _ANSWER.fullmatch(named):
            yield from _answer_row(named, cells, row)
            continue
        is_field = "field" in cells and bool(_OF_FIELDS & cells.keys() or of_fields)
        if is_field and not _is_of_status(cells):
            yield from field_drafts(cells, row, side, parents)
            place = place_of(named)
            if place.startswith("request."):
                yield from family_drafts(headings, row, place, named_models)
        else:
            yield from _row(cells, row)
        yield from row_facts(headings, row, passage.titles)


def _refused_roles(headings: tuple[str, ...], rows: tuple[Node, ...]) -> Iterator[Draft]:
    """What the rows of a table of roles say of the models that refuse them."""
    for row in rows if headings[0].strip("` ").lower() == "role" else ():
        first, *others = (cell.text for cell in row.children)
        role = first.plain.strip("` ")
        for text in others:
            yield from refusals(text, "request.messages[].role", value=role)


def _headings(rows: tuple[Node, ...]) -> tuple[str, ...]:
    """The titles of the columns. That of members' names may have none."""
    first, *others = (cell.text.plain for cell in rows[0].children)
    says_little = first.strip().lower() in ("", "part", "what", "element", "item", "thing")
    untitled = says_little and (_members_lead(rows[1:]) or _of_function(rows[1:]))
    return ("field" if untitled else first, *others)


def _of_function(rows: tuple[Node, ...]) -> bool:
    """Whether some rows begin with members of a function that a request offers."""
    firsts = [row.children[0].text for row in rows if row.children]
    return len(_OF_FUNCTION & {t.plain.strip("` ") for t in firsts if t.codes}) > 1


def _members_lead(rows: tuple[Node, ...]) -> bool:
    """Whether most rows begin with a member's name set as code."""
    firsts = [row.children[0].text for row in rows if row.children]
    coded = [t for t in firsts if t.codes and t.codes[0][0] == 0 and place_of(t.plain.strip("` "))]
    return len(coded) > len(firsts) / 2


def _side(passage: Passage, headings: tuple[str, ...], names: list[str]) -> tuple[str, bool, str]:
    """What the rows of a table are members of; whether that is a message; and the place that the
    words around the table name.
    """
    side = side_of([title.words for title in passage.titles], names)
    of_message = len(names) > 1 and "role" in names and _OF_MESSAGE.issuperset(names)
    side = "request.messages[]" if of_message and not side.startswith("resp") else side
    if side == "response" and {"role", "content"} <= set(names) <= _ANSWERED:
        side = "response.choices[].message"
    inner = container(passage) or _of_parts(headings, passage.node.children, names)
    bare = {name.strip("` ") for name in names if " " not in name.strip("` ")}
    if not inner and {"name", "parameters"} <= bare <= _OF_FUNCTION:
        inner = "request.tools[].function"
    typed = "type" in columns_of(headings)
    if not side and passage.lead and _TAKES.search(passage.lead.plain) and typed:
        side = "request"
    return inner or side, of_message, inner


def _cells(head: Node, row: Node, columns: Mapping[str, int]) -> dict[str, Text]:
    """The cells of a row by what their columns are."""
    cells = {n: row.children[i].text for n, i in columns.items() if i < len(row.children)}
    if "field" in cells:
        at = columns["field"]
        cells["field"] = field_text(row.children, at, columns_under(head.children, at))
    return cells


def _of_errors(headings: Node) -> Iterator[Draft]:
    """The members of an error that columns are named after: errors have them."""
    for cell in headings.children:
        name = cell.text.plain.strip("` ")
        if cell.text.codes and name in ("error.code", "error.type", "error.param"):
            yield Draft(name, "exists", "yes", *cell.text.span())


# How references list answers by their status and its name, and the headers that keys stand in.
_ANSWER = re.compile(r"[1-5]\d\d(?: [A-Z][A-Za-z]+){1,4}")
_KEYS = re.compile(r"authorization|(?:x-)?api-key", re.IGNORECASE)


def _answer_row(named: str, cells: Mapping[str, Text], row: Node) -> Iterator[Draft]:
    """A row of an answer by its status: `400 Bad Request`."""
    if named[0] in "45" and "meaning" in cells:
        place, said = f"error.status.{named[:3]}", cells["meaning"].plain.strip()
        yield Draft(place, "meaning", said, row.start, row.end)


def _keys(rows: tuple[Node, ...]) -> Iterator[Draft]:
    """The header of the key in a table of headers, and the scheme that its row names."""
    for row in rows:
        first, *others = (cell.text.plain.strip() for cell in row.children)
        if not _KEYS.fullmatch(first.strip("` ")):
            continue
        yield Draft("auth.header", "value", first.strip("` "), row.start, row.end)
        scheme = re.search(r"(?<!no )(?<!not )(?<!without )\b(Bearer|Basic)\b", " ".join(others))
        if scheme:
            yield Draft("auth.scheme", "value", scheme[1], row.start, row.end)


def _of_headers(passage: Passage) -> bool:
    """Whether a table stands under a title, or behind a line, of the headers of a request."""
    heads = [title.words for title in passage.titles[-1:]]
    lead = passage.lead.plain if passage.lead else ""
    return any(re.search(r"\bheaders?\b", words, re.IGNORECASE) for words in (*heads, lead))


# What a sentence says of the table that follows it: its rows are members of a request.
_TAKES = re.compile(
    r"\b(?:chat(?: completions?)?(?: API| endpoint)?|request|body)\b[^.;]{0,40}"
    r"\b(?:takes?|accepts?|understands?|may (?:have|carry))\b[^.;]{0,20}\b(?:these|following)\b",
    re.IGNORECASE,
)
# Members of a function that a request offers (OpenAI, Create chat completion).
_OF_FUNCTION = frozenset(("name", "description", "parameters", "strict"))
# Kinds of parts that a message's content may have (OpenAI, Create chat completion).
_PARTS = frozenset("text image_url input_audio file video_url".split())


def _of_parts(headings: tuple[str, ...], rows: tuple[Node, ...], names: list[str]) -> str:
    """The place of a table whose rows are kinds of content parts, or the fields of one."""
    kinds = {row.children[0].text.plain.strip("` ") for row in rows[1:] if row.children}
    named = headings[:1] and headings[0].strip("` ").lower() == "type" and kinds & _PARTS
    firsts = {name.partition(".")[0].strip("` ") for name in names}
    fields = "type" in firsts and bool(firsts & _PARTS) and firsts <= _PARTS | {"type"}
    return "request.messages[].content[]" if fields or named else ""


# Columns that only tables of fields have.
_OF_FIELDS = frozenset(("type", "required", "default", "minimum", "maximum"))
# Members of a message that a request sends, and of one that an answer holds.
_OF_MESSAGE = frozenset("role content name tool_call_id tool_calls refusal".split())
_ANSWERED = frozenset(
    "role content tool_calls refusal reasoning reasoning_content annotations audio "
    "function_call".split()
)
# Titles of tables that name what is not taken.
_REFUSED = re.compile(
    r"\b(?:do(?:es)? not|don't|doesn't|cannot|not|no longer) (?:\w+ )?(?:accept|support|take|allow"
    r"|available|implement|work)\w*|\bunsupported\b|\bunavailable\b|\bremoved\b|\bdropped\b",
    re.IGNORECASE,
)


def _refused_fields(passage: Passage, names: list[str]) -> Iterator[Draft]:
    """The rows of a table of what is not taken; its title may say by which models."""
    when = f"under={passage.titles[-1].words}"
    for row, name in zip(passage.node.children[1:], names, strict=False):
        place = place_of(name)
        if place.startswith("request."):
            yield Draft(place, "deprecated", "yes", row.start, row.end, when)


def _is_of_status(cells: Mapping[str, Text]) -> bool:
    """Whether a row is about an error's status, whatever its other columns are called."""
    status = cells["status"].plain.strip() if "status" in cells else ""
    return bool(re.match(r"[45]\d\d\b", status)) and bool(_OF_STATUS & cells.keys())


# The columns that say something of a status.
_OF_STATUS = {"retry", "meaning", "charged"}


def _row(cells: Mapping[str, Text], row: Node) -> Iterator[Draft]:
    """A row of statuses, of a stream's parts or of settings."""
    if _is_of_status(cells):
        cells = {**cells, "code": cells.get("code", cells.get("field", cells["status"]))}
    plain = {name: text.plain for name, text in cells.items()}
    if "status" in cells and _OF_STATUS & cells.keys():
        yield from status_row(plain, row)
    elif _ENDS.search(" ".join(cell.text.plain for cell in row.children)):
        yield Draft("stream.done", "value", "[DONE]", row.start, row.end)
    elif {"setting", "value"} <= cells.keys():
        yield from named_setting(plain["setting"], plain["value"], row.start, row.end)
    elif len(row.children) > 1:
        yield from _begun_with_status(row)


def _begun_with_status(row: Node) -> Iterator[Draft]:
    """A row that begins with a status under a heading that says nothing: for a person to read."""
    for status in in_title(row.children[0].text.plain):
        if status[0] in "45":
            said, place = row.children[1].text.plain, f"error.status.{status}"
            yield Draft(place, "meaning", said, row.start, row.end, "", "candidate", _OF_ROW)


def _unheaded(passage: Passage) -> Iterator[Draft]:
    """A table without headings whose rows begin with names: `model required | string …`."""
    rows = passage.node.children
    leads = [re.match(rf"({MEMBER})(?:\s+(required|optional))?$", row.children[0].text.plain)
             if row.children else None for row in rows]  # fmt: skip
    names = [lead[1] for lead in leads if lead]
    side = side_of([title.words for title in passage.titles], names)
    if side not in ("request", "response") or len(names) < len(rows) / 2:
        return
    parents = {0: side}
    for row, lead in zip(rows, leads, strict=True):
        if lead is None or len({cell.start for cell in row.children}) < 2:
            continue
        above = parents.get(row.level, "")
        if not above:
            continue  # within something that has no name
        location = f"{above}.{lead[1]}"
        said = row.children[1].text.plain
        many = re.match(r"array\b", said, re.IGNORECASE)
        parents[row.level + 1] = f"{location}[]" if many else location
        null = " nullable" if re.search(r"\bnullable\b", said, re.IGNORECASE) else ""
        if typed := _TYPED.match(said):
            yield Draft(location, "kind", kinds_of(f"{typed[0]}{null}"), row.start, row.end)
        if listed := _ENUM.search(said):
            values = sorted(re.findall(r'"([\w.-]+)"', listed[0]))
            yield Draft(location, "enum", "|".join(values), row.start, row.end)
        yield Draft(location, "exists", "yes", row.start, row.end)
        if lead[2]:
            required = "yes" if lead[2] == "required" else "no"
            yield Draft(location, "required", required, row.start, row.end)
        yield from described(location, row.children[1].text)


# How Redoc begins what it says of a member, and lists its values.
_TYPED = re.compile(
    r"(?:string|integer|number|boolean|object|Array of \w+)\b(?! or\b| and\b|\|| ?\|)"
)
_ENUM = re.compile(r'\bEnum:(?: ?"[\w.-]+")+')
_OF_ROW = "stands in the row of the status"
