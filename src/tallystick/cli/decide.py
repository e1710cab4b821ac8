"""`decide`: record one interpretation of what is documented, or take one back."""

from pathlib import Path
from typing import Annotated

import typer

from tallystick.cli import steps
from tallystick.cli.review import Complete, Json, Verbose, finish
from tallystick.people.decide import Decision, withdraw
from tallystick.people.decide import decide as recorded


def decide(  # noqa: PLR0913 PLR0917 - one option, one parameter
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")],
    location: Annotated[
        str, typer.Argument(metavar="[LOCATION]", help="The place, such as retry.status.500.")
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
    verbose: Verbose = False,
    complete: Complete = False,
    as_json: Json = False,
) -> None:
    """Record one interpretation where documents disagree or say nothing.

    The case is judged anew. With a ticket and its date it counts as support-confirmed; what support
    has answered is decided with them only. A decision against an earlier one is a conflict again,
    until one of the two is taken back with --withdraw. Exits as `review` does.
    """
    given = Decision(location, aspect, value, when, who, why, ticket.strip(), answered)
    with steps.opened(case) as folder:
        if taken:
            withdraw(folder, taken, who, why)
        else:
            recorded(folder, given)
        made = steps.judge(folder)
    finish(case, made, as_json, verbose=verbose, complete=complete)
