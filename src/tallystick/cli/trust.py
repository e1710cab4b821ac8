"""`trust`: allow a case to do what its case file asks for."""

from pathlib import Path
from typing import Annotated

import typer

from tallystick.case.opening import looked_at
from tallystick.case.statement import read_case
from tallystick.case.trusting import TOLD, asks, remember
from tallystick.host.talk import print_json, say, write
from tallystick.record.case import CASE_FILE


def trust(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Allow a case to do what its case.toml asks for, and print what that is.

    It holds until case.toml changes. Only a case that was made here is trusted from the start.
    """
    with looked_at(case) as folder:
        data = folder.read(CASE_FILE) or b""
        asked = asks(folder, read_case(data, str(case / CASE_FILE)))
    remember(case, data)
    if as_json:
        print_json({"case": str(case), "allows": [{"kind": k, "what": w} for k, w in asked]})
        return
    for kind, what in asked:
        write(f"{TOLD[kind]} {what}\n")
    say(f"{case / CASE_FILE} is trusted as it is now; a change to it asks again")
