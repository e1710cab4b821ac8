"""Tables of a page become clauses: columns are recognised by their headings, never by position.

Three kinds of table say something about a contract: statuses (with or without a retry column),
fields of a request or an answer, and settings.
"""

import re
from collections.abc import Iterator, Mapping

from tallystick.contract.draft import Draft
from tallystick.contract.markdown import Row, Table
from tallystick.contract.named import named_setting

_COLUMNS: Mapping[str, str] = {
    "status": r"status(?: code)?|http(?: status)?(?: code)?|status / signal|signal",
    "code": r"(?:error[ ._]?)?code|error(?: type)?|type of error",
    "retry": r"retry\??|retryable\??|should (?:you|i) retry\??|retry policy",
    "meaning": r"meaning|description|cause|reason|notes?|what it means|when",
    "field": r"field|parameter|name|property|path|argument",
    "type": r"type",
    "required": r"required\??",
    "setting": r"setting|item|option|question|topic",
    "value": r"value|use|answer",
}
_SIDES = (
    ("stream", r"(?<!non-)(?<!non )(?<!not )stream|chunk|delta"),
    ("response", r"response|returns?|answer|output"),
    ("request", r"request|parameters?|body|input|message"),
)
_KIND_WORDS = {
    "integer": "number",
    "number": "number",
    "float": "number",
    "string": "string",
    "boolean": "boolean",
    "bool": "boolean",
    "array": "array",
    "list": "array",
    "object": "object",
    "null": "null",
}
# Whole cells only: a sentence with a condition in it is for a person to read.
_HOW = r"(?:,? ?(?:with )?(?:exponential )?back-?off(?: and jitter| \+ jitter)?)?"
_NO = re.compile(r"no|do not retry|don't retry|never|never retry|not retryable", re.IGNORECASE)
_YES = re.compile(
    rf"(?:yes|retry|retryable|safe to retry){_HOW}|with backoff"
    r"|(?:yes,? )?after (?:the )?(?:seconds|time|wait|delay)?(?: given)? ?(?:in|of)? ?"
    r"`?retry-after`?",
    re.IGNORECASE,
)
# A row that says that the mark ends every stream: `last | data: [DONE] ends the stream`.
_ENDS = re.compile(
    r"\[DONE\].{0,20}\b(?:ends|terminates|closes|finishes|marks the end)\b"
    r"|\b(?:last|final|end)\b.{0,40}\[DONE\]",
    re.IGNORECASE,
)
_RETIRED = re.compile(r"deprecated|removed|retired|legacy|changelog|obsolete", re.IGNORECASE)
_STATUSES = re.compile(
    r"(?P<list>[1-5]\d\d(?:(?:\s*[,/&]\s*|\s+(?:and|or)\s+)[1-5]\d\d)*)(?P<rest>(?:[^\d-].*)?)"
)
# Nothing, or the status' own words: `429 Too Many Requests`.
_PHRASE = re.compile(r"\s*(?:[:(-]?\s*(?:[A-Z][A-Za-z-]*\s*)+\)?)?")
_CODE = re.compile(r"(?:error\.)?code`?\s*(?:is|=|:|==)\s*[`\"']?([a-z][a-z0-9_]{2,})")
_CODE_CELL = re.compile(r"[`\"']?([a-z][a-z0-9_]{2,})[`\"']?")
_AFTER = re.compile(r"(?:after|honou?r|respect|wait|in|by)\b.{0,40}\bretry-after", re.IGNORECASE)
_BARE_CODE = re.compile(r"\b([a-z]+(?:_[a-z0-9]+)+)\b")


def read_table(table: Table) -> Iterator[Draft]:
    """The clauses of one table; none when its columns say nothing about a contract."""
    if _RETIRED.search(table.section):
        return
    columns = _columns(table.headings)
    for row in table.rows:
        cells = {name: row.cells[i] for name, i in columns.items() if i < len(row.cells)}
        if "field" in cells and {"type", "required"} & cells.keys():
            yield from _field(cells, row, table.section)
        elif "status" in cells and {"retry", "meaning"} & cells.keys():
            yield from _status(cells, row)
        elif _ENDS.search(" ".join(row.cells)):
            yield Draft("stream.done", "value", "[DONE]", row.start, row.end)
        elif {"setting", "value"} <= cells.keys():
            yield from named_setting(cells["setting"], cells["value"], row.start, row.end)


def _columns(headings: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        for name, pattern in _COLUMNS.items():
            if name not in found and re.fullmatch(pattern, heading.strip(), re.IGNORECASE):
                found[name] = index
                break
    if "status" not in found and "code" in found:
        found["status"] = found.pop("code")  # a table of statuses under another heading
    return found


def _status(cells: Mapping[str, str], row: Row) -> Iterator[Draft]:
    found = _STATUSES.fullmatch(cells["status"].strip())
    when = (_condition(found["rest"]) or _coded(cells.get("code", ""))) if found else ""
    if found is None or not (when or _PHRASE.fullmatch(found["rest"])):
        return  # a range, an exception or a sentence is for a person to read
    for status in re.findall(r"[1-5]\d\d", found["list"]):
        meaning = cells.get("meaning", "").strip()
        if meaning:
            yield Draft(f"error.status.{status}", "meaning", meaning, row.start, row.end, when)
        asked = cells.get("retry", "")
        if _AFTER.search(asked):
            yield Draft("retry.retry_after", "exists", "yes", row.start, row.end, when)
        retry = _retry(asked)
        if retry:
            yield Draft(f"retry.status.{status}", "retry", retry, row.start, row.end, when)


def _condition(signal: str) -> str:
    """What narrows a row: `500 with error.code: invalid_request` speaks of one code only."""
    if re.search(r"\bother\b|otherwise|any other", signal, re.IGNORECASE):
        return "otherwise"
    code = _CODE.search(signal) or _BARE_CODE.search(signal)
    return f"error.code={code[1]}" if code else ""


def _coded(text: str) -> str:
    """What a cell of its own for the error's code narrows a row to."""
    code = _CODE_CELL.fullmatch(text.strip())
    return f"error.code={code[1]}" if code else ""


def _retry(text: str) -> str:
    cell = text.strip().rstrip(".!").strip()
    if _NO.fullmatch(cell):
        return "no"
    return "yes" if _YES.fullmatch(cell) else ""


def _side(section: str) -> str | None:
    """Whether a table is about requests, answers or streams: its nearest heading that says so."""
    for heading in reversed(section.split(" / ")):
        for side, pattern in _SIDES:
            if re.search(pattern, heading, re.IGNORECASE):
                return side
    return None


def _field(cells: Mapping[str, str], row: Row, section: str) -> Iterator[Draft]:
    side = _side(section)
    name = cells["field"].strip()
    if side is None or not re.fullmatch(r"[A-Za-z_][\w.\[\]]*", name):
        return
    location = f"{side}.{name}"
    yield Draft(location, "exists", "yes", row.start, row.end)
    kinds = {_KIND_WORDS[w] for w in re.findall(r"[a-z]+", cells.get("type", "").lower())
             if w in _KIND_WORDS}  # fmt: skip
    if kinds:
        yield Draft(location, "kind", "|".join(sorted(kinds)), row.start, row.end)
    required = cells.get("required", "").strip().lower()
    if required in ("yes", "required", "true", "no", "optional", "false"):
        stated = "yes" if required in ("yes", "required", "true") else "no"
        yield Draft(location, "required", stated, row.start, row.end)
