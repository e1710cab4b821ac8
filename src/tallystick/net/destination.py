"""Where the controlled replay goes: the environment's own address, declared, and confirmed once.

A token is sent only to the host that its own environment declares: in case.toml, in its settings
file as it is now, or on the command line. The documented address is production's.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tallystick.case.settings import base_url_of
from tallystick.host import userstate
from tallystick.host.errors import CannotRunError
from tallystick.host.talk import say
from tallystick.net.hosts import host_of, is_plain, machine_of, no_api, plain
from tallystick.record import Case
from tallystick.record.case import Environment


class Destination(NamedTuple):
    """The base URL that an environment's requests go to, and what declares it."""

    base_url: str
    declared: str

    @property
    def host(self) -> str:
        """The host with its port, as a URL has it."""
        return host_of(self.base_url)


class Said(NamedTuple):
    """What a person said on the command line: an address, `yes` to a new one, a name typed."""

    base_url: str = ""
    yes: bool = False
    confirm: str = ""


def destination(root: Path, case: Case, name: str, documented: str, said: Said) -> Destination:
    """Where an environment's requests go.

    Raises:
        CannotRunError: it has no address of its own, its settings name another host than it
            declares, its token is also that of an environment with another host, or the address is
            one that no API has.
    """
    environment = case.environments[name]
    found = _own(root, environment, documented, said)
    where = f"case.toml: environments.{name}"
    if found is None:
        raise CannotRunError(
            f"the environment `{name}` has no address of its own",
            where=where,
            expected="base_url, settings with one, or --base-url: the documented address is "
            "production's",
            got="none",
            do=f'add `base_url = "https://…/v1"` to environments.{name}',
        )
    _require_settings(root, environment, found, where)
    _require_own_token(root, case, name, documented, found)
    _require_usual(found, where)
    return found


def _own(root: Path, environment: Environment, documented: str, said: Said) -> Destination | None:
    """The first that is declared: by the command, case.toml, its settings, or the documents."""
    settings = base_url_of([root / file for file in environment.settings])
    for base, declared in (
        (said.base_url, "--base-url"),
        (environment.base_url, "case.toml"),
        (settings, "its settings"),
        (documented if environment.production else "", "the documents"),
    ):
        if base:
            return Destination(base.rstrip("/"), declared)
    return None


def _require_settings(root: Path, environment: Environment, found: Destination, where: str) -> None:
    settings = base_url_of([root / file for file in environment.settings])
    if settings and found.declared != "--base-url" and host_of(settings) != found.host:
        raise CannotRunError(
            "the environment's settings name another host than the replay would send to",
            where=where,
            expected="the host of its settings file",
            got=found.host,
            do="declare the environment's base_url as its settings have it",
        )


def _require_own_token(
    root: Path, case: Case, name: str, documented: str, found: Destination
) -> None:
    """Refuse one token for two hosts, and a host on the command line that another environment has
    for its own.
    """
    own = case.environments[name]
    declared = _own(root, own, documented, Said())
    for other_name, other in case.environments.items():
        theirs = _own(root, other, documented, Said()) if other_name != name else None
        if theirs is None:
            continue
        if (way := _same_token(root, own, other)) and theirs.host != found.host:
            raise CannotRunError(
                f"`{name}` and `{other_name}` have one token and different hosts",
                where=f"case.toml: environments.{name}.{way}",
                expected="a token of its own for each host",
                got=f"{getattr(own, way)} for {found.host} and for {theirs.host}",
                do="name the place of this environment's own token",
            )
        is_theirs = theirs.host == found.host and (declared is None or declared.host != found.host)
        if found.declared == "--base-url" and is_theirs:
            raise CannotRunError(
                f"this address is that of `{other_name}`, and the token would be that of `{name}`",
                where="--base-url",
                expected=f"an address of `{name}`",
                got=found.host,
                do=f"run it with --environment {other_name}, or declare the address in "
                f"environments.{name}",
            )


def _same_token(root: Path, one: Environment, other: Environment) -> str:
    """In which way two environments name the same token; empty where they do not."""
    if one.token_env and one.token_env == other.token_env:
        return "token_env"
    if one.token_command and one.token_command == other.token_command:
        return "token_command"
    files = [(root / env.token_file).resolve() for env in (one, other) if env.token_file]
    return "token_file" if len(files) == 2 and files[0] == files[1] else ""


