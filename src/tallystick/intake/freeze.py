"""Raw attempts become sanitized Exchanges. The only way from a capture into a record."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tallystick.intake.failures import failure_kind
from tallystick.intake.frames import read_frames
from tallystick.intake.mask import Masker, decoded, known_signatures
from tallystick.intake.raw import RawAttempt, RawMessage
from tallystick.intake.wire import clean_headers, clean_url
from tallystick.record.exchange import (
    MAX_DURATION_MS,
    BodyKind,
    Exchange,
    RequestPart,
    ResponsePart,
)
from tallystick.record.forms import METHODS
from tallystick.record.policy import DENY, REQUEST, answer_rule

MAX_TEXT = 2000


def freeze(attempts: Iterable[RawAttempt], capture: str, masker: Masker) -> tuple[Exchange, ...]:
    """Every attempt of one capture, sanitized. `capture` is the digest of the capture's bytes."""
    return tuple(_exchange(raw, capture, masker) for raw in attempts)


def _exchange(raw: RawAttempt, capture: str, masker: Masker) -> Exchange:
    failed = bool(raw.error) or raw.status == 0
    short = capture.removeprefix("sha256:")[:6]
    return Exchange(
        id=f"x{short}-{raw.entry:04d}",
        capture=capture,
        entry=raw.entry,
        at=_time(raw.at),
        duration_ms=_duration(raw.duration_ms),
        request=_request(raw, masker),
        response=_response(raw, masker),
        failure=failure_kind(raw.error[:MAX_TEXT]) if failed else None,
        failure_text=masker.words(raw.error[:MAX_TEXT], "failure") if raw.error else "",
    )


def _time(text: str | None) -> str | None:
    """A date of the capture in UTC, only if it is one: anything else would be free text."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.astimezone(UTC).isoformat() if moment.tzinfo and moment.year > 1 else None


def _duration(duration_ms: float | None) -> float | None:
    plausible = duration_ms is not None and 0 <= duration_ms <= MAX_DURATION_MS
    return duration_ms if plausible else None


def _request(raw: RawAttempt, masker: Masker) -> RequestPart:
    url, query = clean_url(raw.url, masker, "request.url")
    kind, body = _decode(raw.request)
    return RequestPart(
        method=raw.method.upper() if raw.method.upper() in METHODS else "‹value›",
        url=url,
        query=query,
        headers=clean_headers(raw.request.headers, masker, "request"),
        body_kind=kind,
        body=masker.json(body, REQUEST, "request.body") if kind == "json" else None,
        body_ordinal=_body_ordinal(raw.request.body, masker),
    )


def _body_ordinal(body: bytes | None, masker: Masker) -> int | None:
    return None if body is None else masker.ordinal(("body", body))


def _response(raw: RawAttempt, masker: Masker) -> ResponsePart:
    kind, body = _decode(raw.response)
    headers = clean_headers(raw.response.headers, masker, "response")
    text = body if isinstance(body, str) and kind in ("text", "html") else ""
    frames = read_frames(raw.response.body or b"", masker) if kind == "sse" else ()
    server = [value for name, value in raw.response.headers if name in ("server", "via")]
    return ResponsePart(
        status=raw.status if 0 <= raw.status < 1000 else 0,
        headers=headers,
        body_kind=kind,
        body=_clean_body(kind, body, raw.status, masker),
        frames=frames,
        text_length=len(text),
        signatures=known_signatures([*server, text[:MAX_TEXT] if kind == "html" else ""]),
    )


def _clean_body(kind: BodyKind, body: Any, status: int, masker: Masker) -> object:
    if kind == "json":
        return masker.json(body, answer_rule(status), "response.body")
    if kind not in ("text", "html"):
        return None
    plain = _visible(body) if kind == "html" else body
    if status >= 400:
        return masker.words(plain[:MAX_TEXT], "response.body")
    # With a success status the text may be the completion itself.
    return masker.json(plain, DENY, "response.body")


def _visible(html: str) -> str:
    """The title of a page and nothing else: enough to know whose page it is."""
    title = re.search(r"<title>(.{0,300}?)</title>", html[:100_000], re.IGNORECASE | re.DOTALL)
    return title[1] if title else ""


def _decode(message: RawMessage) -> tuple[BodyKind, Any]:
    """What kind of body this is, from its bytes first and its declared type second."""
    if message.body is None:
        return "not-visible", None
    if not message.body.strip():
        return "empty", None
    declared = message.media_type or dict(message.headers).get("content-type", "")
    text = message.body.decode("utf-8", "replace")
    head = text.lstrip("\ufeff \r\n\t")
    streamed = "event-stream" in declared.lower() or head.startswith(("data:", "event:", ": "))
    if streamed and not head.startswith(("{", "<")):
        return "sse", None
    if head[:1] == "<":
        return "html", text
    value = decoded(head)
    return ("text", text) if value is head else ("json", value)
