"""What client libraries do on their own when a call fails, as their published packages show."""

import re
import tomllib

import msgspec

_AGENT = re.compile(r"(?:Async)?(?:Azure)?(?P<name>[A-Za-z]+/[A-Za-z]+)[/ ]v?(?P<major>\d+)")


class Habit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What versions that begin with one of `majors` do unless the application sets it otherwise;
    `agent` is their product in a `user-agent` header.
    """

    agent: str
    majors: tuple[int, ...]
    read_in: str
    retries: str
    waits: str


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
    named, major = found["name"], int(found["major"])
    rows = msgspec.convert(tomllib.loads(text), type=_Habits).habits
    return next((row for row in rows if row.agent == named and major in row.majors), None)
