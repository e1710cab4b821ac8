"""Text access logs of proxies and web servers: one line a call, without bodies.

Shapes: the combined log format (Apache, nginx, Traefik, Caddy), with what nginx logs often append
(`rt=`, `urt=`); Envoy's default format string, with or without Istio's additions; HAProxy's `option
httplog`; AWS application load balancers. A line shows an address, a status and times, and nothing
of headers or bodies.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from tallystick.intake.formats.base import Broken, Cutter, Format, Piece, Read
from tallystick.intake.formats.logs import ENVOY, envoy_lines
from tallystick.intake.formats.mapping import Mapping
from tallystick.intake.formats.marks import OF_UPSTREAM
from tallystick.intake.formats.parts import SESSION_ENDS
from tallystick.intake.raw import RawAttempt

_ASKED = r'"(?P<method>[A-Z]{3,7}) (?P<url>[^\s"]+)(?: HTTP/[\d.]+)?"'
_ENVOY = re.compile(
    r"^\[(?P<start_time>\d{4}-[^\]]+)\] "
    r'"(?P<method>[A-Z]{3,7}) (?P<path>[^\s"]+) (?:HTTP/[\d.]+|-)" '
    r"(?P<response_code>\d{1,3}) (?P<response_flags>[\w,-]+) "
    # Istio adds the code's details, the connection's end and the upstream's transport failure.
    r'(?:(?P<response_code_details>[^\s"]+) [^"]*"(?P<upstream_transport_failure_reason>[^"]*)" )?'
    r"\d+ \d+ (?P<duration>\d+)\b[^\"]*"
    r'(?:"[^"]*" "(?P<user_agent>[^"]*)" "(?P<request_id>[^"]*)" "(?P<authority>[^"]*)")?'
)
_HAPROXY = re.compile(
    r"\[(?P<at>\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d\.\d+)\] \S+ \S+ "
    r"-?\d+/-?\d+/-?\d+/-?\d+/\+?(?P<took_ms>\d+) (?P<status>-1|\d{3}) [+\d]+ \S+ \S+ "
    rf"(?P<state>[\w-]{{2,4}}) .*{_ASKED}"
)
_BALANCER = re.compile(
    r"^(?:https?|h2|wss?|grpcs?) (?P<at>\d{4}-\S+) \S+ \S+ \S+ "
    r"(?P<sent>-?[\d.]+) (?P<waited>-?[\d.]+) (?P<got>-?[\d.]+) (?P<status>\d{3}|-) \S+ \S+ \S+ "
    rf"{_ASKED}"
)
_COMBINED = re.compile(
    rf"^\S+ \S+ [^\[]*\[(?P<at>\d\d/\w{{3}}/\d{{4}}:\d\d:\d\d:\d\d [+-]\d{{4}})\] {_ASKED} "
    r"(?P<status>\d{3}) (?:\d+|-)(?P<rest>.*)$"
)
_TOOK = re.compile(r"\b(?:rt|request_time)[=:]\"?(?P<seconds>\d+\.\d+)")
# What nginx logs of its upstream where it asked none.
_NOBODY = re.compile(rf"\b(?:{'|'.join(OF_UPSTREAM)})[=:]\"?-(?![\w.])")
LINES = Mapping(
    some_headers=True,
    at=("at",),
    duration=("took_ms",),
    method=("method",),
    url=("url",),
    status=("status",),
    error=("failure",),
    broken=("broken",),
    local=("local",),
)
_HEAD = 1 << 12


def _attempt(line: str, number: int) -> Read:
    """The attempt of one line; None where it is a line of another kind."""
    found = _ENVOY.match(line)
    if found:
        named = {name: value for name, value in found.groupdict().items() if value}
        (made,) = envoy_lines(named)
        return ENVOY.attempt(made, number)
    told = _haproxy(line) or _balancer(line) or _combined(line)
    return LINES.attempt(told, number) if told else None


def _haproxy(line: str) -> dict[str, Any] | None:
    found = _HAPROXY.search(line)
    if found is None:
        return None
    at = datetime.strptime(found["at"], "%d/%b/%Y:%H:%M:%S.%f").replace(tzinfo=UTC)
    state, status = found["state"], int(found["status"])
    # In the header phase HAProxy answers itself; behind the headers the answer was cut.
    ended = SESSION_ENDS.get(state[0]) if state[1:2] == "D" else None
    return {
        **_asked(found, at.isoformat(), found["took_ms"]),
        "status": max(status, 0),
        "failure": SESSION_ENDS.get(state[0]) if status < 0 else None,
        "broken": ended,
    }


def _balancer(line: str) -> dict[str, Any] | None:
    found = _BALANCER.match(line)
    if found is None:
        return None
    took = sum(max(float(found[name]), 0) for name in ("sent", "waited", "got")) * 1000
    answered = found["status"] != "-"
    return {
        **_asked(found, found["at"], took),
        "status": int(found["status"]) if answered else 0,
        "failure": None if answered else "the client closed the connection: aborted",
    }


def _combined(line: str) -> dict[str, Any] | None:
    found = _COMBINED.match(line)
    if found is None:
        return None
    at = datetime.strptime(found["at"], "%d/%b/%Y:%H:%M:%S %z").astimezone(UTC)
    took = _TOOK.search(found["rest"])
    told = _asked(found, at.isoformat(), float(took["seconds"]) * 1000 if took else None)
    return {**told, "status": int(found["status"]), "local": bool(_NOBODY.search(found["rest"]))}


def _asked(found: re.Match[str], at: str, took_ms: Any) -> dict[str, Any]:
    url = found["url"].replace(":443/", "/", 1)
    return {"method": found["method"], "url": url, "at": at, "took_ms": took_ms}


def sniff(head: bytes) -> bool:
    """Whether one of the first lines is a line of an access log."""
    return any(map(_is_line, head[:_HEAD].decode("utf-8", "replace").splitlines()[:5]))


def is_nothing_else(text: str) -> bool:
    """Whether the first lines are all of an access log, or of nginx's error log beside it."""
    lines = [line for line in text[:_HEAD].splitlines()[:_LOOKED_AT] if line.strip()]
    told = [line for line in lines if _is_line(line)]
    return bool(told) and all(_is_line(line) or _CUT.search(line) for line in lines[:-1])


