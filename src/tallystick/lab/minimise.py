"""Delta debugging: the smallest set of deviations that still makes the client fail. Sans-IO.

The algorithm is ddmin (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input,
IEEE TSE 28(2), 2002): its result is 1-minimal, that is, without any one of its members it is gone.
"""

from collections.abc import Generator, Sequence

Candidate = frozenset[int]
Minimiser = Generator[list[Candidate], Sequence[bool], Candidate]


def minimise(count: int) -> Minimiser:
    """Yields batches of sets to try and takes back which of them fail; returns the smallest.

    The full set is known to fail and the empty one to pass.
    """
    current, parts = list(range(count)), 2
    known: dict[Candidate, bool] = {frozenset(current): True, frozenset(): False}
    while len(current) > 1:
        pieces = _pieces(current, parts)
        whole = frozenset(current)
        rest = [whole - piece for piece in pieces] if parts > 2 else []
        candidates = list(dict.fromkeys([*pieces, *rest]))
        missing = [candidate for candidate in candidates if candidate not in known]
        if missing:
            known |= dict(zip(missing, (yield missing), strict=True))
        failing = next((candidate for candidate in candidates if known[candidate]), None)
        if failing is not None:
            parts = 2 if failing in pieces else max(parts - 1, 2)
            current = sorted(failing)
        elif parts < len(current):
            parts = min(len(current), parts * 2)
        else:
            break
    return frozenset(current)


def _pieces(current: list[int], parts: int) -> list[Candidate]:
    size, extra = divmod(len(current), parts)
    ends = [size * (i + 1) + min(i + 1, extra) for i in range(parts)]
    starts = [0, *ends[:-1]]
    return [frozenset(current[a:b]) for a, b in zip(starts, ends, strict=True) if b > a]
