"""`due`: say of signed reviews why they are to be done again."""

from pathlib import Path
from typing import Annotated

import typer

from tallystick.case import derive
from tallystick.cli import steps
from tallystick.host.exits import EXIT_FOUND, EXIT_OK
from tallystick.host.talk import print_json, write
from tallystick.review.due import reasons


def due(
    cases: Annotated[list[Path], typer.Argument(metavar="CASE", help="The case folders.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say of each case why it is to be reviewed again. Exits 1 when one is."""
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
