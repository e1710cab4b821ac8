"""Decisions, support answers and what is taken back: each one entry of the journal."""

import re
from datetime import UTC, date, datetime
from typing import Literal, get_args

import msgspec

from tallystick.case import derive
from tallystick.case.statement import stated
from tallystick.case.store import Folder
from tallystick.contract import withdrawn
from tallystick.contract.decided import among
from tallystick.host.errors import CannotRunError
from tallystick.record import journal
from tallystick.record.case import JOURNAL
from tallystick.record.clause import Aspect
from tallystick.record.journal import Entry
from tallystick.record.location import is_location
from tallystick.record.secretforms import SECRETS


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


class Answered(msgspec.Struct, frozen=True):
    """A support answer as given: its words, and the statements it is about."""

    date: str
    ticket: str
    says: str
    statements: tuple[str, ...]
    who: str


_STATEMENT = re.compile(
    r"(?P<location>[^:@\s]+):(?P<aspect>[a-z-]+)=(?P<value>[^@]+)(?:@(?P<when>.+))?"
)


def record_answer(folder: Folder, answer: Answered) -> tuple[Entry, ...]:
    """Record a support answer: one journal entry for each statement that it makes.

    It decides nothing: where a current page says something else, the two are in conflict.

    Raises:
        CannotRunError: it has no ticket or date, or names what is no statement; nothing is
            recorded then.
    """
    if not answer.ticket.strip() or not answer.date.strip():
        raise CannotRunError(
            "a support answer needs its ticket and its date",
            where="--ticket, --date",
            expected="both, the date as 2026-11-21 and not in the future",
            got=f"ticket {answer.ticket or 'none'}, date {answer.date or 'none'}",
        )
    given = [_statement(text, answer) for text in answer.statements]
    for decision in given:
        _require_complete(decision)
        _require_known(folder, decision, f"--settles {decision.location}")
    data, entries = folder.read(JOURNAL) or b"", list[Entry]()
    for decision in given:
        entries.append(_entry(data, decision, "answer"))
        data = journal.append(data, entries[-1])
    folder.commit({JOURNAL: data})  # all of an answer, or none of it
    return tuple(entries)


def _statement(text: str, answer: Answered) -> Decision:
    said = statement_of(text, "--settles", answer.who, answer.says)
    return msgspec.structs.replace(said, ticket=answer.ticket.strip(), answered=answer.date)


def statement_of(text: str, option: str, who: str, why: str) -> Decision:
    """`LOCATION:ASPECT=VALUE@CONDITION` as what a person says, and why.

    Raises:
        CannotRunError: it is no statement.
    """
    found = _STATEMENT.fullmatch(text)
    if found is None or not is_location(found["location"]):
        raise CannotRunError(
            "this names no statement",
            where=f"{option} {text}",
            expected="LOCATION:ASPECT=VALUE, such as retry.status.500:retry=no@error.code=x",
            got=text,
        )
    given = found["location"], found["aspect"], found["value"], found["when"] or ""
    return Decision(*given, who, why, "", "")


def decide(folder: Folder, decision: Decision) -> Entry:
    """Append a decision to the journal of a case.

    Raises:
        CannotRunError: it lacks a part, is about a location that the case does not know, or is
            about what support has answered and names no ticket.
    """
    _require_complete(decision)
    known = _require_known(folder, decision, f"decide {decision.location}")
    return _append(folder, decision, "decide", known)


def withdraw(folder: Folder, number: int, who: str, why: str) -> Entry:
    """Take back a decision, or a support answer: the entry of that line (from 1) of the journal.

    Raises:
        CannotRunError: there is no such entry, it was taken back before, or a reason is missing.
    """
    data = folder.read(JOURNAL) or b""
    entries = journal.read(data)
    kept = entries[number - 1] if 0 < number <= len(entries) else None
    if kept is None or kept.action not in _TAKEN_BACK or _is_gone(kept, entries):
        raise CannotRunError(
            "this entry of the journal is no decision in force",
            where=f"--withdraw {number}",
            expected="the number of a decision or support answer, as the handoff numbers them",
            got=kept.action if kept else f"a journal of {len(entries)} entries",
        )
    decision = Decision(kept.location, kept.aspect, kept.value, kept.when, who, why, "", "")
    _require_complete(decision)
    taken = msgspec.structs.replace(decision, value=journal.entry_digest(kept))
    return _append(folder, taken, "withdraw")


_TAKEN_BACK = ("decide", "answer", "cite", "reject")


def _is_gone(entry: Entry, entries: tuple[Entry, ...]) -> bool:
    return journal.entry_digest(entry) in withdrawn(entries)


def cite(
    folder: Folder, decision: Decision, about: str, action: Literal["cite", "reject"]
) -> Entry:
    """Record that a passage of a stored source states something, or that it does not.

    Raises:
        CannotRunError: it lacks a part, or names what is no statement.
    """
    _require_complete(decision)
    return _append(folder, decision, action, about)


_Action = Literal["answer", "decide", "withdraw", "cite", "reject"]


def _append(
    folder: Folder,
    decision: Decision,
    action: _Action,
    about: str | msgspec.UnsetType = msgspec.UNSET,
) -> Entry:
    data = folder.read(JOURNAL) or b""
    entry = _entry(data, decision, action, about)
    folder.commit({JOURNAL: journal.append(data, entry)})
    return entry


