"""What the application recorded of usage: CSV with a header (RFC 4180), or JSON lines."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from tallystick.intake.formats.times import moment
from tallystick.record.case import RecordedUsage
from tallystick.record.texts import is_model
from tallystick.record.usage import MASKED_MODEL, MOST_COUNTED, RecordedRow

_DELIMITERS = ",;\t"


class NoColumnError(ValueError):
    """A column that `case.toml` names is not there."""


class NoOffsetError(ValueError):
    """A time that nothing says the zone of."""


class NoTableError(ValueError):
    """A line cannot be read as CSV."""


def read_recorded(text: str, plan: RecordedUsage) -> tuple[tuple[RecordedRow, ...], int]:
    """The rows of a file, sanitized, and how many were skipped because they tell nothing.

    Raises:
        NoColumnError: the file has rows, and none has a column that the plan names.
        NoTableError: it is no CSV (RFC 4180), from a line that the error names.
        NoOffsetError: a time states no offset from UTC, and the plan states none.
    """
    lines = [f"{line}\n" for line in text.removeprefix("\ufeff").split("\n")]
    is_json = text.lstrip("\ufeff \r\n").startswith("{")
    parsed = list(_json_lines(lines) if is_json else _csv(lines))
    named = [plan.at, plan.model, *plan.fields]
    held = {name for row in parsed for name in row}
    missing = [name for name in named if name not in held]
    if parsed and missing:
        raise NoColumnError(missing[0])
    rows = [_row(one, plan) for one in parsed]
    good = tuple(row for row in rows if row is not None)
    return good, len(rows) - len(good)


def _json_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        yield value if isinstance(value, dict) else {}


def _csv(lines: list[str]) -> Iterator[dict[str, Any]]:
    reader = csv.DictReader(lines, delimiter=max(_DELIMITERS, key=lines[0].count))
    try:
        for row in reader:
            yield {name: value for name, value in row.items() if isinstance(name, str)}
    except csv.Error:  # its text may hold a cell
        raise NoTableError(reader.line_num + 1) from None


def _row(held: dict[str, Any], plan: RecordedUsage) -> RecordedRow | None:
    counts: dict[str, float] = {}
    for column, field in plan.counted.items():
        value = held.get(column)
        if value in (None, ""):
            continue
        count = _count(value)
        if count is None:
            return None
        counts[field] = counts.get(field, 0.0) + count
    model = held.get(plan.model)
    name = model if isinstance(model, str) and is_model(model) else MASKED_MODEL
    held_too_much = any(count > MOST_COUNTED for count in counts.values())
    if not counts or held_too_much:
        return None
    return RecordedRow(_at(held.get(plan.at), plan.utc_offset), name, counts)


def _at(value: object, offset: str) -> str | None:
    if isinstance(value, str) and _is_naive(value):
        if not offset:
            raise NoOffsetError
        value = f"{value}{offset}"
    return moment(value)


def _is_naive(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is None and not text.isdecimal()
    except ValueError:
        return False


def _count(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        count = float(value)
    except (ValueError, OverflowError):
        return None
    return count if 0 <= count <= MOST_COUNTED else None
