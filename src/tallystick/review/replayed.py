"""Areas that only a controlled request shows: what it confirmed, where and when.

One success proves nothing about limits, prices or availability, so that it is no answer for those.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from tallystick.record.finding import AreaAnswer
from tallystick.record.replay import Replay, Step, StepName
from tallystick.review.material import Material

_ANSWERED: tuple[StepName, ...] = ("plain", "stream")
_KEYS: tuple[StepName, ...] = ("no-token", "malformed-token")
_FIELDS: tuple[StepName, ...] = ("missing-field", "unknown-field", "unknown-model")


class _Asked(NamedTuple):
    """The steps of which one must be answered as documented, and those that must not deviate."""

    needed: tuple[StepName, ...]
    beside: tuple[StepName, ...] = ()


# A refusal shows how errors are told, and never that a request which is as documented is taken.
_SHOWN_BY: Mapping[str, _Asked] = MappingProxyType(
    {
        "endpoint": _Asked(_ANSWERED),
        "authentication": _Asked(_ANSWERED, _KEYS),
        "request": _Asked(_ANSWERED, _FIELDS),
        "response": _Asked(_ANSWERED),
        "errors": _Asked((*_KEYS, *_FIELDS)),
    }
)


def replayed(material: Material, answer: AreaAnswer) -> AreaAnswer:
    """An area that could not be checked otherwise, where a whole replay conforms to the documents
    there and no step of it deviates.
    """
    last = next((one for one in reversed(material.replays) if not one.is_partial), None)
    asked = _SHOWN_BY.get(answer.area)
    open_yet = answer.state == "could-not-check" and answer.area not in material.unfinished
    if last is None or asked is None or not open_yet:
        return answer
    steps = [step for step in last.steps if step.name in (*asked.needed, *asked.beside)]
    conform = any(s.judgement == "conforms" and s.name in asked.needed for s in steps)
    if not conform or _deviates(steps):
        return answer
    told = "; ".join([_confirmed(last, steps), *_unknown_field(answer.area, steps)])
    return msgspec.structs.replace(answer, state="sound", answer=told)


def _deviates(steps: list[Step]) -> bool:
    return any(step.judgement == "deviates" for step in steps)


def _confirmed(last: Replay, steps: list[Step]) -> str:
    names = ", ".join(step.name for step in steps if step.judgement == "conforms")
    return f"confirmed by a controlled request ({names}) to `{last.environment}` on {last.at[:10]}"


def _unknown_field(area: str, steps: list[Step]) -> Iterator[str]:
    """What this deployment does with a field that no source documents."""
    for step in steps:
        if area == "request" and step.name == "unknown-field" and step.exchange is not None:
            yield f"an undocumented field is answered with {step.exchange.response.status}"
