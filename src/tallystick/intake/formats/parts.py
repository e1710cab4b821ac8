"""Finds the parts of an attempt in an object of any shape: by names, types and what values hold.

Applications, proxies and gateways log calls under names of their own. What a request, an answer, an
address or a status is shows in the value as much as in the name, so both are asked. A part that is
not found is not shown; nothing is made up in its place.
"""

import re
from typing import Any

from tallystick.intake.formats.beside import flat_headers, members_of, numbers_of
from tallystick.intake.formats.headers import header_fields
from tallystick.intake.formats.mapping import SOME_HEADERS
from tallystick.intake.formats.modelids import is_model, is_versioned
from tallystick.intake.formats.names import (
    ANSWERED,
    ASKED,
    BODY,
    CODES,
    ENVELOPE,
    IDS,
    MEASURES,
    METHODS,
    NAMES,
    NTH,
    OF_CALL,
    OF_REQUEST,
    OF_WORK,
    PREVIEW,
    REQUEST_LINE,
    TRACES,
    UNITS,
    WORDS,
)
from tallystick.intake.formats.nodes import Line, Node, is_answer, is_request, nodes_of, plain
from tallystick.intake.formats.times import moment
from tallystick.intake.formats.tolderrors import error_code, error_param, own_code, told_error
from tallystick.protocol.exceptions import read_exception


def find_parts(line: Line, *, in_table: bool = False) -> Line:
    """The parts of the attempt that an object tells of, under the names that `OWN` maps; empty
    where it tells of no call. A row of a table, all of whose rows are alike, may have no address.
    """
    nodes = list(nodes_of(line))
    if is_answer(line):
        return {"response_body": line}  # an answer that was saved alone
    asked = _request(nodes)
    answered = _answer(nodes, asked)
    bodies = [body for body in (asked, answered) if body is not None and body.names]
    if asked is not None and not asked.names:
        bodies += [node for node in nodes if len(node.names) == 1 and node.name in OF_REQUEST]
    rest = [node for node in nodes if not any(node is b or node.is_below(b) for b in bodies)]
    found: Line = {name: _named(rest, name) for name in NAMES if name not in ("status", "line")}
    found |= {name: _number_at(rest, names) for name, names in UNITS.items()}
    found["nth"] = _number_at(rest, NTH)
    if found["nth"] is not None and not found["call"]:  # what numbers attempts names their call
        found["call"] = _numbered_call(rest)
    found |= _access_log(rest, line)
    found["status"] = _status(rest)
    for part, ends in (("ids", IDS), ("traces", TRACES)):
        named = (n.value for n in rest if n.name.endswith(ends))
        found[part] = [text for text in named if isinstance(text, str)]
    found["error"] = told_error(rest) or own_code(rest)
    found["error_code"] = error_code(rest) if found["error"] else None
    found["error_param"] = error_param(rest) if found["error"] else None
    found["request_headers"] = _headers(rest, asked=True)
    found["response_headers"] = _headers(rest, asked=False) or flat_headers(line)
    found[SOME_HEADERS] = not _headers(rest, asked=False) and bool(found["response_headers"])
    found["request_body"] = None if asked is None or not asked.names else asked.value
    found["response_body"] = None if answered is None or _is_preview(answered) else answered.value
    if asked is not None and not asked.names:
        found |= members_of(line)
    elif asked is None and found["model"]:
        found["parameters"] = numbers_of(line)
    found["url"] = _address(found, rest)
    if answered is None and (found["url"] or asked is not None or found["model"]):
        found["response_body"] = next((n.value for n in nodes if _is_error(n.value)), None)
    row = in_table and found["status"] is not None and is_versioned(found["model"])
    return found if row or _tells(found, asked) else {}


def _request(nodes: list[Node]) -> Node | None:
    """The request's body; the whole object where its members stand beside the others."""
    bodies = [n for n in nodes if is_request(n.value) and not n.is_in(ANSWERED)]
    named = [n for n in bodies if n.names and (n.is_in(ASKED) or n.name in BODY)]
    inner = [n for n in bodies if n.names]
    return next(iter([*named, *inner, *bodies]), None)


