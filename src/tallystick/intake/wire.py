"""Headers, URLs and media types in the form a record may hold."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, urlsplit

from tallystick.intake.mask import Masker, known_signatures
from tallystick.protocol import retry_hint
from tallystick.record.exchange import Header
from tallystick.record.forms import (
    COUNTS,
    CREDENTIALS,
    FLAGS,
    HEADER_NAMES,
    HOST_SUFFIXES,
    HOSTS,
    KEY_PREFIX,
    LIMIT_HEADER,
    MEDIA_TYPE,
    PATH_WORDS,
    QUERY_NAMES,
    SCHEMES,
    header_amount_held,
)
from tallystick.record.placeholder import Placeholder

_SCHEME = re.compile(rf"(?P<scheme>{'|'.join(SCHEMES)})(?: +|$)", re.IGNORECASE)
_CANONICAL = {scheme.lower(): scheme for scheme in SCHEMES}


def clean_headers(
    pairs: Iterable[tuple[str, str]], masker: Masker, side: str
) -> tuple[Header, ...]:
    """Header fields: known names, and per name the form its value may have."""
    return tuple(_header(name, value, masker, side) for name, value in pairs)


def _header(name: str, value: str, masker: Masker, side: str) -> Header:
    known = name in HEADER_NAMES or LIMIT_HEADER.fullmatch(name) is not None
    place = f"{side}.headers.{name if known else '‹key›'}"
    if not known:
        masked = Placeholder("key", len(name), masker.ordinal(("header", name)))
        name = masker.replace(masked, f"{side}.headers", "unknown header")
    return Header(name, _header_form(name, value, masker, place))


def _header_form(name: str, value: str, masker: Masker, place: str) -> str:
    if name in CREDENTIALS:
        return credential_form(value, masker, place)
    if name == "content-type" and MEDIA_TYPE.fullmatch(value):
        return value.lower()
    if name == "retry-after":
        return _retry_after(value, masker, place)
    if name == "location":
        return clean_url(value, masker, place)[0]
    if name in ("server", "via", "cf-mitigated"):
        return " ".join(known_signatures([value])) or _masked(value, masker, place)
    amount = (name in COUNTS or LIMIT_HEADER.fullmatch(name)) and header_amount_held(name, value)
    if amount or (name in FLAGS and value in ("true", "false")):
        return value
    return _masked(value, masker, place)


def _masked(value: str, masker: Masker, place: str) -> str:
    if not value:
        return ""
    return masker.replace(Placeholder("value", len(value)), place, "header value")


def _retry_after(value: str, masker: Masker, place: str) -> str:
    hint = retry_hint(value)
    if hint is not None and hint.dialect in ("seconds", "date"):
        return value if hint.dialect == "seconds" and header_amount_held("", value) else "‹value›"
    return _masked(value, masker, place)


def credential_form(value: str, masker: Masker, place: str) -> str:
    """`Bearer ‹credential:51› sk-`: the scheme, the length and a well-known key prefix."""
    text = value.strip()
    match = _SCHEME.match(text)
    scheme = f"{_CANONICAL[match['scheme'].lower()]} " if match else ""
    secret = text[match.end() :] if match else text
    if not secret:
        return f"{scheme}‹credential:0›"
    prefix = KEY_PREFIX.match(secret)
    ordinal = masker.ordinal(("credential", secret))
    masked = masker.replace(Placeholder("credential", len(secret), ordinal), place, "credential")
    return f"{scheme}{masked}{' ' + prefix[0] if prefix else ''}"


def clean_url(url: str, masker: Masker, place: str) -> tuple[str, tuple[str, ...]]:
    """A URL with known host and path words kept, and the names of its query parameters."""
    try:
        parts = urlsplit(url)
        host = _host(parts, masker, place)
    except ValueError:
        return masker.replace(Placeholder("value", len(url)), place, "unreadable URL"), ()
    segments = [_segment(segment, masker, place) for segment in parts.path.split("/")]
    query = tuple(
        name if name in QUERY_NAMES else str(Placeholder("key", len(name)))
        for name, _ in parse_qsl(parts.query, keep_blank_values=True)
    )
    if query:
        masker.note(place, "query values")
    scheme = f"{parts.scheme}://" if parts.scheme in ("http", "https") else ""
    return f"{scheme}{host}{'/'.join(segments)}", query


def _host(parts: SplitResult, masker: Masker, place: str) -> str:
    name = (parts.hostname or "").lower()
    if not name or name in HOSTS:
        return name
    if name in ("localhost", "127.0.0.1", "::1"):
        return "localhost"
    suffix = next((end for end in HOST_SUFFIXES if name.endswith(end)), "")
    masked = Placeholder("host", None, masker.ordinal(("host", parts.netloc.lower())))
    return masker.replace(masked, place, "host") + suffix


def _segment(segment: str, masker: Masker, place: str) -> str:
    if not segment or segment.lower() in PATH_WORDS:
        return segment.lower()
    return masker.replace(Placeholder("segment", len(segment)), place, "path segment")
