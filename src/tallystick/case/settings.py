"""Configuration files of an application, read for its side of the contract.

Base URL, path, header and the token's **format** are looked for by the names of the keys; no value
of a secret is kept, shown or named in an error.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from dotenv import dotenv_values

from tallystick.host.errors import CannotRunError
from tallystick.host.plain import read_file
from tallystick.intake import Masker
from tallystick.intake.wire import clean_url
from tallystick.record.case import Comparison
from tallystick.record.forms import CREDENTIALS, KEY_PREFIX, SCHEMES, clean_path
from tallystick.record.settings import MASKED, Settings


def _key(pattern: str) -> re.Pattern[str]:
    """A key's name, whatever stands before it: `base_url`, `LLM_BASE_URL`, `llm.base-url`."""
    return re.compile(rf"(?:.*[_.-])?(?:{pattern})", re.IGNORECASE)


_NAMES: dict[str, re.Pattern[str]] = {
    "base_url": _key(r"base[_.-]?ur[il]|api[_.-]?base|endpoint[_.-]?url"),
    "path": _key(r"(?:chat|completions?|api)[_.-]?path"),
    "header": _key(r"auth(?:orization)?[_.-]?header(?:[_.-]?name)?"),
    "scheme": _key(r"auth(?:orization)?[_.-]?(?:scheme|prefix)"),
    "token": _key(r"api[_.-]?key|comet\w*[_.-]key|openai[_.-]key"),
}
# A key that names the provider goes before one that does not.
_OURS = re.compile(r"comet|llm|openai|chat|tallystick|(?:^|/)(?:base_url|api_base)$", re.IGNORECASE)
_DOTENV = re.compile(r"\s*(?:#.*|(?:export\s+)?[A-Za-z_][\w.]*\s*=.*)?")
MAX_BYTES = 1_000_000
MAX_VALUES = 50_000


class Reading:
    """The settings of a case's environments: what is alike stays alike over all of them."""

    def __init__(self, comparison: Comparison, path: str) -> None:
        self._masker, self._comparison, self._path = Masker(), comparison, path
        self._urls: list[str] = []

    def read(self, environment: str, files: list[Path]) -> Settings:
        """What some files say together; a later file wins.

        Raises:
            CannotRunError: a file cannot be read, is too large, does not parse, or states several
                values for one thing.
        """
        found: dict[str, str] = {}
        for path in files:
            found |= _stated(path)
        url = found.get("base_url", "").rstrip("/")
        if url and url not in self._urls:
            self._urls.append(url)
        sent = self._sent(url, found.get("path", ""))
        arrives = self._rewritten(sent)
        return Settings(
            environment=environment,
            files=tuple(path.name for path in files),
            base_url=clean_url(url, self._masker, "settings")[0] if url else "",
            header=_header(found.get("header", "")),
            scheme=_scheme(found.get("scheme", "")),
            token=_token(found.get("token", "")),
            sent=clean_path(sent),
            arrives=clean_path(arrives),
            kept=arrives == self._path,
            alike=self._urls.index(url) + 1 if url else 0,
        )

    def _sent(self, url: str, path: str) -> str:
        if not url:
            return ""
        rest = url.partition("://")[2].partition("/")[2].strip("/")
        below = path if path.startswith("/") else f"/{path}" if path else "/chat/completions"
        return (f"/{rest}" if rest else "") + below

    def _rewritten(self, path: str) -> str:
        """What the declared rewrites make of a path; prefixes are whole segments."""
        for rule in self._comparison.rewrites:
            prefix = rule.prefix.rstrip("/")
            if path == prefix or path.startswith(f"{prefix}/"):
                return rule.becomes.rstrip("/") + path[len(prefix) :]
        return path


def base_url_of(files: list[Path]) -> str:
    """The base URL that some files state together, as it is written there; empty where none does.

    It is held only while a command decides where to send.

    Raises:
        CannotRunError: as `Reading.read`.
    """
    found = [url for path in files if (url := _stated(path).get("base_url", ""))]
    return found[-1].rstrip("/") if found else ""


def _stated(path: Path) -> dict[str, str]:
    """The values of one file by what they are; keys that name the provider go before others.

    Raises:
        CannotRunError: several keys state different values, and nothing tells which counts.
    """
    found: dict[str, dict[str, str]] = {}
    for key, value in _flat(_parsed(path)):
        name = next((n for n, p in _NAMES.items() if p.fullmatch(key.rpartition("/")[2])), "")
        if name and value:
            found.setdefault(name, {})[key] = value
    return {name: _one(path, keys) for name, keys in found.items()}


def _one(path: Path, keys: dict[str, str]) -> str:
    named = {k: v for k, v in keys.items() if _OURS.search(k)} or keys
    if len(set(named.values())) > 1:
        raise CannotRunError(
            "several keys of this settings file state different values",
            where=str(path),
            expected="one of them, or a name that tells the provider's (COMETAPI_…, LLM_…)",
            got=", ".join(key.replace("/", ".") for key in named),
            do="put the provider's settings into a file of their own and name that",
        )
    return next(iter(named.values()))


def _parsed(path: Path) -> Any:
    data = read_file(path, "settings file")
    if len(data) > MAX_BYTES:
        raise _unreadable(path, f"more than {MAX_BYTES} bytes")
    parse = _PARSERS.get(path.suffix.lower(), _dotenv)
    try:
        return parse(data.decode())
    except (ValueError, yaml.YAMLError, RecursionError):
        raise _unreadable(path, "something that does not parse") from None


def _unreadable(path: Path, got: str) -> CannotRunError:
    return CannotRunError(
        "this settings file cannot be read",
        where=str(path),
        expected="an environment file (KEY=VALUE), TOML, YAML or JSON",
        got=got,
        do="check its form; nothing of it was kept",
    )


def _dotenv(text: str) -> Any:
    for number, line in enumerate(text.splitlines(), start=1):
        if "'" not in text and '"' not in text and not _DOTENV.fullmatch(line):
            raise ValueError(number)
    return dotenv_values(stream=StringIO(text), interpolate=False)


_PARSERS: dict[str, Callable[[str], Any]] = {
    ".toml": tomllib.loads,
    ".json": json.loads,
    ".yaml": yaml.safe_load,
    ".yml": yaml.safe_load,
}


def _flat(tree: Any) -> Iterator[tuple[str, str]]:
    """Every text in a file, with its path of keys. A file that unfolds without end is cut."""
    waiting: list[tuple[str, Any]] = [("", tree)]
    for _ in range(MAX_VALUES):
        if not waiting:
            return
        prefix, value = waiting.pop()
        match value:
            case dict():
                waiting += [(f"{prefix}/{key}", item) for key, item in value.items()]
            case list():
                waiting += [(prefix, item) for item in value]
            case str():
                yield prefix.lstrip("/"), value.strip()


def _header(value: str) -> str:
    if not value:
        return ""
    known = value.lower() in CREDENTIALS
    return "-".join(part.capitalize() for part in value.lower().split("-")) if known else MASKED


def _scheme(value: str) -> str:
    known = (s for s in SCHEMES if s.lower() == value.strip().lower())
    return next(known, MASKED) if value else ""


def _token(value: str) -> str:
    """The well-known prefix of a key, or that it has none: `sk-…`, `…`."""
    if not value:
        return ""
    prefix = KEY_PREFIX.match(value)
    return f"{prefix[0] if prefix else ''}…"[:12]
