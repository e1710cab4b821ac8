"""Raw captures become sanitized Exchanges, a redaction ledger and failure classes.

The only room that ever holds a secret; nothing raw leaves it.
"""

from tallystick.intake.classify import classify
from tallystick.intake.features import Facts
from tallystick.intake.freeze import freeze
from tallystick.intake.groups import group
from tallystick.intake.har import read_har
from tallystick.intake.mask import Masker
from tallystick.intake.raw import CaptureError, RawAttempt, RawMessage

__all__ = [
    "CaptureError",
    "Facts",
    "Masker",
    "RawAttempt",
    "RawMessage",
    "classify",
    "freeze",
    "group",
    "read_har",
]
