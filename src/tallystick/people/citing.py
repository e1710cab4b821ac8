"""What a person reads in a stored page: candidates accepted or rejected, and passages cited."""

import re

import msgspec

from tallystick.case import readings
from tallystick.case.store import Folder
from tallystick.contract.cited import passage, passage_of
from tallystick.handoff import Dossier
from tallystick.host.errors import CannotRunError
from tallystick.people.decide import Decision, cite, statement_of
from tallystick.record.clause import Candidate, Source
from tallystick.record.journal import Entry


def accept(made: Dossier, folder: Folder, name: str, given: Decision) -> Entry:
    """A candidate becomes a clause; a value in `given` corrects the one that was read.

    Raises:
        CannotRunError: there is no such candidate.
    """
    one = _candidate(made, name, "--accept")
    said = _said(one, given)
    value = given.value or one.clause.value
    return cite(folder, msgspec.structs.replace(said, value=value), passage_of(one.clause), "cite")


def reject(made: Dossier, folder: Folder, name: str, given: Decision) -> Entry:
    """A candidate is put aside: its sentence does not state what was read.

    Raises:
        CannotRunError: there is no such candidate.
    """
    one = _candidate(made, name, "--reject")
    return cite(folder, _said(one, given), passage_of(one.clause), "reject")


def cite_words(folder: Folder, source: str, words: str, states: str, by: tuple[str, str]) -> Entry:
    """Words of a stored page become a clause. `by` are who says so, and why.

    Raises:
        CannotRunError: there is no such source, or the words do not stand there exactly once.
    """
    found = next((s for s in readings.sources_of(folder.read) if s.id == source), None)
    if found is None or found.media_type == "support":
        known = ", ".join(s.id for s in readings.sources_of(folder.read)) or "none"
        raise CannotRunError("this is no stored page", where=source, expected=known)
    start, end = _place(folder, found, words)
    said = statement_of(states, "--states", *by)
    return cite(folder, said, passage(source, start, end), "cite")


def _place(folder: Folder, source: Source, words: str) -> tuple[int, int]:
    """Where words stand in the stored bytes; white space counts as one space."""
    data = folder.read(source.stored) or b""
    parts = [re.escape(part.encode()) for part in words.split()]
    found = list(re.finditer(rb"\s+".join(parts), data)) if parts else []
    if len(found) != 1:
        raise CannotRunError(
            f"these words stand {len(found)} times in the page",
            where=f"{source.id} ({source.url})",
            expected="words as they stand in the stored bytes, with marks and tags, exactly once",
            got=words,
            do=f"look them up in the case: {source.stored}",
        )
    return found[0].span()


def _candidate(made: Dossier, name: str, option: str) -> Candidate:
    found = [one for one in made.candidates if one.id.startswith(name)] if name else []
    if len({one.id for one in found}) != 1:
        raise CannotRunError(
            "this names no candidate" if not found else "this names several candidates",
            where=f"{option} {name}",
            expected="the name of one, as `tallystick contract review CASE` prints them",
        )
    return found[0]


def _said(one: Candidate, given: Decision) -> Decision:
    clause = one.clause
    return msgspec.structs.replace(
        given, location=clause.location, aspect=clause.aspect, value=clause.value, when=clause.when
    )
