"""The evidence-poor twins of an exchange: the same call, as captures that show less would hold it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from tallystick.record.exchange import Exchange, UnheldError

Twin = Callable[[Exchange], Exchange]
replace = msgspec.structs.replace


def without_request_line(one: Exchange) -> Exchange:
    hidden = {*one.request.hidden, "line"}
    return _asked(one, url="https://‹host#1›/v1/chat/completions", query=(), hidden=hidden)


def without_request_headers(one: Exchange) -> Exchange:
    return _asked(one, headers=(), hidden={*one.request.hidden, "headers"})


def without_request_body(one: Exchange) -> Exchange:
    hidden = {*one.request.hidden, "body"}
    return _asked(one, body_kind="not-visible", body=None, body_ordinal=None, hidden=hidden)


def without_status(one: Exchange) -> Exchange:
    """A success is not told by its status alone: only of a failure is it taken away."""
    if one.answered:
        return one
    hidden = {*one.response.hidden, "status"}
    try:
        bare = _answered(one, status=0, hidden=hidden)
    except UnheldError:  # what only an error may hold; a log without a status has it as words
        bare = _answered(without_body(one), status=0, hidden={*hidden, "body"})
    return replace(bare, failure=one.failure or "unknown")


def without_headers(one: Exchange) -> Exchange:
    return _answered(one, headers=(), signatures=(), hidden={*one.response.hidden, "headers"})


def without_body(one: Exchange) -> Exchange:
    return _answered(
        one,
        body_kind="not-visible",
        body=None,
        frames=(),
        text_length=0,
        signatures=(),
        facts=(),
        rejects="",
        rejects_as="",
        hidden={*one.response.hidden, "body"},
    )


def without_frames(one: Exchange) -> Exchange:
    if one.response.body_kind != "sse":
        return one
    return _answered(without_body(one), stream_shown=False)


def without_times(one: Exchange) -> Exchange:
    return replace(one, at=None, duration_ms=None)


def without_failure(one: Exchange) -> Exchange:
    return replace(one, failure="unknown", failure_text="") if one.failure else one


def _asked(one: Exchange, **changes: object) -> Exchange:
    return replace(one, request=replace(one.request, **_sorted(changes)))


def _answered(one: Exchange, **changes: object) -> Exchange:
    return replace(one, response=replace(one.response, **_sorted(changes)))


def _sorted(changes: dict[str, object]) -> dict[str, object]:
    hidden = changes.get("hidden")
    named = {"hidden": tuple(sorted(hidden))} if isinstance(hidden, set) else {}
    return {**changes, **named}


def all_of(*twins: Twin) -> Twin:
    def both(one: Exchange) -> Exchange:
        for twin in twins:
            one = twin(one)
        return one

    return both


PARTS: Mapping[str, Twin] = MappingProxyType(
    {
        "request line": without_request_line,
        "request headers": without_request_headers,
        "request body": without_request_body,
        "status": without_status,
        "answer headers": without_headers,
        "answer body": without_body,
        "stream framing": without_frames,
        "times": without_times,
        "failure": without_failure,
    }
)
# What whole kinds of captures do not show.
FORMATS: Mapping[str, Twin] = MappingProxyType(
    {
        "access log": all_of(without_request_headers, without_request_body, without_body,
                             without_headers),
        "trace": all_of(without_request_line, without_request_headers, without_headers,
                        without_frames),
        "status only": all_of(without_request_line, without_request_headers, without_request_body,
                              without_headers, without_body, without_times),
        "pasted error": all_of(without_request_line, without_request_headers,
                               without_request_body, without_headers, without_times),
        "console": all_of(without_request_headers, without_headers),
    }
)  # fmt: skip
TWINS: Mapping[str, Twin] = MappingProxyType({**PARTS, **FORMATS})
