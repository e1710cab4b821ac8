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
# What leaves open whether there is no such model or a key may not use it.
EITHER = re.compile(
    r"(?:not exist|not found|unknown|invalid).{0,20}\bor\b.{0,40}\b(?:access|permission)"
    r"|(?:access|permission).{0,30}\bor\b.{0,30}(?:not exist|not found)",
    re.IGNORECASE,
)


def written_otherwise(failed: FailedCall, *, is_surely_unknown: bool) -> Mechanism | None:
    """That the id which was sent is a listed one in another writing. Where the API does not say
    that there is no such model (a key may only not have it), calls that went well with the listed
    one have to show that this is it.
    """
    body = failed.last.request.body
    sent = body.get("model") if isinstance(body, dict) else None
    if not isinstance(sent, str) or is_masked(sent):
        return None
    for listed, clause in _listed(failed, sent):
        if sent == listed:
            return None
        well = listed.lower() in failed.material.of_sound(asked_model)
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


def _listed(failed: FailedCall, sent: str) -> Iterator[tuple[str, Clause]]:
    """The ids that sources list, those of the very writing first."""
    material = failed.material
    said = (*material.at(_MODEL, "enum"), *(one.clause for one in material.seems(_MODEL)))
    found = [(one, c) for c in said if c.aspect == "enum" for one in c.value.split("|")]
    yield from sorted(found, key=lambda one: one[0] != sent)


def _bare(name: str) -> str:
    """An id without its vendor, in small letters, with one mark between its parts."""
    return re.sub(r"[._:]", "-", name.rpartition("/")[2].lower())
