"""Tables of calls in Parquet: typed columns as warehouses and Langfuse write them."""

import io
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from tallystick.engine.reading import usable
from tallystick.host.errors import CannotRunError
from tallystick.intake import RawAttempt
from tallystick.intake.formats import Broken, Piece, base, detect
from tallystick.intake.formats.parquet import FORMAT, _plain

SAMPLES = Path(__file__).parent / "samples"
URL = "https://api.cometapi.com/v1/chat/completions"
AT = datetime(2026, 11, 20, 9, 3, tzinfo=UTC)


def written(table: Any, **how: Any) -> bytes:
    held = io.BytesIO()
    parquet.write_table(table, held, **how)
    return held.getvalue()


def read(data: bytes) -> list[Any]:
    assert detect(data[:65536]) is FORMAT
    return list(FORMAT.read(Piece(0, 0, data, last=True)))


def observations() -> tuple[bytes, Any]:
    """An export of Langfuse as lines, and as the table that its columns make."""
    lines = (SAMPLES / "langfuse-blob-observations_v2.jsonl").read_bytes()
    rows = [json.loads(line) for line in lines.splitlines()]
    columns: dict[str, Any] = {}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = [row.get(name) for row in rows]
        if name in ("usage_details", "cost_details"):
            pairs = [None if one is None else list(one.items()) for one in values]
            columns[name] = pa.array(pairs, pa.map_(pa.string(), pa.float64()))
        elif name in ("start_time", "end_time"):
            times = [datetime.fromisoformat(str(one)).replace(tzinfo=UTC) for one in values]
            columns[name] = pa.array(times, pa.timestamp("us", tz="UTC"))
        else:
            told = [one if isinstance(one, str | None) else json.dumps(one) for one in values]
            columns[name] = pa.array(told, pa.string())
    return lines, pa.table(columns)


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip"])
def test_an_export_reads_as_its_lines_do(compression: str) -> None:
    lines, table = observations()
    form = detect(lines)
    assert form is not None
    as_lines = list(form.read(Piece(0, 0, lines, last=True)))
    assert read(written(table, compression=compression, row_group_size=2)) == as_lines


def test_whole_numbers_beside_empty_cells_are_whole() -> None:
    body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "x"},
                         "finish_reason": "stop"}]}  # fmt: skip
    table = pa.table({
        "ts": pa.array([AT, AT], pa.timestamp("ms", tz="UTC")),
        "url": pa.array([URL, URL]),
        "status": pa.array([429.0, 200.0], pa.float64()),
        "response": pa.array([None, json.dumps(body)], pa.large_binary()),
        "attempt": pa.array([float("nan"), 2.0]),
    })  # fmt: skip
    first, second = read(written(table))
    assert (first.status, first.nth, first.response.body) == (429, None, None)
    assert (second.status, second.nth) == (200, 2)
    assert first.at == "2026-11-20T09:03:00+00:00"
    assert json.loads(second.response.body) == body


@pytest.mark.parametrize(
    ("cell", "plain"),
    [(date(2026, 11, 20), "2026-11-20"), (time(9, 3), "09:03:00"), (Decimal("1.50"), 1.5),
     (datetime(2026, 11, 20, 9, 3), "2026-11-20T09:03:00Z"), (b"a\xff", "a\ufffd"),
     ({"a": Decimal(2)}, {"a": 2}), ([("a", 1.0)], {"a": 1}), ([1.0, None], [1, None]),
     (float("inf"), None), (Decimal("NaN"), None), (True, True), ([], [])],
)  # fmt: skip
def test_a_cell_is_what_json_has(cell: object, plain: object) -> None:
    assert _plain(cell) == plain


def test_what_is_cut_off_damaged_or_too_large_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    data = written(pa.table({"url": [URL], "status": [429]}))
    (cut,) = read(data[:-4])
    assert (cut.offset, "cut off" in cut.why) == (0, True)
    (damaged,) = read(data[:20] + bytes(len(data) - 28) + data[-8:])
    assert "cannot be read" in damaged.why
    monkeypatch.setattr("tallystick.intake.formats.parquet._MOST_UNFOLDED", 10)
    (large,) = read(data)
    assert "unfolds to more" in large.why


@given(st.binary(max_size=200))
def test_any_bytes_between_the_marks_are_read_or_told(noise: bytes) -> None:
    found = read(b"PAR1" + noise + b"PAR1")
    assert all(isinstance(one, Broken | RawAttempt | None) for one in found)


def test_rows_that_are_no_calls_are_none() -> None:
    assert read(written(pa.table({"name": ["a"], "size": [3]}))) == [None]


def test_without_the_extra_it_is_told_what_to_install() -> None:
    assert usable(FORMAT, "x.parquet") is FORMAT
    missing = FORMAT._replace(needs="no_such_package")
    within = FORMAT._replace(needs="no_such_package.part")
    assert not base.is_usable(within)
    with pytest.raises(CannotRunError) as told:
        usable(missing, "x.parquet")
    assert told.value.problem.do == "install tallystick[parquet]"
