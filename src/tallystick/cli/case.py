"""Commands on a whole case: `run`, `demo`, `handoff`, `replay`: parse, call, write, exit code."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from tallystick.cli import demonstrate, show, steps
from tallystick.cli.evidence import MappingFile, how_of
from tallystick.cli.review import Complete, Quiet, Verbose, finish, leave, tell
from tallystick.handoff import render_support
from tallystick.handoff.support import Reader
from tallystick.host.exits import EXIT_FOUND, EXIT_OK, EXIT_UNDECIDED
from tallystick.host.talk import hushed, print_json, say, write
from tallystick.host.writing import write_out
from tallystick.lab.assemble import Outgoing
from tallystick.net import confirm as confirming
from tallystick.net.destination import Said
from tallystick.record.case import HANDOFF_MARKDOWN

CaseArg = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Again = Annotated[bool, typer.Option("--again", help="Measure the client anew.")]


def handoff(
    case: CaseArg,
    pdf: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the document as PDF as well.")
    ] = None,
    reader: Annotated[
        Reader | None,
        typer.Option("--for", help="Print a packet to paste instead: for whom."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the handoff documents and print the Markdown one.

    They are handoff.md, handoff.html, handoff.json, support.md, review.sarif and junit.xml, in the
    case.
    """
    with steps.opened(case) as folder:
        made = steps.judge(folder)
        text = render_support(made, reader) if reader else folder.read(HANDOFF_MARKDOWN) or b""
    if pdf is not None:
        from tallystick.handoff.pdf import render_pdf  # noqa: PLC0415 - slow to load, rarely used

        write_out(pdf, render_pdf(made))
    if as_json:
        print_json(steps.result(case, made))
    else:
        write(text.decode())


def run(  # noqa: PLR0913 PLR0917 - one option, one parameter
    case: CaseArg,
    again: Again = False,
    mapping: MappingFile = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Run no client: judge with what was measured before.")
    ] = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
    complete: Complete = False,
    as_json: Json = False,
) -> None:
    """Do the whole review from case.toml."""
    with hushed(quiet), steps.opened(case) as folder:
        made = steps.run(folder, steps.Ways(again, quick, how_of(mapping=mapping)))
    if quiet and not as_json:
        show.headline(made)
        leave(made, complete=complete)
    finish(case, made, as_json, verbose=verbose, complete=complete)


def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the incident is copied to.")
    ] = Path("tallystick-demo"),
    as_json: Json = False,
) -> None:
    """Copy out the bundled incident, install its real client, and review it.

    Exits 0 when the review could be done, whatever its verdict.
    """
    case = demonstrate.prepare(folder)
    with steps.opened(case) as opened:
        made = steps.run(opened)
    tell(case, made, as_json)


def replay(  # noqa: PLR0913 PLR0917 - one option, one parameter
    case: CaseArg,
    environment: Annotated[str, typer.Option(help="The environment of case.toml to send to.")] = "",
    confirm: Annotated[
        str, typer.Option(help="The name of a production environment, typed to confirm it.")
    ] = "",
    base_url: Annotated[
        str, typer.Option(help="Where the environment is, in place of what case.toml says.")
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="Confirm an address that is used for the first time.")
    ] = False,
    display: Annotated[
        bool, typer.Option("--show", help="Print the requests as curl commands; send nothing.")
    ] = False,
    dry_run: Annotated[
        bool | None,
        typer.Option("--dry-run/--send", help="Pass every gate but send nothing (default in CI)."),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Lay the last two replays side by side.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send the few sanitized requests that confirm the contract, and record what came back.

    Concludes nothing about limits, prices, billing or model availability. In CI nothing is sent
    without --send.
    """
    with steps.opened(case) as folder:
        if compare:
            _compared(confirming.compare(folder), as_json)
        said = Said(base_url, yes, confirm)
        prepared = confirming.prepare(folder, environment, said)
        requests = prepared.requests
        if display:
            _planned(requests, as_json, EXIT_OK)
        sends = not (_in_ci() if dry_run is None else dry_run)
        said = said._replace(yes=yes or not sends)
        allowed = confirming.allowed(folder, prepared, environment, said, _typed)
        if not sends:
            confirming.gates(folder, environment, allowed)
            # Nothing was confirmed: only who asked for a dry run gets a zero for it.
            _planned(requests, as_json, EXIT_OK if dry_run else EXIT_UNDECIDED)
        done = confirming.replay(folder, environment, allowed, prepared)
        steps.judge(folder)
    if as_json:
        print_json(done)
    else:
        show.replay(done)
    raise typer.Exit(confirming.exit_code(done))


def _typed(question: str) -> str:
    return str(typer.prompt(question, err=True)) if sys.stdin.isatty() else ""


def _compared(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json({"steps": rows})
    else:
        show.compared(rows)
    raise typer.Exit(EXIT_OK if all(row["same"] for row in rows) else EXIT_FOUND)


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")


def _planned(requests: tuple[Outgoing, ...], as_json: bool, code: int) -> None:
    if as_json:
        print_json({"requests": [{"curl": r.curl(), **msgspec.to_builtins(r)} for r in requests]})
    else:
        for request in requests:
            write(f"# {request.step}\n{request.curl()}\n")
        say("Nothing was sent.")
    raise typer.Exit(code)
