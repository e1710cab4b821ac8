"""How a request that was rejected leaves what is documented at a place, in words."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from tallystick.protocol import read_error
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange, is_masked
from tallystick.record.placeholder import as_number, text_length
from tallystick.review.mechanism import FailedCall, current
from tallystick.review.outside import outside, pointed, values_at

NOT_SENT = "sent nothing (documented: required)"


def departure(last: Exchange, place: str, clauses: tuple[Clause, ...]) -> str:
    """How the request leaves what is documented at a place, in words; empty where it is not seen
    to.
    """
    every = list(values_at(last.request.body, place))
    values = list(values_at(last.request.body, _pointed(last, place))) or every
    said = _as_told(last, values, clauses) if last.response.rejects == place else ""
    if said:
        return f"sent {said}"
    if repeated := _as_repeated(last, place, clauses) if not values else "":
        return f"sent {repeated}, as the API says"
    read = map(as_number, values) if _is_numbered(last, clauses) else values
    wrong = next((why for value in read for why in outside(value, clauses, place)), "")
    if wrong:
        return f"sent {wrong}"
    told = last.response.rejects == place and last.response.rejects_as == "missing"
    seen_to = last.request.body_kind == "json" or told
    return NOT_SENT if _is_required(clauses) and not values and seen_to else ""


def _is_numbered(last: Exchange, clauses: tuple[Clause, ...]) -> bool:
    """Whether texts of a place may be numbers that a log wrote so: no source takes texts there."""
    texts = any(c.aspect == "kind" and "string" in c.value for c in clauses)
    return last.request.body_kind == "partial" and not texts


def _pointed(last: Exchange, place: str) -> str:
    """The place as the rejection names it: of several entries it may be about one."""
    error = read_error(last.response.body) if last.response.rejects == place else None
    return pointed(place, f"{error.param or ''} {error.message or ''}") if error else place


def _as_told(last: Exchange, values: list[Any], clauses: tuple[Clause, ...]) -> str:
    """How what was sent leaves what is documented, where the API itself says what is wrong with it
    and the capture does not show that it is right.
    """
    seen = bool(values) and last.request.body_kind != "partial"
    match last.response.rejects_as:
        case "wrong-type" if kinds := [c for c in clauses if c.aspect == "kind"]:
            every = (
                why for value in values for why in outside(value, clauses, last.response.rejects)
            )
            unlike = not seen and not _is_of_a_kind(last, kinds)
            return next(every, "a value of another type, as the API says" if unlike else "")
        case "pattern":
            pattern = next((c.value for c in clauses if c.aspect == "pattern"), "")
            shown = any(isinstance(v, str) and not is_masked(v) for v in values)
            unlike = bool(pattern) and not shown
            return f"a value that does not match `{pattern}`, as the API says" if unlike else ""
        case "out-of-range" if longest := _too_long(values, clauses):
            return f"a text of more than {longest} characters, as the API says"
    return ""


def _too_long(values: list[Any], clauses: tuple[Clause, ...]) -> str:
    """The longest that a text may be, where what was sent is not seen to keep it: a placeholder
    has the length of what it stands for.
    """
    found = next((c.value for c in clauses if c.aspect == "max-length" and c.value.isdigit()), "")
    kept = [isinstance(v, str) and text_length(v) <= int(found) for v in values if found]
    return "" if kept and all(kept) else found


# Each word that validators use for a type of JSON, and what follows it in what they received.
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "string": "string", "str": "string", "text": "string",
        "array": "array", "list": "array", "slice": "array",
        "object": "object", "dict": "object", "map": "object",
        "number": "number", "integer": "number", "int": "number", "float": "number",
        "boolean": "boolean", "bool": "boolean",
        "null": "null", "none": "null",
    }
)  # fmt: skip
_RECEIVED = re.compile(
    rf"\b(?:got|received|found|given|provided|instead)\b\W{{1,3}}(?:an?\s)?['\"`<]?"
    rf"(?P<kind>{'|'.join(_TYPES)})\b",
    re.IGNORECASE,
)


def _is_of_a_kind(last: Exchange, kinds: list[Clause]) -> bool:
    """Whether what the API says it received is of a documented type."""
    error = read_error(last.response.body)
    found = _RECEIVED.search(error.message or "") if error else None
    allowed = {kind for clause in kinds for kind in clause.value.split("|")}
    return found is not None and _TYPES[found["kind"].lower()] in allowed


_QUOTED = re.compile(r"['\"`]([\w.-]+)['\"`]")


def _as_repeated(last: Exchange, place: str, clauses: tuple[Clause, ...]) -> str:
    """A value that the rejection repeats beside the documented ones: `unknown variant x, expected
    a or b`; empty where it repeats none.
    """
    error = read_error(last.response.body) if last.response.rejects == place else None
    quoted = _QUOTED.findall(error.message or "") if error else []
    quoted = [word for word in quoted if not place.endswith(f".{word}")]
    value, others = (quoted[0], quoted[1:]) if quoted else ("", [])
    for clause in clauses if value and not is_masked(value) else ():
        listed = clause.value.split("|")
        if clause.aspect == "enum" and value not in listed and set(listed) & set(others):
            return f"`{value}` (documented: {clause.value.replace('|', ', ')})"
    return ""


def without_its_companion(last: Exchange, place: str, clauses: tuple[Clause, ...]) -> str:
    """That a member was sent without the other one that the documents ask for beside it."""
    body = last.request.body
    asked = [clause for clause in clauses if clause.aspect == "requires"]
    if last.request.body_kind != "json" or not isinstance(body, dict):
        return ""
    for clause in asked if any(True for _ in values_at(body, place)) else ():
        name, _, value = clause.value.partition("=")
        sent = msgspec.json.encode(body.get(name)).decode()
        if sent == "null" or (value and sent not in (value, f'"{value}"')):
            return f"sent no `{clause.value}` beside it (documented: requires {clause.value})"
    return ""


def inner_departure(failed: FailedCall, place: str) -> str:
    """How what was sent within a place that the API names leaves what is documented there."""
    inner = sorted(
        {c.location for c in failed.material.clauses if c.location.startswith(f"{place}.")}
    )
    sent = failed.last.request
    for below in inner if sent.body_kind in ("json", "partial") else ():
        clauses = current(failed.material, below)
        values = values_at(sent.body, below)
        for value in map(as_number, values) if _is_numbered(failed.last, clauses) else values:
            wrong = next(outside(value, clauses, below), "")
            if wrong:
                return f"sent, in `{below.removeprefix(place).lstrip('.')}`, {wrong}"
    return ""


def _is_required(clauses: tuple[Clause, ...]) -> bool:
    return any(clause.aspect == "required" and clause.value == "yes" for clause in clauses)
