"""The sources of a case: stated in case.toml, added by command, and fetched again."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from tallystick.case.records import decoded
from tallystick.case.store import Folder
from tallystick.contract import (
    DocumentError,
    media_type,
    others_only,
    read_source,
    title_of,
)
from tallystick.contract.pack import read_pack
from tallystick.host.bundled import bundled_bytes
from tallystick.host.errors import CannotRunError
from tallystick.host.leaks import Watch, is_card
from tallystick.host.plain import read_file
from tallystick.host.talk import progress, say
from tallystick.net.fetch import Fetched, Follow, check, fetch, require_harmless
from tallystick.record import Case, Source
from tallystick.record.canonical import digest, pretty
from tallystick.record.case import SOURCE_BYTES, SOURCES, Operation, SourceFile
from tallystick.record.clause import Grade
from tallystick.record.secretforms import without_personal

_ADDED = "A"


class Given(msgspec.Struct, frozen=True):
    """What a person says of pages that are added: why, where a file came from and when."""

    purpose: str = ""
    url: str = ""
    at: str = ""
    grade: Grade = "official"


def stored_sources(folder: Folder) -> list[Source]:
    """The index of sources as it is stored."""
    data = folder.read(SOURCES)
    return decoded(data, list[Source], SOURCES) if data else []


def stated_sources(folder: Folder, case: Case) -> dict[str, bytes]:
    """The sources that case.toml states, and those that were added: bytes and index."""
    changes: dict[str, bytes] = {}
    index: list[Source] = []
    for number, stated in enumerate(case.sources, start=1):
        path = (folder.root / stated.file).resolve()
        data = read_file(path, "source")
        source = _of_file(f"S{number}", stated, data)
        require_readable(source, data, case.operation, stated.file)
        changes[source.stored] = data
        index.append(source)
    added = [source for source in stored_sources(folder) if source.id.startswith(_ADDED)]
    return {**changes, SOURCES: pretty([*index, *added])}


def _of_file(name: str, stated: SourceFile, data: bytes) -> Source:
    fetched = Fetched(stated.url, "", stated.captured, "", data)
    given = Given(stated.purpose, grade=stated.grade)
    return made_source(name, fetched, given, Path(stated.file).suffix)


def require_plain_address(url: str) -> None:
    """Refuse an address that holds a secret or tells of a person: addresses are kept, and printed.

    Raises:
        CannotRunError: it does.
    """
    watch = Watch()
    for part, text in _parts(url):
        kind = watch.kind_of(text)
        if kind and not (part in _NAMED_BY_SITES and kind in _NAMES_OF_PAGES and not is_card(text)):
            raise CannotRunError(
                f"the address of a source holds what looks like a secret ({kind})",
                where=f"{part} of the address",
                expected="an address that may be printed in every document",
                got=kind,
                do="leave that part of the address out; nothing was recorded",
            )


# Sites name pages by long numbers and digests; nobody chooses those.
_NAMED_BY_SITES = ("the host", "the path")
_NAMES_OF_PAGES = ("a long number", "Hex High Entropy String", "Base64 High Entropy String")


def _parts(url: str) -> Iterator[tuple[str, str]]:
    """The parts of an address that may hold anything, and what each is called."""
    parts = urlsplit(url)
    yield "the user", parts.username or ""
    yield "the password", parts.password or ""
    yield "the fragment", _read(parts.fragment)
    for _, value in parse_qsl(parts.query):
        yield "the query", _read(value)
    for label in (parts.hostname or "").split("."):
        yield "the host", label
    for segment in parts.path.split("/"):
        first, *parameters = _read(segment).split(";")
        yield "the path", first
        for parameter in parameters:
            yield "a parameter of the path", parameter.partition("=")[2] or parameter


def _read(text: str) -> str:
    """A part of an address, however often it is percent-encoded; each turn makes it shorter."""
    while (read := unquote(text)) != text:
        text = read
    return text


def made_source(name: str, fetched: Fetched, given: Given, suffix: str) -> Source:
    """A page as a source, whatever it holds."""
    require_plain_address(fetched.url)
    require_plain_address(fetched.final_url)
    tag = digest(fetched.data)
    kind = media_type(f"x{suffix}", fetched.data)
    final = fetched.final_url if fetched.final_url != fetched.url else ""
    return Source(
        id=name,
        url=fetched.url,
        captured=fetched.captured,
        digest=tag,
        title=_title(kind, fetched),
        purpose=without_personal(given.purpose),
        media_type=kind,
        stored=f"{SOURCE_BYTES}{tag.removeprefix('sha256:')[:16]}{suffix}",
        grade=given.grade,
        final_url=final,
        content_type=fetched.content_type,
    )


def _title(kind: str, fetched: Fetched) -> str:
    try:
        title = title_of(fetched.data, kind)
    except DocumentError:
        title = ""  # what is wrong with it is said when it is read
    return title or urlsplit(fetched.url).path


def require_readable(source: Source, data: bytes, operation: Operation, where: str) -> None:
    """Raises CannotRunError when a source cannot be read as what it claims to be."""
    try:
        read_source(source, data, operation)
        other = others_only(data.decode(), operation) if source.media_type == "markdown" else ""
    except DocumentError as error:
        raise CannotRunError(
            f"this source {error.problem}",
            where=f"{where}: line {error.line}" if error.line else where,
            expected="an OpenAPI 3 document, or a Markdown page with one or with tables",
            got=source.media_type,
            do="capture the page again; nothing was recorded from it",
        ) from None
    if other:
        raise CannotRunError(
            "this is the page of another operation",
            where=where,
            expected=f"{operation.method} {operation.path}",
            got=other,
            do="add the page of the operation under review; nothing was recorded",
        )


def add(
    folder: Folder, case: Case, pages: Iterable[str], given: Given, follow: Follow
) -> tuple[Source, ...]:
    """Store pages, each a URL that is fetched or a file that was saved.

    Raises:
        CannotRunError: one of them cannot be had or read; then none is recorded.
    """
    listed = list(pages)
    index, changes = stored_sources(folder), dict[str, bytes]()
    added: list[Source] = []
    with progress("contract: pages", len(listed)) as step:
        for page in listed:
            fetched, suffix = _had(page, given, follow)
            source = made_source(next_id(index), fetched, given, suffix)
            require_readable(source, fetched.data, case.operation, page)
            if not _is_known(source, index):
                changes[source.stored] = fetched.data
                index.append(source)
                added.append(source)
            reading = read_source(source, fetched.data, case.operation)
            for remark in reading.remarks:
                say(f"contract: {source.id} ({source.url}): {remark}")
            if not (reading.clauses or reading.candidates):
                say(f"contract: {source.id} ({source.url}) states nothing that could be read")
            step(page)
    folder.commit({**changes, SOURCES: pretty(index)})
    return tuple(added)


def read_page(page: str, follow: Follow) -> str:
    """The text of a URL or a file. Raises CannotRunError when there is none."""
    if page.startswith(("http://", "https://")):
        data = fetch(page, follow).data
    else:
        data = read_file(Path(page), "page")
    return data.decode("utf-8", "replace")


def _had(page: str, given: Given, follow: Follow) -> tuple[Fetched, str]:
    if page.startswith(("http://", "https://")):
        fetched = fetch(page, follow)
        return fetched, Path(urlsplit(fetched.final_url).path).suffix or _suffix(fetched)
    data = read_file(Path(page), "source")
    check(data, page)
    if not given.url or not given.at:
        raise CannotRunError(
            "a saved page needs the address it came from and the time it was captured",
            where=page,
            expected="--url and --at, such as --at 2026-11-21T08:00:00Z",
            got=f"url {given.url or 'none'}, at {given.at or 'none'}",
        )
    _require_stated(given)
    return Fetched(given.url, "", given.at, "", data), Path(page).suffix


def _require_stated(given: Given) -> None:
    """Raises CannotRunError for an address that is none, or a time that cannot have been."""
    require_harmless(given.url)
    try:
        at = datetime.fromisoformat(given.at)
        good = at.tzinfo is not None and at <= datetime.now(UTC) + timedelta(minutes=5)
    except ValueError:
        good = False
    if not good:
        raise CannotRunError(
            "this is no time at which a page can have been captured",
            where="--at",
            expected="RFC 3339 with an offset, not in the future, such as 2026-11-21T08:00:00Z",
            got=given.at,
        )


def _suffix(fetched: Fetched) -> str:
    """A file's ending for a page whose address has none."""
    kinds = {"application/json": ".json", "text/html": ".html", "application/yaml": ".yaml"}
    return kinds.get(fetched.content_type, ".md")


