"""What a review rule is, and the joint it makes of documents and assumptions at one location."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from tallystick.record.clause import Clause, Standing
from tallystick.record.exchange import Exchange
from tallystick.review.material import Material, standing_of
from tallystick.review.rules.example import Example
from tallystick.review.table import Client, Evidence

NOTHING_STATED = "no source documents it"


class Joint(msgspec.Struct, frozen=True):
    """Three columns at one location, before the table turns them into an outcome.

    `evidence_ids` name what the joint rests on; `culprits` are the exchanges it accounts for.
    `reason` stands in for the table's words where they would not be about this; `is_incident` says
    that the joint is what the incident is about, though no call failed.
    """

    location: str
    standing: Standing
    evidence: Evidence
    client: Client
    assumed: str
    documented: str
    observed: str
    clauses: tuple[Clause, ...] = ()
    evidence_ids: tuple[str, ...] = ()
    culprits: frozenset[str] = frozenset()
    settle: str = ""
    reason: str = ""
    is_incident: bool = False


class Rule(msgspec.Struct, frozen=True):
    """A rule's name, what it asks in one sentence, its function, and what it finds in small."""

    name: str
    asks: str
    join: Callable[[Material], Iterator[Joint]]
    kept: Example
    breached: Example
    undecided: Example


def said(clauses: Iterable[Clause]) -> str:
    """What some clauses state, each once, in one line."""
    return "; ".join(dict.fromkeys(clause.says() for clause in clauses)) or NOTHING_STATED


def ids(exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """The names of some exchanges."""
    return tuple(exchange.id for exchange in exchanges)


def values(clauses: Iterable[Clause]) -> frozenset[str]:
    """The values some clauses state."""
    return frozenset(clause.value for clause in clauses)


def agreement(clauses: tuple[Clause, ...], value: str | None) -> Client:
    """Whether what the client uses is one of the values that the clauses state. To use what no
    clause promises is to rely on it.
    """
    if value is None:
        return "unknown"
    return "agrees" if is_promised(clauses) and value in values(clauses) else "differs"


def is_promised(clauses: tuple[Clause, ...]) -> bool:
    """Whether some clauses state anything that a client may rely on."""
    return standing_of(clauses) not in ("to-verify", "shown-in-example")


def value_joint(
    material: Material,
    location: str,
    read: Callable[[Exchange], str],
    settle: str,
    departs: Callable[[str, Iterable[str]], bool] = lambda sent, stated: sent not in stated,
) -> Joint:
    """The joint of one stated value, what the client is known to use, and what exchanges show.
    `departs` says whether a value that is shown is none of the stated ones.
    """
    clauses = material.at(location, "value")
    assumed = material.assumed(location)
    seen = {shown for exchange in material.exchanges if (shown := read(exchange))}
    stated = values(clauses)
    # What a capture does not show, or shows masked, breaks nothing, and keeps nothing.
    wrong = [e for e in material.exchanges if clauses and (v := read(e)) and departs(v, stated)]
    kept = [one for one in seen if not clauses or one in stated]
    return Joint(
        location,
        standing_of(clauses),
        "client-breach" if wrong else "kept" if kept else "silent",
        agreement(clauses, assumed.value if assumed else None),
        assumed=assumed.value if assumed else _as_seen(seen),
        documented=said(clauses),
        observed=_shown(seen, bool(wrong or kept)),
        clauses=clauses,
        evidence_ids=ids(wrong) or ids(material.exchanges[:1]),
        culprits=frozenset(ids(wrong)),
        settle=settle,
    )


def _shown(seen: set[str], decides: bool) -> str:
    """What captures show; a masked name is beside nothing that is stated."""
    told = ", ".join(sorted(seen)) or "not in the captures"
    return told if decides or not seen else f"{told}: masked, so that it cannot be compared"


def _as_seen(seen: set[str]) -> str:
    """What production is seen to use, where nothing else says what it assumes."""
    return f"{', '.join(sorted(seen))} (observed)" if seen else "not measured"


__all__ = [
    "NOTHING_STATED",
    "Joint",
    "Rule",
    "agreement",
    "ids",
    "is_promised",
    "said",
    "standing_of",
    "value_joint",
    "values",
]
