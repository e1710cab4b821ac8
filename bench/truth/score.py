"""Score the review on generated incidents: `python -m bench.truth.score --seed N --size N`.

Every case goes the way that `run` goes, in one process and without a case folder: its documents
are read into clauses, its capture is sanitized and classified, and the review gives its cause.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import msgspec

from tallystick.case import capture
from tallystick.contract import base_url_clauses, read_source, with_standing
from tallystick.engine.merging import How
from tallystick.intake import Facts, classify
from tallystick.record import Case as CaseFile
from tallystick.record import Clause, Source, digest
from tallystick.record.finding import Review
from tallystick.review import Material, review

from . import generate, write
from .statuses import baseline

_WINDOW = ("2026-11-20T09:00:00+00:00", "2026-11-20T10:00:00+00:00")
_CAPTURED = "2026-11-26T10:00:00+00:00"
_OPERATION = next(f.default for f in msgspec.structs.fields(CaseFile) if f.name == "operation")
_OPPOSITE = {"mismatch", "no-mismatch"}


class Score(msgspec.Struct):
    """What came of many cases; `misses` tells each case that is not right."""

    cases: int = 0
    right: int = 0
    false: int = 0
    undecided: int = 0
    sides: tuple[int, int] = (0, 0)
    places: tuple[int, int] = (0, 0)
    controls: int = 0
    accused: int = 0
    twins: int = 0
    flipped: int = 0
    by_status: int = 0
    by_format: dict[str, tuple[int, int]] = {}
    misses: tuple[str, ...] = ()


def judged(folder: Path) -> Review:
    """The review of one written case."""
    given = json.loads((folder / "case.json").read_text())
    sources: list[Source] = []
    clauses: list[Clause] = []
    for number, name in enumerate(given["docs"], 1):
        data = (folder / "docs" / name).read_bytes()
        kind = "openapi" if name.endswith((".yaml", ".json")) else "markdown"
        url = f"https://apidoc.cometapi.com/{name}"
        source = Source(f"A{number}", url, _CAPTURED, digest(data), "", "API docs", kind, stored="")
        sources.append(source)
        clauses += read_source(source, data, _OPERATION).clauses
    clauses += base_url_clauses(clauses)
    stated = with_standing(clauses, sources, _WINDOW[0], (), ())
    exchanges, read = capture.exchanges([str(next(folder.glob("capture.*")))], How(workers=1))
    others = Counter[str]()
    for one in read:
        others.update(one.others)
    facts = Facts("", given["symptom"] or "calls fail")
    classed = classify(exchanges, facts, others)
    material = Material(
        stated, sources, (), exchanges, classed, window=_WINDOW, amplified=facts.tells_of_repeats
    )
    return review(material)


def _wrong(want: dict[str, Any], found: Review) -> tuple[list[str], bool]:
    """What is wrong with a review, and whether it claims what is not so."""
    verdict, cause = found.verdict.name, found.cause
    place = cause.location if cause else found.classification.location
    side = cause.side if cause else "unknown"
    wrong = [] if verdict in want["verdict"] else [f"verdict {verdict}, not {want['verdict']}"]
    guilty = verdict == "mismatch" and place.startswith(tuple(want.get("not_guilty", ())) or ("-",))
    false = verdict in want.get("never", ()) or guilty
    if want.get("side") and side not in want["side"]:
        wrong.append(f"side {side}, not {want['side']}")
    if want.get("location") and not place.startswith(tuple(want["location"])):
        wrong.append(f"place {place}, not {want['location']}")
    return wrong + (["FALSE"] if false else []), false


def score(folders: list[Path]) -> Score:
    """The score of some written cases."""
    made = Score()
    twins: defaultdict[str, set[str]] = defaultdict(set)
    forms: defaultdict[str, list[bool]] = defaultdict(list)
    misses = []
    for folder in folders:
        want = json.loads((folder / "expected.json").read_text())
        found = judged(folder)
        wrong, false = _wrong(want, found)
        made.cases += 1
        made.right += not wrong
        made.false += false
        made.undecided += found.verdict.name == "undecided"
        for name in ("side", "location"):
            asked, member = bool(want.get(name)), "sides" if name == "side" else "places"
            hit = asked and not any(w.startswith(("side", "place")[name != "side"]) for w in wrong)
            hits, of = getattr(made, member)
            setattr(made, member, (hits + hit, of + asked))
        control = want["kind"] != "incident"
        made.controls += control
        made.accused += control and found.verdict.name == "mismatch"
        made.by_status += baseline(folder) in want["verdict"]
        twins[want["twin"]].add(found.verdict.name)
        forms[want["format"]].append(not wrong)
        if wrong:
            misses.append(f"{folder.name} {want['fault']} ({want['format']}): {'; '.join(wrong)}")
    made.twins = len(twins)
    made.flipped = sum(1 for names in twins.values() if names >= _OPPOSITE)
    made.by_format = {name: (sum(hits), len(hits)) for name, hits in sorted(forms.items())}
    made.misses = tuple(misses)
    return made


def interval(hits: int, of: int) -> str:
    """A share with its 95 % interval (Wilson score)."""
    if not of:
        return "-"
    z, share = 1.96, hits / of
    middle, spread = (
        share + z * z / (2 * of),
        z * math.sqrt(share * (1 - share) / of + (z / of / 2) ** 2),
    )
    low, high = (middle - spread) / (1 + z * z / of), (middle + spread) / (1 + z * z / of)
    return f"{hits}/{of} = {share:.3f} ({max(low, 0):.3f}-{min(high, 1):.3f})"


def table(made: Score) -> str:
    """The score as lines for people."""
    rows = [
        ("right (verdict, side and place)", interval(made.right, made.cases)),
        ("a table of status codes (verdict alone)", interval(made.by_status, made.cases)),
        ("side", interval(*made.sides)),
        ("place", interval(*made.places)),
        ("false claims", interval(made.false, made.cases)),
        ("undecided", interval(made.undecided, made.cases)),
        ("controls accused", interval(made.accused, made.controls)),
        ("incidents whose twins contradict each other", interval(made.flipped, made.twins)),
        *((f"right in {name}", interval(*hits)) for name, hits in made.by_format.items()),
    ]
    return "\n".join(f"{name:<46}{value}" for name, value in rows)


def scored(seed: int, size: int) -> Score:
    """The score of cases that are generated for it and kept nowhere."""
    with tempfile.TemporaryDirectory() as name:
        for case in generate(seed, size):
            write(case, Path(name))
        return score(sorted(path for path in Path(name).iterdir() if path.is_dir()))


def main() -> None:
    """Generate, judge, print."""
    parser = argparse.ArgumentParser(description="Score the review on generated incidents.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=420)
    parser.add_argument("--misses", action="store_true", help="print every case that is not right")
    given = parser.parse_args()
    made = scored(given.seed, given.size)
    print(f"seed {given.seed}, {made.cases} cases\n{table(made)}")
    if given.misses:
        print("\n".join(made.misses))


if __name__ == "__main__":
    main()
