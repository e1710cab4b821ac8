"""`contract watch`: a list of pages compared with their last captures, without a case."""

from pathlib import Path
from typing import Annotated

import msgspec

from tallystick.case.statement import read_toml
from tallystick.host.errors import CannotRunError
from tallystick.host.plain import read_file
from tallystick.host.talk import progress
from tallystick.host.writing import write_whole
from tallystick.net.fetch import Follow, fetch
from tallystick.net.refreshing import Refreshed, compared
from tallystick.net.sources import Given, source_of
from tallystick.record import Source
from tallystick.record.canonical import pretty
from tallystick.record.case import Operation
from tallystick.record.clause import Grade

INDEX = "watched.json"


class Watched(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One page of the list."""

    url: Annotated[str, msgspec.Meta(pattern=r"\Ahttps?://[^\s@|]+\Z")]
    purpose: str = ""
    grade: Grade = "official"


class WatchList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: `[[sources]]` tables, and the operation they are read for."""

    sources: tuple[Watched, ...]
    operation: Operation = Operation()


def watch(pages: Path, state: Path, follow: Follow) -> tuple[Refreshed, ...]:
    """Fetch every page, compare it with the last capture in `state`, and keep the new one there.

    A page that is new to the list is stored, and is the same as itself.
    """
    listed = read_toml(read_file(pages, "list"), str(pages), WatchList)
    if not listed.sources:
        raise CannotRunError("this list names no page", where=str(pages))
    index = {source.url: source for source in _known(state)}
    found: list[Refreshed] = []
    with progress("contract: watch", len(listed.sources)) as step:
        for number, page in enumerate(listed.sources, start=1):
            found.append(_one(page, f"W{number}", (state, index), listed.operation, follow))
            step(page.url)
    _write(state / INDEX, pretty([*index.values()]))
    return tuple(found)


def _known(state: Path) -> list[Source]:
    try:
        return msgspec.json.decode((state / INDEX).read_bytes(), type=list[Source])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError):
        raise CannotRunError(
            "the last captures cannot be read", where=str(state / INDEX), do="remove that folder"
        ) from None


def _one(
    page: Watched, name: str, kept: tuple[Path, dict[str, Source]], operation: Operation,
    follow: Follow,
) -> Refreshed:  # fmt: skip
    state, index = kept
    try:
        fetched = fetch(page.url, follow)
        source = source_of(name, fetched, Given(page.purpose, grade=page.grade), operation)
    except CannotRunError as error:
        return Refreshed(name, page.url, "could-not-check", error.problem.paragraph())
    old = index.get(page.url)
    last = (old, _stored(state, old)) if old is not None else (source, fetched.data)
    outcome = compared(last, (source, fetched.data), operation)
    _write(state / Path(source.stored).name, fetched.data)
    index[page.url] = source
    return outcome


def _stored(state: Path, source: Source) -> bytes:
    return read_file(state / Path(source.stored).name, "last capture")


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRunError(f"cannot be written: {error.strerror}", where=str(path)) from None
    write_whole(path, data)
