"""`python -m bench.truth OUT --seed N --size N`: write the cases and print what there are."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from . import generate, write


def main() -> None:
    """Generate, write, count."""
    parser = argparse.ArgumentParser(prog="truth", description="Write a benchmark of incidents.")
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to write the cases into")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=420, help="how many cases")
    given = parser.parse_args()
    cases = generate(given.seed, given.size)
    for case in cases:
        write(case, given.out)
    for label in ("kind", "format", "fault"):
        counts = Counter(str(getattr(case, label)) for case in cases)
        print(f"{label}: " + ", ".join(f"{name} {n}" for name, n in sorted(counts.items())))


if __name__ == "__main__":
    main()
