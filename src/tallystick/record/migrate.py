"""Cases of earlier format versions, brought to the present one a step at a time.

`case.toml` stays as its author wrote it: it is brought up each time it is read. The parts that are
derived are made again, in the present version, by the next command that judges.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tallystick.record.case import FORMAT_VERSION

Table = dict[str, Any]


def _from_1(table: Table) -> Table:
    """Version 2 can name what the application recorded of usage (`usage`) and the fields that were
    removed (`incident.fields_removed`); version 1 could name neither.
    """
    return {**table, "version": 2}


def _from_2(table: Table) -> Table:
    """Version 3 reads pages as trees, with candidates beside clauses: what is derived of the same
    bytes differs, and what a person states does not.
    """
    return {**table, "version": 3}


def _from_3(table: Table) -> Table:
    """Version 4 reads more of a page as stated, and judges by contrast with calls that went well:
    again what is derived differs, and what a person states does not.
    """
    return {**table, "version": 4}


STEPS: Mapping[int, Callable[[Table], Table]] = {1: _from_1, 2: _from_2, 3: _from_3}


class VersionError(ValueError):
    """No step leads from this version to the present one."""


def migrated(table: Table) -> Table:
    """The tables of a `case.toml` in the present version.

    Raises:
        VersionError: it is of a later version, or of none.
    """
    while (version := table.get("version")) != FORMAT_VERSION:
        if not isinstance(version, int) or version not in STEPS:
            raise VersionError(repr(version))
        table = STEPS[version](table)
    return table
