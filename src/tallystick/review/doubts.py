"""Sentences that nobody has accepted, and that contradict what a mechanism rests on."""

import re

from tallystick.record.clause import Clause
from tallystick.review.material import Material
from tallystick.review.mechanism import Mechanism
from tallystick.review.wordings import LEAVES_OUT, SAYS_NULL

# What a sentence may say otherwise than a clause, and what hangs on it.
_DOUBTED = frozenset(("required", "kind", "minimum", "maximum"))


def doubted(material: Material, found: Mechanism) -> Mechanism:
    """A mechanism that rests on a clause which a sentence of another source seems to contradict:
    open, until a person has read that sentence.
    """
    for clause in found.clauses if found.side in ("application", "provider") else ():
        shown = clause.aspect == "value" and clause.standing == "shown-in-example"
        doubtful = clause.aspect in _DOUBTED or shown
        for one in material.seems(clause.location) if doubtful else ():
            other = one.clause
            against = other.aspect == clause.aspect and other.value != clause.value
            against = against or (_leaves_out(clause, other) and not _is_null(found, other))
            if against and other.citation.source != clause.citation.source:
                words = other.citation.words
                says = f"{found.says} Another page seems to say otherwise: “{words}”."
                step = "read that sentence: `tallystick contract review` accepts or rejects it"
                return Mechanism("documents", found.location, says, "consistent", (), step)
    return found if found.clauses else _torn_sentences(material, found)


def _leaves_out(clause: Clause, other: Clause) -> bool:
    """Whether a sentence speaks of what is stated to be always there as of what may be missing."""
    promised = clause.aspect == "required" and clause.value == "yes"
    spoken = other.aspect == "meaning" and LEAVES_OUT.search(_about(other)) is not None
    return promised and spoken and clause.location.startswith(("response.", "stream."))


def _about(other: Clause) -> str:
    """The sentences of a citation that name the member; all of them where none does."""
    member = re.compile(rf"\b{re.escape(other.location.rpartition('.')[2])}\b")
    sentences = re.split(r"(?<=[.;!?])\s+", other.citation.words)
    return " ".join(one for one in sentences if member.search(one)) or other.citation.words


def _is_null(found: Mechanism, other: Clause) -> bool:
    """Whether a sentence says when the value is null, and null is one of the kinds stated."""
    kinds = (c.value.split("|") for c in found.clauses if c.aspect == "kind")
    return SAYS_NULL.is_of(_about(other)) and any("null" in kind for kind in kinds)


def _torn_sentences(material: Material, found: Mechanism) -> Mechanism:
    """A mechanism that rests on a sentence, where a sentence of another source contradicts it."""
    said = [one.clause for one in material.seems(found.location)]
    rests = next((c for c in said if c.citation.words in found.says), None)
    rivals = [
        c for c in said
        if rests is not None and c.aspect == rests.aspect and c.value != rests.value
        and c.citation.source != rests.citation.source and c.aspect in ("value", *_DOUBTED)
    ]  # fmt: skip
    if rests is None or not rivals or found.side not in ("application", "provider"):
        return found
    words = rivals[0].citation.words
    says = f"{found.says} Another page seems to say otherwise: “{words}”."
    step = "read both sentences: `tallystick contract review` accepts or rejects them"
    return Mechanism("documents", found.location, says, "consistent", (), step)
