"""How whole cases are judged: `python -m bench.cases.score [FOLDER]`.

Documents, a capture and a symptom each, with the verdicts, sides and places that a careful reader
accepts; written from public reports by hands that did not know the rules.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from typer.testing import CliRunner

from tallystick.case import derive
from tallystick.case.statement import stated
from tallystick.case.store import Folder
from tallystick.cli import steps
from tallystick.cli.commands import app
from tallystick.host.errors import CannotRunError
from tallystick.net.fetch import Follow
from tallystick.net.sources import Given, add
from tallystick.record.finding import Review

CORPUS = Path(__file__).parent / "corpus"
# When the incidents of the corpus were, where a case does not say it.
_START, _END = "2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z"
_AT = "2026-11-26T10:00:00Z"


class Sums(msgspec.Struct):
    """How many cases are right, and which are judged falsely or otherwise than accepted."""

    cases: int = 0
    right: int = 0
    false: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    def add(self, folder: Path, found: Review) -> None:
        """Count one case."""
        self.cases += 1
        match missed(wanted(folder), found):
            case "false":
                self.false += (folder.name,)
            case "wrong":
                self.wrong += (folder.name,)
            case _:
                self.right += 1


def judged(folder: Path, case: Path) -> Review:
    """What the review says of one case."""
    with begun(folder, case) as held:
        return review_of(held)


def review_of(held: Folder) -> Review:
    """What the review says of an open case folder; nothing is rendered or written."""
    return derive.dossier(held.read, stated(held)).review


@contextmanager
def begun(folder: Path, case: Path) -> Iterator[Folder]:
    """A case folder made of one case, open: its documents are added and its capture is frozen."""
    given = json.loads((folder / "case.json").read_text())
    when = ["--start", given.get("start", _START), "--end", given.get("end", _END)]
    made = ["new", str(case), *when, "--symptom", given["symptom"] or "calls fail"]
    CliRunner().invoke(app, made, catch_exceptions=False)
    with steps.opened(case) as held:
        for name in given["docs"]:
            said = Given("API docs", f"https://apidoc.cometapi.com/{name}", _AT)
            with suppress(CannotRunError):  # a page that cannot be read is not added
                add(held, stated(held), [str(folder / "docs" / name)], said, Follow())
        with suppress(CannotRunError):
            steps.take_evidence(held, [str(one) for one in sorted(folder.glob("capture*.*"))])
        yield held


def missed(want: dict[str, Any], found: Review) -> str:
    """`false` or `wrong`; empty where the case is judged as accepted."""
    verdict, cause = found.verdict.name, found.cause
    side, place = (cause.side, cause.location) if cause else (None, "")
    if verdict in want.get("never", ()) or (
        want.get("not_guilty") and place.startswith(tuple(want["not_guilty"]))
    ):
        return "false"
    held = verdict in want["verdict"]
    sided = not want.get("side") or side in want["side"]
    placed = not want.get("location") or place.startswith(tuple(want["location"]))
    return "" if held and sided and placed else "wrong"


def wanted(folder: Path) -> dict[str, Any]:
    """What a careful reader accepts of a case."""
    told: dict[str, Any] = json.loads((folder / "expected.json").read_text())
    return told


def scored(folders: Sequence[Path]) -> Sums:
    """The sums of some cases."""
    sums = Sums()
    with TemporaryDirectory(prefix="tallystick-bench-") as scratch:
        for folder in folders:
            sums.add(folder, judged(folder, Path(scratch) / folder.name))
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
