"""Headers, URLs and media types in the form a record may hold."""

import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import SplitResult, parse_qsl, urlsplit

from tallystick.intake.compiled import MAX_REMEMBERED, json_text
from tallystick.intake.mask import Masker, known_signatures
from tallystick.protocol import retry_hint
from tallystick.record.forms import (
    COUNTS,
    CREDENTIALS,
    FLAGS,
    HEADER_NAMES,
    HOST_SUFFIXES,
    HOSTS,
    JUDGED,
    KEY_PREFIX,
    LIMIT_HEADER,
    MEDIA_TYPE,
    PATH_WORDS,
    REDACTED,
    SCHEMES,
    UNSET,
    agent_of,
    header_amount_held,
    query_name_held,
)
from tallystick.record.placeholder import MOST, Placeholder, parse

_SCHEME = re.compile(rf"(?P<scheme>{'|'.join(SCHEMES)})(?: +|$)", re.IGNORECASE)
# What logs and exports write in place of a credential.
_REDACTED = re.compile(
    r"^\W+$|redact|masked|hidden|filtered|removed|secret|dummy|\*{3}|^x{3,}$", re.IGNORECASE
)
# What JavaScript, Python, Go and C# write for a variable that has no value.
_NOT_SET = re.compile(r"undefined|null|None|nil|\[object Object\]")
# Where a placeholder comes in, its ordinal would begin a fragment (RFC 3986, section 3.5).
_ORDINAL = re.compile(r"(?<=‹)([a-z]{1,12}(?::\d{1,7})?)#(?=\d{1,7}›)")
_NO_FRAGMENT = "§"
_CANONICAL = {scheme.lower(): scheme for scheme in SCHEMES}


class Named:
    """A header name as it is met on one side: what becomes of its values, and how many went."""

    def __init__(self, name: str, side: str) -> None:
        self.name, self.side = name, side
        limit = "amount" if LIMIT_HEADER.fullmatch(name) else "unknown"
        self.kind = _KINDS.get(name, limit)
        self.place = f"{side}.headers.{'‹key›' if self.kind == 'unknown' else name}"
        self.masked = f'{{"form":"‹value:%s›","name":"{name}"}}'
        self.measured = f'{{"form":"%s","name":"{name}"}}'
        self.hides = self.kind == "masked"
        self.measures = self.kind == "amount" and name not in JUDGED
        self.gone = 0

    def shape(self, value: str, masker: Masker) -> str:
        """One field with this name, as JSON with holes."""
        if self.measures and value != "0" and header_amount_held("", value):
            masker.holes.append(value)
            return self.measured
        key = (self.side, self.name, value)
        return masker.remembered(key, lambda: self._slowly(value, masker))

    def _slowly(self, value: str, masker: Masker) -> str:
        known = self.kind != "unknown"
        shown = self.name if known else _unknown_name(self.name, masker, f"{self.side}.headers")
        form = _FORMS[self.kind](self.name, value, masker, self.place)
        return f'{{"form":{json_text(form)},"name":{json_text(shown)}}}'


def header_shapes(pairs: Sequence[tuple[str, str]], masker: Masker, side: str) -> str:
    """Header fields as a JSON array with holes: known names, and per name the form of its value."""
    names = (side, *[name for name, _ in pairs])
    plan = masker.headers.get(names)
    if plan is None:
        plan = [masker.named(name, side, Named) for name, _ in pairs]
        if len(masker.headers) < MAX_REMEMBERED:
            masker.headers[names] = plan
    parts, holes = [], masker.holes
    for named, (_, value) in zip(plan, pairs, strict=True):
        if named.hides and value and value[0] != "‹":
            named.gone += 1
            holes.append(min(len(value), MOST))
            parts.append(named.masked)
        else:
            parts.append(named.shape(value, masker))
    return f"[{','.join(parts)}]"


def _unknown_name(name: str, masker: Masker, place: str) -> str:
    if parse(name) is not None:
        return masker.renumbered(name)
    masker.note(place, "unknown header")
    return str(Placeholder("key", len(name), masker.ordinal(name, "header")))


def _media_type(name: str, value: str, masker: Masker, place: str) -> str:
    known = MEDIA_TYPE.fullmatch(value) is not None
    return value.lower() if known else _masked(name, value, masker, place)


def _address(_name: str, value: str, masker: Masker, place: str) -> str:
    return clean_url(value, masker, place)[0]


def _gateway(name: str, value: str, masker: Masker, place: str) -> str:
    return " ".join(known_signatures(value)) or _masked(name, value, masker, place)


def _agent(name: str, value: str, masker: Masker, place: str) -> str:
    found = agent_of(value)
    if found == value:
        return found
    if found:
        masker.note(place, "header value")
        return found
    return _masked(name, value, masker, place)


def _amount(name: str, value: str, masker: Masker, place: str) -> str:
    return value if header_amount_held(name, value) else _masked(name, value, masker, place)


def _flag(name: str, value: str, masker: Masker, place: str) -> str:
    return value if value in ("true", "false") else _masked(name, value, masker, place)


