"""A documentation site: its pages found, ranked for the operation, and fetched one at a time.

What a site asks robots to leave alone is left alone (RFC 9309); a page that has a Markdown twin is
read from that. Nothing but the site's own host is asked.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from tallystick.case.store import Folder
from tallystick.contract import DocumentError, read_source
from tallystick.contract.index import Found, listed, ranked
from tallystick.host.errors import CannotRunError
from tallystick.host.talk import progress, say
from tallystick.net.fetch import Fetched, Follow, fetch, require_harmless
from tallystick.net.sources import Given, made_source, next_id, require_readable, stored_sources
from tallystick.record import Case, Source
from tallystick.record.canonical import pretty
from tallystick.record.case import SOURCES

AGENT = "tallystick"
# Pages that are fetched of a site, unless told otherwise, and between two of them.
MOST = 20
PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0
_INDEXES = ("llms.txt", "sitemap.xml")
# Maps that are read of a map of maps (sitemaps.org, `sitemapindex`).
_MOST_MAPS = 8


class Site(NamedTuple):
    """What was found of a site: where its pages were listed, which concern us, and how many do
    not; `closed` are those that robots are asked to leave alone.
    """

    listing: str
    pages: tuple[Found, ...]
    others: int
    closed: tuple[str, ...]
    pause_s: float


class Added(NamedTuple):
    """What was stored of a site, what could not be read and why, and what was left out."""

    sources: tuple[Source, ...]
    unread: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    site: Site


def explore(address: str, case: Case, follow: Follow) -> Site:
    """The pages of a site that concern the operation.

    Raises:
        CannotRunError: the address is none, nothing of the site lists its pages, or the site cannot
            say what robots may read.
    """
    require_harmless(address)
    base = address if urlsplit(address).path.strip("/") else f"{address.rstrip('/')}/"
    robots = _robots(base, follow)
    for place in _listings(base, robots):
        every = _listed(place, follow)
        found = ranked(every, base, case.operation)
        if found:
            return _allowed(place, found, len(every) - len(found), robots)
    raise CannotRunError(
        "nothing of this site lists pages that concern the operation",
        where=address,
        expected="llms.txt, sitemap.xml, or a page with links",
        got="none that could be read",
        do="add the pages one by one: tallystick contract add CASE URL…",
    )


def _listed(place: str, follow: Follow) -> tuple[tuple[str, str], ...]:
    """What an index, a map or a page lists; of a map of maps, what those list."""
    text = _text(place, follow)
    every = listed(text, place)
    if "<sitemapindex" not in text:
        return every
    host = urlsplit(place).netloc
    maps = [url for url, _ in every if urlsplit(url).netloc == host][:_MOST_MAPS]
    return tuple(page for one in maps for page in listed(_text(one, follow), one))


def _text(place: str, follow: Follow) -> str:
    try:
        return fetch(place, follow).data.decode("utf-8", "replace")
    except CannotRunError:
        return ""


def _robots(base: str, follow: Follow) -> RobotFileParser:
    """What the site asks of robots; where it has no such file, all of it may be fetched, and where
    its server fails over it, nothing (RFC 9309, sections 2.3.1.3 and 2.3.1.4).
    """
    robots = RobotFileParser()
    parts = urlsplit(base)
    where = f"{parts.scheme}://{parts.netloc}/robots.txt"
    try:
        text = fetch(where, follow).data
    except CannotRunError as error:
        if error.problem.got.startswith("status 5"):
            raise CannotRunError(
                "the site cannot say what robots may read",
                where=where,
                expected="robots.txt, or that there is none (404)",
                got=error.problem.got,
                do="try again later, or add single pages: tallystick contract add CASE URL…",
            ) from None
        text = b""
    robots.parse(text.decode("utf-8", "replace").splitlines())
    return robots


def _listings(base: str, robots: RobotFileParser) -> Iterator[str]:
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}/"
    own = base if base.endswith("/") else f"{base}/"
    places = [f"{root}{name}" for root in dict.fromkeys((own, origin)) for name in _INDEXES]
    stated = [url for url in robots.site_maps() or () if urlsplit(url).netloc == parts.netloc]
    yield from dict.fromkeys([*places[:1], *stated, *places[1:], base])


def _allowed(place: str, found: tuple[Found, ...], others: int, robots: RobotFileParser) -> Site:
    open_ = tuple(one for one in found if robots.can_fetch(AGENT, one.url))
    closed = tuple(one.url for one in found if one not in open_)
    asked = robots.crawl_delay(AGENT)
    pause = min(float(asked), _LONGEST_PAUSE_S) if asked else PAUSE_S
    return Site(place, open_, others, closed, pause)


def add_site(folder: Folder, case: Case, given: Given, follow: Follow, most: int = MOST) -> Added:
    """Store the pages of the site at the given address that concern the operation, at most so many.

    A page that cannot be had or read is passed over, and told.

    Raises:
        CannotRunError: the site lists no such page, or none of them could be read.
    """
    site = explore(given.url, case, follow)
    index, changes = stored_sources(folder), dict[str, bytes]()
    added: list[Source] = []
    unread: list[tuple[str, str]] = []
    chosen = site.pages[:most]
    with progress("contract: pages", len(chosen)) as step:
        for number, page in enumerate(chosen):
            if number:
                time.sleep(site.pause_s)
            try:
                source, data = _read(next_id(index), page.url, case, given, follow)
            except CannotRunError as error:
                unread.append((page.url, error.problem.what))
            else:
                changes[source.stored] = data
                index.append(source)
                added.append(source)
            step(page.url)
    if not added:
        raise CannotRunError(
            "no page of this site could be read",
            where=given.url,
            got="; ".join(f"{url}: {why}" for url, why in unread[:3]),
            do="open one in a browser, save it, and add the file with --url and --at",
        )
    folder.commit({**changes, SOURCES: pretty(index)})
    return Added(tuple(added), tuple(unread), tuple(one.url for one in site.pages[most:]), site)


def _read(name: str, url: str, case: Case, given: Given, follow: Follow) -> tuple[Source, bytes]:
    """A page, or its Markdown twin where there is one, that states or seems to state something."""
    fetched, suffix = _had(url, follow)
    source = made_source(name, fetched, given, suffix)
    require_readable(source, fetched.data, case.operation, url)
    try:
        reading = read_source(source, fetched.data, case.operation)
    except DocumentError as error:  # what is not read is no source
        raise CannotRunError(error.problem, where=url) from None
    if not (reading.clauses or reading.candidates):
        told = "; ".join(reading.remarks) or "nothing in it could be read as a statement"
        raise CannotRunError(told, where=url)
    return source, fetched.data


def _had(url: str, follow: Follow) -> tuple[Fetched, str]:
    suffix = Path(urlsplit(url).path).suffix
    if not suffix:
        try:
            twin = fetch(f"{url}.md", follow)
        except CannotRunError:
            pass  # it has none
        else:
            return twin, ".md"
    fetched = fetch(url, follow)
    kinds = {"text/html": ".html", "application/json": ".json", "application/yaml": ".yaml"}
    return fetched, suffix or kinds.get(fetched.content_type, ".md")


def tell(added: Added) -> None:
    """Say what was found and what was left out, and why."""
    site = added.site
    say(
        f"contract: {site.listing} lists {len(site.pages) + site.others + len(site.closed)} pages, "
        f"{len(site.pages) + len(site.closed)} of them concern the operation"
    )
    for url in site.closed:
        say(f"contract: left alone, as robots.txt asks: {url}")
    for url, why in added.unread:
        say(f"contract: not stored: {url}: {why}")
    for url in added.left_out:
        say(f"contract: left out, for --most: {url}")
