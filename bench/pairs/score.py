"""How two captures of the same calls are laid together: `python -m bench.pairs.score`.

The corpus was written by a hand that did not know the rules: the application's capture beside a
gateway's, in the shapes of public products. `expected.json` has how many calls are the same, and
what the hop between them changed; in the controls it changed nothing, or no call is the same.
"""

import json
from pathlib import Path

import msgspec

from tallystick.case import capture
from tallystick.engine.merging import How
from tallystick.intake.sightings import once, sightings

CORPUS = Path(__file__).parent / "corpus"
# The names of the corpus for places that have another name here.
_PLACES = {
    "response.status": "error.status.",
    "error.body": "error",
    "retry": "retry.",
    "response": "stream.framing",
    "response.header.content-type": "response.content_type",
}


class Stated(msgspec.Struct):
    """A change that the hop made."""

    kind: str
    place: str


class Expected(msgspec.Struct):
    """What is true of a pair of captures."""

    pairs: int
    distinct_calls: int
    changes: tuple[Stated, ...]


class Sums(msgspec.Struct):
    """How many pairs of captures are laid together right, and in how many the change is found."""

    cases: int = 0
    joined: int = 0
    changed: int = 0
    found: int = 0
    false: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


def scored(corpus: Path = CORPUS) -> Sums:
    """The sums of the corpus. False is a call joined to another one, and a change in a control."""
    sums = Sums()
    for folder in sorted(path for path in corpus.iterdir() if path.is_dir()):
        want = msgspec.convert(json.loads((folder / "expected.json").read_text()), Expected)
        paths = [str(next(folder.glob(f"{side}.*"))) for side in ("client", "gateway")]
        whole, read = capture.exchanges(paths, How(workers=1))
        twice = sightings(whole, {one.digest: one.format for one in read})
        places = {change.location for seen in twice for change in seen.changes}
        right = (len(twice), len(once(whole, twice))) == (want.pairs, want.distinct_calls)
        control = want.changes[0].kind == "none"
        sums.cases += 1
        sums.joined += right
        sums.changed += not control
        hit = all(_is_found(one, places) for one in want.changes)
        sums.found += hit and not control
        if len(twice) > want.pairs or (control and places):
            sums.false += (folder.name,)
        elif not right or (not control and not hit):
            sums.missed += (folder.name,)
    return sums


def _is_found(change: Stated, places: set[str]) -> bool:
    wanted = _PLACES.get(change.place, change.place)
    return any(place.startswith(wanted) for place in places)


def main() -> None:
    """Print the sums, and what is missed."""
    sums = scored()
    print(f"calls laid together right in {sums.joined} of {sums.cases} pairs of captures")
    print(f"changes of a hop found in {sums.found} of {sums.changed}; false {len(sums.false)}")
    for name in (*sums.false, *sums.missed):
        print(f"  {name}")


if __name__ == "__main__":
    main()
