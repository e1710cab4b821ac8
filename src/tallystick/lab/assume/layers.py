"""Nested retry layers: six attempts may be two times three."""

import msgspec

from tallystick.record.trial import Observation

_RESET = 0.5
COUNTER = "its retry counter"


class Layers(msgspec.Struct, frozen=True):
    """The layers that can be seen, inner first: how many attempts each makes, and what shows it."""

    counts: tuple[int, ...]
    shown_by: str = ""

    def says(self) -> str:
        """The layers in words."""
        if len(self.counts) < 2:
            return ""
        inner, outer = self.counts[0], self.counts[1]
        return f"an outer layer makes {outer} calls of {inner} attempts each ({self.shown_by})"


def layers_of(observation: Observation) -> Layers:
    """The layers of one trial's attempts.

    The inner client's own retry counter starts anew for each call of an outer layer; without one,
    a gap that falls to less than half of the one before it begins a new run of growing gaps.
    """
    total = len(observation.attempts)
    counts = [a.retry_count for a in observation.attempts]
    if total and all(count is not None for count in counts):
        return _split(
            total, [i for i, count in enumerate(counts) if count == 0], "its retry counter"
        )
    gaps = [a.gap_ms or 0 for a in observation.attempts][1:]
    starts = [0] + [i + 1 for i in range(1, len(gaps)) if gaps[i] < gaps[i - 1] * _RESET]
    return _split(total, starts, "the gaps start anew")


def _split(total: int, starts: list[int], shown_by: str) -> Layers:
    """Runs of one length each make two layers; anything else shows one."""
    runs = [b - a for a, b in zip(starts, [*starts[1:], total], strict=True)]
    # Gaps jitter: one that fell proves nothing in runs of two.
    least = 2 if shown_by == COUNTER else 3
    if len(runs) > 1 and runs[0] >= least and len(set(runs)) == 1:
        return Layers((runs[0], len(runs)), shown_by)
    return Layers((total,))
