"""Tables of calls in Apache Parquet (the extra `tallystick[parquet]`), as Langfuse and warehouses
export them. A row is an object whose members are its columns, like a row of CSV.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

from tallystick.intake.formats.base import Broken, Cutter, Format, Piece, Read
from tallystick.intake.formats.own import read_row
from tallystick.intake.formats.times import moment

# The first and the last bytes of a file (Apache Parquet, file format).
_MAGIC = b"PAR1"
_ROWS = 256
# Bytes of what a file unfolds to; one that states more is not read.
_MOST_UNFOLDED = 1 << 30


def _read(piece: Piece) -> Iterator[Read]:
    if not (piece.data.startswith(_MAGIC) and piece.data.endswith(_MAGIC)):
        yield Broken(piece.offset, "a Parquet file that is cut off, or longer than 32 MiB")
        return
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415

    try:
        table = parquet.ParquetFile(pa.BufferReader(piece.data))
        groups = (table.metadata.row_group(n) for n in range(table.metadata.num_row_groups))
        if sum(group.total_byte_size for group in groups) > _MOST_UNFOLDED:
            yield Broken(piece.offset, "a Parquet file that unfolds to more than 1 GiB")
            return
        number = 0
        for batch in table.iter_batches(batch_size=_ROWS, use_threads=False):
            for row in batch.to_pylist():
                line = {name: plain for name, value in row.items()
                        if (plain := _plain(value)) not in (None, "")}  # fmt: skip
                yield from read_row(line, number, piece.offset)
                number += 1
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Broken(piece.offset, f"a Parquet file that cannot be read ({type(error).__name__})")


def _plain(value: Any) -> Any:
    """A cell as JSON has it. Where a column may be empty, writers keep whole numbers as floats, and
    what is not there as none.
    """
    if isinstance(value, datetime):
        return moment(value.timestamp()) if value.tzinfo else value.isoformat() + "Z"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        found = float(value)
        return (int(found) if found.is_integer() else found) if isfinite(found) else None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {name: _plain(held) for name, held in value.items()}
    if isinstance(value, list):  # a map is a list of pairs
        pairs = bool(value) and all(isinstance(one, tuple) for one in value)
        return {str(k): _plain(v) for k, v in value} if pairs else [_plain(one) for one in value]
    return value


FORMAT = Format(
    "parquet",
    "Parquet tables of calls (the extra `parquet`)",
    lambda head: head.startswith(_MAGIC),
    lambda: Cutter(lambda _: 0),
    _read,
    needs="pyarrow",
    extra="parquet",
)
