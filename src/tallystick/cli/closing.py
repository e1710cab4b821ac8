"""`sign`, `seal` and `verify`: parse, call, write, exit code."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tallystick.case.check import judged_again
from tallystick.case.check import verify as verify_folder
from tallystick.case.opening import looked_at
from tallystick.case.store import SEAL
from tallystick.cli import show, steps
from tallystick.handoff import Dossier
from tallystick.host.exits import EXIT_FOUND, EXIT_OK, EXIT_UNDECIDED
from tallystick.host.talk import print_json, say, write
from tallystick.people.sealing import seal as write_seal
from tallystick.people.sealing import seal_problems, unshown
from tallystick.people.signing import Signature
from tallystick.people.signing import sign as write_signature
from tallystick.people.witness import unwitnessed, witness_problems, write_witness
from tallystick.record import journal
from tallystick.record.case import JOURNAL
from tallystick.record.manifest import Problem

CaseArg = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


def sign(  # noqa: PLR0913 PLR0917 - one option, one parameter
    case: CaseArg,
    who: Annotated[str, typer.Option(help="Who signs: a role or a team.")] = "",
    why: Annotated[str, typer.Option(help="Why; the handoff prints it.")] = "",
    confirm: Annotated[
        list[str] | None, typer.Option(help="An item of the checklist that you have checked.")
    ] = None,
    waive: Annotated[
        list[str] | None, typer.Option(help="An item, `conflicts` or `unchecked`, to go without.")
    ] = None,
    seen: Annotated[
        str, typer.Option("--journal", help="The journal's head as you have read it.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Show the sign-off checklist; confirm or waive items; or sign the review.

    Without --who the checklist is shown: exit 0 when nothing stands in the way, else 3.
    """
    with steps.opened(case) as folder:
        made = steps.judge(folder)
        if who or why or confirm or waive:
            given = Signature(who, why, tuple(confirm or ()), tuple(waive or ()), seen)
            write_signature(folder, made, given)
            made = steps.judge(folder)
        head = journal.head(folder.read(JOURNAL) or b"")
    if as_json:
        items, signed = msgspec.to_builtins(made.items), msgspec.to_builtins(made.signatures)
        told = {"journal": head, "checklist": items, "obstacles": made.obstacles}
        print_json({**told, "signatures": signed})
    else:
        show.checklist(made, head)
        write("".join(f"{line}\n" for line in _trials(made)))
    raise typer.Exit(EXIT_UNDECIDED if made.obstacles else EXIT_OK)


def _trials(made: Dossier) -> Iterator[str]:
    """The experiments that a signature covers: those the review stands on, and the others."""
    beside = made.other_trials
    served = (("Stands on", made.isolation), *(("Beside it", one) for one in beside.isolations))
    compared = (("Stands on", made.regression), *(("Beside it", one) for one in beside.regressions))
    for name, trial in served:
        if trial is not None:
            yield f"{name}: the incident's answer served, exchange {trial.exchange}: {trial.result}"
    for name, pair in compared:
        if pair is not None:
            yield f"{name}: two clients compared, exchange {pair.exchange}: {pair.result}"


def seal(
    case: CaseArg,
    key: Annotated[
        Path | None, typer.Option(help="An Ed25519 private key (PEM or OpenSSH) to sign with.")
    ] = None,
    witness: Annotated[
        Path | None, typer.Option(help="A file outside the case that remembers this seal.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the in-toto statement of a signed review, and a verifier for who has no Tallystick.

    A witness shows later whether the case was rolled back to an earlier seal: keep it elsewhere.
    """
    with steps.opened(case) as folder:
        made = steps.judge(folder)
        written = write_seal(folder, made, key)
        if witness is not None:
            write_witness(folder, witness, key)
            written = (*written, witness)
    if as_json:
        print_json({"files": [str(path) for path in written]})
    else:
        write("".join(f"{path}\n" for path in written))


def verify(
    case: CaseArg,
    key: Annotated[
        Path | None, typer.Option(help="A public key: the seal must be signed with it.")
    ] = None,
    witness: Annotated[
        Path | None, typer.Option(help="What `seal --witness` wrote: shows a rollback.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Re-derive every digest and every derived part of a case, and check its seal.

    Writes nothing, and says what it could not check.
    """
    checked = verify_folder(case)
    with looked_at(case) as folder:
        again = None if checked.problems or checked.unchecked else judged_again(folder)
        unsealed = () if checked.problems else seal_problems(folder, key, again)
        if witness is not None:
            unsealed += witness_problems(folder, witness)
        beside = (*checked.beside, *unshown(folder, key), *unwitnessed(folder, witness))
    found = (*checked.problems, *(Problem(SEAL, told) for told in unsealed))
    if as_json:
        whole = not (found or checked.unchecked)
        told = {"ok": whole, "files": checked.files, "problems": found}
        print_json({**told, "unchecked": checked.unchecked, "not_checked": beside})
    elif found:
        show.problems(found)
    else:
        write(f"{checked.files} files are as the manifest says\n")
    if not as_json:
        if checked.unchecked:
            say(f"could not check: {checked.unchecked}")
        for line in beside:
            say(f"not checked: {line}")
    raise typer.Exit(EXIT_FOUND if found else EXIT_UNDECIDED if checked.unchecked else EXIT_OK)
