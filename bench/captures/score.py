"""How small captures are classified: `python -m bench.captures.score [FOLDER]`.

The corpus was written by hands that did not know the rules: captures as people hold them, with
invented texts in the shapes of public products and reports. `expected.json` has the classes that a
careful reader accepts, those that would be a false claim, and beginnings of the place.
"""

import json
import sys
import tomllib
from collections import Counter
from pathlib import Path

import msgspec

from tallystick.case import capture
from tallystick.engine.merging import How
from tallystick.host.errors import CannotRunError
from tallystick.intake import Facts, classify

CORPUS = Path(__file__).parent / "corpus"


class Expected(msgspec.Struct, rename={"classes": "class"}):
    """What is accepted of one capture."""

    classes: tuple[str, ...]
    never: tuple[str, ...] = ()
    not_said: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    same: str = ""


class Sums(msgspec.Struct):
    """How many captures are right, refused, and claimed falsely."""

    cases: int = 0
    right: int = 0
    refused: int = 0
    false: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


def classified(folder: Path) -> tuple[str, str, str] | None:
    """The class, the place and the reason; None where the capture is refused."""
    told = folder / "facts.toml"
    facts = tomllib.loads(told.read_text()) if told.is_file() else {}
    try:
        paths = [str(next(folder.glob("capture.*")))]
        frozen, read = capture.exchanges(paths, How(workers=1))
    except CannotRunError:
        return None
    others = Counter[str]()
    for one in read:
        others.update(one.others)
    found = classify(frozen, Facts(facts.get("client", ""), facts.get("symptom", "")), others)
    return found.failure_class, found.location, found.reason.lower()


def scored(corpus: Path = CORPUS) -> Sums:
    """The sums of a corpus."""
    sums = Sums()
    for folder in sorted(path for path in corpus.iterdir() if path.is_dir()):
        want = msgspec.convert(json.loads((folder / "expected.json").read_text()), Expected)
        sums.cases += 1
        found = classified(folder)
        if found is None:
            sums.refused += 1
            continue
        name, place, reason = found
        if name in want.never or any(word in reason for word in want.not_said):
            sums.false += (folder.name,)
        elif name in want.classes and (not want.location or place.startswith(want.location)):
            sums.right += 1
        else:
            sums.wrong += (folder.name,)
    return sums


def main() -> int:
    """Print the sums."""
    sums = scored(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)
    sys.stdout.write(
        f"right {sums.right} of {sums.cases}, refused {sums.refused}, false claims "
        f"{len(sums.false)}: {', '.join(sums.false)}\nwrong: {', '.join(sums.wrong)}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
