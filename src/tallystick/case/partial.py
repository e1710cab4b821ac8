"""Of which parts of a case only a part was read, sent or measured, and what is not checked then."""

import msgspec

from tallystick.case.records import decoded
from tallystick.case.store import Read
from tallystick.record import Case
from tallystick.record.case import CAPTURES, REFRESHED
from tallystick.record.clause import LastRefresh
from tallystick.record.replay import Replay
from tallystick.record.trial import LabRun
from tallystick.record.words import period


def parts_read(
    read: Read, case: Case, run: LabRun | None, replays: tuple[Replay, ...]
) -> tuple[str, ...]:
    """Each of them, in a line."""
    return (*_undated(case), *_periods(read), *_refreshed(read), *_partial(run, replays))


class _Frozen(msgspec.Struct):
    """What of a frozen capture tells for which period it was read."""

    name: str
    since: str = ""
    until: str = ""


def _periods(read: Read) -> tuple[str, ...]:
    """Which captures were read for a period alone."""
    frozen = decoded(read(CAPTURES) or b"[]", list[_Frozen], CAPTURES)
    return tuple(
        f"of {one.name} only the calls {told} were read"
        for one in frozen
        if (told := period(one.since, one.until))
    )


def _refreshed(read: Read) -> tuple[str, ...]:
    """Of how many pages it is not known whether they say what they said."""
    data = read(REFRESHED)
    if data is None:
        return ()
    last = decoded(data, LastRefresh, REFRESHED)
    seen = last.looked - last.unseen
    if seen == last.planned:
        return ()
    return (
        f"the last refresh saw {seen} of {last.planned} pages again: whether the others still say "
        "what they said is not known",
    )


def _undated(case: Case) -> tuple[str, ...]:
    """What is not checked where nobody said when the incident began."""
    if case.incident.start:
        return ()
    return ("no start of the incident is given: whether pages are older than it is not checked",)


def _partial(run: LabRun | None, replays: tuple[Replay, ...]) -> tuple[str, ...]:
    """Of which measurements only a part was made."""
    told = []
    if run and run.unmade:
        planned = len(run.observations)
        told.append(
            f"the client's measurement is not whole: {planned - len(run.unmade)} of {planned} "
            "trials were made"
        )
    if replays and replays[-1].is_partial:
        last = replays[-1]
        told.append(
            f"the last controlled replay was interrupted: {len(last.steps)} of {last.planned} "
            "requests were sent"
        )
    return tuple(told)
