"""What `classify`, `intake` and `scan` print for people."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from tallystick.cli.known import Known
from tallystick.cli.show import table_of
from tallystick.engine.merging import FrozenCapture
from tallystick.engine.reading import Plan
from tallystick.host.talk import stdout
from tallystick.record.finding import Classification
from tallystick.record.profile import Profile
from tallystick.record.sighting import Sighting, told
from tallystick.record.words import count

_MOST_KINDS = 20
_MOST_STATUSES, _FIRST = 8, 5


def plans(made: Iterable[Plan]) -> None:
    """How captures would be read."""
    for one in made:
        stdout.print(f"{one.name}: {one.format}")
        if one.bytes is None:
            stdout.print("  read from its first byte to its last, as it comes")
        else:
            first, last = one.bytes
            share = f"bytes {first} to {last} of {one.size}"
            stdout.print(f"  {_ORDERS[one.is_sorted]}: {share} are read")
        if one.member:
            stdout.print(f"  lines whose {one.member} lies outside are passed over undecoded")


_ORDERS = {
    True: "in the order of time, so that its period was found by halving",
    False: "not in the order of time",
    None: "too short to look for an order of time, or of a kind that is read from its beginning",
}


def captures(read: Iterable[FrozenCapture]) -> None:
    """What captures came to."""
    table = table_of("Capture", "Format", "Exchanges", "Left out", "Of other times", "Damaged")
    for one in read:
        outside = str(one.outside) if one.since or one.until else ""
        counts = str(one.exchanges), str(one.skipped), outside, str(one.damaged)
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


def classification(classed: Classification) -> None:
    """The failure class and the failing calls, those alike in one row; what went well is a line."""
    stdout.print(f"{classed.failure_class} at {classed.location}")
    stdout.print(f"  {classed.reason}")
    failing = [group for group in classed.groups if group.failure_class != "none"]
    sound = len(classed.groups) - len(failing)
    kinds: dict[tuple[str, str, str, str], list[str]] = {}
    for group in failing or classed.groups:
        several = [str(status) if status else "no answer" for status in group.statuses]
        cut = len(several) > _MOST_STATUSES
        statuses = ", ".join([*several[:_FIRST], "…", several[-1]] if cut else several)
        kind = (group.failure_class, group.location, str(group.attempts), statuses)
        kinds.setdefault(kind, []).append(group.group)
    table = table_of("Call", "Class", "Location", "Attempts", "Statuses")
    for cells, named in list(kinds.items())[:_MOST_KINDS]:
        alike = f" and {len(named) - 1} alike" if len(named) > 1 else ""
        table.add_row(f"{named[0]}{alike}", *cells)
    stdout.print(table)
    if left := sum(len(named) for named in list(kinds.values())[_MOST_KINDS:]):
        failed = "failing call" if failing else "call"
        stdout.print(f"and {count(left, f'more {failed}')} (--json has them all)")
    if failing and sound:
        stdout.print(f"and {count(sound, 'call')} that went well")


def twice(seen: tuple[Sighting, ...]) -> None:
    """What two captures of the same calls show."""
    for line in told(seen):
        stdout.print(Text(line))


def known(found: Known) -> None:
    """What the provider's pages say at the places of the failures, and what the client does."""
    if found.documented:
        stdout.print(
            f"CometAPI's pages, as seen on {found.compiled} (pages captured for a case decide):"
        )
    for fact in found.documented:
        under = f" when {fact.when}" if fact.when else ""
        stated = f"{fact.location}{under}: {fact.aspect} {fact.value}"
        stdout.print(Text(f"  {stated} ({fact.url})"))
    if found.habit is not None:
        one = found.habit
        stdout.print(Text(f"{found.client} sends a call again {one.retries}."))
        stdout.print(Text(f"  It waits {one.waits} (read in {one.read_in})."))


def plan(missing: tuple[str, ...], steps: tuple[str, ...]) -> None:
    """What the captures do not show of the failing calls, and how to get it."""
    if steps:
        stdout.print(f"Not in these captures: {', '.join(missing)}. To see it:")
        for step in steps:
            stdout.print(f"  {step}")
