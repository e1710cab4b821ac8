"""What client libraries do on their own when a call fails, as their published packages show."""

import re
import tomllib

import msgspec

_AGENT = re.compile(r"(?:Async)?(?:Azure)?(?P<name>[A-Za-z]+/[A-Za-z]+)[/ ]v?(?P<version>[\d.]+)")


class Habit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the versions from `since` on and below `before` do unless the application sets it
    otherwise; `agent` is their product in a `user-agent` header, `read_in` where it was read.
    """

    agent: str
    since: str
    before: str
    read_in: str
    retries: str
    waits: str

    def is_of(self, name: str, version: str) -> bool:
        """Whether a version of a product has it."""
        return self.agent == name and _parts(self.since) <= _parts(version) < _parts(self.before)


class _Habits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    compiled: str
    habits: tuple[Habit, ...]


def habit_of(text: str, agent: str) -> Habit | None:
    """What a table of habits (TOML) says of the library that a `user-agent` header names (RFC 9110,
    section 10.1.5); None where it has no row for that library and version.
    """
    found = _AGENT.match(agent)
    if found is None:
        return None
    rows = msgspec.convert(tomllib.loads(text), type=_Habits).habits
    return next((row for row in rows if row.is_of(found["name"], found["version"])), None)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part)
