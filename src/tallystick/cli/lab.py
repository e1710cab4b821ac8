"""`tallystick lab …`: parse, call, write, exit code."""

import shlex
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import msgspec
import typer

from tallystick.case import statement
from tallystick.cli import show, steps
from tallystick.cli.groups import COMMAND, DefaultGroup
from tallystick.handoff import isolation_rows, lab_rows, regression_rows, render_junit
from tallystick.host.bundled import copy_out
from tallystick.host.errors import CannotRunError
from tallystick.host.exits import EXIT_FOUND, EXIT_OK, EXIT_UNDECIDED
from tallystick.host.talk import print_json, write
from tallystick.host.writing import write_out
from tallystick.lab import assumptions
from tallystick.lab.retrytable import retry_table
from tallystick.record.case import Client
from tallystick.record.spelled import in_words
from tallystick.record.trial import LabRun, Mode, Reach
from tallystick.trials import experiments, intervene
from tallystick.trials.measure import Plan, unchecked

_EXIT_ISOLATION = {
    "reproduced": EXIT_FOUND,
    "not-reproduced": EXIT_OK,
    "undecided": EXIT_UNDECIDED,
}

lab = typer.Typer(
    cls=DefaultGroup,
    help="Measure a client against the simulated provider.\n\n"
    "`tallystick lab CASE` and `tallystick lab -- COMMAND…` run `measure`.",
    rich_markup_mode=None,
)

Case = Annotated[Path | None, typer.Argument(metavar="[CASE]", help="The case folder.")]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", help="A scenario's name, location or kind of call, or a pattern of it."),
]
Stream = Annotated[
    bool | None, typer.Option("--stream/--no-stream", help="Only one kind of call (drivers).")
]
Driver = Annotated[bool, typer.Option("--driver", help="COMMAND is a warm driver.")]
Fork = Annotated[
    bool, typer.Option("--fork", help="COMMAND is an interpreter and MODULE:CALLABLE, to fork.")
]
ReachOption = Annotated[
    Reach | None, typer.Option("--reach", help="How the client gets to the lab.")
]
Host = Annotated[str, typer.Option(help="The host that the lab answers for as a proxy.")]
Junit = Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML to this file.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")]
Exchange = Annotated[str, typer.Option("--exchange", help="The captured exchange to serve.")]
Passes = Literal["right", "raised"]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


@lab.command()
def measure(  # noqa: PLR0913 PLR0917 - one option, one parameter
    ctx: typer.Context,
    case: Case = None,
    only: Only = None,
    stream: Stream = None,
    driver: Driver = False,
    fork: Fork = False,
    reach: ReachOption = None,
    host: Host = "",
    junit: Junit = None,
    resume: Resume = False,
    incident: Annotated[
        bool, typer.Option("--incident", help="Serve the incident's own answer instead.")
    ] = False,
    exchange: Exchange = "",
    as_json: Json = False,
) -> None:
    """Run every scenario, and derive what the client assumes.

    Exits 0 when everything could be looked at, 3 when something could not. With --incident: 1 when
    the client fails on the incident's answer, 0 when it does not, 3 when it is undecided.
    """
    command = ctx.meta.get(COMMAND, ())
    _one_of(case, command)
    _require_writable(junit)
    if case is None and (incident or exchange or resume):
        raise CannotRunError("--incident, --exchange and --resume need a case")
    if exchange and not incident:
        raise CannotRunError("--exchange says which answer --incident serves; give that as well")
    if incident and case is not None:
        _incident(case, exchange, junit, as_json)
    plan = Plan(only=tuple(only or ()), stream=stream)
    if case is not None:
        run, runbook = _of_case(case, plan, resume)
    else:
        client = _client(command, driver, fork, reach, host)
        run, runbook = experiments.measure_command(client, plan), {}
    run = run.asked()
    write_out(junit, render_junit("tallystick lab", lab_rows(run)))
    assumed, rows = assumptions(run.observations), retry_table(run.observations, runbook)
    if as_json:
        print_json({"run": run, "assumptions": assumed, "retries": rows})
    else:
        show.measurements(run, assumed, rows)
    raise typer.Exit(EXIT_UNDECIDED if any(unchecked(run)) else EXIT_OK)


