"""How whole cases are judged: `python -m bench.cases.score [FOLDER]`.

Documents, a capture and a symptom each, with the verdicts, sides and places that a careful reader
accepts; written from public reports by hands that did not know the rules.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from typer.testing import CliRunner

from tallystick.cli.commands import app

CORPUS = Path(__file__).parent / "corpus"
_WHEN = ("--start", "2026-11-20T09:00:00Z", "--end", "2026-11-20T10:00:00Z")
_READ = ("--at", "2026-11-26T10:00:00Z", "--purpose", "API docs")


class Sums(msgspec.Struct):
    """How many cases are right, and which are judged falsely or otherwise than accepted."""

    cases: int = 0
    right: int = 0
    false: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


def judged(folder: Path, case: Path) -> dict[str, Any]:
    """What the review says of one case."""
    begun(folder, case)
    found: dict[str, Any] = json.loads(_called("run", case, "--json"))
    return found


def begun(folder: Path, case: Path) -> None:
    """Make a case folder of one case: its documents are added and its capture is frozen."""
    given = json.loads((folder / "case.json").read_text())
    _called("new", case, *_WHEN, "--symptom", given["symptom"] or "calls fail")
    for name in given["docs"]:
        url = f"https://apidoc.cometapi.com/{name}"
        _called("contract", "add", case, folder / "docs" / name, "--url", url, *_READ)
    _called("intake", case, next(folder.glob("capture.*")))


def _called(*words: object) -> str:
    return CliRunner().invoke(app, [str(word) for word in words]).stdout


def _misses(want: dict[str, Any], found: dict[str, Any]) -> str:
    """`false` or `wrong`; empty where the case is judged as accepted."""
    cause = found.get("cause") or {}
    verdict, place = found.get("verdict"), cause.get("location") or ""
    if verdict in want.get("never", ()) or (
        want.get("not_guilty") and place.startswith(tuple(want["not_guilty"]))
    ):
        return "false"
    held = verdict in want["verdict"]
    sided = not want.get("side") or cause.get("side") in want["side"]
    placed = not want.get("location") or place.startswith(tuple(want["location"]))
    return "" if held and sided and placed else "wrong"


def scored(folders: Sequence[Path]) -> Sums:
    """The sums of some cases."""
    sums = Sums()
    with TemporaryDirectory(prefix="tallystick-bench-") as scratch:
        for folder in folders:
            want = json.loads((folder / "expected.json").read_text())
            sums.cases += 1
            match _misses(want, judged(folder, Path(scratch) / folder.name)):
                case "false":
                    sums.false += (folder.name,)
                case "wrong":
                    sums.wrong += (folder.name,)
                case _:
                    sums.right += 1
    return sums


def cases(corpus: Path = CORPUS) -> list[Path]:
    """The folders of a corpus."""
    return sorted(path for path in corpus.iterdir() if path.is_dir())


def main() -> int:
    """Print the sums."""
    sums = scored(cases(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS))
    sys.stdout.write(
        f"right {sums.right} of {sums.cases}, false {len(sums.false)}: {', '.join(sums.false)}\n"
        f"otherwise: {', '.join(sums.wrong)}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
