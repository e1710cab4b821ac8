"""`status`, and the bare command in a case folder: where a case stands, and what comes next."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tallystick.case import derive, statement
from tallystick.case.opening import looked_at
from tallystick.case.store import Folder
from tallystick.cli import show
from tallystick.handoff import Dossier
from tallystick.host.talk import print_json, write
from tallystick.record.case import REVIEW
from tallystick.trials.experiments import is_unfinished

_MOST_STEPS = 3


class Stands(msgspec.Struct, frozen=True):
    """What is there of a case. `next` names the steps that are open, the nearest first."""

    title: str
    calls: int
    failing: int
    sources: int
    measured: int
    unmade: int
    replays: int
    judged: bool
    headline: str
    signed: bool
    next: tuple[str, ...]


def status(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")] = Path(),
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on stdout.")
    ] = False,
) -> None:
    """Say where a case stands and what comes next. Reads only.

    `tallystick` alone, in a case folder, says the same.
    """
    with looked_at(case) as folder:
        made = derive.derive(folder.read, statement.stated(folder))[0]
        found = _stands(folder, case, made)
    if as_json:
        print_json(found)
        return
    _tell(found)
    if found.judged:
        show.answer(made)
    write("".join(f"Next: {step}\n" for step in found.next))


def _tell(found: Stands) -> None:
    there = {
        "captured calls": found.calls,
        "sources": found.sources,
        "trials of the client": found.measured
        if not found.unmade
        else f"{found.measured} of {found.measured + found.unmade}",
        "controlled replays": found.replays,
    }
    write(f"{found.title}: {', '.join(f'{number} {what}' for what, number in there.items())}\n")


def _stands(folder: Folder, case: Path, made: Dossier) -> Stands:
    groups = made.review.classification.groups
    return Stands(
        title=made.case.incident.title,
        calls=len(groups),
        failing=sum(1 for group in groups if group.failure_class != "none"),
        sources=len(made.sources),
        measured=len(made.lab.observations) - len(made.lab.unmade) if made.lab else 0,
        unmade=len(made.lab.unmade) if made.lab else 0,
        replays=len(made.replays),
        judged=folder.read(REVIEW) is not None,
        headline=made.review.answer.headline,
        signed=any(one.current for one in made.signatures),
        next=tuple(_open_steps(folder, case, made))[:_MOST_STEPS],
    )


def _open_steps(folder: Folder, case: Path, made: Dossier) -> Iterator[str]:
    """What is to be done, the nearest first."""
    if not made.exchanges:
        yield f"take the captures in: tallystick intake {case} CAPTURE…"
    if not made.sources:
        yield f"store what the provider documents: tallystick contract add {case} PAGE"
    if not made.case.client.command:
        yield "name the client's command in case.toml: [client] command = [...]"
    elif is_unfinished(folder):
        yield f"go on with the measurement: tallystick lab {case} --resume"
    elif made.lab is None:
        yield f"measure the client, and judge: tallystick run {case}"
    if folder.read(REVIEW) is None:
        yield f"judge what is there: tallystick run {case}"
    yield from made.review.answer.ask
    if not any(one.current for one in made.signatures):
        yield from (f"in the way of a signature: {told}" for told in made.obstacles[:1])
        yield f"close the review: tallystick sign {case}"
