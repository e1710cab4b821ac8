"""What the shipped pack and the table of client libraries say of calls that failed."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

import msgspec

from tallystick.case.incident import client_of
from tallystick.contract.habits import Habit, habit_of
from tallystick.contract.pack import Fact, facts_at, read_pack
from tallystick.host.bundled import bundled_bytes
from tallystick.host.errors import CannotRunError
from tallystick.record.exchange import Exchange
from tallystick.record.finding import Classification, GroupClass
from tallystick.record.forms import HOSTS

_PACK, _CLIENTS = "packs/cometapi.toml", "packs/clients/openai.toml"
# Statuses after which clients send a call again; 0 is a call without an answer.
_AGAIN = frozenset((0, 408, 409, 429))
_SERVER = 500


class Known(msgspec.Struct, frozen=True):
    """Facts of the provider's public pages, seen on the day `compiled`, at the places of calls that
    failed, and what the library `client` that made them does on its own.
    """

    compiled: str = ""
    documented: tuple[Fact, ...] = ()
    client: str = ""
    habit: Habit | None = None


def known_of(exchanges: Sequence[Exchange], classed: Classification) -> Known:
    """What is known without a case. Facts of the provider are left out where every call that failed
    went to another provider's public address.
    """
    failing = [group for group in classed.groups if group.failure_class != "none"]
    named = {number for group in failing for number in group.exchanges}
    calls = [call for call in exchanges if call.id in named]
    client = (
        client_of(calls)
        if any(_is_sent_again(code) for g in failing for code in g.statuses)
        else ""
    )
    habit = habit_of(_shipped(_CLIENTS), client) if client else None
    known = Known(client=client if habit else "", habit=habit)
    pack = read_pack(_shipped(_PACK))
    own = {urlsplit(fact.value).hostname for fact in pack.facts if "://" in fact.value}
    if not calls or all(_host(call) in HOSTS - own for call in calls):
        return known
    facts = facts_at(pack, _places(failing))
    return msgspec.structs.replace(known, documented=facts, compiled=pack.compiled if facts else "")


def _places(failing: Iterable[GroupClass]) -> list[str]:
    """Where calls failed, and the documented retry of what they were answered with. What pages say
    of a status they do not say of an account that is spent.
    """
    spent = "account."
    again = (code for g in failing if not g.location.startswith(spent) for code in g.statuses)
    return [*(group.location for group in failing), *(f"retry.status.{code}" for code in again)]


def _is_sent_again(status: int) -> bool:
    return status in _AGAIN or status >= _SERVER


def _host(call: Exchange) -> str:
    return urlsplit(call.request.url).hostname or ""


def _shipped(name: str) -> str:
    data = bundled_bytes(name)
    if data is None:
        raise CannotRunError("a part of the installation is missing", where=name,
                             do="install tallystick again")  # fmt: skip
    return data.decode()
