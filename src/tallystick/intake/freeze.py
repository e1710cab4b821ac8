"""Raw attempts become sanitized Exchanges. The only way from a capture into a record.

An attempt is written as the shapes of its three parts and what fills their holes. A shape is
checked against the policy once, when it is first met; what fills it are numbers by construction.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from tallystick.intake.bodies import body_text, declared_type, decode_body, has_masked_texts
from tallystick.intake.chunkfacts import stream_facts
from tallystick.intake.compiled import json_text
from tallystick.intake.facts import partial_facts, plain_facts
from tallystick.intake.failures import failure_kind
from tallystick.intake.frames import frame_shapes
from tallystick.intake.identity import call_ids
from tallystick.intake.mask import Hole, Masker, known_signatures
from tallystick.intake.raw import RawAttempt, RawMessage
from tallystick.intake.wire import clean_url, header_shapes
from tallystick.protocol import read_error
from tallystick.protocol.rejection import read_rejection
from tallystick.record.exchange import FACT, MAX_DURATION_MS, BodyKind, Exchange
from tallystick.record.forms import METHODS
from tallystick.record.policy import DENY, REQUEST, answer_rule
from tallystick.record.visibility import REQUEST_GAPS, RESPONSE_GAPS

MAX_TEXT = 2000
_JSON = ("json", "partial")
# What a part of a stream shows by itself.
_OF_A_PART = frozenset(("upstream-error",))


class Sketch(NamedTuple):
    """One sanitized attempt in three shapes, with what fills them: the request's body, its way (the
    headers and the address), and the answer with the transport failure before it.

    Bodies and ways vary apart from each other, so that few shapes make many attempts. `at` is
    RFC 3339 in UTC.
    """

    at: str | None
    duration_ms: float | None
    body: str
    way: str
    tail: str
    body_holes: tuple[Hole, ...]
    way_holes: tuple[Hole, ...]
    tail_holes: tuple[Hole, ...]
    ids: tuple[str, ...] = ()
    nth: int | None = None

    def head(self) -> str:
        """The whole request as JSON."""
        return f"{self.body % self.body_holes}{self.way % self.way_holes}"

    def line(self, name: str, capture: str, entry: int) -> str:
        """The attempt as canonical JSON."""
        times = self.at, self.duration_ms
        stamp = Stamp(name, capture, entry, "", 1, self.ids)
        return exchange_line(stamp, *times, self.head(), self.tail % self.tail_holes)


class Stamp(NamedTuple):
    """What names an exchange: its id, the digest of its capture, its number there, its call, and
    what other captures may call it by.
    """

    name: str
    capture: str
    entry: int
    group: str
    attempt: int
    ids: tuple[str, ...] = ()


def exchange_line(
    stamp: Stamp, at: str | None, duration_ms: float | None, head: str, tail: str
) -> str:
    """An Exchange as canonical JSON, from its filled parts."""
    when = "null" if at is None else f'"{at}"'
    took = "null" if duration_ms is None else json_text(duration_ms)
    failure, answer = tail.split("\n")
    return (
        f'{{"at":{when},"attempt":{stamp.attempt},"capture":"{stamp.capture}","duration_ms":{took},'
        f'"entry":{stamp.entry},{failure},"group":"{stamp.group}","id":"{stamp.name}",'
        f'"ids":{json_text(stamp.ids)},'
        f'"request":{head},"response":{answer}}}'
    )


def freeze(attempts: Iterable[RawAttempt], capture: str, masker: Masker) -> tuple[Exchange, ...]:
    """Every attempt of one capture, sanitized. `capture` is the digest of the capture's bytes."""
    return tuple(
        msgspec.json.decode(
            sketch(raw, masker).line(exchange_name(capture, raw.entry), capture, raw.entry),
            type=Exchange,
        )
        for raw in attempts
    )