def require_unshared(  # noqa: PLR0913 - what is compared with what
    root: Path, case: Case, name: str, *, documented: str, token: str, found: Destination
) -> None:
    """Refuse a token that another environment holds in its variable or file, by its value, where
    that one declares another host. What a command of another would print is not asked for.

    Raises:
        CannotRunError: it is such a token; the message does not hold it.
    """
    for other_name, other in case.environments.items():
        theirs = _own(root, other, documented, Said()) if other_name != name else None
        if theirs is None or theirs.host == found.host or _held(root, other) != token:
            continue
        raise CannotRunError(
            f"the token of `{name}` is that of `{other_name}`, which has another host",
            where=f"case.toml: environments.{name}",
            expected="a token of its own for each host",
            got=f"one token for {found.host} and for {theirs.host}",
            do="give this environment its own token",
        )


def _held(root: Path, environment: Environment) -> str:
    """The token that an environment's variable or file holds now; empty where it holds none."""
    if environment.token_env:
        return os.environ.get(environment.token_env, "").strip()
    if not environment.token_file:
        return ""
    try:
        return (root / environment.token_file).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _require_usual(found: Destination, where: str) -> None:
    """Refuse a host in an unusual spelling, and addresses at which no API is: link-local ones hold
    the metadata of clouds.
    """
    parts = urlsplit(found.base_url)
    host = parts.hostname or ""
    if not is_plain(host) or parts.username is not None:
        raise CannotRunError(
            "this address is not written plainly, so that it may not be what it looks like",
            where=where,
            expected=f"https://{plain(host)}" if is_plain(plain(host)) else "a host name",
            got=ascii(found.base_url)[1:-1],
            do="write the host as its owner does",
        )
    if told := no_api(host):
        raise CannotRunError(
            "this address is no API's",
            where=where,
            expected="a host name, or an address of a machine",
            got=told,
            do="declare the base URL of the environment",
        )


def _require_unmoved(root: Path, name: str, found: Destination, said: Said) -> None:
    """Refuse a production environment that was at another host when it was confirmed: a name on the
    command line says nothing of where it is now.
    """
    before = userstate.confirmed_host(root, name)
    if not said.confirm or said.base_url or before in ("", found.host):
        return
    raise CannotRunError(
        f"`{name}` was confirmed at another host than it is at now, from {found.declared}",
        where=f"case.toml: environments.{name}",
        expected=before,
        got=found.host,
        do=f"look at who moved it; then confirm the address as well: --base-url {found.base_url}",
    )


def require_confirmed(  # noqa: PLR0913 - what is asked about, and how
    root: Path,
    case: Case,
    name: str,
    *,
    documented: str,
    found: Destination,
    said: Said,
    ask: Callable[[str], str],
) -> None:
    """Ask before an address is used for the first time, and before a token of one environment goes
    to the host of a production environment.

    Raises:
        CannotRunError: it was not confirmed.
    """
    environment = case.environments[name]
    shared = [
        other
        for other, one in case.environments.items()
        if other != name
        and one.production
        and (theirs := _own(root, one, documented, Said())) is not None
        and machine_of(theirs.base_url) == machine_of(found.base_url)
    ]
    say(f"replay: `{name}` is at {found.host} (from {found.declared})")
    told = f"{name} sends to {found.host}"
    if environment.production:
        _require_unmoved(root, name, found, said)
    if environment.production or shared:
        kind = "production" if environment.production else f"the host of {', '.join(shared)}"
        if (said.confirm or ask(f"{told}, {kind}. Type `{name}` to send to it")) != name:
            raise CannotRunError(
                f"the environment `{name}` is {kind} and was not confirmed",
                where=f"case.toml: environments.{name}",
                do="declare `production = false` and an address of its own, or confirm with "
                "`--confirm` and its name",
            )
    elif not userstate.is_confirmed(root, name, found.host) and not (
        said.yes or ask(f"{told}, for the first time. Type `{name}` to send to it") == name
    ):
        raise CannotRunError(
            f"`{name}` sends to {found.host} for the first time, and nobody confirmed it",
            where=f"case.toml: environments.{name}",
            do="look at the address, then run this again with --yes",
        )
