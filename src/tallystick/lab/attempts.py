"""The requests of one trial as Attempts: names, kinds and times, never a value."""

import json
import re
from itertools import pairwise
from typing import Any

from tallystick.lab.wire import SeenRequest, WireEvent
from tallystick.record.forms import (
    ERROR_NAMES,
    HOSTS,
    METHODS,
    SCHEMES,
    agent_of,
    clean_path,
    error_name,
    header_name_held,
    query_name_held,
)
from tallystick.record.held import key_held
from tallystick.record.placeholder import Placeholder, json_kind
from tallystick.record.policy import REQUEST
from tallystick.record.trial import Attempt

_ERROR = re.compile(r"^(?:Uncaught )?([A-Za-z_][A-Za-z0-9_.]{0,79})(?=:|\s*$)", re.MULTILINE)
_ENDS = ("Error", "Exception", "Timeout", "Exit", "Redirects")
_COUNT = "x-stainless-retry-count"


def last_error(text: str) -> str:
    """The class name of the last exception that a process named; its message is never kept."""
    names = [n for n in _ERROR.findall(text) if n.endswith(_ENDS) or error_name(n) in ERROR_NAMES]
    return error_name(names[-1]) if names else ""


def continues(request: SeenRequest) -> bool:
    """Whether a request goes on after a tool call, rather than being a call of its own."""
    messages = request.json().get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    return isinstance(last, dict) and last.get("role") == "tool"


def attempts(seen: tuple[WireEvent, ...]) -> tuple[Attempt, ...]:
    """What the provider saw, request by request; what goes on after a tool call is another call."""
    events = [event for event in seen if not continues(event.request)]
    gaps: list[int | None] = [None] if events else []
    gaps += [max(0, b.request.at_ms - a.done_ms) for a, b in pairwise(events)]
    return tuple(
        _attempt(event, gap, events[0].request) for event, gap in zip(events, gaps, strict=True)
    )


def _attempt(event: WireEvent, gap_ms: int | None, first: SeenRequest) -> Attempt:
    request = event.request
    body, hung = request.json(), event.hung_up_ms
    count = request.header(_COUNT) or ""
    return Attempt(
        method=request.method if request.method in METHODS else "‹value›",
        path=clean_path(request.path),
        auth=_auth(request),
        fields=tuple(f"{_key(key)}:{json_kind(value)}" for key, value in body.items()),
        stream=body.get("stream") is True,
        gap_ms=gap_ms,
        same_body=request.body == first.body,
        idempotency_key=request.header("idempotency-key") is not None,
        status=event.status,
        host=_host(request.origin),
        query=_query(request.target),
        headers=_names(request) if request is first else (),
        changed=_changed(first.json(), body),
        changed_headers=_changed_headers(first, request),
        connection=request.connection,
        hung_up_ms=None if hung is None else max(0, hung - request.at_ms),
        retry_count=int(count) if count.isdecimal() and len(count) < 4 else None,
        route=event.route,
        agent=agent_of(request.header("user-agent") or ""),
    )


def _key(key: str) -> str:
    """A member's name, if it is one of the schema; a name of the client's own may be anything."""
    return key if key_held(key, REQUEST) else str(Placeholder("key", len(key)))


def _header(name: str) -> str:
    return name if header_name_held(name) else str(Placeholder("key", len(name)))


def _names(request: SeenRequest) -> tuple[str, ...]:
    return tuple(sorted({_header(name) for name, _ in request.headers}))


def _changed(first: dict[str, Any], body: dict[str, Any]) -> tuple[str, ...]:
    names = dict.fromkeys((*first, *body))
    text = [
        {key: json.dumps(value, sort_keys=True) for key, value in b.items()} for b in (first, body)
    ]
    return tuple(_key(name) for name in names if text[0].get(name) != text[1].get(name))


def _changed_headers(first: SeenRequest, request: SeenRequest) -> tuple[str, ...]:
    before, now = dict(first.headers), dict(request.headers)
    names = sorted({*before, *now})
    return tuple(dict.fromkeys(_header(n) for n in names if before.get(n) != now.get(n)))


def _host(origin: str) -> str:
    """The origin a client meant, where it named one itself: a proxy's client does."""
    scheme, _, host = origin.partition("://")
    if not host:
        return ""
    return f"{scheme}://{host if host in HOSTS else Placeholder('host', len(host))}"


def _query(target: str) -> tuple[str, ...]:
    text = target.partition("?")[2]
    names = [part.partition("=")[0] for part in text.split("&") if part]
    masked = (n if query_name_held(n) else str(Placeholder("key", len(n))) for n in names)
    return tuple(dict.fromkeys(masked))


def _auth(request: SeenRequest) -> str:
    """`authorization: Bearer`, the header's name and a known scheme; never what follows."""
    for name in ("authorization", "api-key", "x-api-key"):
        value = request.header(name)
        if value is not None:
            scheme = next((s for s in SCHEMES if value.startswith(f"{s} ")), "")
            return f"{name}: {scheme}" if scheme else name
    return ""
