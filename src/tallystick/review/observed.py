"""The documented clauses beside the observed profile: what the traffic does not keep, counted."""

from collections.abc import Iterable, Iterator

from tallystick.record.clause import Clause
from tallystick.record.profile import Cell, Observed, Profile, Unkept

_STANDS = ("documented", "support-confirmed")


def unkept(clauses: Iterable[Clause], profile: Profile) -> tuple[Unkept, ...]:
    """For every clause that stands and states a kind or that a member is required: how often the
    traffic of each cell does not keep it. Clauses with a condition are left to the rules, and of
    what a log put together nothing is concluded from what it lacks.
    """
    stated = [c for c in clauses if c.standing in _STANDS and not c.when]
    found = (
        Unkept(clause.location, clause.says(), clause.id, cell.window, cell.model, cell.status,
               cell.streamed, times)
        for cell in profile.cells
        for clause in stated
        for times in _times(clause, cell)
    )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.location, one.says, one.window, one.model)))


def _times(clause: Clause, cell: Cell) -> Iterator[int]:
    """How often a cell does not keep a clause, if at all."""
    seen = next((o for o in cell.locations if o.location == clause.location), None)
    times = 0
    if clause.aspect == "kind" and seen is not None:
        allowed = clause.value.split("|")
        times = sum(count for kind, count in seen.kinds.items() if kind not in allowed)
    elif clause.aspect == "required" and clause.value == "yes" and not cell.partial:
        times = _absent(clause.location, seen, cell)
    if times:
        yield times


def _absent(location: str, seen: Observed | None, cell: Cell) -> int:
    """How many objects lack a member that they could have had."""
    if seen is not None:
        return seen.possible - seen.present
    above = location.rpartition(".")[0]
    holder = next((o for o in cell.locations if o.location == above), None)
    return holder.kinds.get("object", 0) if holder is not None else 0
