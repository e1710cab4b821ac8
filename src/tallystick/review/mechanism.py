"""One mechanism: how a call came to fail, whose side it is, and how surely that is known."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from tallystick.record.clause import STANDS, Clause
from tallystick.record.exchange import Exchange
from tallystick.record.finding import GroupClass, Side, Support
from tallystick.review.material import Material, standing_of


class FailedCall(NamedTuple):
    """A failing call with everything the case holds: what a mechanism is told from."""

    material: Material
    call: GroupClass
    last: Exchange


class Mechanism(msgspec.Struct, frozen=True):
    """A candidate explanation of one failing call. `settle` says what would decide an open side."""

    side: Side
    location: str
    says: str
    support: Support
    clauses: tuple[Clause, ...] = ()
    settle: str = ""


def cause_of(
    side: Side, location: str, says: str, support: Support, clauses: tuple[Clause, ...] = ()
) -> Mechanism:
    """A mechanism whose side is known."""
    return Mechanism(side, location, says, support, clauses)


def ask(location: str, says: str, settle: str) -> Mechanism:
    """A failure whose side the evidence does not tell."""
    return Mechanism("unknown", location, says, "none", (), settle)


def torn(location: str, clauses: Iterable[Clause]) -> Mechanism:
    """Sources that disagree at the place: undecided until one interpretation is recorded."""
    rivals = _rivals(tuple(clauses))
    said = " against ".join(dict.fromkeys(clause.says() for clause in rivals))
    says = f"The sources disagree at {location}: {said}."
    step = f"ask support which of them holds at {location}, and record it: `tallystick decide`"
    return Mechanism("documents", location, says, "consistent", rivals, step)


def _rivals(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The clauses that say different things of one aspect; what all agree on is no matter."""
    said: dict[str, set[str]] = {}
    for clause in clauses:
        said.setdefault(clause.aspect, set()).add(clause.value)
    marked = [clause for clause in clauses if clause.standing == "conflicting"]
    differing = [c for c in marked or clauses if len(said[c.aspect]) > 1]
    return tuple(differing) or clauses


def current(material: Material, location: str) -> tuple[Clause, ...]:
    """The clauses at a place that stand."""
    return tuple(c for c in material.at(location) if c.standing in STANDS)


def may_be_null(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """The clauses that allow a null."""
    return tuple(c for c in clauses if c.aspect == "kind" and "null" in c.value.split("|"))


def shown(material: Material, location: str, aspect: str) -> tuple[Clause, ...]:
    """What stands at a place; where nothing does, what examples of the sources show there."""
    stands = tuple(c for c in current(material, location) if c.aspect == aspect)
    return stands or tuple(
        c for c in material.at(location, aspect) if c.standing == "shown-in-example"
    )


def contrasts(
    material: Material, last: Exchange, read: Callable[[Exchange], str], stated: Iterable[str]
) -> bool:
    """Whether what a failing call does at a place is neither documented nor shown, and every call
    that went well, and shows what it does there, does as is documented or shown.
    """
    values = set(stated)
    sound = material.of_sound(read) - {""}
    return bool(sound) and sound <= values and read(last) not in values


def is_torn(clauses: tuple[Clause, ...]) -> bool:
    """Whether some clauses conflict with each other."""
    return standing_of(clauses) == "conflicting"


def covers(material: Material, location: str) -> bool:
    """Whether some source that stands enumerates the members beside a place: what it leaves out
    is undocumented, not merely unread.
    """
    above = location.rpartition(".")[0]
    beside = (
        c for c in material.clauses if c.location.rpartition(".")[0] == above
        and c.aspect in ("exists", "required", "kind") and c.standing in STANDS
    )  # fmt: skip
    return len({clause.location for clause in beside}) > 1


def quoted(clause: Clause) -> str:
    """What a page says, in its words, and whether a person has accepted that."""
    words = clause.citation.words
    accepted = clause.standing in STANDS
    aside = "" if accepted else " (read by Tallystick, not yet accepted by a person)"
    end = "" if words.endswith(".") and not aside else "."
    return f"a page says: “{words}”{aside}{end}"
