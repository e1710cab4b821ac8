"""`sign`: items confirmed or waived, and the review signed, all in the journal."""

from datetime import UTC, datetime
from typing import Literal

import msgspec

from tallystick.case import derive, signed
from tallystick.case.store import Folder
from tallystick.handoff import Dossier
from tallystick.handoff.escape import one_line
from tallystick.host.errors import CannotRunError
from tallystick.people.decide import require_fit
from tallystick.record import journal
from tallystick.record.canonical import pretty
from tallystick.record.case import JOURNAL, REVIEW, REVIEWED
from tallystick.record.checklist import CHECKLIST, SIGNED
from tallystick.record.journal import Entry
from tallystick.review.checklist import (
    CONFLICTS,
    KEYS,
    UNCHECKED,
    checklist,
    in_the_way,
    obstacles,
    waiver,
)

_ACTIONS: dict[str, str] = {"confirm": "confirmed", "waive": "waived"}


class Signature(msgspec.Struct, frozen=True):
    """What a person gave on the command line. `journal` is the head they have seen, if they say."""

    who: str
    why: str
    confirm: tuple[str, ...] = ()
    waive: tuple[str, ...] = ()
    journal: str = ""


def sign(folder: Folder, made: Dossier, given: Signature) -> tuple[Entry, ...]:
    """Record what is confirmed and waived; without either, sign the review as it stands.

    Raises:
        CannotRunError: a part is missing or names no item, the journal has moved since it was
            read, or something stands in the way of the signature; nothing is recorded then.
    """
    _require_complete(given)
    data = folder.read(JOURNAL) or b""
    _require_unmoved(data, given.journal)
    entries: list[Entry] = []
    for action, keys in (("confirm", given.confirm), ("waive", given.waive)):
        for key in keys:
            value = _value(made, action, key)
            entries.append(_entry(data, given, action, f"{CHECKLIST}{key}", value))
            data = journal.append(data, entries[-1])
    kept: dict[str, bytes] = {}
    if not entries:
        _require_clear(folder, made)
        state = signed.covered(folder.read, folder.read(REVIEW) or b"")
        entries.append(_entry(data, given, "sign", f"{CHECKLIST}{SIGNED}", state))
        data = journal.append(data, entries[-1])
        kept = {REVIEWED: pretty(derive.reviewed_now(folder.read, made, entries[-1].at))}
    folder.commit({JOURNAL: data, **kept})
    return tuple(entries)


def _value(made: Dossier, action: str, key: str) -> str:
    """What an entry says of an item; of conflicts and unchecked areas, which ones are waived."""
    listed = in_the_way(made.review)
    if key not in listed:
        return _ACTIONS[action]
    if not listed[key]:
        raise CannotRunError(
            "there is nothing to waive",
            where=f"--waive {key}",
            got="no conflict, or no area that could not be checked",
            do="leave it out; what comes later is to be waived then",
        )
    return waiver(listed[key])


def _require_complete(given: Signature) -> None:
    if not given.who.strip() or not given.why.strip():
        raise CannotRunError(
            "a signature needs --who and --why",
            do="say who signs (a role or a team) and why; the handoff prints both",
        )
    for text in (given.who, given.why):
        require_fit(text)
    known = {"--confirm": set(KEYS), "--waive": {*KEYS, CONFLICTS, UNCHECKED}}
    for option, keys in (("--confirm", given.confirm), ("--waive", given.waive)):
        wrong = [key for key in keys if key not in known[option]]
        if wrong:
            raise CannotRunError(
                "this is no item of the checklist",
                where=option,
                expected=", ".join(sorted(known[option])),
                got=", ".join(wrong),
            )


def _require_unmoved(data: bytes, seen: str) -> None:
    """The second of two writers is told what the first one wrote."""
    if not seen or seen == journal.head(data):
        return
    entries, heads = journal.read(data), [entry.previous for entry in journal.read(data)]
    since = entries[heads.index(seen) :] if seen in heads else entries
    told = "; ".join(one_line(f"{e.who} {e.action} {e.location}") for e in since)
    raise CannotRunError(
        "the journal has moved since you read it",
        where="journal.jsonl",
        expected=seen,
        got=f"{journal.head(data)} ({told})",
        do="read the review again, and sign what it says now",
    )


def _require_clear(folder: Folder, made: Dossier) -> None:
    held = derive.held_of(folder.read, made)
    found = obstacles(held, checklist(held))
    if found:
        raise CannotRunError(
            f"{len(found)} items stand in the way of a signature: {'; '.join(found)}",
            where=str(folder.root),
            do="settle them, confirm what you have checked with --confirm KEY, or waive it with "
            "--waive KEY and a reason that is printed",
        )


def _entry(data: bytes, given: Signature, action: str, place: str, value: str) -> Entry:
    kind: Literal["confirm", "waive", "sign"] = (
        "sign" if action == "sign" else "confirm" if action == "confirm" else "waive"
    )
    return Entry(
        previous=journal.head(data),
        at=datetime.now(UTC).replace(microsecond=0).isoformat(),
        who=given.who,
        action=kind,
        location=place,
        aspect="value",
        value=value,
        text=given.why,
    )