_LOOKED_AT = 20


def _is_line(line: str) -> bool:
    forms = _ENVOY.match(line), _HAPROXY.search(line), _BALANCER.match(line), _COMBINED.match(line)
    return any(forms)


# nginx's error log, where it stands among the lines of its access log: what broke an answer off.
_CUT = re.compile(
    r"\[error\] [^\n]*?(?P<why>upstream prematurely closed connection"
    r"|upstream timed out|recv\(\) failed)[^\n]* while reading upstream[^\n]*"
    r"client: (?P<client>[^,\s]+)[^\n]*request: \"(?P<request>[^\"]+)\""
)


def _read(piece: Piece) -> Iterator[Read]:
    offset, cut = piece.offset, dict[tuple[str, str], str]()
    for number, raw in enumerate(piece.data.split(b"\n")):
        here, offset = offset, offset + len(raw) + 1
        if not raw.strip():
            continue
        line = raw.decode("utf-8", "replace").rstrip("\r")
        if (told := _CUT.search(line)) is not None:
            cut[told["client"], told["request"]] = told["why"]
            continue
        try:
            yield _broken_off(_attempt(line, number), line, cut)
        except (ValueError, OverflowError):
            yield Broken(here, "a line whose time or status is none")


_OF_CALL = re.compile(r"^(?P<client>\S+) [^\"]*\"(?P<request>[^\"]+)\"")


def _broken_off(read: Read, line: str, cut: dict[tuple[str, str], str]) -> Read:
    """An attempt with what the error log said of its answer, which nginx writes before it."""
    found = _OF_CALL.match(line) if cut else None
    why = cut.pop((found["client"], found["request"]), "") if found else ""
    if not why or not isinstance(read, RawAttempt) or read.status >= _FAILED:
        return read
    return msgspec.structs.replace(read, error=why)


_FAILED = 400
FORMAT = Format(
    "access",
    "text access logs (combined, Envoy, HAProxy, AWS load balancers)",
    sniff,
    lambda: Cutter(lambda data: data.rfind(b"\n") + 1),
    _read,
    by_line=True,
)
