"""What the application recorded of usage, and how it compares with what the answers state."""

from typing import Literal

import msgspec

from tallystick.record.exchange import UnheldError
from tallystick.record.profile import Window
from tallystick.record.texts import is_model

# Models whose names a record may not hold are one model here.
MASKED_MODEL = "‹model›"
INTERNAL = "billing.internal_estimate"
MOST_COUNTED = 1e8  # of one call, as the policy keeps counts (docs/sanitizing.md)


class RecordedRow(msgspec.Struct, frozen=True):
    """One call as the application wrote it down. `at` is RFC 3339 in UTC; `counts` are by the field
    of the answers' usage that each is meant to hold.
    """

    at: str | None
    model: str
    counts: dict[str, float]

    def __post_init__(self) -> None:
        if self.model != MASKED_MODEL and not is_model(self.model):
            raise UnheldError("$.rows[].model")
        if not all(0 <= count <= MOST_COUNTED for count in self.counts.values()):
            raise UnheldError("$.rows[].counts")


class Recorded(msgspec.Struct, frozen=True):
    """A file of the application's own, as it was frozen; `skipped` rows tell nothing. `read_as` is
    the digest of what said which column is what.
    """

    name: str
    digest: str
    read_as: str
    rows: tuple[RecordedRow, ...]
    skipped: int = 0


State = Literal["agrees", "differs", "could-not-check", "internal-estimate"]


class Account(msgspec.Struct, frozen=True):
    """One usage field in one window, of one model: what `answers` stated (the last usage of each),
    beside what the application recorded in `rows`.

    Only a field that a source documents, or support confirmed, is reconciled; every other figure
    is an internal estimate.
    """

    window: Window
    model: str
    field: str
    answers: int
    stated: float
    rows: int
    recorded: float
    state: State
    note: str = ""
