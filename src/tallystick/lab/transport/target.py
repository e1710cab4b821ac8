"""The client under test: how it is run and reached, and one trial of it."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from tallystick.lab.transport.authority import CA_NAMES, Authority
from tallystick.lab.transport.processes import MARK
from tallystick.lab.transport.provided import Respond
from tallystick.lab.transport.secret import dummy_key, secret_path, user_info
from tallystick.record.trial import Mode, Reach

BASE_URL_NAMES = ("TALLYSTICK_BASE_URL", "OPENAI_BASE_URL", "COMETAPI_BASE_URL")
KEY_NAMES = ("TALLYSTICK_API_KEY", "OPENAI_API_KEY", "COMETAPI_KEY")
FALLBACK_NAMES = ("TALLYSTICK_FALLBACK_BASE_URL",)
HOST = "api.cometapi.com"
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Trigger(msgspec.Struct, frozen=True):
    """The request that makes a running service call the lab at `listen` (host and port), and where
    it has a second provider, at `fallback_listen`.
    """

    url: str = ""
    method: str = "POST"
    headers: Mapping[str, str] = _NOTHING
    body: str = ""
    listen: str = ""
    fallback_listen: str = ""


class Target(msgspec.Struct, frozen=True):
    """The client: its command, the folder it runs in, and how it is started and reached.

    `timeout_s` limits a whole trial, `call_timeout_s` is the limit of one request that a driver is
    told. `parallel` says how many trials run at once. `host` is the one a proxy answers for.
    `secret` tells the client's requests from those of others; where none is given, each run has one
    of its own, of which only a client that the lab starts can know.
    """

    command: tuple[str, ...]
    directory: Path
    mode: Mode = "once"
    reach: Reach = "base-url"
    timeout_s: float = 30.0
    call_timeout_s: float = 2.0
    parallel: int = 4
    processes: int = 1
    host: str = HOST
    isolate: bool = True
    base_url_names: tuple[str, ...] = ()
    key_names: tuple[str, ...] = ()
    fallback_names: tuple[str, ...] = ()
    environment: Mapping[str, str] = _NOTHING
    trigger: Trigger = Trigger()
    mark: str = ""
    secret: str = ""


class Trial(msgspec.Struct, frozen=True):
    """One behaviour of the provider to show to the client.

    `refused_s` keeps the port closed for that long (None: it listens from the start). `wait_s` is
    about how long a client waits in it: those that wait run many at once, the longest first. A
    `fallback` trial shows something only where the client can reach a second provider.
    """

    name: str
    respond: Respond
    stream: bool = False
    tools: tuple[Mapping[str, Any], ...] = ()
    refused_s: float | None = None
    wait_s: float = 0.0
    fallback: bool = False


def environment(
    target: Target, ports: tuple[int, int], authority: Authority | None
) -> dict[str, str]:
    """The client's environment: the lab's addresses, a dummy key, no proxy but the lab."""
    scheme = "https" if target.reach == "https" else "http"
    origins = [f"{scheme}://127.0.0.1:{port}" for port in ports]
    keys = dict.fromkeys((*KEY_NAMES, *target.key_names), dummy_key(target.secret))
    made = {k: v for k, v in os.environ.items() if k.lower() not in _PROXIES} | keys
    made |= {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    if target.reach == "proxy":
        proxy = f"{scheme}://{user_info(target.secret)}127.0.0.1:{ports[0]}"
        made |= dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), proxy)
    else:
        first, second = (base_url(target, port) for port in ports)
        bases = dict.fromkeys((*BASE_URL_NAMES, *target.base_url_names), first)
        falls = dict.fromkeys((*FALLBACK_NAMES, *target.fallback_names), second)
        made |= bases | falls | {"TALLYSTICK_ORIGIN": origins[0]}
    if authority is not None:
        made |= dict.fromkeys(CA_NAMES, str(authority.file))
    return made | dict(target.environment) | {MARK: target.mark}


def has_fallback(target: Target) -> bool:
    """Whether the client can be shown a second provider."""
    if target.mode == "http":
        return bool(target.trigger.fallback_listen)
    return target.reach != "proxy"


def too_long(seconds: float) -> str:
    """What to say of a trial that was ended for its length."""
    return f"it had not ended after {seconds:g} s; raise client.timeout_s if it needs longer"


def base_url(target: Target, port: int) -> str:
    """The base URL of a trial's provider."""
    scheme = "https" if target.reach == "https" else "http"
    return f"{scheme}://127.0.0.1:{port}{secret_path(target.secret)}/v1"
