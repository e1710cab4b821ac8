"""Observations become Assumptions: what the client measurably relies on."""

from collections.abc import Iterable

from tallystick.lab.assume.answers import answer_assumptions
from tallystick.lab.assume.fallback import fallback_assumptions
from tallystick.lab.assume.fields import field_assumptions
from tallystick.lab.assume.hints import hint_assumptions
from tallystick.lab.assume.layers import Layers, layers_of
from tallystick.lab.assume.retries import retry_assumptions
from tallystick.lab.assume.sent import sent_assumptions
from tallystick.lab.assume.streams import stream_assumptions
from tallystick.record.trial import Assumption, Observation

_PARTS = (
    sent_assumptions,
    field_assumptions,
    retry_assumptions,
    hint_assumptions,
    answer_assumptions,
    stream_assumptions,
    fallback_assumptions,
)


def assumptions(observations: Iterable[Observation]) -> tuple[Assumption, ...]:
    """Everything the observations show of the client's side of the contract."""
    listed = [o for o in observations if o.outcome != "could-not-check"]
    return tuple(assumption for part in _PARTS for assumption in part(listed))


__all__ = ["Layers", "assumptions", "layers_of"]
