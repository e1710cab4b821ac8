"""Cited documents become Clauses, each with source, span, quotation and standing."""

from tallystick.contract.base_url import base_url_clauses
from tallystick.contract.conflict import Conflict, conflicts
from tallystick.contract.decided import support_clauses, support_sources, withdrawn
from tallystick.contract.drift import Change, drift
from tallystick.contract.page import (
    DocumentError,
    media_type,
    others_only,
    read_source,
    title_of,
)
from tallystick.contract.standing import with_standing

__all__ = [
    "Change",
    "Conflict",
    "DocumentError",
    "base_url_clauses",
    "conflicts",
    "drift",
    "media_type",
    "others_only",
    "read_source",
    "support_clauses",
    "support_sources",
    "title_of",
    "with_standing",
    "withdrawn",
]
