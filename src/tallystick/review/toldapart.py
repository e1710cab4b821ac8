"""Answers of one status that sources tell apart by the code of their error."""

from tallystick.record.clause import Clause
from tallystick.review.mechanism import FailedCall

_CODE = "error.code="


def told_apart(failed: FailedCall) -> str:
    """The codes by which sources tell answers of the status of a call apart."""
    return ", ".join(sorted({c.when.removeprefix(_CODE) for c in by_code(failed)}))


def by_code(failed: FailedCall) -> list[Clause]:
    """What sources say, or seem to, of a code of the status of a call."""
    material, status = failed.material, failed.last.response.status
    said = [
        clause for place in (f"error.status.{status}", f"retry.status.{status}")
        for clause in (*material.at(place), *(one.clause for one in material.seems(place)))
    ]  # fmt: skip
    return [clause for clause in said if clause.when.startswith(_CODE)]
