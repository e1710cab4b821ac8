"""`review`: judge a case; and how every judging command tells its answer and exits."""

from pathlib import Path
from typing import Annotated

import typer

from tallystick.cli import show, steps
from tallystick.handoff import Dossier
from tallystick.host.exits import EXIT_FOUND, EXIT_OK, EXIT_UNDECIDED
from tallystick.host.talk import print_json, write
from tallystick.record.case import HANDOFF_HTML, HANDOFF_MARKDOWN
from tallystick.record.finding import VerdictName

_EXIT: dict[VerdictName, int] = {
    "no-mismatch": EXIT_OK,
    "mismatch": EXIT_FOUND,
    "undecided": EXIT_UNDECIDED,
}
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]

Verbose = Annotated[bool, typer.Option("--verbose", help="Print every finding and area as well.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print the verdict alone, and no progress.")]
Complete = Annotated[
    bool, typer.Option("--require-complete", help="Exit 3 when an area has no answer.")
]


def review(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")],
    verbose: Verbose = False,
    complete: Complete = False,
    as_json: Json = False,
) -> None:
    """Judge what a case holds; captures nothing."""
    with steps.opened(case) as folder:
        made = steps.judge(folder)
    finish(case, made, as_json, verbose=verbose, complete=complete)


def finish(
    case: Path, made: Dossier, as_json: bool, *, verbose: bool = False, complete: bool = False
) -> None:
    """Tell the answer and exit with its code; 3 where `complete` asks for areas without one."""
    tell(case, made, as_json, verbose=verbose)
    leave(made, complete=complete)


def leave(made: Dossier, *, complete: bool) -> None:
    """Exit with the code of the verdict; 3 where `complete` asks for areas without an answer."""
    if complete and made.review.completeness.unanswered:
        raise typer.Exit(EXIT_UNDECIDED)
    raise typer.Exit(_EXIT[made.review.verdict.name])


def tell(case: Path, made: Dossier, as_json: bool, *, verbose: bool = False) -> None:
    """Tell the answer."""
    if as_json:
        print_json(steps.result(case, made))
        return
    show.answer(made)
    if verbose:
        show.details(made)
    write(f"\nHandoff: {case / HANDOFF_MARKDOWN}\nAs a page: {case / HANDOFF_HTML}\n")
