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

from tallystick.app.capture import read_file
from tallystick.app.errors import CannotRunError
from tallystick.intake import Masker
from tallystick.intake.wire import clean_url
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
MAX_BYTES = 1_000_000


def read_settings(environment: str, files: list[Path]) -> Settings:
    """What some files say together; a later file wins.

    Raises:
        CannotRunError: a file cannot be read, is too large, or does not parse.
    """
    found: dict[str, str] = {}
    for path in files:
        for key, value in _flat(_parsed(path)):
            for name, pattern in _NAMES.items():
                if value and pattern.fullmatch(key.rpartition("/")[2]):
                    found[name] = _FORMS[name](value)
                    break
    return Settings(environment, tuple(path.name for path in files), **found)


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
    return dotenv_values(stream=StringIO(text), interpolate=False)


_PARSERS: dict[str, Callable[[str], Any]] = {
    ".toml": tomllib.loads,
    ".json": json.loads,
    ".yaml": yaml.safe_load,
    ".yml": yaml.safe_load,
}


def _flat(tree: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a file, with its path of keys."""
    match tree:
        case dict():
            for key, value in tree.items():
                yield from _flat(value, f"{prefix}/{key}")
        case list():
            for value in tree:
                yield from _flat(value, prefix)
        case str():
            yield prefix.lstrip("/"), tree.strip()


def _url(value: str) -> str:
    return clean_url(value.rstrip("/"), Masker(), "settings")[0]


def _header(value: str) -> str:
    return value if value.lower() in CREDENTIALS else MASKED


def _scheme(value: str) -> str:
    return next((s for s in SCHEMES if s.lower() == value.strip().lower()), "")


def _token(value: str) -> str:
    """The well-known prefix of a key, or that it has none: `sk-…`, `…`."""
    prefix = KEY_PREFIX.match(value)
    return f"{prefix[0] if prefix else ''}…"[:12]


_FORMS: dict[str, Callable[[str], str]] = {
    "base_url": _url,
    "path": lambda value: clean_path(value if value.startswith("/") else f"/{value}"),
    "header": _header,
    "scheme": _scheme,
    "token": _token,
}
