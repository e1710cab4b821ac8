"""Cited documents become Clauses, each with source, span, quotation and standing."""

from tallystick.contract.page import DocumentError, read_source
from tallystick.contract.standing import Conflict, conflicts, with_standing

__all__ = ["Conflict", "DocumentError", "conflicts", "read_source", "with_standing"]