def _incident(case: Path, exchange: str, junit: Path | None, as_json: bool) -> NoReturn:
    """`lab CASE --incident`."""
    with steps.opened(case) as folder:
        stated = statement.stated(folder)
        found = intervene.isolate(folder, stated, steps.incident(folder, exchange))
        steps.judge(folder)
    write_out(junit, render_junit("tallystick lab --incident", isolation_rows(found)))
    if as_json:
        print_json(found)
    else:
        show.isolation(found)
    raise typer.Exit(_EXIT_ISOLATION[found.result])


@lab.command()
def regress(  # noqa: PLR0913 PLR0917 - one option, one parameter
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")],
    before: Annotated[str, typer.Option(help="The command of the client as it was.")],
    after: Annotated[str, typer.Option(help="The command of the client as fixed.")],
    exchange: Exchange = "",
    passes: Annotated[
        Passes, typer.Option(help="What passing is where there is no right answer to give.")
    ] = "right",
    junit: Junit = None,
    as_json: Json = False,
) -> None:
    """Prove a fix: the old client fails the incident, the new one passes.

    Both run as case.toml says its client does. Exits 0 when that is proven, 1 when it is not.
    """
    _require_writable(junit)
    with steps.opened(case) as folder:
        stated, commands = statement.stated(folder), (_words(before), _words(after))
        served = steps.incident(folder, exchange)
        found = intervene.regress(folder, stated, served, commands, passes)
        steps.judge(folder)
    write_out(junit, render_junit("tallystick lab regress", regression_rows(found)))
    if as_json:
        print_json(found)
    else:
        show.regression(found)
    raise typer.Exit(EXIT_OK if found.result == "proven" else EXIT_FOUND)


@lab.command()
def drivers(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder to be made.")],
    as_json: Json = False,
) -> None:
    """Copy out the shipped drivers: openai, cometapi, httpx and the AI SDK, Python and Node."""
    if folder.exists():
        raise CannotRunError("this exists already", where=str(folder), do="choose another folder")
    copy_out("drivers", folder)
    if as_json:
        print_json({"folder": str(folder)})
    else:
        write(f"{folder / 'README.md'}\n")


def _words(text: str) -> tuple[str, ...]:
    """A command as a shell splits it. Raises CannotRunError for an open quotation, or none."""
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise CannotRunError(f"this is no command: {error}", where="the command line") from None
    if not words:
        raise CannotRunError("this is no command: it is empty", where="the command line")
    return words


def _of_case(case: Path, plan: Plan, resume: bool) -> tuple[LabRun, dict[str, str]]:
    with steps.opened(case) as folder:
        stated = statement.stated(folder)
        run = experiments.measure_case(folder, stated, steps.clauses(folder), plan, resume)
        steps.judge(folder)
    return run, stated.runbook


def _one_of(case: Path | None, command: tuple[str, ...]) -> None:
    if (case is None) == (not command):
        raise CannotRunError(
            "the lab needs a case or a command",
            expected="`tallystick lab CASE`, or `tallystick lab -- COMMAND…`",
            got="both" if command else "neither",
        )


def _client(
    command: tuple[str, ...], driver: bool, fork: bool, reach: Reach | None, host: str
) -> Client:
    if driver and fork:
        raise CannotRunError("--driver and --fork exclude each other")
    mode: Mode = "driver" if driver else "fork" if fork else "once"
    stated: dict[str, Any] = {"command": command, "mode": mode}
    stated |= {"reach": reach} if reach else {}
    stated |= {"host": host} if host else {}
    if host and reach != "proxy":
        raise CannotRunError("--host is for --reach proxy: there the lab answers for it")
    try:
        return msgspec.convert(stated, type=Client)
    except msgspec.ValidationError as error:
        said = in_words(str(error))
        raise CannotRunError(f"this does not fit: {said}", where="the command line") from None


def _require_writable(path: Path | None) -> None:
    """Before the trials, not after them. Raises CannotRunError."""
    if path is not None and not path.resolve().parent.is_dir():
        raise CannotRunError("cannot be written: there is no such folder", where=str(path))
