"""The lockfile: the verified contract, to be committed beside the application and loaded by it."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from tallystick.record.clause import Clause, Source

VERSION = 1
_STANDS = ("documented", "support-confirmed")


class Mismatch(msgspec.Struct, frozen=True):
    """One setting that is not as the lockfile has it; `got` empty: not stated."""

    location: str
    expected: str
    got: str


def lock(clauses: Iterable[Clause], sources: Iterable[Source]) -> dict[str, Any]:
    """The statements that stand and are not disputed, as the tables of a TOML file."""
    stands = [c for c in clauses if c.standing in _STANDS]
    used = {c.citation.source for c in stands}
    return {
        "version": VERSION,
        "endpoint": _values(stands, "endpoint."),
        "auth": _values(stands, "auth."),
        "request": _fields(stands, "request."),
        "response": _fields(stands, "response."),
        "stream": _fields(stands, "stream."),
        "errors": {"retry": _retries(stands)},
        "sources": [
            {"id": s.id, "url": s.url, "captured": s.captured, "digest": s.digest}
            for s in sources
            if s.id in used
        ],
    }


def _values(clauses: Sequence[Clause], prefix: str) -> dict[str, Any]:
    """One value per name; a name with several undisputed values is left to a person."""
    found: dict[str, dict[str, str]] = {}
    for clause in clauses:
        if clause.location.startswith(prefix) and clause.aspect == "value" and not clause.when:
            name = clause.location.removeprefix(prefix)
            found.setdefault(name, {})[clause.value] = clause.citation.source
    return {
        name: {"value": next(iter(values)), "source": next(iter(values.values()))}
        for name, values in sorted(found.items())
        if len(values) == 1
    }


def _fields(clauses: Sequence[Clause], prefix: str) -> dict[str, list[str]]:
    own = [c for c in clauses if c.location.startswith(prefix)]
    required = {c.location for c in own if c.aspect == "required" and c.value == "yes"}
    known = {c.location for c in own if c.aspect == "exists"} | required
    short = sorted(name.removeprefix(prefix) for name in required)
    rest = sorted(name.removeprefix(prefix) for name in known - required)
    return {"required": short, "documented": rest}


def _retries(clauses: Sequence[Clause]) -> list[dict[str, str]]:
    rules = [c for c in clauses if c.location.startswith("retry.status.") and c.aspect == "retry"]
    return [
        {
            "status": rule.location.removeprefix("retry.status."),
            "when": rule.when,
            "retry": rule.value,
            "source": rule.citation.source,
        }
        for rule in rules
    ]


def _by_host(locked: dict[str, Any], got: str) -> list[Mismatch]:
    """Without a locked base URL its host is compared; without either nothing could be, and that
    is no agreement.
    """
    entry = locked.get("endpoint", {}).get("host", {})
    host = str(entry.get("value", "")) if isinstance(entry, dict) else ""
    same = bool(host) and (got == host or got.startswith(f"{host}/"))
    return [] if same else [Mismatch("endpoint.base_url", host or "nothing is locked", got)]


def differences(locked: dict[str, Any], stated: dict[str, str]) -> tuple[Mismatch, ...]:
    """How settings differ from a lockfile: what is locked must be stated, and the same."""
    found = []
    for location, got in stated.items():
        area, _, name = location.partition(".")
        entry = locked.get(area, {}).get(name, {})
        expected = entry.get("value", "") if isinstance(entry, dict) else ""
        if location == "endpoint.base_url" and not expected:
            found += _by_host(locked, got)
        elif expected and expected != got:
            found.append(Mismatch(location, expected, got))
    return tuple(found)