def _answer(nodes: list[Node], asked: Node | None) -> Node | None:
    """The answer's body: what reads as one, or what a name says is one."""
    inside = asked if asked is not None and asked.names else None
    free = [
        n for n in nodes
        if n.names and not (inside and (n == inside or n.is_below(inside) or inside.is_below(n)))
    ]  # fmt: skip
    shaped = next((n for n in free if is_answer(n.value)), None)
    if shaped is not None:
        return shaped
    return next((n for n in free if n.is_in(ANSWERED) and _is_body(n)), None)


def _is_preview(node: Node) -> bool:
    """Whether a stream stands at a name that says it is its beginning only."""
    return bool(node.own & PREVIEW) and isinstance(node.value, str) and "data:" in node.value


def _is_error(value: Any) -> bool:
    """Whether a value is the body of an error, under whatever name a log has it."""
    error = value.get("error") if isinstance(value, dict) else None
    return isinstance(error, dict) and isinstance(error.get("message"), str)


def _is_body(node: Node) -> bool:
    """Whether what stands at a name of an answer is the body, and not what the body stands in."""
    if node.value in (None, "", "-", [], {}) or node.own & MEASURES:
        return False
    is_text = isinstance(node.value, str) and not node.value.isdecimal()
    if node.name in BODY or node.name.endswith("body"):
        return is_text or isinstance(node.value, dict | list)
    if not (node.own | {node.name}) & ANSWERED:
        return False
    if isinstance(node.value, dict):
        keys = {plain(key) for key in node.value}
        if {"message", "type"} <= keys:
            return True  # an error without the object around it
        return not ENVELOPE & keys and keys != {"messages"}  # a tracer's own form of an answer
    return is_text


def _named(nodes: list[Node], part: str) -> Any:
    """The first text or number at one of a part's names; of an answer's side only times count."""
    asked_only = part in ("url", "path", "host", "method", "base_url")
    free = [
        node for node in nodes
        if _fits(part, node.value)
        and not (asked_only and node.is_in(ANSWERED) and not node.is_in(ASKED))
    ]  # fmt: skip
    named = (node.value for node in free if node.name in NAMES[part])
    wanted, never = WORDS.get(part, (frozenset(), frozenset()))
    spoken = (node.value for node in free if wanted & node.own and not never & node.own)
    return next(named, None) or next(spoken, None)


def _fits(part: str, value: Any) -> bool:
    if isinstance(value, bool) or value in (None, "", "-"):
        return False
    match part:
        case "method":
            return isinstance(value, str) and value.upper() in METHODS
        case "url" | "base_url":
            return isinstance(value, str) and ("://" in value or value.startswith("/"))
        case "path":
            is_path = isinstance(value, str) and value.startswith(("/", "https://", "http://"))
            return is_path or (isinstance(value, str) and _OPERATION in value)
        case "at" | "end":
            return (_is_number(value) and float(value) > _EPOCH) or _is_date(value)
        case "call":
            return isinstance(value, str | int | float)
        case _:
            return isinstance(value, str)


_OPERATION = "chat/completions"
# Numbers below are no seconds since 1970 of any log that is read.
_EPOCH = 1e9


def _is_date(value: Any) -> bool:
    has_date = isinstance(value, str) and ("-" in value or "/" in value)
    return has_date and moment(value) is not None


def _number_at(nodes: list[Node], names: frozenset[str]) -> Any:
    return next((n.value for n in nodes if n.name in names and _is_number(n.value)), None)


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"\d+(?:\.\d+)?", value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _status(nodes: list[Node]) -> int | None:
    """The HTTP status: where names tie, that of the answer's side comes first."""
    named = [n for n in nodes if n.name in NAMES["status"] or _is_code_of_answer(n)]
    held = [(n, int(n.value)) for n in named if _is_number(n.value) and str(n.value).isdecimal()]
    good = [(n, code) for n, code in held if code == 0 or 100 <= code <= 599]
    good.sort(key=lambda pair: (pair[1] == 0, not pair[0].is_in(ANSWERED)))
    return good[0][1] if good else None


def _is_code_of_answer(node: Node) -> bool:
    """Whether a name that is not a usual one is of a status: `got_status`, `http_code`."""
    if "status" in node.own:
        return True
    of_http = bool(node.own & CODES) or node.is_in(ANSWERED | {"http"}) or len(node.names) == 1
    return "code" in node.own and "error" not in node.own and of_http


