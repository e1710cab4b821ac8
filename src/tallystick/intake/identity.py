"""What a capture calls a call by: request ids, trace ids and the answer's id, as keyed digests.

Two captures of one call, taken at two places, have such a name in common. It is compared and never
shown: what is kept is a digest (BLAKE2b, RFC 7693) under a key that no case holds.
"""

import re
from collections.abc import Iterator
from hashlib import blake2b

from tallystick.intake.raw import RawAttempt, RawMessage

# Header fields that name a call, of clients, gateways and providers.
_NAMING = frozenset(
    "x-request-id request-id x-client-request-id x-correlation-id correlation-id idempotency-key "
    "x-litellm-call-id x-amzn-requestid x-amzn-trace-id apim-request-id x-ms-client-request-id "
    "cf-ray x-kong-request-id x-trace-id x-b3-traceid x-cloud-trace-context x-datadog-trace-id "
    "x-portkey-trace-id helicone-id x-envoy-original-request-id traceparent".split()
)
# `version-trace-parent-flags` (W3C Trace Context, section 3.2).
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-[0-9a-f]{2}")
# Ids that servers give to their answers.
_OF_ANSWER = re.compile(r"(?:chatcmpl|cmpl|gen|resp|msg)[-_]")
# The first id of an answer is that of the completion, or of a tool call in it.
_ANSWER_ID = re.compile(r'"id"\s*:\s*"(?P<id>[^"\\‹]{8,128})"')
_HEAD = 2000
# Shorter ones are counters and the like, which different calls have in common.
_LEAST, _MOST = 8, 8


def call_ids(raw: RawAttempt, key: bytes) -> tuple[str, ...]:
    """The digests of what an attempt is called by; none without a key."""
    if not key:
        return ()
    found: dict[str, str] = {}
    for kind, text in _named(raw):
        for plain in _plain(text):
            if len(plain) >= _LEAST and len(set(plain)) > 2:
                found.setdefault(_digest(plain, key), kind)
    return tuple(sorted(f"{kind}:{digest}" for digest, kind in found.items()))[:_MOST]


def _digest(plain: str, key: bytes) -> str:
    return blake2b(plain.encode("utf-8", "replace"), digest_size=8, key=key).hexdigest()


def _named(raw: RawAttempt) -> Iterator[tuple[str, str]]:
    """The answer's id, and all others."""
    head = _head(raw.response)
    match = _ANSWER_ID.search(head)
    if match:
        yield "answer", match["id"]
    for text in (raw.call, *raw.ids):
        yield "answer" if _OF_ANSWER.match(text) else "call", text
    for side in (raw.request, raw.response):
        for name, value in side.headers:
            if name.lower() in _NAMING:
                yield "call", value


def _head(message: RawMessage) -> str:
    body = message.body
    if body is None:
        return ""
    return body[:_HEAD] if isinstance(body, str) else body[:_HEAD].decode("utf-8", "replace")


def _plain(text: str) -> tuple[str, ...]:
    """An id as all write it: a UUID without its dashes, a traceparent as a trace and a span."""
    bare = text.strip().lower()
    trace = _TRACEPARENT.fullmatch(bare)
    return trace.groups() if trace else ("".join(mark for mark in bare if mark.isalnum()),)
