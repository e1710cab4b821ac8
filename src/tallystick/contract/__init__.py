"""Cited documents become Clauses, each with source, span, quotation and standing."""

from tallystick.contract.decided import settle, support_clauses, support_sources
from tallystick.contract.page import DocumentError, media_type, read_source, title_of
from tallystick.contract.standing import Conflict, conflicts, with_standing

__all__ = [
    "Conflict",
    "DocumentError",
    "conflicts",
    "media_type",
    "read_source",
    "settle",
    "support_clauses",
    "support_sources",
    "title_of",
    "with_standing",
]