def _headers(nodes: list[Node], *, asked: bool) -> dict[str, Any] | None:
    """The header fields of one side, in any of the shapes that logs keep them in."""
    for node in nodes:
        if not node.name.endswith("headers"):
            continue
        answers = node.is_in(ANSWERED)
        if answers == asked or (asked and not node.is_in(ASKED) and len(node.names) > 1):
            continue
        fields = header_fields(node.value)
        if fields:
            return fields
    return None


# What ended a session in its data phase (HAProxy, session state at disconnection).
SESSION_ENDS = {
    "S": "connection closed by the server",
    "s": "timed out waiting for the server",
    "C": "aborted by the client",
    "c": "timed out waiting for the client",
    "P": "connection closed by the proxy",
}


def _access_log(nodes: list[Node], line: Line) -> Line:
    """What web servers' access logs say in their own ways: a request line, seconds, an upstream."""
    found: Line = {}
    for node in nodes:
        told = REQUEST_LINE.fullmatch(node.value) if isinstance(node.value, str) else None
        if told and node.name in NAMES["line"]:
            found |= {"method": told[1], "url": told[2]}
    state = line.get("termination_state")
    if isinstance(state, str) and state[1:2] == "D" and state[0] in SESSION_ENDS:
        found["broken"] = SESSION_ENDS[state[0]]
    # nginx's $request_time is in seconds, and its log has no member of a body.
    if "body_bytes_sent" in line or "upstream_status" in line:
        found["duration_s"] = _number_at(nodes, frozenset(("requesttime",)))
    return {key: value for key, value in found.items() if value is not None}


def _address(found: Line, nodes: list[Node]) -> str | None:
    """The address of the request; a scheme, a host and a path may stand apart."""
    url, path, host = found.get("url"), found.get("path"), found.get("host")
    if url and "://" in url:
        return str(url)
    path = path or url
    if path and "://" in path:  # some logs write a whole address where a path would stand
        return str(path)
    if not path:
        return _spoken_address(nodes)
    path = path if path.startswith("/") else f"/{path}"
    if not host:
        return str(path)
    scheme = next((n.value for n in nodes if n.name in ("scheme", "protocol")
                   and n.value in ("http", "https")), "https")  # fmt: skip
    port = _number_at(nodes, frozenset(("port",)))
    usual = port is None or int(float(port)) in (80, 443)
    return f"{scheme}://{host}{'' if usual else f':{port}'}{path}"


_SPOKEN = re.compile(r"https?://[^\s\"'<>`]{3,200}/chat/completions\b")


_LONGEST_ID = 80


def _numbered_call(rest: list[Node]) -> str | None:
    """What a log that numbers attempts calls the call by: an id, or what the call was made for."""
    named = next((n.value for n in rest if n.name.endswith(OF_CALL)), None)
    made_for = [n.value for n in rest if n.name in OF_WORK]
    short = [str(value) for value in made_for if isinstance(value, int | str)]
    return named or "/".join(one for one in short if len(one) <= _LONGEST_ID) or None


def _spoken_address(nodes: list[Node]) -> str | None:
    """The address that a line's own words name: no member has one."""
    texts = (n.value for n in nodes if isinstance(n.value, str) and not n.is_in(ANSWERED))
    return next((found[0] for text in texts if (found := _SPOKEN.search(text))), None)


# An error of these is of a call of a model, whatever else its line tells.
_OF_CALLS = re.compile(
    r"openai|anthropic|litellm|chat/completions|\bAPI(?:Status|Connection|Timeout)?Error\b"
    r"|RateLimitError|BadRequestError|AuthenticationError|UnprocessableEntityError",
)


def _tells(found: Line, asked: Node | None) -> bool:
    """Whether anything was found that a call is known by."""
    answered = found["response_body"]
    if answered is not None and is_answer(answered):
        return True
    if found["error"] and _OF_CALLS.search(found["error"]):
        return True
    if is_model(found["model"]):  # where programs have models of data, too
        told = read_exception(found["error"]).status if found["error"] else None
        if told is not None or (found["status"] and _is_error(answered)):
            return True
    ended = found["status"] is not None or answered is not None or found["error"]
    return bool(ended) and (asked is not None or bool(found["url"]))
