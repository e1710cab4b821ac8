"""New Relic's events of calls to models (AI monitoring, custom events), of its API or of a query's
result: how a call ended. Its messages are events of their own; what made it fail is another one of
the same trace.
"""

from collections.abc import Iterator

from tallystick.intake.formats.lines import Line, of_lines
from tallystick.intake.formats.mapping import Mapping, at

NEWRELIC = Mapping(
    ends_well=True,
    at=("at",),
    duration=("duration",),
    status=("status",),
    model=("model",),
    parameters=("parameters",),
    choices=("choices",),
    answered_model=("answered_model",),
    error=("error",),
    traces=("trace",),
)
_SUMMARY, _FAILED = "LlmChatCompletionSummary", "TransactionError"
_UNTOLD = "an error that the event does not name"


def _calls(line: Line) -> Iterator[Line]:
    """The calls of one event, or of a query's result."""
    events = list(_events(line))
    errors = {_trace(one): one for one in events if one.get("eventType") == _FAILED}
    calls = [one for one in events if one.get("eventType") == _SUMMARY]
    yield from [_call(one, errors.get(_trace(one), {})) for one in calls] or [{}]


def _events(line: Line) -> Iterator[Line]:
    results = line.get("results")
    if not isinstance(results, list):
        yield line
        return
    for result in results:
        held = result.get("events") if isinstance(result, dict) else None
        yield from (one for one in held or () if isinstance(one, dict))


def _trace(event: Line) -> str:
    return str(at(event, ("trace_id", "traceId")))


def _call(event: Line, raised: Line) -> Line:
    failed = bool(raised) or str(event.get("error")).lower() == "true"
    ends = [{"index": 0, "finish_reason": event.get("response.choices.finish_reason")}]
    asked = {name: event.get(f"request.{name}") for name in ("temperature", "max_tokens")}
    told = ": ".join(str(raised[k]) for k in ("error.class", "error.message") if raised.get(k))
    return {
        "at": event.get("timestamp"),
        "duration": event.get("duration"),
        "status": raised.get("http.statusCode"),
        "model": event.get("request.model"),
        "parameters": {name: value for name, value in asked.items() if value is not None},
        "answered_model": None if failed else event.get("response.model"),
        "choices": None if failed else ends,
        "error": (told or _UNTOLD) if failed else None,
        "trace": _trace(event),
    }


def _sniff(head: bytes) -> bool:
    return f'"{_SUMMARY}"'.encode() in head and b'"response.number_of_messages"' in head


FORMAT = of_lines("newrelic", "New Relic's events of chat completions", _sniff, NEWRELIC, _calls)
