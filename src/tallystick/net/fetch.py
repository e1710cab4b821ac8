"""Fetching a documentation page: its bytes as served, or a clear refusal."""

import re
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
import msgspec

from tallystick.contract import media_type
from tallystick.host.errors import CannotRunError
from tallystick.net.addresses import addresses, is_public, pinned, through_proxy

MAX_BYTES = 20_000_000
MAX_REDIRECTS = 5
TIMEOUT_S = 30.0
TOTAL_S = 120.0
_TEXT = (".md", ".json", ".yaml", ".yml", ".txt")
_LOGIN = re.compile(
    rb"<input[^>]+type\s*=\s*[\"']?password|<title>[^<]*\b(?:log ?in|sign ?in|anmelden)\b",
    re.IGNORECASE,
)


class Fetched(msgspec.Struct, frozen=True):
    """A page as it was served. `captured` is RFC 3339 in UTC."""

    url: str
    final_url: str
    captured: str
    content_type: str
    data: bytes


class Follow(msgspec.Struct, frozen=True):
    """Whether redirects are followed, and whether private addresses may be asked. An address that
    a person has just typed is `named`: it is asked wherever it is.
    """

    redirects: bool = False
    private: bool = False
    named: bool = False


_KEYLIKE = re.compile(r"key|token|secret|passw|sig|auth|session", re.IGNORECASE)


def require_harmless(url: str) -> None:
    """Raises CannotRunError for an address that is none, or that holds a credential: it is stored,
    printed and handed over.
    """
    parts = urlsplit(url)
    names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable():
        raise CannotRunError("this is no web address", where=shown(url))
    if parts.username or parts.password or any(map(_KEYLIKE.search, names)) or "|" in url:
        raise CannotRunError(
            "this address holds what may be a credential",
            where=shown(url),
            expected="an address without a user, a password or a key in its query",
            do="save the page and add the file with --url and --at",
        )


def shown(url: str) -> str:
    """An address as it may be printed: without user, query and fragment."""
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def fetch(url: str, follow: Follow) -> Fetched:
    """The page at a URL.

    Raises:
        CannotRunError: it cannot be had, is too large or too slow, leads elsewhere, is empty, is a
            login page, or is HTML where a specification or Markdown was expected.
    """
    require_harmless(url)
    final, answer, data = _reached(url, follow)
    content_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if answer.status_code in (401, 403):
        raise _refused("the page wants a login", final, f"status {answer.status_code}")
    if answer.status_code != 200:
        raise _refused("the page was not served", final, f"status {answer.status_code}")
    check(data, final, content_type)
    captured = datetime.now(UTC).replace(microsecond=0).isoformat()
    return Fetched(url, url if final == url else shown(final), captured, content_type, data)


def check(data: bytes, where: str, content_type: str = "") -> None:
    """Raises CannotRunError for a page that is empty, a login page, or HTML by another name."""
    if not data.strip():
        raise _refused("the page is empty", where, "no text")
    if media_type(where, data) != "html" and content_type != "text/html":
        return
    if _LOGIN.search(data[:200_000]):
        raise _refused("this is a login page", where, "a form that asks for a password")
    if urlsplit(where).path.lower().endswith(_TEXT):
        raise _refused("this is HTML where Markdown or a specification was expected", where, "HTML")


def _refused(what: str, where: str, got: str) -> CannotRunError:
    return CannotRunError(
        what,
        where=where,
        expected="a documentation page or a specification",
        got=got,
        do="open it in a browser, save the page that you see, and add the file with --url and --at",
    )


def _reached(url: str, follow: Follow) -> tuple[str, httpx.Response, bytes]:
    until = time.monotonic() + TOTAL_S
    current = url
    with httpx.Client(follow_redirects=False, timeout=TIMEOUT_S) as client:
        for number in range(MAX_REDIRECTS + 1):
            checked = _checked(current, follow, typed=follow.named and not number)
            answer, data = _get(client, current, checked, until)
            if not answer.is_redirect:
                return current, answer, data
            target = urljoin(current, answer.headers.get("location", ""))
            _require_followed(current, target, follow)
            current = target
    raise _refused("the page leads from one address to the next", url, "too many redirects")


def _checked(url: str, follow: Follow, *, typed: bool) -> tuple[str, ...]:
    """The addresses that may be asked, checked before anything is sent there; an empty one where a
    proxy of this machine asks for the name.

    Raises:
        CannotRunError: the name does not resolve, or leads to an address that is not public.
    """
    found = addresses(urlsplit(url).hostname or "")
    if through_proxy(url) and all(map(is_public, found)):
        return ("",)
    if not found:
        raise CannotRunError(
            "the page could not be fetched: the name does not resolve",
            where=shown(url),
            do="check the address and the network; nothing was recorded",
        )
    if not (typed or follow.private) and not all(map(is_public, found)):
        raise CannotRunError(
            "this leads to a private address",
            where=shown(url),
            got=found[0],
            do="allow it with --allow-private if that is your own documentation",
        )
    return found


def _sent(client: httpx.Client, url: str, checked: tuple[str, ...]) -> httpx.Response:
    """The answer of the first address that can be connected to, as the resolver orders them."""
    *others, last = checked
    for address in others:
        with suppress(httpx.ConnectError, httpx.ConnectTimeout):
            return client.send(pinned(client, url, address), stream=True)
    return client.send(pinned(client, url, last), stream=True)


def _get(
    client: httpx.Client, url: str, checked: tuple[str, ...], until: float
) -> tuple[httpx.Response, bytes]:
    data = bytearray()
    try:
        answer = _sent(client, url, checked)
        with closing(answer):
            for piece in answer.iter_bytes():
                data += piece
                if len(data) > MAX_BYTES:
                    raise _refused("the page is too large", url, f"more than {MAX_BYTES} bytes")
                if time.monotonic() > until:
                    raise _refused("the page takes too long", url, f"more than {TOTAL_S:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise CannotRunError(
            f"the page could not be fetched: {type(error).__name__}",
            where=shown(url),
            do="check the address and the network; nothing was recorded",
        ) from None
    return answer, bytes(data)


def _require_followed(current: str, target: str, follow: Follow) -> None:
    if not follow.redirects:
        raise CannotRunError(
            "the page is elsewhere",
            where=current,
            expected="the page itself",
            got=f"a redirect to {shown(target)}",
            do="add that address, if it is the page you mean, or allow it with --follow",
        )
    if urlsplit(target).scheme not in ("http", "https"):
        raise _refused("the redirect leads to no web address", shown(current), shown(target))