def next_id(index: Iterable[Source]) -> str:
    """The next free id of an added source."""
    taken = [int(s.id[1:]) for s in index if s.id.startswith(_ADDED)]
    return f"{_ADDED}{max(taken, default=0) + 1}"


def _is_known(source: Source, index: Iterable[Source]) -> bool:
    own = (source.url, source.captured, source.digest)
    return any((old.url, old.captured, old.digest) == own for old in index)


def add_pack(folder: Folder, name: str) -> Source:
    """Store a shipped pack: its facts are stale clauses, its pages are fetched by a refresh.

    Raises:
        CannotRunError: no such pack is shipped.
    """
    data = bundled_bytes(f"packs/{name}.toml") if name.isidentifier() else None
    if data is None:
        raise CannotRunError("no such pack is shipped", where=f"--name {name}", expected="cometapi")
    pack = read_pack(data.decode())
    index = stored_sources(folder)
    source = Source(
        id=f"{_ADDED}0",
        url=f"pack:{pack.name}",
        captured=f"{pack.compiled}T00:00:00+00:00",
        digest=digest(data),
        title=f"Pack {pack.name}: facts seen of public pages",
        purpose="saves reading time; certifies nothing",
        media_type="pack",
        stored=f"{SOURCE_BYTES}{digest(data).removeprefix('sha256:')[:16]}.toml",
    )
    kept = [old for old in index if old.id != source.id]
    folder.commit({source.stored: data, SOURCES: pretty([*kept, source])})
    return source


def source_of(name: str, fetched: Fetched, given: Given, operation: Operation) -> Source:
    """A fetched page as a source that can be read. Raises CannotRunError when it cannot."""
    suffix = Path(urlsplit(fetched.final_url).path).suffix or _suffix(fetched)
    source = made_source(name, fetched, given, suffix)
    require_readable(source, fetched.data, operation, fetched.url)
    return source