def _entry(
    data: bytes,
    decision: Decision,
    action: _Action,
    about: str | msgspec.UnsetType = msgspec.UNSET,
) -> Entry:
    """The entry of a decision behind those of a journal."""
    return Entry(
        previous=journal.head(data),
        at=datetime.now(UTC).replace(microsecond=0).isoformat(),
        who=decision.who,
        action=action,
        location=decision.location,
        aspect=msgspec.convert(decision.aspect, type=Aspect),
        value=decision.value,
        text=decision.why,
        when=decision.when,
        ticket=decision.ticket,
        answered=f"{decision.answered}T00:00:00+00:00" if decision.answered else "",
        about=about,
    )


_KINDS = {"null", "boolean", "number", "string", "array", "object"}
_YES_NO: tuple[Aspect, ...] = ("retry", "required", "exists")
_WHEN = re.compile(r"(?:[a-z][a-z_.]{0,40}=[A-Za-z0-9_.-]{1,60}|otherwise)?", re.ASCII)
MAX_TEXT = 500


def _require_complete(decision: Decision) -> None:
    given = {
        "LOCATION": decision.location,
        "--aspect": decision.aspect,
        "--value": decision.value,
        "--who": decision.who,
        "--why": decision.why,
    }
    missing = [name for name, text in given.items() if not text.strip()]
    if missing:
        raise CannotRunError(
            f"a decision needs {' and '.join(missing)}",
            where=f"decide {decision.location}".strip(),
            do="say what is decided, who decided it and why; the handoff prints all of it",
        )
    for text in msgspec.structs.astuple(decision):
        require_fit(text)
    _require_statement(decision)
    if bool(decision.ticket) != bool(decision.answered) or not _is_date(decision.answered):
        raise CannotRunError(
            "a support answer needs its ticket and its date",
            where="--ticket, --answered",
            expected="both, the date as 2026-11-21 and not in the future, or neither",
            got=f"ticket {decision.ticket or 'none'}, date {decision.answered or 'none'}",
        )


def require_fit(text: str) -> None:
    """The journal is kept and handed over, and nothing can be taken out of it again."""
    if len(text) > MAX_TEXT or not text.isprintable():
        raise CannotRunError(
            "a part of the decision is too long or holds characters that cannot be printed",
            expected=f"at most {MAX_TEXT} printable characters",
        )
    if SECRETS.search(text):
        raise CannotRunError(
            "a part of the decision looks like a credential or an e-mail address",
            do="name the role and the ticket; the journal is kept for ever",
        )


def _require_statement(decision: Decision) -> None:
    if decision.aspect not in get_args(Aspect):
        raise CannotRunError(
            "this is no aspect of a statement",
            where="--aspect",
            expected=", ".join(get_args(Aspect)),
            got=decision.aspect,
        )
    if decision.aspect in _YES_NO and decision.value not in ("yes", "no"):
        raise CannotRunError(
            "this aspect is decided with yes or no",
            where="--value",
            expected="yes or no",
            got=decision.value,
        )
    if decision.aspect == "kind" and not set(decision.value.split("|")) <= _KINDS:
        raise CannotRunError(
            "this is no kind of JSON value (RFC 8259, section 3)",
            where="--value",
            expected=f"{', '.join(sorted(_KINDS))}; several are joined by |",
            got=decision.value,
        )
    if not _WHEN.fullmatch(decision.when):
        raise CannotRunError(
            "this is no condition",
            where="--when",
            expected="name=value, such as error.code=invalid_request, or otherwise",
            got=decision.when,
        )


def _is_date(text: str) -> bool:
    try:
        day = date.fromisoformat(text) if text else date.min
        return not text or (day.isoformat() == text and day <= datetime.now(UTC).date())
    except ValueError:
        return False


def _require_known(folder: Folder, decision: Decision, where: str) -> str:
    """What is stated at the place now, which is what a decision decides among."""
    made = derive.dossier(folder.read, stated(folder))
    known = {f.location for f in made.review.findings} | {c.location for c in made.clauses}
    if decision.location not in known:
        raise CannotRunError(
            "the case knows no such location",
            where=where,
            expected="a location of a finding or a clause, as `tallystick review` prints them",
            got=decision.location,
        )
    said = [
        clause
        for clause in made.clauses
        if (clause.location, clause.aspect) == (decision.location, decision.aspect)
    ]
    support = {source.id for source in made.sources if source.media_type == "support"}
    if any(clause.citation.source in support for clause in said):
        _require_ticket(decision, where)
    values = {clause.value for clause in said}
    if not decision.ticket and decision.value not in values:
        raise CannotRunError(
            "no source documents this, and without a support ticket a decision only chooses",
            where="--value",
            expected=" or ".join(sorted(values)) or "a ticket and its date",
            got=decision.value,
        )
    return among(said, {source.id: source for source in made.sources})


def _require_ticket(decision: Decision, where: str) -> None:
    """Documents against support: one interpretation is recorded with its date and ticket."""
    if not decision.ticket:
        raise CannotRunError(
            "support has answered this, and a decision about it needs a ticket and its date",
            where=where,
            expected="--ticket and --answered: where the interpretation was agreed, and when",
            got="neither",
        )
