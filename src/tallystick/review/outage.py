"""Whether a 503 that says nothing is an outage, or may be of the one model that was asked.

RFC 9110, section 15.6.4, has 503 for a server that cannot answer for now. Relays send it as well
where no channel serves a model (one-api and new-api: "no available channel"), which stays so.
"""

from collections.abc import Iterable
from datetime import datetime

from tallystick.record.exchange import Exchange
from tallystick.review.material import Material
from tallystick.review.mechanism import FailedCall
from tallystick.review.ofmodels import asked_model

_SERVER = 500
_SEVERAL = 3


def may_be_of_the_model(failed: FailedCall) -> bool:
    """Whether nothing shows that other models failed alike or this one went well, nor, where no
    model is shown, that all calls failed for a time.
    """
    material = failed.material
    refused = material.remembered("refused-by-server", lambda: _refused(material))
    model = asked_model(failed.last)
    if not model:
        return not _at_a_stretch(refused, material.sound)
    # A model that is not shown is no other one.
    others = {asked_model(one) for one in refused} - {model, ""}
    return model not in material.of_sound(asked_model) and not others


def _refused(material: Material) -> tuple[Exchange, ...]:
    """The last attempts of the calls that a status of the server ended."""
    last = (material.exchange(group.exchanges[-1]) for group in material.failing_groups)
    return tuple(one for one in last if one and one.response.status >= _SERVER)


def _at_a_stretch(refused: Iterable[Exchange], sound: Iterable[Exchange]) -> bool:
    """Whether calls failed one after another, and others went well before or after these alone."""
    times = [_began(one) for one in refused]
    well = [_began(one) for one in sound]
    if None in times or None in well or not well or len(times) < _SEVERAL:
        return False
    known = [one for one in times if one]
    first, last = min(known), max(known)
    return not any(one and first < one < last for one in well)


def _began(exchange: Exchange) -> datetime | None:
    return datetime.fromisoformat(exchange.at) if exchange.at else None
