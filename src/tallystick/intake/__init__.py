"""Raw captures become sanitized Exchanges, a redaction ledger, a profile and failure classes.

The only room that ever holds a secret; nothing raw leaves it. The formats that it reads are in
`intake.formats`.
"""

from tallystick.intake.classify import classify
from tallystick.intake.features import Facts
from tallystick.intake.freeze import freeze
from tallystick.intake.groups import group
from tallystick.intake.mask import Masker
from tallystick.intake.merge import Merger
from tallystick.intake.part import Folder, Part
from tallystick.intake.profile import Incident, Profiler
from tallystick.intake.raw import RawAttempt, RawMessage
from tallystick.intake.reopen import reopened
from tallystick.intake.rules.usage_reading import is_about_amounts

__all__ = [
    "Facts",
    "Folder",
    "Incident",
    "Masker",
    "Merger",
    "Part",
    "Profiler",
    "RawAttempt",
    "RawMessage",
    "classify",
    "freeze",
    "group",
    "is_about_amounts",
    "reopened",
]
