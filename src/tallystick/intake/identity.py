"""What a capture calls a call by: request ids, trace ids and the answer's id, as keyed digests.

Two captures of one call, taken at two places, have such a name in common. It is compared and never
shown: what is kept is a digest (BLAKE2b, RFC 7693) under a key that no case holds.
"""

import re
from collections.abc import Iterator
from hashlib import blake2b
from urllib.parse import urlsplit

import msgspec

from tallystick.intake.raw import RawAttempt, RawMessage

# Header fields that name one call, of clients, gateways and providers, and those that name a trace
# or a session, which may hold many.
_CALLS = frozenset(
    "x-request-id request-id x-client-request-id x-litellm-call-id "
    "x-amzn-requestid apim-request-id x-ms-client-request-id cf-ray x-kong-request-id helicone-id "
    "x-envoy-original-request-id".split()
)
_TRACES = frozenset(
    "x-correlation-id correlation-id x-amzn-trace-id x-trace-id x-b3-traceid x-cloud-trace-context "
    "x-datadog-trace-id x-portkey-trace-id".split()
)
# `version-trace-parent-flags` (W3C Trace Context, section 3.2).
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-[0-9a-f]{2}")
# Ids that servers give to their answers.
_OF_ANSWER = re.compile(r"(?:chatcmpl|cmpl|gen|resp|msg)[-_]")
# The first event with data of a stream (WHATWG HTML, 9.2.6).
_FIRST = re.compile(r"^data: ?(\{[^\r\n]*)", re.MULTILINE)
_HEAD = 1 << 16
# What every process counts from one.
_COUNTED = re.compile(r"[a-z]{0,8}\d{1,6}")
# Shorter ones are counters and the like, which different calls have in common.
_LEAST, _MOST = 8, 8


# Sides of a gateway: of a record that holds both, and of one that holds one side of a named call.
_LEGS = ("near", "far", "near-named", "far-named")


class _Identified(msgspec.Struct):
    """An answer's or a chunk's own id."""

    id: str | None = None


def call_ids(raw: RawAttempt, key: bytes) -> tuple[str, ...]:
    """The digests of what an attempt is called by, and of its host (none without a key); and which
    side of a gateway it is of, where its capture has both.
    """
    leg = (f"leg:{raw.leg}",) if raw.leg in _LEGS else ()
    if not key:
        return leg
    found: dict[str, str] = {}
    for kind, plain in _named(raw):
        telling = len(plain) >= _LEAST and len(set(plain)) > 2 and not _COUNTED.fullmatch(plain)
        both = kind == "call" and raw.leg.endswith("-named")  # beside the other, in one capture
        if kind == "host" or telling or both:
            found.setdefault(_digest(plain, key), kind)
    named = sorted(f"{kind}:{digest}" for digest, kind in found.items())
    return (*named[:_MOST], *leg)


def _digest(plain: str, key: bytes) -> str:
    return blake2b(plain.encode("utf-8", "replace"), digest_size=8, key=key).hexdigest()


def _named(raw: RawAttempt) -> Iterator[tuple[str, str]]:
    """What an attempt is called by, with its kind, as all write it."""
    yield from (("host", host) for host in _hosts(raw.url))
    yield from (("answer", _plain(text)) for text in _answer_id(raw.response))
    for text in (raw.call, *raw.ids):
        yield "answer" if _OF_ANSWER.match(text) else "call", _plain(text)
    for text in raw.traces:
        yield from _traced(text)
    for side in (raw.request, raw.response):
        for name, value in side.headers:
            lower = name.lower()
            if lower in _CALLS:
                yield "call", _plain(value)
            elif lower in _TRACES or lower == "traceparent":
                yield from _traced(value)


def _traced(text: str) -> Iterator[tuple[str, str]]:
    """A trace; a traceparent names the span of its call as well."""
    parts = _TRACEPARENT.fullmatch(text.strip().lower())
    yield "trace", parts["trace"] if parts else _plain(text)
    if parts:
        yield "call", parts["span"]


def _hosts(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return
    if host and "‹" not in host:
        usual = port is None or port in (80, 443)
        yield host.lower() if usual else f"{host.lower()}:{port}"


def _answer_id(message: RawMessage) -> Iterator[str]:
    """The id that a whole answer, or the first chunk of a stream, has at its top."""
    body = message.body
    if not body:
        return
    head = body[:_HEAD] if isinstance(body, str) else body[:_HEAD].decode("utf-8", "replace")
    chunk = None if head.lstrip()[:1] == "{" else _FIRST.search(head)
    try:
        found = msgspec.json.decode(chunk[1] if chunk else body, type=_Identified).id
    except (msgspec.DecodeError, UnicodeError):
        return
    if found and "‹" not in found:
        yield found


def _plain(text: str) -> str:
    """An id as all write it: a UUID without its dashes."""
    return "".join(mark for mark in text.strip().lower() if mark.isalnum())