def exchange_name(capture: str, entry: int) -> str:
    """The id of an exchange: six digits of its capture's digest and its number there."""
    return f"x{capture.rpartition(':')[2][:6]}-{entry:04d}"


def sketch(raw: RawAttempt, masker: Masker) -> Sketch:
    """One attempt, sanitized."""
    body, body_holes = _taken(_asked(raw, masker), masker)
    way, way_holes = _taken(_way(raw, masker), masker)
    tail, tail_holes = _taken(_answer(raw, masker), masker)
    times = _time(raw.at), _duration(raw.duration_ms)
    ids = call_ids(raw, masker.calls_key)
    return Sketch(*times, body, way, tail, body_holes, way_holes, tail_holes, ids, raw.nth)


def _taken(shape: str, masker: Masker) -> tuple[str, tuple[Hole, ...]]:
    holes = tuple(masker.holes)
    masker.holes.clear()
    return shape, holes


def _answer(raw: RawAttempt, masker: Masker) -> str:
    failed = bool(raw.error) or raw.status == 0
    kind = f'"{failure_kind(raw.error[:MAX_TEXT])}"' if failed else "null"
    text = masker.speech(raw.error[:MAX_TEXT], "failure") if raw.error else '""'
    return f'"failure":{kind},"failure_text":{text}\n{_response(raw, masker)}'


def _time(text: str | None) -> str | None:
    """A date of the capture in UTC, only if it is one: anything else would be free text."""
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.astimezone(UTC).isoformat() if moment.tzinfo else None
    except (ValueError, OverflowError):  # no date, or one at the end of the calendar
        return None


def _duration(duration_ms: float | None) -> float | None:
    plausible = duration_ms is not None and 0 <= duration_ms <= MAX_DURATION_MS
    return duration_ms if plausible else None


def _asked(raw: RawAttempt, masker: Masker) -> str:
    kind, body = decode_body(raw.request)
    shown = masker.shape(body, REQUEST, "request.body") if kind in _JSON else "null"
    ordinal = "null"
    # A log's own form of a request is no proof that the same one was sent again, and neither is
    # one whose texts it has masked.
    whole = raw.request.body is not None and not raw.request.partial
    if raw.request.body is not None and whole and not has_masked_texts(raw.request.body):
        masker.holes.append(masker.ordinal(raw.request.body, "body"))
        ordinal = "%s"
    elif raw.call:
        # Where no body is captured, the id that a gateway gave the call tells its attempts.
        masker.holes.append(masker.ordinal(raw.call, "call"))
        ordinal = "%s"
    return f'{{"body":{shown},"body_kind":"{kind}","body_ordinal":{ordinal},'


def _way(raw: RawAttempt, masker: Masker) -> str:
    headers = header_shapes(raw.request.headers, masker, "request")
    method = raw.method.upper() if raw.method.upper() in METHODS else "‹value›"
    hidden = _hidden(raw.hidden, REQUEST_GAPS, raw.request)
    return (
        f'"headers":{headers},"hidden":{json_text(hidden)},"method":"{method}",'
        f"{_address(raw.url, masker)}}}"
    )


def _hidden(stated: tuple[str, ...], side: frozenset[str], message: RawMessage) -> list[str]:
    """What a capture cannot show of one side. Every HTTP message has header fields: where there
    are none, the capture has left them out.
    """
    found = {gap for gap in stated if gap in side}
    if not message.headers:
        found.add("headers")
    if message.body is None:
        found.add("body")
    return sorted(found)


def _address(raw: str, masker: Masker) -> str:
    def cleaned() -> str:
        url, query = clean_url(raw, masker, "request.url")
        return f'"query":{json_text(query)},"url":{json_text(url)}'

    return masker.remembered(("url", raw), cleaned)


