"""OpenRouter's records of generations: of its API one by one (API reference, generations), and the
rows of its activity export. They say how a call ended, and hold no text.
"""

from collections.abc import Iterator

from tallystick.intake.formats.lines import Line, first_object
from tallystick.intake.formats.mapping import Mapping

OPENROUTER = Mapping(
    ends_well=True,
    at=("created_at",),
    duration=("generation_time",),
    model=("model",),
    stream=("streamed",),
    choices=("choices",),
    usage=("usage_shown",),
    error=("failure",),
    ids=("generation_id",),
)
# The columns of the export that the records of the API have by other names.
_COLUMNS = {
    "model_permaslug": "model",
    "generation_time_ms": "generation_time",
    "finish_reason_normalized": "finish_reason",
    "finish_reason_raw": "native_finish_reason",
}
_EXPORTED = {"generation_id", "model_permaslug"}


def generation(line: Line) -> Iterator[Line]:
    """A record of a generation: how it ended."""
    one = line.get("data")
    held = one if isinstance(one, dict) else line
    ends = {name: held.get(name) for name in ("finish_reason", "native_finish_reason")}
    cancelled = str(held.get("cancelled")).lower() == "true"
    yield {
        **held,
        "choices": None if cancelled else [{"index": 0, **ends}],
        "failure": "aborted by the client" if cancelled else None,
    }


def activity(row: Line) -> Iterator[Line]:
    """A row of the activity export, as a record of a generation."""
    yield from generation({_COLUMNS.get(name, name): value for name, value in row.items()})


def is_activity(row: Line) -> bool:
    """Whether a row has the columns of the activity export."""
    return row.keys() >= _EXPORTED


def sniff(head: bytes) -> bool:
    """Whether the first object is a record of a generation."""
    first = first_object(head)
    held = first.get("data")
    return "native_finish_reason" in (held if isinstance(held, dict) else first)
