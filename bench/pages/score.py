"""What is read of documentation pages: `python -m bench.pages.score`.

The corpus was written by a hand that did not know the reader: shapes of documentation sites, with
invented facts in words of its own. NAME.want lists the places that a page states something at,
NAME.not those that a careless reader would claim, NAME.facts what some of them say.
"""

import sys
from pathlib import Path

import msgspec

from tallystick.contract import DocumentError, read_source
from tallystick.contract.base_url import base_url_clauses
from tallystick.net.fetch import Fetched
from tallystick.net.sources import Given, made_source
from tallystick.record.case import Operation

CORPUS = Path(__file__).parent / "corpus"
PAGES = (".md", ".mdx", ".html", ".yaml", ".json", ".rst")


def places(page: Path) -> tuple[set[str], set[str]]:
    """The places of a page's clauses, and those of its candidates; none where it is refused."""
    data = page.read_bytes()
    url = f"https://apidoc.cometapi.com/{page.name}"
    fetched = Fetched(url, url, "2026-11-26T10:00:00+00:00", "", data)
    source = made_source("A1", fetched, Given("API docs"), page.suffix)
    try:
        read = read_source(source, data, Operation())
    except DocumentError:
        return set(), set()
    clauses = (*read.clauses, *base_url_clauses(read.clauses))
    return {c.location for c in clauses}, {c.clause.location for c in read.candidates}


class Sums(msgspec.Struct):
    """How many places a corpus states, and how many of what was read are right."""

    wanted: int = 0
    found: int = 0
    clauses: int = 0
    wrong_clauses: int = 0
    candidates: int = 0
    wrong_candidates: int = 0

    def add(self, page: Path) -> str:
        """Count one page, and the line that tells of it."""
        want = set(page.with_suffix(".want").read_text().split())
        never = set(page.with_suffix(".not").read_text().split())
        clauses, candidates = places(page)
        self.wanted += len(want)
        self.found += len(want & (clauses | candidates))
        judged = want | never
        self.clauses += len(clauses & judged)
        self.wrong_clauses += len(clauses & never)
        self.candidates += len(candidates & judged)
        self.wrong_candidates += len(candidates & never)
        wrong = sorted((clauses | candidates) & never)
        told = f"; wrongly claimed {', '.join(wrong)}" if wrong else ""
        return f"{page.name}: {len(want & (clauses | candidates))} of {len(want)}{told}"

    def table(self) -> str:
        """Recall and precision; what the corpus does not judge is left out."""
        return (
            f"recall of clauses and candidates {self.found} of {self.wanted}"
            f" = {self.found / self.wanted:.3f}\n"
            f"precision of clauses {_share(self.clauses, self.wrong_clauses)}\n"
            f"precision of candidates {_share(self.candidates, self.wrong_candidates)}"
        )


def _share(number: int, wrong: int) -> str:
    return f"{number - wrong} of {number} = {(number - wrong) / max(1, number):.3f}"


def main() -> int:
    """Print one line a page of a folder, and the sums: `python -m bench.pages.score [FOLDER]`."""
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    sums = Sums()
    for page in sorted(path for path in corpus.iterdir() if path.suffix in PAGES):
        sys.stdout.write(f"{sums.add(page)}\n")
    sys.stdout.write(f"{sums.table()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
