"""Records of a gateway that hold both requests of one call: what it received of the application,
and what it sent on. Each is a call of its own, at one side of the gateway.
"""

from collections.abc import Iterator
from typing import Any

from tallystick.intake.formats.nodes import plain

Line = dict[str, Any]
# How gateways name the two sides of a record.
_NEAR = frozenset(("client", "downstream", "inbound", "incoming", "original", "consumer"))
_FAR = frozenset(
    ("upstream", "provider", "backend", "outbound", "outgoing", "forwarded", "target", "proxied")
)
_ENDS = {
    "request": "request", "req": "request", "response": "response", "resp": "response",
    "status": "status", "statuscode": "status", "body": "body", "headers": "headers",
    "url": "url",
}  # fmt: skip
_OF_REQUESTS = frozenset(("body", "headers", "url", "path", "model", "messages"))


# Members that say which side of a gateway a record is of.
_SIDES = frozenset(("leg", "side", "hop", "direction"))


def told_side(line: Line) -> str:
    """The side of a gateway that a record of one request says that it is of; empty for none."""
    told = [value for name, value in line.items() if plain(name) in _SIDES]
    words = {plain(value) for value in told if isinstance(value, str)}
    return "near" if words & _NEAR else "far" if words & _FAR else ""


def legs_of(line: Line) -> Iterator[tuple[str, Line]]:
    """The two sides of a record, the application's first; nothing where it holds one."""
    sides: dict[str, Line] = {"near": {}, "far": {}}
    common: Line = {}
    for name, value in line.items():
        side, end = _side_of(name, value)
        if side and end == "side":
            held = _parts(value, side, sides)
            sides[held[0]].update(held[1])
        elif side:
            sides[side][end] = value
        else:
            common[name] = value
    if not _is_request(sides["near"].get("request")):
        return
    if not _is_request(sides["far"].get("request")) and _is_request(common.get("request")):
        sides["far"]["request"] = common.pop("request")
    if not _is_request(sides["far"].get("request")):
        return
    for side, other in (("near", "far"), ("far", "near")):
        yield side, _laid(common, sides[side], sides[other], is_near=side == "near")


def _parts(value: Line, side: str, sides: dict[str, Line]) -> tuple[str, Line]:
    """What an object under the name of a side holds: a request, an answer, or both. What went out
    and is no request is the answer to the application.
    """
    request = {n: held for n, held in value.items() if plain(n) in (*_OF_REQUESTS, "method")}
    answer = {end: held for n, held in value.items()
              if (end := _ENDS.get(plain(n), "")) in ("status", "response")}  # fmt: skip
    if not _is_request(request):
        return ("near" if "request" in sides["near"] else side), answer
    return side, {"request": request, **answer}


def _side_of(name: str, value: object) -> tuple[str, str]:
    """The side that a member is of, and what of it: `upstream_status` is the far one's status."""
    word = plain(name)
    if isinstance(value, dict) and word in _NEAR | _FAR:
        return ("near" if word in _NEAR else "far"), "side"
    for side, words in (("near", _NEAR), ("far", _FAR)):
        for begin in words:
            end = _ENDS.get(word.removeprefix(begin), "") if word.startswith(begin) else ""
            if end:
                return side, end
    return "", ""


def _is_request(value: object) -> bool:
    return isinstance(value, dict) and bool({plain(name) for name in value} & _OF_REQUESTS)


def _laid(common: Line, own: Line, other: Line, *, is_near: bool) -> Line:
    """One side with what is said of both. What a record says of its answer once holds for both;
    the address that it gives once is the one that it called.
    """
    shared = dict(common)
    if is_near and "url" in shared:
        del shared["url"]
    answered = {name: own.get(name, other.get(name)) for name in ("response", "status", "body")}
    body = answered.pop("body")
    if body is not None and answered["response"] is None:
        answered["response"] = {"body": body}
    told = {name: value for name, value in answered.items() if value is not None}
    return {**shared, **told, "request": own["request"]}
