"""Worksheet, checklist and changes: what a review hands over beside its findings."""

from typing import Literal

import msgspec

ItemState = Literal["done", "confirmed", "waived", "not-applicable", "open"]
CHECKLIST = "checklist."
SIGNED = "signed"


class WorksheetRow(msgspec.Struct, frozen=True):
    """One row of the worksheet: what holds, how that was validated, on which source, the answer."""

    name: str
    value: str
    method: str
    source: str
    answer: str
    findings: tuple[str, ...] = ()


class Item(msgspec.Struct, frozen=True):
    """One of the twelve sign-off items. `evidence` is what it rests on, or what is missing."""

    key: str
    text: str
    state: ItemState
    evidence: str


class ChangeKind(msgspec.Struct, frozen=True):
    """One of the seven kinds of change: whether there was one, what and where."""

    name: str
    changed: bool
    what: str = ""


class Proposal(msgspec.Struct, frozen=True):
    """Two ways to fix one finding: if the documentation is right, and if the client is."""

    finding: str
    location: str
    if_documents: str
    if_client: str


class SignOff(msgspec.Struct, frozen=True):
    """Who signed which state of the review. `current`: it is the state as it is now."""

    who: str
    at: str
    text: str
    current: bool
