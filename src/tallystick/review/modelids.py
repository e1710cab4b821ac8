"""A model whose id is written otherwise than the documents list it: with a vendor in front, in
capitals, with a dot for a hyphen.
"""

import re
from collections.abc import Iterator

from tallystick.record.clause import STANDS, Clause
from tallystick.record.exchange import is_masked
from tallystick.review.mechanism import FailedCall, Mechanism, cause_of
from tallystick.review.ofmodels import asked_model

_MODEL = "request.model"


def written_otherwise(failed: FailedCall, *, is_surely_unknown: bool) -> Mechanism | None:
    """That the id which was sent is a listed one in another writing. Where the API does not say
    that there is no such model (a key may only not have it), calls that went well with the listed
    one have to show that this is it.
    """
    body = failed.last.request.body
    sent = body.get("model") if isinstance(body, dict) else None
    if not isinstance(sent, str) or is_masked(sent):
        return None
    for listed, clause in _listed(failed):
        if sent == listed:
            return None
        well = listed in failed.material.of_sound(asked_model)
        if _bare(sent) == _bare(listed) and (well or is_surely_unknown):
            stands = clause.standing in STANDS
            aside = "" if stands else " (read by Tallystick, not yet accepted by a person)"
            shown = ", and calls for that one went well" if well else ""
            says = (
                f"The application asked for the model `{sent}`, which the API answered with "
                f"{failed.last.response.status}; a page lists `{listed}`{aside}{shown}."
            )
            held = (clause,) if stands else ()
            return cause_of("application", _MODEL, says, "contrasted" if well else "named", held)
    return None


def _listed(failed: FailedCall) -> Iterator[tuple[str, Clause]]:
    """The ids that sources list, those of the very writing first."""
    material = failed.material
    said = (*material.at(_MODEL, "enum"), *(one.clause for one in material.seems(_MODEL)))
    found = [(one, c) for c in said if c.aspect == "enum" for one in c.value.split("|")]
    body = failed.last.request.body
    sent = body.get("model") if isinstance(body, dict) else None
    yield from sorted(found, key=lambda one: one[0] != sent)


def _bare(name: str) -> str:
    """An id without its vendor, in small letters, with one mark between its parts."""
    return re.sub(r"[._:]", "-", name.rpartition("/")[2].lower())