def _credential(_name: str, value: str, masker: Masker, place: str) -> str:
    return credential_form(value, masker, place)


def _masked(_name: str, value: str, masker: Masker, place: str) -> str:
    if not value or parse(value) is not None:
        return masker.renumbered(value)
    masker.note(place, "header value")
    return str(Placeholder("value", len(value)))


def _retry_after(name: str, value: str, masker: Masker, place: str) -> str:
    hint = retry_hint(value)
    if hint is not None and hint.dialect in ("seconds", "date"):
        return value if hint.dialect == "seconds" and header_amount_held("", value) else "‹value›"
    return _masked(name, value, masker, place)


_FORMS: Mapping[str, Callable[[str, str, Masker, str], str]] = {
    "unknown": _masked,
    "masked": _masked,
    "credential": _credential,
    "media-type": _media_type,
    "retry-after": _retry_after,
    "address": _address,
    "gateway": _gateway,
    "agent": _agent,
    "amount": _amount,
    "flag": _flag,
}
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(HEADER_NAMES, "masked"),
    **dict.fromkeys(CREDENTIALS, "credential"),
    **dict.fromkeys(COUNTS, "amount"),
    **dict.fromkeys(FLAGS, "flag"),
    **dict.fromkeys(("server", "via", "cf-mitigated"), "gateway"),
    "content-type": "media-type",
    "user-agent": "agent",
    "retry-after": "retry-after",
    "location": "address",
}


def credential_form(value: str, masker: Masker, place: str) -> str:
    """`Bearer ‹credential:51› sk-`: the scheme, once or twice, the length and a well-known key
    prefix, or that the key is the word of a variable that was not set.
    """
    scheme, secret = _after_scheme(value.strip())
    again, rest = _after_scheme(secret) if scheme else ("", secret)
    if again and rest:
        scheme, secret = f"{scheme}{again}", rest
    if not secret:
        return f"{scheme}‹credential:0›"
    prefix = KEY_PREFIX.match(secret)
    if _is_held(secret):
        return f"{scheme}{masker.renumbered(secret)}"
    if _REDACTED.search(secret):
        return f"{scheme}{REDACTED}"
    ordinal = masker.ordinal(secret, "credential")
    masker.note(place, "credential")
    masked = Placeholder("credential", len(secret), ordinal)
    mark = UNSET if _NOT_SET.fullmatch(secret) else prefix[0] if prefix else ""
    return f"{scheme}{masked} {mark}".rstrip()


def _after_scheme(text: str) -> tuple[str, str]:
    """The scheme that a credential begins with, and what follows it."""
    match = _SCHEME.match(text)
    return (f"{_CANONICAL[match['scheme'].lower()]} ", text[match.end() :]) if match else ("", text)


def _is_held(secret: str) -> bool:
    """Whether a credential was masked before; a well-known prefix may stand behind it."""
    masked, space, prefix = secret.partition(" ")
    marked = not space or prefix == UNSET or KEY_PREFIX.fullmatch(prefix) is not None
    return parse(masked) is not None and marked


def clean_url(url: str, masker: Masker, place: str) -> tuple[str, tuple[str, ...]]:
    """A URL with known host and path words kept, and the names of its query parameters."""
    try:
        parts = urlsplit(_ORDINAL.sub(rf"\1{_NO_FRAGMENT}", url))
        host = _host(parts, masker, place)
    except ValueError:
        if parse(url) is not None:
            return masker.renumbered(url), ()
        masker.note(place, "unreadable URL")
        return str(Placeholder("value", len(url))), ()
    path, asked = _marked(parts.path), _marked(parts.query)
    segments = [_segment(segment, masker, place) for segment in path.split("/")]
    query = tuple(
        masker.renumbered(name) if query_name_held(name) else str(Placeholder("key", len(name)))
        for name, _ in parse_qsl(asked, keep_blank_values=True)
    )
    if query:
        masker.note(place, "query values")
    scheme = f"{parts.scheme}://" if parts.scheme in ("http", "https") else ""
    return f"{scheme}{host}{'/'.join(segments)}", query


def _marked(text: str) -> str:
    return text.replace(_NO_FRAGMENT, "#")


def _host(parts: SplitResult, masker: Masker, place: str) -> str:
    name = _marked(parts.hostname or "").lower()
    if not name or name in HOSTS:
        return name
    if name in ("localhost", "127.0.0.1", "::1"):
        return "localhost"
    suffix = next((end for end in HOST_SUFFIXES if name.endswith(end)), "")
    again = parse(name.removesuffix(suffix))
    if again is None:
        masker.note(place, "host")
    return f"{Placeholder('host', None, masker.ordinal(parts.netloc.lower(), 'host'))}{suffix}"


def _segment(segment: str, masker: Masker, place: str) -> str:
    if not segment or segment.lower() in PATH_WORDS:
        return segment.lower()
    if parse(segment) is not None:
        return masker.renumbered(segment)
    masker.note(place, "path segment")
    return str(Placeholder("segment", len(segment)))
