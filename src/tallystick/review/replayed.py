"""Areas that only a controlled request shows: what it confirmed, where and when.

One success proves nothing about limits, prices or availability, so that it is no answer for those.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import msgspec

from tallystick.record.finding import AreaAnswer
from tallystick.record.replay import Replay, Step, StepName
from tallystick.review.material import Material

# Which areas a step says something of, where its answer is as documented.
_SHOWS: Mapping[StepName, tuple[str, ...]] = MappingProxyType(
    {
        "plain": ("endpoint", "authentication", "request", "response"),
        "stream": ("endpoint", "authentication", "request", "response"),
        "no-token": ("authentication", "errors"),
        "malformed-token": ("authentication", "errors"),
        "missing-field": ("request", "errors"),
        "unknown-field": ("request", "errors"),
        "unknown-model": ("request", "errors"),
    }
)


def replayed(material: Material, answer: AreaAnswer) -> AreaAnswer:
    """An area that could not be checked otherwise, where a whole replay conforms to the documents
    there and no step of it deviates.
    """
    last = next((one for one in reversed(material.replays) if not one.is_partial), None)
    if last is None or answer.state != "could-not-check" or answer.area in material.unfinished:
        return answer
    steps = [step for step in last.steps if answer.area in _SHOWS[step.name]]
    if not any(s.judgement == "conforms" for s in steps) or _deviates(steps):
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
