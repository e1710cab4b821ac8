"""The lab's matrix: what the client did, by what was asked about and how it was changed."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tallystick.handoff.dossier import Dossier
from tallystick.record.trial import Observation, Outcome

# From the best to the worst: a cell shows the worst that happened in it.
ORDER: tuple[Outcome, ...] = ("right", "raised", "could-not-check", "hung", "truncated", "wrong")
WORDS: Mapping[Outcome, str] = {
    "right": "the right answer",
    "raised": "an error that the application sees",
    "could-not-check": "could not be looked at",
    "hung": "did not end",
    "truncated": "half an answer taken for the whole",
    "wrong": "went on with a wrong result",
}


class Heat(NamedTuple):
    """One cell: the worst outcome of its trials, how many there were, and which one it was."""

    outcome: Outcome
    trials: int
    scenario: str


class Matrix(NamedTuple):
    """Rows of locations, columns of kinds of change."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Heat | None, ...]], ...]


def matrix(dossier: Dossier) -> Matrix:
    """The matrix of a lab run; without rows when the lab has not run."""
    seen = dossier.lab.observations if dossier.lab else ()
    cells: dict[tuple[str, str], list[Observation]] = {}
    for one in seen:
        if one.scenario.changes:
            cells.setdefault((one.scenario.location, _kind(one)), []).append(one)
    columns = tuple(sorted({kind for _, kind in cells}))
    rows = tuple(
        (place, tuple(_heat(cells.get((place, kind), ())) for kind in columns))
        for place in sorted({place for place, _ in cells})
    )
    return Matrix(columns, rows)


def _kind(seen: Observation) -> str:
    return type(seen.scenario.changes[0]).__struct_config__.tag  # type: ignore[return-value] # a text


def _heat(seen: Iterable[Observation]) -> Heat | None:
    listed = sorted(seen, key=lambda one: ORDER.index(one.outcome))
    return Heat(listed[-1].outcome, len(listed), listed[-1].id) if listed else None
