"""Trust in a case file: what it may have this machine do, as direnv has it.

A case that was made here is trusted as it was made. One that came from elsewhere, or whose
case.toml has changed since, runs no command, reads no file outside the folder that it lies in,
sends no token and fetches nothing, until a person has looked at it: `tallystick trust CASE`.
"""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from tallystick.case.store import Folder
from tallystick.handoff.escape import one_line
from tallystick.host import userstate
from tallystick.host.errors import CannotRunError
from tallystick.record import Case
from tallystick.record.case import CASE_FILE

Ask = Literal["run", "read", "send", "fetch"]
TOLD: dict[Ask, str] = {
    "run": "runs",
    "read": "reads, and stores sanitized or as a source,",
    "send": "sends",
    "fetch": "fetches",
}


def remember(root: Path, data: bytes) -> None:
    """Trust a case file as it is.

    Raises:
        CannotRunError: this user's state folder cannot be written to.
    """
    try:
        userstate.trust(root, data)
    except OSError as error:
        raise CannotRunError(
            f"this trust cannot be remembered: {error.strerror}",
            where=str(userstate.state_folder()),
            do="make that folder writable, or name another with XDG_STATE_HOME",
        ) from None


def asks(folder: Folder, case: Case) -> tuple[tuple[Ask, str], ...]:
    """What a case file asks of this machine, kind by kind."""
    found = [*_commands(case), *_outside(folder.root, case), *_sends(case)]
    found.append(("fetch", "the pages of its sources, when they are refreshed"))
    plain = [(kind, one_line(what)) for kind, what in found]
    return tuple(sorted(plain, key=lambda one: get_args(Ask).index(one[0])))


def _commands(case: Case) -> Iterator[tuple[Ask, str]]:
    for command in (case.client.command, case.client.before):
        if command:
            told = f"`{shlex.join(command)}` in {shlex.quote(case.client.directory)}"
            yield "run", f"{told}, as your user"
    for name, environment in case.environments.items():
        if environment.token_command:
            yield "run", f"`{shlex.join(environment.token_command)}` for the token of `{name}`"
    if case.client.command and not case.client.isolate:
        yield "run", "the client without isolation: it reaches the network as your user does"
    if case.client.trigger is not None:
        yield (
            "run",
            f"the client behind the service at {case.client.trigger.url}, by requests to it",
        )


def _outside(root: Path, case: Case) -> Iterator[tuple[Ask, str]]:
    """Files that lie neither in the case folder nor beside it, and captures at addresses."""
    named = [*case.evidence.captures, *(source.file for source in case.sources)]
    named += [file for env in case.environments.values() for file in env.settings]
    named += [case.usage.file] if case.usage is not None else []
    named += [env.ca_file for env in case.environments.values() if env.ca_file]
    for name in dict.fromkeys(named):
        if "://" in name or not _is_near(root.resolve(), (root / name).resolve()):
            yield "read", name


def _is_near(root: Path, path: Path) -> bool:
    """Whether a file lies in the case folder, or beside it where files of a review may lie: under
    no hidden name, and not in a folder that holds a home, or everything.
    """
    if path.is_relative_to(root):
        return True
    near = root.parent
    wide = near == Path(near.anchor) or Path.home().resolve().is_relative_to(near)
    if wide or not path.is_relative_to(near):
        return False
    return not any(part.startswith(".") for part in path.relative_to(near).parts)


def _sends(case: Case) -> Iterator[tuple[Ask, str]]:
    for name, environment in case.environments.items():
        command = shlex.join(environment.token_command)
        place = environment.token_env or environment.token_file
        way = command or (shlex.quote(place) if place else "")
        if way:
            settings = ", ".join(environment.settings)
            address = f"the address in {settings}" if settings else "the documented address"
            address = environment.base_url or address
            yield "send", f"the token `{way}` of `{name}` to {address}, when a replay is asked for"


def require_trust(folder: Folder, case: Case, *kinds: Ask) -> None:
    """Refuse what a case asks for where nobody here has trusted its case.toml as it is.

    Raises:
        CannotRunError: it asks for something of these kinds, and is not trusted.
    """
    asked = [f"{TOLD[kind]} {what}" for kind, what in asks(folder, case) if kind in kinds]
    if asked and not userstate.is_trusted(folder.root, folder.read(CASE_FILE) or b""):
        raise CannotRunError(
            "this case was not made here, or its case.toml has changed since it was trusted",
            where=str(folder.root / CASE_FILE),
            expected="a case file that you have looked at",
            got=f"one that {'; '.join(asked)}",
            do=f"read it, then run `tallystick trust {folder.root}`",
        )
