"""The lab's commands on a case, or on a command without one."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from tallystick.case.derive import lab_run_of
from tallystick.case.store import Folder
from tallystick.case.trusting import require_trust
from tallystick.host.errors import CannotRunError
from tallystick.host.talk import say
from tallystick.lab import Contract, contract_of
from tallystick.lab.transport import new_secret
from tallystick.record import Case, Clause
from tallystick.record.canonical import pretty
from tallystick.record.case import LAB_RUN, Client
from tallystick.record.trial import LabRun
from tallystick.trials.measure import InterruptedRunError, Plan, measure, target_of
from tallystick.trials.triallog import TRIALS, TrialLog, run_identity


def require_client(folder: Folder, case: Case) -> None:
    """Raises CannotRunError when a case declares no client that could be run."""
    client = case.client
    if not client.command and not (client.mode == "http" and client.trigger):
        raise CannotRunError(
            "no client command is declared",
            where=f"{folder.root}/case.toml: client.command",
            expected='the command of one call, such as ["python", "app.py"]',
            got="none",
        )
    if client.mode == "http" and client.trigger is None:
        raise CannotRunError(
            "a service needs a trigger",
            where=f"{folder.root}/case.toml: client.trigger",
            expected="a table with url and listen",
            got="none",
        )
    _require_secret_path(client, f"{folder.root}/case.toml: client.trigger.listen")
    require_reachable(client, f"{folder.root}/case.toml: client.reach")


def _require_secret_path(client: Client, where: str) -> None:
    """Raises CannotRunError for a service that runs already and has an address that others can
    guess: every process of this machine could post to its trials.
    """
    if client.mode != "http" or client.trigger is None or client.command:
        return
    if "/" not in client.trigger.listen:
        address = f"{client.trigger.listen}/{new_secret()}"
        raise CannotRunError(
            "the address that the service calls has no secret path",
            where=where,
            expected="host:port/PATH with a path of 16 to 64 letters and digits",
            got=client.trigger.listen,
            do=f'write listen = "{address}" and configure the service\'s base URL to '
            f"http://{address}/v1",
        )


def require_reachable(client: Client, where: str) -> None:
    """Raises CannotRunError when a client of this mode cannot be reached in this way."""
    if client.mode == "driver" and client.reach == "proxy":
        raise CannotRunError(
            "a driver cannot be reached through a proxy: its trials would share it",
            where=where,
            expected="base-url or https",
            got="proxy",
            do='run the client with mode = "fork" or "once" instead',
        )


def measure_case(
    folder: Folder, case: Case, clauses: Iterable[Clause], plan: Plan, resume: bool = False
) -> LabRun:
    """Run the lab against the client of a case, and record what it saw. A part is recorded as one,
    and adds to the parts before it; a whole measurement is not replaced by one.

    Raises:
        CannotRunError: the client cannot be measured; nothing is recorded.
        KeyboardInterrupt: interrupted; the finished trials are recorded.
    """
    require_client(folder, case)
    require_trust(folder, case, "run")
    contract = contract_of(clauses)
    target = target_of(case.client, folder.root)
    whole = lab_run_of(folder.read)
    stands = whole is not None and whole.command == case.client.command and not whole.unmade
    if plan.is_part and stands:
        say("lab: not recorded: the case keeps its whole measurement (`run --again` measures anew)")
        return measure(target, contract, plan)
    with TrialLog(folder.parts, run_identity(target, contract)) as log:
        known = log.known() if resume or plan.is_part else ()
        if resume:
            say(f"lab: {len(known)} finished trials of the earlier run are kept")
        log.begin(known)
        plan = msgspec.structs.replace(plan, known=known, keep=log.keep, recorded=True)
        try:
            run = measure(target, contract, plan)
        except InterruptedRunError as interrupted:
            if stands:
                say("lab: the whole measurement of before stands until this one is whole")
            else:
                folder.commit({LAB_RUN: pretty(interrupted.run)})
            say(f"lab: go on with `tallystick lab {folder.root} --resume`")
            raise
        folder.commit({LAB_RUN: pretty(run)})
        if not run.unmade:
            log.end()
    return run


def is_unfinished(folder: Folder) -> bool:
    """Whether a run of the lab on a case was interrupted, and nobody has gone on with it."""
    return folder.parts.exists(TRIALS)


def measure_command(client: Client, plan: Plan) -> LabRun:
    """Run the lab against a command, without a case and without documents."""
    require_reachable(client, "--reach")
    try:
        return measure(target_of(client, Path.cwd()), Contract(), plan)
    except InterruptedRunError as interrupted:
        say("lab: interrupted; without a case nothing is kept to go on with")
        return interrupted.run
