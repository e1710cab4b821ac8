"""A declared field mapping: where in a line of JSON each part of an attempt stands.

Every part has several paths (names joined by dots); the first that holds something is taken.
"""

import json
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as AnyMapping
from typing import Any, Literal

import msgspec

from tallystick.intake.failures import failure_kind
from tallystick.intake.formats.logbodies import as_bytes, encoded
from tallystick.intake.formats.times import moment, number, seconds_of
from tallystick.intake.raw import RawAttempt, RawMessage
from tallystick.protocol.envelope import read_error
from tallystick.protocol.exceptions import Told, read_exception

Paths = tuple[str, ...]
_FAILED = 400
_MISSING: tuple[object, ...] = (None, "", "-", [], {})
_UNIT = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3}


class NoAnswerError(ValueError):
    """A line tells neither a status nor an error nor an answer."""


# Under which a reader notes that a line has a choice of the answer's header fields.
SOME_HEADERS = "some response headers"


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The paths of one kind of log line.

    `where` says what a line must have at a path to be an attempt. Times are RFC 3339 texts, or
    numbers of seconds, milliseconds, microseconds or nanoseconds since 1970, told by their size;
    `duration_unit` is that of `duration`. A body is JSON or a text of JSON; without one, `model`,
    `messages`, `parameters` and `stream` make a partial request, and `message` (or `choices`),
    `usage` and `answered_model` a partial answer. `error` is what the client or gateway said of a
    failure, `error_code` and `error_param` the code and the part of the request that it has apart
    from its text; `call` is an id that all attempts of one call have, `nth` the number of an
    attempt within its call. A line with none of status, error and answer tells nothing, unless
    `ends_well` says that calls are recorded so when they end well. `broken` is what cut an answer
    off behind its status. With `some_headers` the log has a choice of the header fields: what it
    lacks may have been sent. `leg` is the side of a gateway that a line which holds both is of:
    `near` or `far`. `local` says that the gateway made the answer itself.
    """

    where: dict[str, str] = {}
    at: Paths = ()
    end: Paths = ()
    duration: Paths = ()
    duration_unit: Literal["ns", "us", "ms", "s"] = "ms"
    method: Paths = ()
    url: Paths = ()
    base_url: Paths = ()
    host: Paths = ()
    path: Paths = ()
    status: Paths = ()
    request_headers: Paths = ()
    response_headers: Paths = ()
    request_body: Paths = ()
    response_body: Paths = ()
    model: Paths = ()
    messages: Paths = ()
    parameters: Paths = ()
    stream: Paths = ()
    message: Paths = ()
    choices: Paths = ()
    usage: Paths = ()
    answered_model: Paths = ()
    error: Paths = ()
    error_code: Paths = ()
    error_param: Paths = ()
    call: Paths = ()
    nth: Paths = ()
    ids: Paths = ()
    traces: Paths = ()
    broken: Paths = ()
    leg: Paths = ()
    local: Paths = ()
    ends_well: bool = False
    some_headers: bool = False

    def attempt(self, line: AnyMapping[str, Any], entry: int) -> RawAttempt | None:
        """The attempt that a line tells of; None when it tells of something else.

        Raises:
            NoAnswerError: nothing tells how the call ended.
            ValueError: a part is not what the mapping says.
        """
        if any(at(line, (path,)) != value for path, value in self.where.items()):
            return None
        error = _text(at(line, self.error))
        shown = at(line, self.response_body)
        status, told = _status(at(line, self.status), error, shown)
        failed = told.body
        streamed = _flag(at(line, self.stream))
        if status is None and shown is not None:
            status, told = _status_of(shown)
            failed = told.body
        hidden = set[str]() if at(line, (*self.url, *self.path)) else {"line"}
        if self.some_headers:
            hidden |= {"headers", "response-headers"}
        if line.get(SOME_HEADERS):
            hidden.add("response-headers")
        spelled = told.status is not None or number(at(line, self.status)) is not None
        if told.named or (status is not None and not spelled):
            hidden.add("response-status")
        if status is None:
            if not self.ends_well and shown is None:
                raise NoAnswerError
            status, hidden = 200, {*hidden, "response-status"}
        answer = as_bytes(shown) if shown is not None else self._answer(line, status, failed)
        return RawAttempt(
            entry=entry,
            at=moment(at(line, self.at)),
            duration_ms=self._duration(line),
            method=_text(at(line, self.method)) or "POST",
            url=self._url(line),
            request=RawMessage(
                _headers(at(line, self.request_headers)), *self._request(line, streamed)
            ),
            status=status,
            response=RawMessage(
                _headers(at(line, self.response_headers)), answer, partial=shown is None
            ),
            error=(_text(at(line, self.broken)) or _raised(status, error)) if status else error,
            stream_shown=streamed is False,
            hidden=tuple(sorted(hidden)),
            call=_text(at(line, self.call)),
            nth=_whole(at(line, self.nth)),
            leg=_text(at(line, self.leg)),
            local=_flag(at(line, self.local)) is True and status >= _FAILED,
            ids=_ids(line, self.ids),
            traces=_ids(line, self.traces),
        )

    def _duration(self, line: AnyMapping[str, Any]) -> float | None:
        began, ended = seconds_of(at(line, self.at)), seconds_of(at(line, self.end))
        if began is not None and ended is not None:
            return round((ended - began) * 1000, 3)
        took = number(at(line, self.duration))
        return None if took is None or took < 0 else round(took * _UNIT[self.duration_unit], 3)

    def _url(self, line: AnyMapping[str, Any]) -> str:
        whole = _text(at(line, self.url))
        if whole:
            return whole
        base = _text(at(line, self.base_url))
        if base:
            tail = "" if base.rstrip("/").endswith("/chat/completions") else "/chat/completions"
            return f"{base.rstrip('/')}{tail}"
        host, path = _text(at(line, self.host)), _text(at(line, self.path))
        return f"https://{host}{path}" if host else path

    def _request(
        self, line: AnyMapping[str, Any], streamed: bool | None
    ) -> tuple[bytes | None, str, bool]:
        """The body, its media type, and whether it holds only the parts that the log kept."""
        whole = at(line, self.request_body)
        if whole is not None:
            return as_bytes(whole), "application/json", False
        # An empty list of messages is one: it may be what the API rejects.
        messages = next((m for p in self.messages if (m := _one(line, p)) is not None), None)
        named = {"model": at(line, self.model), "messages": parsed(messages)}
        parameters = parsed(at(line, self.parameters))
        made = parameters if isinstance(parameters, dict) else {}
        made = {key: _opened(value) for key, value in made.items()}
        made = {**made, **{key: value for key, value in named.items() if value is not None}}
        if streamed is not None:
            made["stream"] = streamed
        if not set(made) - {"stream"}:
            return None, "", False
        return encoded(made), "application/json", True

    def _answer(
        self, line: AnyMapping[str, Any], status: int, failed: object | None
    ) -> bytes | None:
        if failed is not None:
            return encoded(failed)
        error = _text(at(line, self.error))
        if error and status >= 400:
            told = (("code", at(line, self.error_code)), ("param", at(line, self.error_param)))
            return encoded({"error": {"message": error, **{n: v for n, v in told if v}}})
        made: dict[str, Any] = {}
        message = parsed(at(line, self.message))
        if isinstance(message, str):
            message = {"role": "assistant", "content": message}
        choices = parsed(at(line, self.choices))
        if choices is not None or message is not None:
            made["choices"] = choices if choices is not None else [{"index": 0, "message": message}]
        usage = at(line, self.usage)
        if usage is not None:
            made["usage"] = usage
        model = at(line, self.answered_model)
        if made and model is not None:
            made["model"] = model
        return encoded(made) if made else None


def _ids(line: AnyMapping[str, Any], paths: Paths) -> tuple[str, ...]:
    """Everything that a line calls its call by; a path may lead to several."""
    found = (at(line, (path,)) for path in paths)
    listed = [one for held in found for one in (held if isinstance(held, list) else [held])]
    return tuple(dict.fromkeys(one for one in listed if isinstance(one, str) and one))


def at(line: AnyMapping[str, Any], paths: Iterable[str]) -> Any:
    """What stands at the first of some paths that holds anything; None when none does."""
    return next((found for path in paths if (found := _one(line, path)) not in _MISSING), None)


def _one(value: Any, path: str) -> Any:
    """What stands at a path; names may have dots of their own."""
    while isinstance(value, dict):
        if path in value:
            return value[path]
        name, _, path = path.partition(".")
        value = value.get(name)
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def _whole(value: object) -> int | None:
    counted = number(value)
    whole = counted is not None and 0 <= counted < 1000 and counted % 1 == 0
    return int(counted) if whole and counted is not None else None


def _flag(value: object) -> bool | None:
    named = {"true": True, "false": False, "stream": True, "oneshot": False}
    return value if isinstance(value, bool) else named.get(str(value).lower())


def _status(value: object, error: str, shown: object) -> tuple[int | None, Told]:
    """The HTTP status, and what a client's exception text repeats of the answer. A call with an
    error and no status got none that is shown (0), unless it is about an answer that came; None
    where nothing tells.
    """
    told = read_exception(error) if error else Told()
    counted = number(value)
    if counted is not None and not 0 <= counted < 1000:
        raise ValueError
    if counted is not None:
        return int(counted), Told(told.status, told.body)
    if told.status is not None:
        return told.status, told
    if error and _is_over_answer(shown, error):
        return 200, Told()
    return (0 if error else None), Told()


def _status_of(shown: object) -> tuple[int | None, Told]:
    """The status of an answer whose status a log left out, where the answer is an error: what its
    type or code stands for, or none that is shown (0); None where it is no error.
    """
    body = parsed(shown)
    if not isinstance(body, dict) or body.get("choices") or read_error(body) is None:
        return None, Told()
    told = read_exception(json.dumps(body))
    return (told.status, told) if told.status is not None else (0, Told(body=body, named=True))


def parsed(value: object) -> Any:
    """A value, or what it is the JSON of."""
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return value


def _opened(value: object) -> object:
    """A parameter; tracers keep objects as texts of JSON."""
    return parsed(value) if isinstance(value, str) and value[:1] in ("{", "[") else value


def _is_over_answer(shown: object, error: str) -> bool:
    """Whether an error without a status is about an answer that a log shows."""
    body = parsed(shown)
    told = isinstance(body, dict) and isinstance(body.get("choices"), list)
    return told and failure_kind(error) in ("application", "decode")


def _raised(status: int, error: str) -> str:
    """What an application raised over an answer, where a log has that beside it."""
    own = error and failure_kind(error) in ("application", "decode")
    return error if own and 200 <= status < 300 else ""


def _headers(value: object) -> tuple[tuple[str, str], ...]:
    """Header fields of an object; a value may be a list."""
    if isinstance(value, dict):
        return tuple(_pairs(value))
    return ()


def _pairs(headers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, values in headers.items():
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, str | int | float):
                yield name.lower(), str(value)
