"""Experiments with the incident's answer as they are kept: the one that stands, and the others.

A trial of the same clients with the same exchange replaces the one before it, where it shows as
much. Any other stands beside it: what was reproduced or proven is undone neither by a trial of
another client, nor by one of the same command whose code has changed since.
"""

from typing import TypeVar

import msgspec

from tallystick.case.records import decoded
from tallystick.case.store import Folder, Read
from tallystick.host.talk import say
from tallystick.record.canonical import pretty
from tallystick.record.case import ISOLATION, OTHER_TRIALS, REGRESSION
from tallystick.record.isolation import Isolation, OtherTrials, Regression

_Trial = TypeVar("_Trial", bound=Isolation | Regression)

_SHOWN = ("reproduced", "proven")


def isolation_of(read: Read) -> Isolation | None:
    """What the incident's answer did to the client, or None when it was not served."""
    data = read(ISOLATION)
    return decoded(data, Isolation, ISOLATION) if data else None


def regression_of(read: Read) -> Regression | None:
    """The comparison of two clients, or None when there was none."""
    data = read(REGRESSION)
    return decoded(data, Regression, REGRESSION) if data else None


def other_trials_of(read: Read) -> OtherTrials:
    """The trials that the review does not stand on."""
    data = read(OTHER_TRIALS)
    return decoded(data, OtherTrials, OTHER_TRIALS) if data else OtherTrials()


def save_isolation(folder: Folder, made: Isolation) -> None:
    """Keep what the incident's answer did to a client."""
    others = other_trials_of(folder.read)
    first, rest = _placed(made, isolation_of(folder.read), others.isolations)
    others = msgspec.structs.replace(others, isolations=rest)
    folder.commit({ISOLATION: pretty(first), OTHER_TRIALS: pretty(others)})


def save_regression(folder: Folder, made: Regression) -> None:
    """Keep a comparison of two clients."""
    others = other_trials_of(folder.read)
    first, rest = _placed(made, regression_of(folder.read), others.regressions)
    others = msgspec.structs.replace(others, regressions=rest)
    folder.commit({REGRESSION: pretty(first), OTHER_TRIALS: pretty(others)})


def _placed(
    made: _Trial, stands: _Trial | None, others: tuple[_Trial, ...]
) -> tuple[_Trial, tuple[_Trial, ...]]:
    """The trial that stands, and those beside it."""
    shows = made.result in _SHOWN
    rest: tuple[_Trial, ...] = tuple(
        one for one in others
        if one.subject != made.subject or (one.result in _SHOWN and not shows)
    )  # fmt: skip
    if stands is None:
        return made, rest
    if stands.result in _SHOWN and not shows:
        say("lab: kept beside the earlier trial, on which the review stands: that one showed more")
        return stands, (*rest, made)
    if stands.subject == made.subject:
        return made, rest
    return made, (*rest, stands)
