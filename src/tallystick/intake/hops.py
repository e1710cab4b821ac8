"""What a hop made of a call: two sights of it, compared where both show something."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tallystick.record.exchange import Exchange
from tallystick.record.forms import CREDENTIALS
from tallystick.record.placeholder import as_number, json_kind, parse
from tallystick.record.sighting import Change, ChangeKind

_NONE = object()
# What a member says that is not there.
_AS_ABSENT = (None, False)
_DATE = re.compile(r"[-@]\d{4}-?\d{2}-?\d{2}")


def changes(
    near: Exchange,
    far: Sequence[Exchange],
    *,
    directed: bool = True,
    wire: tuple[bool, bool] = (True, True),
    one_record: bool = False,
) -> Iterator[Change]:
    """How what stands behind a hop differs from what stands before it. Header fields may differ: a
    hop has its own credential, and adds what it likes. Without a direction, how often each side has
    the call is no difference: one of them may have an entry for all attempts. Where `one_record`
    holds both, whoever wrote it kept a credential on both sides or on none. `wire` says which of
    the two is of the wire: what another log has of a request need not have been sent, nor the
    reverse.
    """
    last = far[-1]
    if len(far) > 1 and directed:
        yield Change("retries", "retry.attempts", "1 attempt", f"{len(far)} attempts")
    if one_record:
        yield from _credential(near, last)
    yield from _path(near, last)
    yield from _asked(near, last, wire)
    yield from _status(near, last)
    yield from _answered(near, last)


def _credential(near: Exchange, far: Exchange) -> Iterator[Change]:
    if "headers" in near.request.hidden or "headers" in far.request.hidden:
        return
    before, after = ({h.name for h in e.request.headers} & CREDENTIALS for e in (near, far))
    if before and not after:
        yield Change("member-dropped", "auth.header", min(before), "")


def _path(near: Exchange, far: Exchange) -> Iterator[Change]:
    if "line" in near.request.hidden or "line" in far.request.hidden:
        return
    before, after = (e.request.url.split("://")[-1].partition("/")[2] for e in (near, far))
    if "‹" in before + after or not before or not after:
        return
    if before != after:
        yield Change("path", "endpoint.path", f"/{before}", f"/{after}")


class _Body(NamedTuple):
    """A body of one side: `whole` where what it lacks was not on the wire either."""

    value: Mapping[str, Any]
    whole: bool


def _body(kind: str, value: Any) -> _Body | None:
    if kind not in ("json", "partial") or not isinstance(value, dict):
        return None
    return _Body(value, kind == "json")


def _asked(near: Exchange, far: Exchange, wire: tuple[bool, bool]) -> Iterator[Change]:
    before = _body(near.request.body_kind, near.request.body)
    after = _body(far.request.body_kind, far.request.body)
    if before is None or after is None:
        return
    for change in _members(before, after, "request"):
        if change.kind in ("member-added", "member-dropped") and not all(wire):
            continue
        if change.location == "request.model" and change.kind == "value-changed":
            yield Change("model", change.location, change.near, change.far)
        else:
            yield change


def _members(before: _Body, after: _Body, place: str) -> Iterator[Change]:
    """Members that differ. What a log put together has its own form of a request: of it only plain
    values count that both sides show.
    """
    whole = before.whole and after.whole
    for name in dict.fromkeys([*before.value, *after.value]):
        if parse(name) is not None:
            continue
        here, there = before.value.get(name, _NONE), after.value.get(name, _NONE)
        where = f"{place}.{name}"
        if here is not _NONE and there is not _NONE:
            if whole or _are_containers(here, there) or _is_told(name, here, there):
                yield from _values(here, there, where, whole=whole)
        elif whole and there is _NONE and here not in _AS_ABSENT:
            yield Change("member-dropped", where, _shown(here), "")
        elif whole and here is _NONE and there not in _AS_ABSENT:
            yield Change("member-added", where, "", _shown(there))


def _are_containers(here: Any, there: Any) -> bool:
    return isinstance(here, dict | list) and type(here) is type(there)


def _is_told(name: str, here: Any, there: Any) -> bool:
    """Whether a log keeps a member as it was on the wire: names of models and ends, and numbers."""
    if name in ("model", "finish_reason"):
        return all(isinstance(v, str) and parse(v) is None for v in (here, there))
    numbers = (as_number(value) for value in (here, there))
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in numbers)


def _values(here: Any, there: Any, where: str, *, whole: bool) -> Iterator[Change]:
    if isinstance(here, dict) and isinstance(there, dict):
        yield from _members(_Body(here, whole), _Body(there, whole), where)
    elif isinstance(here, list) and isinstance(there, list):
        if len(here) != len(there):
            if whole:
                yield Change("value-changed", where, _shown(here), _shown(there))
            return
        found = {
            (change.kind, change.location): change
            for one, other in zip(here, there, strict=True)
            if whole or _are_containers(one, other)
            for change in _values(one, other, f"{where}[]", whole=whole)
        }
        yield from found.values()
    elif _plain(here) != _plain(there) and not is_release(here, there):
        yield Change("value-changed", where, _shown(here), _shown(there))


def is_release(here: object, there: object) -> bool:
    """Whether one name is the other with a date behind it, as releases of a model are named."""
    names = sorted((str(here), str(there)), key=len)
    return _DATE.fullmatch(names[1].removeprefix(names[0])) is not None


def _plain(value: Any) -> Any:
    """A value without the number that it has in its own capture: a text is its length. Some logs
    keep numbers as texts.
    """
    masked = parse(value) if isinstance(value, str) else None
    if masked is not None:
        return json_kind(value), masked.length
    return value if isinstance(value, bool) else as_number(value)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    masked = parse(value) if isinstance(value, str) else None
    if masked is not None:
        kind = json_kind(value)
        if kind in ("object", "array"):
            return "an object" if kind == "object" else f"a list of {masked.length}"
        return f"a {kind}" if masked.length is None else f"a {kind} of {masked.length} characters"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f"`{value}`"


def _status(near: Exchange, far: Exchange) -> Iterator[Change]:
    before, after = near.response.status, far.response.status
    if "status" in near.response.hidden or "status" in far.response.hidden:
        return
    if before and after and before != after:
        yield Change("status", f"error.status.{max(before, after)}", str(before), str(after))


def _answered(near: Exchange, far: Exchange) -> Iterator[Change]:
    kinds = near.response.body_kind, far.response.body_kind
    if set(kinds) == {"json", "sse"}:
        plain = near if kinds[0] == "json" else far
        if near.answered and far.answered and _media_type(plain) == "application/json":
            yield Change("rebuffered", "stream.framing", *(_FORMS[kind] for kind in kinds))
        return
    failed = near.response.status >= 400
    if failed and set(kinds) in ({"json", "html"}, {"json", "text"}):
        yield Change("error-body", "error.envelope", *kinds)
        return
    types = [_media_type(e) for e in (near, far)]
    if all(types) and types[0] != types[1]:
        yield Change("content-type", "response.content_type", types[0], types[1])
    if kinds == ("sse", "sse"):
        yield from _streams(near, far)
        return
    before, after = (_body(e.response.body_kind, e.response.body) for e in (near, far))
    if before is not None and after is not None:
        yield from _errors(before, after) if failed else _successes(before, after)


_FORMS = {"json": "one JSON answer", "sse": "a stream of events"}


def _media_type(exchange: Exchange) -> str:
    return (exchange.response_header("content-type") or "").partition(";")[0].strip()


def _errors(before: _Body, after: _Body) -> Iterator[Change]:
    """The error objects: members that were put in, taken out, or have another value."""
    for change in _members(before, after, "error"):
        yield Change("error-body", change.location.replace("error.error", "error"),
                     change.near, change.far)  # fmt: skip


def _successes(before: _Body, after: _Body) -> Iterator[Change]:
    """An answer comes from behind: what is not at the application's side was taken out."""
    for change in _members(before, after, "response"):
        name = change.location.rpartition(".")[2]
        kind = (
            "finish-reason"
            if name == "finish_reason"
            else _OF_ANSWERS.get(change.kind, change.kind)
        )
        # A hop counts tokens and names models in its own way; ids and times are its own.
        if change.kind != "value-changed" or name not in _OWN:
            yield Change(kind, change.location, change.near, change.far)


