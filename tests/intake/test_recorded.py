"""What the application recorded of usage, read from its own files."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.intake.recorded import NoColumnError, NoOffsetError, NoTableError, read_recorded
from tallystick.record.case import RecordedUsage
from tallystick.record.usage import MASKED_MODEL, RecordedRow

PLAN = RecordedUsage("l.csv", {"in": "prompt_tokens", "cost": "internal-estimate"}, "ts", "m")
ROW = RecordedRow("2026-06-01T09:00:00+00:00", "gpt-4o", {"prompt_tokens": 12.0})


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_by_its_header(delimiter: str) -> None:
    lines = ("note,ts,m,in,cost", "x,2026-06-01T09:00:00Z,gpt-4o,12,0.5")
    text = "\ufeff" + "\r\n".join(line.replace(",", delimiter) for line in lines)
    assert read_recorded(text, PLAN) == ((ROW,), 0)


def test_json_lines_are_read_by_their_names() -> None:
    line = json.dumps({"ts": 1780304400, "m": "gpt-4o", "in": 12, "cost": 1})
    assert read_recorded(f"{line}\n\n{line}\n", PLAN) == ((ROW, ROW), 0)


def test_rows_that_tell_nothing_are_counted_and_no_text_of_theirs_is_kept() -> None:
    rows = ["ts,m,in,cost", "noon,johanna@example.org,3,1", ",gpt-4o,,1", ",gpt-4o,-1,1",
            ",gpt-4o,many,1", ",gpt-4o,1e300,1"]  # fmt: skip
    good, skipped = read_recorded("\n".join(rows), PLAN)
    assert good == (RecordedRow(None, MASKED_MODEL, {"prompt_tokens": 3.0}),)
    assert skipped == 4
    broken = '{"ts": 1, "m": "x", "in": true, "cost": 1}\n{"broken\n[1]\n'
    assert read_recorded(broken, PLAN) == ((), 3)


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(NoColumnError, match="in"):
        read_recorded("ts,m,cost\n1,2,3\n", PLAN)


def test_two_columns_of_one_field_are_added() -> None:
    plan = RecordedUsage("l.csv", {"a": "prompt_tokens", "b": "prompt_tokens"})
    (row,), _ = read_recorded("at,model,a,b\n,gpt-4o,1,2\n", plan)
    assert row.counts == {"prompt_tokens": 3.0}


@given(
    st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20), st.text(max_size=9)), max_size=6)
)
def test_whatever_a_file_holds_every_row_is_read_or_counted(
    cells: list[tuple[str, str, str]],
) -> None:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["ts", "m", "in", "cost"])
    writer.writerows([(*row, "") for row in cells])
    try:
        rows, _ = read_recorded(file.getvalue(), PLAN)
    except NoColumnError:
        return
    texts = {row.model for row in rows}
    assert all(text == MASKED_MODEL or text in {m for _, m, _ in cells} for text in texts)


def test_a_value_may_hold_any_line_break() -> None:
    line = json.dumps(
        {"ts": 1780304400, "m": "gpt-4o", "in": 12, "cost": "a\u2028b"}, ensure_ascii=False
    )
    assert read_recorded(line, PLAN) == ((ROW,), 0)
    text = 'ts,m,in,cost\r\n2026-06-01T09:00:00Z,gpt-4o,12,"a\n\nb\x85c"\r\n'
    assert read_recorded(text, PLAN) == ((ROW,), 0)


@pytest.mark.parametrize("cell", ["x" * 200_000, '"' + "y\n" * 100_000])
def test_what_is_no_table_is_named_by_its_line(cell: str) -> None:
    with pytest.raises(NoTableError, match=r"\A\d+\Z"):
        read_recorded(f"ts,m,in,cost\n1,gpt-4o,1,{cell}\n", PLAN)


def test_numbers_beyond_measure_are_skipped() -> None:
    plan = RecordedUsage("l", {"a": "prompt_tokens", "b": "prompt_tokens"}, "ts", "m")
    line = f'{{"ts": {"9" * 400}, "m": "gpt-4o", "a": 1e8, "b": 1e8}}'
    assert read_recorded(line, plan) == ((), 1)
    (row,), _ = read_recorded(line.replace("1e8", "1"), plan)
    assert row.at is None


def test_a_time_without_an_offset_needs_one_that_is_stated() -> None:
    text = "ts,m,in,cost\n2026-06-01 10:00:00,gpt-4o,12,\n"
    with pytest.raises(NoOffsetError):
        read_recorded(text, PLAN)
    plan = RecordedUsage("l", PLAN.fields, "ts", "m", "+01:00")
    assert read_recorded(text, plan) == ((ROW,), 0)
