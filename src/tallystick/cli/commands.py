"""The command line: which commands there are. Each is loaded when it is run, and no other: what
parses pages, draws a PDF or calls a host takes most of a second to load.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_command

from tallystick import __version__
from tallystick.host.talk import write


class Named(NamedTuple):
    """Where a command is defined, and what its help says of it in a line."""

    module: str
    name: str
    summary: str


# In the order in which people need them.
COMMANDS: dict[str, Named] = {
    name: Named(module, attribute, summary)
    for name, module, attribute, summary in (
        ("classify", "evidence", "classify", "Tell the failure class of captures."),
        ("new", "new", "new", "Create a case folder."),
        ("run", "case", "run", "Do the whole review from case.toml."),
        ("status", "status", "status", "Say where a case stands and what comes next."),
        ("intake", "evidence", "intake",
         "Freeze captures, sanitized: those that case.toml names, and those given here."),
        ("scan", "evidence", "scan", "Profile captures without a case."),
        ("contract", "contract", "contract",
         "The documented contract: sources, clauses, drift, the two columns, the lockfile."),
        ("lab", "lab", "lab", "Measure a client against the simulated provider."),
        ("replay", "case", "replay",
         "Send the few sanitized requests that confirm the contract, and record what came back."),
        ("review", "review", "review", "Judge what a case holds; captures nothing."),
        ("decide", "decide", "decide",
         "Record one interpretation where documents disagree or say nothing."),
        ("due", "due", "due", "Say of each case why it is to be reviewed again."),
        ("handoff", "case", "handoff",
         "Write the handoff documents and print the Markdown one."),
        ("sign", "closing", "sign",
         "Show the sign-off checklist; confirm or waive items; or sign the review."),
        ("seal", "closing", "seal",
         "Write the in-toto statement of a signed review, and a verifier for who has no "
         "Tallystick."),
        ("verify", "closing", "verify",
         "Re-derive every digest and every derived part of a case, and check its seal."),
        ("trust", "trust", "trust",
         "Allow a case to do what its case.toml asks for, and print what that is."),
        ("demo", "case", "demo",
         "Copy out the bundled incident, install its real client, and review it."),
    )
}  # fmt: skip


class _Lazy(TyperGroup):
    """A group that knows its commands by name."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - what click calls
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        return command(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.summary) for name, one in COMMANDS.items()])


def loaded(name: str) -> Any:
    """What a command is: a function, or an app with commands of its own."""
    return getattr(import_module(f"tallystick.cli.{COMMANDS[name].module}"), COMMANDS[name].name)


def command(name: str) -> Any:
    """A command, made of its function or its app."""
    found: Callable[..., Any] | typer.Typer = loaded(name)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(
            add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
        )
        alone.command(name)(found)
        found = alone
    made = get_command(found)
    made.name = name
    return made


app = typer.Typer(
    cls=_Lazy,
    name="tallystick",
    help="Did this incident come from a mismatch between the chat-completions contract our "
    "application assumes and the one the provider documents?\n\n"
    "Exit codes: 0 no mismatch, 1 mismatch or failed check, 2 could not run, 3 undecided.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        write(f"tallystick {__version__}\n")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback prints it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Review an incident against the documented contract."""
    if context.invoked_subcommand is None:
        status = loaded("status") if (Path() / "case.toml").is_file() else None
        if status is None:
            write(f"{context.get_help()}\n")
            raise typer.Exit(2)
        status()