_OF_ANSWERS: Mapping[ChangeKind, ChangeKind] = {
    "member-added": "member-dropped",
    "member-dropped": "member-added",
}
_OWN = frozenset(("id", "created", "model", "system_fingerprint", "object"))


def _streams(near: Exchange, far: Exchange) -> Iterator[Change]:
    for place, (read, ends) in _OF_STREAMS.items():
        before, after = read(near), read(far)
        if before != after and ((before and after) or ends(far if before else near)):
            kind: ChangeKind = "chunk-dropped" if after else "member-added"
            if place.endswith("finish_reason"):
                kind = "finish-reason"
            yield Change(kind, place, before, after)


def _has_done(exchange: Exchange) -> str:
    return "`[DONE]`" if any(f.kind == "done" for f in exchange.response.frames) else ""


def _chunks(exchange: Exchange) -> list[dict[str, Any]]:
    frames = exchange.response.frames
    return [f.data for f in frames if f.kind == "data" and isinstance(f.data, dict)]


def _has_usage(exchange: Exchange) -> str:
    return "a usage chunk" if any(chunk.get("usage") for chunk in _chunks(exchange)) else ""


def _finish(exchange: Exchange) -> str:
    reasons = [
        str(choice["finish_reason"])
        for chunk in _chunks(exchange)
        for choice in chunk.get("choices") or ()
        if isinstance(choice, dict) and choice.get("finish_reason")
    ]
    return f"`{reasons[-1]}`" if reasons else ""


# What a stream has, and what shows that one without it was not cut before it could come.
_OF_STREAMS: Mapping[str, tuple[Callable[[Exchange], str], Callable[[Exchange], str]]] = {
    "stream.done": (_has_done, _finish),
    "stream.usage": (_has_usage, _has_done),
    "stream.choices[].finish_reason": (_finish, _has_done),
}
