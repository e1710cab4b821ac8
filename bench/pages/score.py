"""What is read of documentation pages: `python -m bench.pages.score`.

The corpus was written by a hand that did not know the reader: shapes of documentation sites, with
invented facts in words of its own. NAME.want lists the places that a page states something at,
NAME.not those that a careless reader would claim, NAME.facts what some of them say.
"""

import sys
from pathlib import Path

from tallystick.app.fetch import Fetched
from tallystick.app.sources import Given, made_source
from tallystick.contract import DocumentError, read_source
from tallystick.record.case import Operation

CORPUS = Path(__file__).parent / "corpus"
_PAGES = (".md", ".mdx", ".html")


def places(page: Path) -> set[str]:
    """The places that a page is read to state something at; none where it is refused."""
    data = page.read_bytes()
    url = f"https://apidoc.cometapi.com/{page.name}"
    fetched = Fetched(url, url, "2026-11-26T10:00:00+00:00", "", data)
    source = made_source("A1", fetched, Given("API docs"), page.suffix)
    try:
        return {clause.location for clause in read_source(source, data, Operation())}
    except DocumentError:
        return set()


def main() -> int:
    """Print one line a page, and the sums."""
    wanted = found = claimed = 0
    for page in sorted(path for path in CORPUS.iterdir() if path.suffix in _PAGES):
        want = set(page.with_suffix(".want").read_text().split())
        never = set(page.with_suffix(".not").read_text().split())
        read = places(page)
        wanted, found, claimed = (
            wanted + len(want),
            found + len(want & read),
            claimed + len(never & read),
        )
        told = f"; claimed {', '.join(sorted(never & read))}" if never & read else ""
        sys.stdout.write(f"{page.name}: {len(want & read)} of {len(want)}{told}\n")
    sys.stdout.write(f"{found} of {wanted} places read, {claimed} claimed that are not stated\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
