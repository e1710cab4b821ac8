"""`case.toml` and `facts.toml`: read, checked, and refused with the place when wrong."""

import re
import tomllib
from collections.abc import Callable
from datetime import datetime
from difflib import get_close_matches
from typing import TypeVar

import msgspec

from tallystick.case.store import Folder
from tallystick.host.errors import CannotRunError
from tallystick.record.case import CASE_FILE, FORMAT_VERSION, Case
from tallystick.record.location import is_location
from tallystick.record.migrate import Table, VersionError, migrated
from tallystick.record.spelled import in_words

_T = TypeVar("_T")
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d")
_PLACE = re.compile(r" - at `\$?\.?([^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")


class FactsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`facts.toml` of `tallystick classify`: what a person knows beside the capture."""

    client: str = ""
    symptom: str = ""


def read_case(data: bytes, where: str) -> Case:
    """The case as stated.

    Raises:
        CannotRunError: not TOML, an unknown key, a wrong type, a time without an offset, …
    """
    case = read_toml(data, where, Case, _brought_up(where))
    _check_times(case, where)
    for assumption in case.assumptions:
        if not is_location(assumption.location):
            raise CannotRunError(
                "a declared assumption names no location",
                where=f"{where}: assumptions",
                expected="a location such as request.max_tokens",
                got=repr(assumption.location),
            )
    return case


def _brought_up(where: str) -> Callable[[Table], Table]:
    def step(table: Table) -> Table:
        try:
            return migrated(table) if "version" in table else table
        except VersionError as error:
            raise CannotRunError(
                "this case was written by another version of Tallystick",
                where=f"{where}: version",
                expected=f"a whole number from 1 to {FORMAT_VERSION}",
                got=str(error),
                do="use the Tallystick that wrote it, or start a new case",
            ) from None

    return step


def _check_times(case: Case, where: str) -> None:
    stated = {}
    if case.incident.start:
        stated["incident.start"] = case.incident.start
    if case.incident.end:
        stated["incident.end"] = case.incident.end
    if case.incident.fresh_from:
        stated["incident.fresh_from"] = case.incident.fresh_from
    stated |= {f"sources[{i}].captured": s.captured for i, s in enumerate(case.sources)}
    if case.incident.end and _is_before(case.incident.end, case.incident.start):
        raise CannotRunError(
            "the incident ends before it starts",
            where=f"{where}: incident.end",
            expected=f"a time after {case.incident.start}",
            got=case.incident.end,
        )
    for key, text in stated.items():
        if not _has_offset(text):
            raise CannotRunError(
                "this is no point in time",
                where=f"{where}: {key}",
                expected="RFC 3339 with an offset, such as 2026-11-20T09:00:00Z",
                got=repr(text),
            )


def _is_before(first: str, second: str) -> bool:
    times = _has_offset(first) and _has_offset(second)
    return times and datetime.fromisoformat(first) < datetime.fromisoformat(second)


def _has_offset(text: str) -> bool:
    try:
        return bool(_RFC_3339.match(text)) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def read_toml(
    data: bytes, where: str, kind: type[_T], change: Callable[[Table], Table] = dict
) -> _T:
    """A TOML file as a value of a kind; `change` is done to its tables before."""
    try:
        return msgspec.convert(_plain(change(tomllib.loads(data.decode()))), type=kind)
    except UnicodeDecodeError as error:
        raise CannotRunError(
            "this is not UTF-8 text", where=f"{where}: byte {error.start}"
        ) from None
    except RecursionError:
        raise CannotRunError(
            "this is nested too deeply to be read", where=where, do="write it with plain tables"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise CannotRunError(
            f"this does not parse as TOML: {error}", where=where, do="fix the line it names"
        ) from None
    except msgspec.ValidationError as error:
        raise _misfit(in_words(str(error)), where, kind) from None


def _plain(value: object) -> object:
    """TOML's own dates as text, so that both ways of writing one are read."""
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case datetime():
            return value.isoformat()
        case _:
            return value


def _misfit(message: str, where: str, kind: type) -> CannotRunError:
    place = _PLACE.search(message)
    key = place[1] if place else ""
    what = _PLACE.sub("", message)
    unknown = _UNKNOWN.search(what)
    at = f"{where}: {key}" if key else where
    if unknown:
        near = get_close_matches(unknown[1], _field_names(kind), n=1)
        return CannotRunError(
            f"the key `{unknown[1]}` is not known",
            where=at,
            do=f"did you mean `{near[0]}`? Otherwise remove it" if near else "remove it",
        )
    return CannotRunError(f"this does not fit: {what}", where=at, do="correct the value")


def _field_names(kind: type) -> list[str]:
    """The keys of a struct and of the structs its fields hold, for advice only."""
    names: list[str] = []
    for field in msgspec.structs.fields(kind):
        names.append(field.encode_name)
        for inner in (field.type, *getattr(field.type, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                names += _field_names(inner)
    return names


def stated(folder: Folder) -> Case:
    """The case as `case.toml` states it."""
    return read_case(folder.read(CASE_FILE) or b"", str(folder.root / CASE_FILE))
