"""What a signature covers, and whether it is as it was; the replays that it covers among it."""

from itertools import count, takewhile

from tallystick.case.readings import decisions_of
from tallystick.case.records import decoded
from tallystick.case.store import Read
from tallystick.record import digest
from tallystick.record.canonical import canonical
from tallystick.record.case import CASE_FILE, ISOLATION, OTHER_TRIALS, REGRESSION, REPLAYS
from tallystick.record.checklist import SignOff
from tallystick.record.replay import Replay


def replay_path(number: int) -> str:
    """Where a replay is stored; they are numbered from 1."""
    return f"{REPLAYS}{number:04d}.json"


def replays_of(read: Read) -> tuple[Replay, ...]:
    """The controlled replays of a case, oldest first."""
    stored = takewhile(bool, (read(replay_path(number)) for number in count(1)))
    return tuple(
        decoded(data or b"", Replay, replay_path(number))
        for number, data in enumerate(stored, start=1)
    )


def covered(read: Read, judged: bytes) -> str:
    """The digest of what a signature covers: the review, the experiments with the incident's answer
    beside it, the controlled replays, and what the case file states.
    """
    parts = (judged, *_trials(read), read(CASE_FILE))
    return digest(canonical([digest(part or b"") for part in parts]))


def _trials(read: Read) -> list[bytes | None]:
    trials = [read(name) for name in (ISOLATION, REGRESSION, OTHER_TRIALS)]
    return trials + list(takewhile(bool, (read(replay_path(number)) for number in count(1))))


def _covered_before(read: Read, judged: bytes) -> str:
    """What a signature of an earlier version covers: no case file, and of a case without
    experiments its review alone.
    """
    trials = _trials(read)
    if not any(trials):
        return digest(judged)
    return digest(canonical([digest(part or b"") for part in (judged, *trials)]))


def signatures(read: Read, judged: bytes) -> tuple[SignOff, ...]:
    """Who signed what, and whether what a signature covers is as it was; `judged` is the review as
    it is made now.
    """
    current = {covered(read, judged), _covered_before(read, judged)}
    return tuple(
        SignOff(entry.who, entry.at, entry.text, entry.value in current)
        for entry in decisions_of(read)
        if entry.action == "sign"
    )
