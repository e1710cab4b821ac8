"""Sighting: one call that two captures show, and what differs between the two places."""

from typing import Literal

import msgspec

ChangeKind = Literal[
    "model", "path", "member-added", "member-dropped", "value-changed", "status", "error-body",
    "retries", "rebuffered", "content-type", "finish-reason", "chunk-dropped",
]  # fmt: skip


class Change(msgspec.Struct, frozen=True):
    """What a hop made of a call: `near` is what stands at the application's side, `far` what stands
    behind the hop; a member that is not there is empty. Values are those of sanitized bodies.
    """

    kind: ChangeKind
    location: str
    near: str
    far: str


class Sighting(msgspec.Struct, frozen=True):
    """Exchanges of two captures that are one call.

    `near` is the one of the application's side, `far` are those behind the hop: several where the
    hop sent the call again. `directed` is false where nothing tells which side is which; `near` is
    then that of the capture that was given first. `by` is what they have in common.
    """

    near: str
    far: tuple[str, ...]
    by: Literal["identifier", "time and body"]
    directed: bool
    changes: tuple[Change, ...] = ()
