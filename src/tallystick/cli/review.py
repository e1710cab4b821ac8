"""`review`: judge a case, record a decision, or say whether it is to be reviewed again."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tallystick.case import derive
from tallystick.cli import show, steps
from tallystick.handoff import Dossier
from tallystick.host.errors import CannotRunError
from tallystick.host.exits import EXIT_FOUND, EXIT_OK, EXIT_UNDECIDED
from tallystick.host.talk import print_json, write
from tallystick.people.decide import Decision, decide, withdraw
from tallystick.record.case import HANDOFF_MARKDOWN
from tallystick.record.finding import VerdictName
from tallystick.review.due import reasons

_EXIT: dict[VerdictName, int] = {
    "no-mismatch": EXIT_OK,
    "mismatch": EXIT_FOUND,
    "undecided": EXIT_UNDECIDED,
}
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]

Verbose = Annotated[bool, typer.Option("--verbose", help="Print every finding and area as well.")]
Complete = Annotated[
    bool, typer.Option("--require-complete", help="Exit 3 when an area has no answer.")
]


def review(  # noqa: PLR0913 PLR0917 - one option, one parameter
    cases: Annotated[list[Path], typer.Argument(metavar="CASE", help="The case folder.")],
    location: Annotated[
        str, typer.Option("--decide", help="Record one interpretation at this location first.")
    ] = "",
    aspect: Annotated[
        str, typer.Option(help="What is decided there: retry, required, value …")
    ] = "",
    value: Annotated[str, typer.Option(help="What it is decided to be, such as yes or no.")] = "",
    when: Annotated[
        str, typer.Option(help="Its condition, such as error.code=invalid_request.")
    ] = "",
    who: Annotated[str, typer.Option(help="Who decides: a role or a team.")] = "",
    why: Annotated[str, typer.Option(help="The reason, or the support answer's words.")] = "",
    ticket: Annotated[str, typer.Option(help="The support ticket that answers it.")] = "",
    answered: Annotated[str, typer.Option(help="The date of that answer.")] = "",
    taken: Annotated[
        int,
        typer.Option("--withdraw", help="Take back the decision of this line of the journal."),
    ] = 0,
    due: Annotated[
        bool, typer.Option("--due", help="Say of each case why it is to be reviewed again.")
    ] = False,
    verbose: Verbose = False,
    complete: Complete = False,
    as_json: Json = False,
) -> None:
    """Judge what a case holds; captures nothing.

    With --decide, one interpretation of one statement is appended to the journal first. With a
    ticket and its date it counts as support-confirmed; what support has answered is decided with
    them only. A decision against an earlier one is a conflict again, until one of the two is taken
    back with --withdraw. With --due, several cases may be named:
    exit 1 when one is to be reviewed again.
    """
    if due:
        _due(cases, as_json)
        return
    if len(cases) != 1:
        raise CannotRunError("one case is judged at a time", do="give one, or --due")
    (case,) = cases
    given = Decision(location, aspect, value, when, who, why, ticket.strip(), answered)
    with steps.opened(case) as folder:
        if taken:
            withdraw(folder, taken, who, why)
        elif any(msgspec.structs.astuple(given)):
            decide(folder, given)
        made = steps.judge(folder)
    finish(case, made, as_json, verbose=verbose, complete=complete)


def _due(cases: Iterable[Path], as_json: bool) -> None:
    found = {str(case): _reasons(case) for case in cases}
    if as_json:
        print_json({"cases": [{"case": case, "reasons": why} for case, why in found.items()]})
    else:
        for case, why in found.items():
            told = "".join(f"\n  {reason}" for reason in why) or " nothing has come since"
            write(f"{case}:{told}\n")
    raise typer.Exit(EXIT_FOUND if any(found.values()) else EXIT_OK)


def _reasons(case: Path) -> tuple[str, ...]:
    with steps.opened(case) as folder:
        made = steps.judge(folder)
        now = derive.reviewed_now(folder.read, made, "")
        return reasons(derive.reviewed_of(folder.read), now)


def finish(
    case: Path, made: Dossier, as_json: bool, *, verbose: bool = False, complete: bool = False
) -> None:
    """Tell the answer and exit with its code; 3 where `complete` asks for areas without one."""
    tell(case, made, as_json, verbose=verbose)
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
    write(f"\nHandoff: {case / HANDOFF_MARKDOWN}\n")
