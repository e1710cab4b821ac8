"""`review --decide`: one interpretation of one statement, appended to the journal."""

from datetime import UTC, date, datetime
from typing import get_args

import msgspec

from tallystick.app import derive
from tallystick.app.errors import CannotRunError
from tallystick.app.steps import stated
from tallystick.app.store import Folder
from tallystick.record import journal
from tallystick.record.case import JOURNAL
from tallystick.record.clause import Aspect
from tallystick.record.journal import Entry


class Decision(msgspec.Struct, frozen=True):
    """What the person gave on the command line."""

    location: str
    aspect: str
    value: str
    when: str
    who: str
    why: str
    ticket: str
    answered: str


def decide(folder: Folder, decision: Decision) -> Entry:
    """Append a decision to the journal of a case.

    Raises:
        CannotRunError: it lacks a part, or is about a location that the case does not know.
    """
    _require_complete(decision)
    _require_known(folder, decision)
    data = folder.read(JOURNAL) or b""
    entry = Entry(
        previous=journal.head(data),
        at=datetime.now(UTC).replace(microsecond=0).isoformat(),
        who=decision.who,
        action="decide",
        location=decision.location,
        aspect=msgspec.convert(decision.aspect, type=Aspect),
        value=decision.value,
        text=decision.why,
        when=decision.when,
        ticket=decision.ticket,
        answered=f"{decision.answered}T00:00:00+00:00" if decision.answered else "",
    )
    folder.commit({JOURNAL: journal.append(data, entry)})
    return entry


def _require_complete(decision: Decision) -> None:
    given = {"--value": decision.value, "--who": decision.who, "--why": decision.why}
    missing = [name for name, text in given.items() if not text.strip()]
    if missing:
        raise CannotRunError(
            f"a decision needs {' and '.join(missing)}",
            where=f"--decide {decision.location}",
            do="say what is decided, who decided it and why; the handoff prints all three",
        )
    if decision.aspect not in get_args(Aspect):
        raise CannotRunError(
            "this is no aspect of a statement",
            where="--aspect",
            expected=", ".join(get_args(Aspect)),
            got=decision.aspect,
        )
    if bool(decision.ticket) != bool(decision.answered) or not _is_date(decision.answered):
        raise CannotRunError(
            "a support answer needs its ticket and its date",
            where="--ticket, --answered",
            expected="both, the date as 2026-11-21, or neither",
            got=f"ticket {decision.ticket or 'none'}, date {decision.answered or 'none'}",
        )


def _is_date(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _require_known(folder: Folder, decision: Decision) -> None:
    made = derive.dossier(folder.read, stated(folder))
    known = {f.location for f in made.review.findings} | {c.location for c in made.clauses}
    if decision.location not in known:
        raise CannotRunError(
            "the case knows no such location",
            where=f"--decide {decision.location}",
            expected="a location of a finding or a clause, as `tallystick review` prints them",
            got=decision.location,
        )
