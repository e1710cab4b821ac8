"""Objects as Node.js prints them (`util.inspect`): JavaScript's literals with less.

What it leaves out (`[Object]`, `[Array]`, `… more items`) is missing in what is read here, and that
something is missing is told. Most of the notation is YAML's flow style, so YAML reads it.
"""

import json
import re
from typing import Any, NamedTuple

import yaml

_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """The safe loader, for which only JavaScript's words and numbers are no strings."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012 - PyYAML keeps them so


for _kind, _form, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null", "n"),
    ("int", r"-?(?:0|[1-9]\d*)", "-0123456789"),
    ("float", r"-?\d+(?:\.\d+)?(?:e[-+]\d+)?", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"(?:{_form})$"), _first)

_LONGEST = 1 << 20
_PARTS = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:\\.|[^`\\])*`|[{}]", re.DOTALL)
# What may stand between the end of one object and the next: the name of its class.
_NEXT = re.compile(r"[ \t]*(?:[A-Z]\w{0,40} )?(?=\{)")
# How Node.js writes what YAML does not know.
_REWRITTEN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\"\.\.\. \d+ more characters?"), '"'),
    (re.compile(r"\"\s+\+\s*\n\s*\""), ""),
    (re.compile(r"\[Symbol\([^)\n]*\)\]:"), "symbol:"),
    (re.compile(r"\[Object: null prototype\] "), ""),
    (re.compile(r"<Buffer [^>\n]*>"), "null"),
    (re.compile(r"(?<=[:\[,] )[A-Z]\w{0,40} (?=\{)"), ""),
    (re.compile(r"\[[A-Z]\w{0,40}(?:: [^\]\n]*| \([^\]\n]*|)\]"), "[Object]"),
    (re.compile(r"\bundefined\b(?=\s*[,}\n])"), "null"),
)
_ASIDE = re.compile("\ue000(\\d+)\ue001")
_NOT_ASIDE = {0xE000: None, 0xE001: None}
_SHORTENED = re.compile(r"\.\.\. \d+ more (?:item|character)s?")
_LEFT_OUT = re.compile(r"\.\.\. \d+ more items?")


class Inspected(NamedTuple):
    """An object; `part` says that its printing left something of it out."""

    value: Any
    part: bool


def objects(text: str) -> tuple[tuple[Inspected, ...], str]:
    """The objects that a text begins with, one behind the other, and the text behind them. One that
    is not understood is None.
    """
    found: list[Inspected] = []
    rest = text
    while (gap := _NEXT.match(rest)) is not None:
        end = _end(rest, gap.end())
        if not end:
            break
        found.append(read(rest[gap.end() : end]))
        rest = rest[end:]
    return tuple(found), rest


def _end(text: str, start: int) -> int:
    """Where the object that begins at `start` ends; 0 where it does not."""
    depth = 0
    for match in _PARTS.finditer(text, start, start + _LONGEST):
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
            if depth == 0:
                return match.end()
    return 0


def read(text: str) -> Inspected:
    """An object that was printed."""
    try:
        return Inspected(json.loads(text), part=False)
    except (ValueError, RecursionError):
        pass
    plain = _plain(text)
    try:
        # What refers to another part (`<ref *1>`) is an alias to YAML: it may grow without bounds.
        if any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(plain, _Loader)):
            return Inspected(None, part=True)
        loaded = yaml.load(plain, _Loader)  # noqa: S506 - it is a safe loader
    except (yaml.YAMLError, ValueError, RecursionError):
        return Inspected(None, part=True)
    value, part = _whole(loaded)
    return Inspected(value, part or _SHORTENED.search(text) is not None)


def _plain(text: str) -> str:
    """The text as YAML. Strings are put aside, so that nothing in them is rewritten."""
    strings: list[str] = []

    def aside(match: re.Match[str]) -> str:
        if match[0] in "{}":
            return match[0]
        # In double quotes YAML has the escapes that JavaScript has.
        inner = re.sub(r"\\([\"'`])", r"\1", match[0][1:-1])
        strings.append(inner.replace('"', '\\"'))
        return f'"\ue000{len(strings) - 1}\ue001"'

    plain = _PARTS.sub(aside, text.translate(_NOT_ASIDE))
    for pattern, written in _REWRITTEN:
        plain = pattern.sub(written, plain)
    return _ASIDE.sub(lambda match: strings[int(match[1])], plain)


def _whole(value: Any) -> tuple[Any, bool]:
    """A value without what the printing left out, and whether it left anything out."""
    if isinstance(value, dict):
        pairs = {str(name): _whole(one) for name, one in value.items() if not _is_cut(one)}
        kept = {name: one for name, (one, _) in pairs.items()}
        return kept, len(pairs) < len(value) or any(part for _, part in pairs.values())
    if isinstance(value, list):
        items = [_whole(one) for one in value]
        return [one for one, _ in items], any(part for _, part in items)
    return (value if isinstance(value, str | int | float | None) else str(value)), False


def _is_cut(value: Any) -> bool:
    """Whether a value is one that was left out, or a list of which items were."""
    return isinstance(value, list) and any(
        one in ("Object", ["Object"])
        or (isinstance(one, str) and _LEFT_OUT.fullmatch(one) is not None)
        for one in value
    )
