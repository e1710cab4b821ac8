"""Pages fetched again: what has changed in them, statement by statement."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from tallystick.case.store import Folder
from tallystick.case.trusting import require_trust
from tallystick.contract import Change, DocumentError, drift, media_type, read_source
from tallystick.contract.pack import read_pack
from tallystick.host.errors import CannotRunError
from tallystick.host.talk import progress, say
from tallystick.net.fetch import Fetched, Follow, fetch
from tallystick.net.sources import (
    Given,
    made_source,
    next_id,
    require_readable,
    stored_sources,
)
from tallystick.record import Case, Source
from tallystick.record.canonical import digest, pretty
from tallystick.record.case import REFRESHED, SOURCES, Operation
from tallystick.record.clause import LastRefresh


class Refreshed(msgspec.Struct, frozen=True):
    """One page fetched again: how what it states has changed, or why that could not be checked."""

    source: str
    url: str
    state: Literal["same", "drift", "could-not-check"]
    reason: str = ""
    changes: tuple[Change, ...] = ()


def _registered(folder: Folder, index: Iterable[Source]) -> Iterable[Source]:
    """The pages of a case's pack that were never captured, as sources still to be fetched."""
    listed = list(index)
    known = {source.url for source in listed}
    for source in listed:
        if source.media_type == "pack":
            for page in read_pack((folder.read(source.stored) or b"").decode()).pages:
                if page.url not in known:
                    suffix = Path(urlsplit(page.url).path).suffix
                    yield msgspec.structs.replace(
                        source, url=page.url, title=page.title, purpose=page.purpose,
                        media_type="markdown", captured="", stored=f"none{suffix}",
                    )  # fmt: skip


def refresh(folder: Folder, case: Case, follow: Follow) -> tuple[Refreshed, ...]:
    """Fetch every page again, store what came, and say how each has changed.

    Raises:
        KeyboardInterrupt: it was interrupted; the pages that had come are stored.
    """
    require_trust(folder, case, "fetch")
    index, changes = stored_sources(folder), dict[str, bytes]()
    newest = [*_newest(index), *_registered(folder, index)]
    found: list[Refreshed] = []
    try:
        with progress("contract: refresh", len(newest)) as step:
            for source in newest:
                before = folder.read(source.stored) or b""
                outcome, fetched = _again(source, before, case.operation, follow)
                if fetched is not None:
                    given = Given(source.purpose, grade=source.grade)
                    new = made_source(next_id(index), fetched, given, Path(source.stored).suffix)
                    changes[new.stored] = fetched.data
                    index.append(new)
                found.append(outcome)
                step(source.url)
    except KeyboardInterrupt:
        _keep(folder, changes, index, LastRefresh(len(found), len(newest), _unseen(found)))
        say(f"contract: {len(found)} of {len(newest)} pages were looked at; those that came stay")
        raise
    _keep(folder, changes, index, LastRefresh(len(found), len(newest), _unseen(found)))
    return tuple(found)


def _unseen(found: Iterable[Refreshed]) -> int:
    return sum(one.state == "could-not-check" for one in found)


def _keep(folder: Folder, pages: dict[str, bytes], index: list[Source], made: LastRefresh) -> None:
    """Store what came, and of how many pages it is."""
    folder.commit({**pages, SOURCES: pretty(index), REFRESHED: pretty(made)})


def _newest(index: Iterable[Source]) -> Iterable[Source]:
    """The latest capture of every page that has a web address."""
    latest: dict[str, Source] = {}
    for source in index:
        if source.url.startswith(("http://", "https://")):
            old = latest.get(source.url)
            if old is None or _moment(source) >= _moment(old):
                latest[source.url] = source
    return latest.values()


def _moment(source: Source) -> datetime:
    return datetime.fromisoformat(source.captured)


def _again(
    source: Source, before: bytes, operation: Operation, follow: Follow
) -> tuple[Refreshed, Fetched | None]:
    try:
        fetched = fetch(source.url, follow)
        _require_same_kind(source, fetched, before)
        require_readable(source, fetched.data, operation, source.url)
    except CannotRunError as error:
        reason = error.problem.paragraph()
        return Refreshed(source.id, source.url, "could-not-check", reason), None
    # A page that was never captured drifts from nothing.
    return compared((source, before or fetched.data), (source, fetched.data), operation), fetched


def _require_same_kind(source: Source, fetched: Fetched, before: bytes) -> None:
    now = media_type(f"x{Path(source.stored).suffix}", fetched.data)
    if before and now != source.media_type:
        raise CannotRunError(
            "the page is of another kind now",
            where=source.url,
            expected=source.media_type,
            got=now,
            do="open it in a browser, and add it anew if it is still the page you mean",
        )


Capture = tuple[Source, bytes]


def compared(before: Capture, after: Capture, operation: Operation) -> Refreshed:
    """How what a page states has changed between two captures."""
    source = after[0]
    try:
        old = read_source(*before, operation).clauses
    except DocumentError as error:
        reason = f"the last capture cannot be compared: it {error.problem}"
        return Refreshed(source.id, source.url, "could-not-check", reason)
    changes = drift(old, read_source(*after, operation).clauses)
    other = digest(before[1]) != digest(after[1])
    if any(change.kind != "same" for change in changes):
        return Refreshed(source.id, source.url, "drift", "", changes)
    if other and not changes:
        reason = "its text has changed; nothing is read from it, so a person must look"
        return Refreshed(source.id, source.url, "drift", reason)
    reason = "its text has changed, and no statement" if other else ""
    return Refreshed(source.id, source.url, "same", reason, changes)
