"""What `scan` and `merge` print for people."""

from collections.abc import Iterable

from rich.table import Table

from tallystick.app.merging import FrozenCapture
from tallystick.app.show import table_of
from tallystick.app.talk import stdout
from tallystick.record.profile import Profile


def captures(read: Iterable[FrozenCapture]) -> None:
    """What captures came to."""
    table = table_of("Capture", "Format", "Exchanges", "Left out", "Damaged")
    for one in read:
        counts = str(one.exchanges), str(one.skipped), str(one.damaged)
        table.add_row(one.name, one.format, *counts)
    stdout.print(table)


def profile(found: Profile) -> None:
    """The observed profile, without its locations: those are in the JSON."""
    stdout.print(f"{found.exchanges} exchanges in {found.calls} logical calls")
    if found.first:
        stdout.print(f"from {found.first} to {found.last}")
    cells = table_of("Window", "Model", "Status", "Streamed", "Exchanges", "Departs from protocol")
    for cell in found.cells:
        departs = ", ".join(dict.fromkeys(d.location for d in cell.departures))
        streamed = "yes" if cell.streamed else "no"
        status = str(cell.status or "none")
        cells.add_row(cell.window, cell.model, status, streamed, str(cell.exchanges), departs)
    classes = table_of("Window", "Class", "Location", "Calls", "Attempts", "First", "Last")
    for one in found.classes:
        told = str(one.calls), str(one.attempts), one.first_at or one.first, one.last_at or ""
        classes.add_row(one.window, one.failure_class, one.location, *told)
    usage = table_of("Window", "Model", "Usage field", "Sum", "Answers", "Zero", "Without usage")
    for use in found.usage:
        sums = f"{use.total:g}", str(use.answers), str(use.zero), str(use.absent)
        usage.add_row(use.window, use.model, use.field, *sums)
    for table in (cells, classes, _followed(found), usage):
        if table.row_count:
            stdout.print(table)
    _layers(found)


def _followed(found: Profile) -> Table:
    retries = table_of("Window", "After", "Failures", "Retried", "Too early", "Gaps (s)")
    for row in found.retries:
        gaps = "" if row.least_s is None else f"{row.least_s:g} to {row.most_s:g}"
        counts = str(row.failures), str(row.retried), str(row.early)
        retries.add_row(row.window, row.after, *counts, gaps)
    return retries


def _layers(found: Profile) -> None:
    for one in found.amplification:
        told = ", ".join(f"{count} with {number}" for number, count in one.calls.items())
        stdout.print(f"Attempts per call, {one.window}: {told}")
        if one.nested:
            calls, attempts = one.largest
            stdout.print(
                f"  {one.nested} calls were begun again by a layer above; the largest: "
                f"{calls} calls, {attempts} attempts"
            )