def _response(raw: RawAttempt, masker: Masker) -> str:
    kind, body = decode_body(raw.response)
    text = body if isinstance(body, str) and kind in ("text", "html") else ""
    status = raw.status if 0 <= raw.status < 1000 else 0
    shown = _clean_body(kind, body, status, masker)
    frames = frame_shapes(body_text(raw.response.body), masker) if kind == "sse" else "[]"
    headers = header_shapes(raw.response.headers, masker, "response")
    server = [value for name, value in raw.response.headers if name in ("server", "via")]
    signs = known_signatures(*server, text[:MAX_TEXT] if kind == "html" else "")
    signatures = json_text(signs)
    if text:
        masker.holes.append(len(text))
    hidden = _hidden(_answer_gaps(raw.hidden), RESPONSE_GAPS, raw.response)
    place, said = _rejection(raw, kind, body)
    facts = json_text(_facts(raw, kind, body, masker))
    return (
        f'{{"body":{shown},"body_kind":"{kind}","facts":{facts},'
        f'"frames":{frames},"headers":{headers},"hidden":{json_text(hidden)},'
        f'"rejects":{json_text(place)},"rejects_as":"{said}",'
        f'"signatures":{signatures},"status":{status},'
        f'"stream_shown":{"true" if _stream_shown(raw, kind) else "false"},'
        f'"text_length":{"%s" if text else 0}}}'
    )


def _answer_gaps(stated: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(gap.removeprefix("response-") for gap in stated if gap.startswith("response-"))


def _facts(raw: RawAttempt, kind: BodyKind, body: Any, masker: Masker) -> tuple[str, ...]:
    """What is told of a success before its values are masked; the ledger counts what was kept."""
    found = _found(raw, kind, body)
    for fact in found:
        masker.note(f"response.facts.{fact}", FACT)
    return found


def _found(raw: RawAttempt, kind: BodyKind, body: Any) -> tuple[str, ...]:
    if raw.local:
        return ("local-reply",)
    saved = kind == "sse" and not raw.status and "response-status" in raw.hidden
    if not (saved or 200 <= raw.status < 300) or kind not in ("json", "sse", "partial"):
        return ()
    if kind == "partial":
        return partial_facts(decode_body(raw.request)[1], body)
    asked = decode_body(raw.request)[1]
    if kind == "sse":
        told = stream_facts(asked, body_text(raw.response.body) or "")
        # What comes before the part that a log shows may be what seems to be missing.
        return tuple(fact for fact in told if fact in _OF_A_PART) if raw.response.partial else told
    declared = dict(raw.response.headers).get("content-type", "").lower()
    return plain_facts(asked, body, declared)


def _rejection(raw: RawAttempt, kind: BodyKind, body: Any) -> tuple[str, str]:
    """The place in the request that an error is about, and what it says of it."""
    if raw.status < 400:
        return "", ""
    error = read_error(body, "text" if kind in ("text", "html") else None)
    if error is None:
        return "", ""
    whole = raw.request.body is not None and not raw.request.partial
    found = read_rejection(error, decode_body(raw.request)[1], is_whole=whole)
    return (found.location, found.kind) if found is not None else ("", "")


def _stream_shown(raw: RawAttempt, kind: BodyKind) -> bool:
    """False where a stream came and the capture has no frames of it: it was not empty."""
    return raw.stream_shown and not (
        kind == "not-visible" and "event-stream" in declared_type(raw.response)
    )


def _clean_body(kind: BodyKind, body: Any, status: int, masker: Masker) -> str:
    if kind in _JSON:
        return masker.shape(body, answer_rule(status), "response.body")
    if kind not in ("text", "html"):
        return "null"
    plain = _visible(body) if kind == "html" else body
    if status >= 400:
        return masker.speech(plain[:MAX_TEXT], "response.body")
    # With a success status the text may be the completion itself.
    return masker.shape(plain, DENY, "response.body")


def _visible(html: str) -> str:
    """The title of a page and nothing else: enough to know whose page it is."""
    title = re.search(r"<title>(.{0,300}?)</title>", html[:100_000], re.IGNORECASE | re.DOTALL)
    return title[1] if title else ""
