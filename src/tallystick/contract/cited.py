"""Passages that a person read: what they state becomes a clause, what they do not is put aside.

A candidate is accepted by citing its passage, so that there is one way for a sentence to become a
clause: a person says that the words which stand there state it.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from tallystick.contract.decided import withdrawn
from tallystick.record.clause import Candidate, Citation, Clause, Source
from tallystick.record.journal import Entry, entry_digest

_PASSAGE = re.compile(r"(?P<source>[A-Z]\d+):(?P<start>\d+)-(?P<end>\d+)")


def passage(source: str, start: int, end: int) -> str:
    """A range of bytes of a source, as a journal entry names it."""
    return f"{source}:{start}-{end}"


def cited_clauses(
    entries: Sequence[Entry], sources: Iterable[Source], read: Callable[[str], bytes | None]
) -> tuple[Clause, ...]:
    """The clauses of the passages that a person cited and nobody took back."""
    known = {source.id: source for source in sources}
    made = []
    for entry in _standing(entries, "cite"):
        found = _PASSAGE.fullmatch(str(entry.about))
        if found is None or found["source"] not in known:
            continue
        start, end = int(found["start"]), int(found["end"])
        data = read(known[found["source"]].stored) or b""
        cited = Citation(found["source"], start, end, data[start:end].decode("utf-8", "replace"))
        made.append(Clause(entry.location, entry.aspect, entry.value, cited, when=entry.when))
    return tuple(made)


def open_candidates(
    candidates: Iterable[Candidate], clauses: Iterable[Clause], entries: Sequence[Entry]
) -> tuple[Candidate, ...]:
    """The candidates that nobody has decided on, without those that a clause states anyway."""
    stated = {(c.location, c.aspect, c.value) for c in clauses if c.standing == "documented"}
    decided = {
        (str(entry.about), entry.location, entry.aspect)
        for action in ("cite", "reject")
        for entry in _standing(entries, action)
    }
    return tuple(
        one
        for one in candidates
        if (one.clause.location, one.clause.aspect, one.clause.value) not in stated
        and (passage_of(one.clause), one.clause.location, one.clause.aspect) not in decided
    )


def passage_of(clause: Clause) -> str:
    """The passage that a clause cites."""
    return passage(clause.citation.source, clause.citation.start, clause.citation.end)


def _standing(entries: Sequence[Entry], action: str) -> Iterable[Entry]:
    gone = withdrawn(entries)
    return (e for e in entries if e.action == action and entry_digest(e) not in gone)
