"""Where a successful answer departs from the chat-completions shape clients are written for.

The expected shape is the common core of the published chat-completions reference: `choices` with
an `index`, a `message` (or `delta`) and a `finish_reason`. All violations here are the provider's,
or of a gateway in between.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tallystick.protocol.violation import Violation
from tallystick.record.placeholder import json_kind, text_length

FINISH_REASONS = ("stop", "length", "content_filter", "tool_calls", "function_call")
UNKNOWN_VALUE = "is none of the documented values"
NO_INTEGER = "is a number with a fraction, expected an integer"
_USAGE_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")

Check = Callable[[Mapping[str, Any]], Iterator[tuple[str, str]]]


def completion_violations(body: object) -> tuple[Violation, ...]:
    """The departures of a plain answer, deepest cause first."""
    if not isinstance(body, dict):
        return (_provider("response.body", f"is {json_kind(body)}, expected object"),)
    places = [*_error_inside(body), *_choices(body, _plain_choice), *_usage(body), *_top(body)]
    return tuple(_provider(f"response.{place}", problem) for place, problem in places)


def stream_violations(chunks: Iterable[object], done: bool) -> tuple[Violation, ...]:
    """The departures of a stream's chunks, and of its end (`done`: it said `[DONE]`)."""
    places: list[tuple[str, str]] = []
    finished = seen = False
    for chunk in chunks:
        seen = True
        if not isinstance(chunk, dict):
            places.append(("data", f"is {json_kind(chunk)}, expected object"))
            continue
        places += _chunk(chunk)
        finished = finished or _finishes(chunk)
    places += _ending(seen, finished, done)
    return tuple(_provider(f"stream.{place}", problem) for place, problem in dict(places).items())


def _provider(location: str, problem: str) -> Violation:
    return Violation("provider", location, problem)


def _ending(seen: bool, finished: bool, done: bool) -> Iterator[tuple[str, str]]:
    if not seen:
        yield "data", "no chunk was sent"
    elif not finished:
        yield "choices[].finish_reason", "no chunk carried a finish reason"
    if not done:
        yield "done", "the stream ended without [DONE]"


def _finishes(chunk: Mapping[str, Any]) -> bool:
    choices = chunk.get("choices")
    items = choices if isinstance(choices, list) else []
    return any(isinstance(item, dict) and item.get("finish_reason") for item in items)


def _chunk(chunk: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if chunk.get("error"):
        yield "error", "an error object came as a stream event"
        return
    # Empty in the chunk of the usage (chat completions, stream_options) and in the one that carries
    # what a filter said of the prompt (Azure OpenAI, content streaming).
    if chunk.get("choices") == [] and ({"usage", "prompt_filter_results"} & set(chunk)):
        yield from _usage(chunk)
        return
    yield from _choices(chunk, _chunk_choice)
    yield from _usage(chunk)


def _error_inside(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if body.get("error"):
        yield "error", "an error object came with a success status"


def _choices(body: Mapping[str, Any], check: Check) -> Iterator[tuple[str, str]]:
    choices = body.get("choices")
    if not isinstance(choices, list):
        yield "choices", "is missing" if "choices" not in body else f"is {json_kind(choices)}"
        return
    if not choices:
        yield "choices", "is an empty array"
    for choice in choices:
        if not isinstance(choice, dict):
            yield "choices[]", f"is {json_kind(choice)}, expected object"
            continue
        yield from check(choice)
        if not isinstance(choice.get("index"), int):
            yield "choices[].index", "is missing or no integer"


def _plain_choice(choice: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    message = choice.get("message")
    if not isinstance(message, dict):
        yield "choices[].message", f"is {json_kind(message)}, expected object"
        return
    yield from _content(message, "choices[].message", choice.get("finish_reason"))
    if message.get("role") != "assistant":
        yield "choices[].message.role", "is missing or not assistant"
    yield from _tool_calls(message, "choices[].message", streamed=False)
    yield from _finish(choice, required=True)


def _chunk_choice(choice: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    delta = choice.get("delta")
    if not isinstance(delta, dict):
        if not (delta is None and choice.get("finish_reason")):
            yield "choices[].delta", f"is {json_kind(delta)}, expected object"
        return
    if json_kind(delta.get("content")) not in ("string", "null"):
        yield "choices[].delta.content", f"is {json_kind(delta['content'])}, expected string"
    if delta.get("role", "assistant") not in ("assistant", None, ""):
        yield "choices[].delta.role", "is not assistant"
    yield from _tool_calls(delta, "choices[].delta", streamed=True)
    yield from _finish(choice, required=False)


def _content(message: Mapping[str, Any], at: str, finish: object) -> Iterator[tuple[str, str]]:
    content = message.get("content")
    if json_kind(content) not in ("string", "null"):
        yield f"{at}.content", f"is {json_kind(content)}, expected string"
        return
    instead = any(message.get(key) for key in ("tool_calls", "function_call", "refusal"))
    # What a filter held back, or reasoning used up the limit for, has no text and says why.
    told = finish in ("content_filter", "length")
    if text_length(content) == 0 and not instead and not told:
        state = "missing" if "content" not in message else "null" if content is None else "empty"
        yield f"{at}.content", f"is {state} with no tool call and no refusal"


def _tool_calls(message: Mapping[str, Any], at: str, streamed: bool) -> Iterator[tuple[str, str]]:
    calls = message.get("tool_calls")
    if calls is None:
        return
    if not isinstance(calls, list):
        yield f"{at}.tool_calls", f"is {json_kind(calls)}, expected array"
        return
    for call in calls:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict):
            yield f"{at}.tool_calls[].function", "is missing or no object"
            continue
        if streamed and not isinstance(call.get("index"), int):
            yield f"{at}.tool_calls[].index", "is missing or no integer"
        if problem := _id_problem(call, streamed=streamed):
            yield f"{at}.tool_calls[].id", problem
        kind = json_kind(function.get("arguments"))
        if kind != "string" and not (streamed and kind == "null"):
            yield f"{at}.tool_calls[].function.arguments", f"is {kind}, expected string"


def _id_problem(call: Mapping[str, Any], *, streamed: bool) -> str:
    """What is wrong with a tool call's id; only the first piece of a streamed one has it."""
    if not streamed and not call.get("id"):
        return "is missing"
    kind = json_kind(call.get("id"))
    return "" if kind in ("string", "null") else f"is {kind}, expected string"


def _finish(choice: Mapping[str, Any], required: bool) -> Iterator[tuple[str, str]]:
    finish = choice.get("finish_reason")
    if finish is None:
        if required:
            yield "choices[].finish_reason", "is missing or null"
    elif finish not in FINISH_REASONS and not (finish == "" and not required):
        yield "choices[].finish_reason", UNKNOWN_VALUE


def _usage(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    usage = body.get("usage")
    if usage is None:
        return
    if not isinstance(usage, dict):
        yield "usage", f"is {json_kind(usage)}, expected object"
        return
    for name in _USAGE_COUNTS:
        if name not in usage:
            yield f"usage.{name}", "is missing"
        elif json_kind(usage[name]) != "number":
            yield f"usage.{name}", f"is {json_kind(usage[name])}, expected number"


def _top(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, kind in (("id", "string"), ("model", "string"), ("created", "number")):
        if name in body and json_kind(body[name]) != kind:
            yield name, f"is {json_kind(body[name])}, expected {kind}"
        elif name not in body and "choices" in body:
            yield name, "is missing"
    if body.get("object") == "chat.completion.chunk" and "choices" in body:
        yield "object", "says chat.completion.chunk, in an answer that is no stream"
    created = body.get("created")
    if isinstance(created, float) and not created.is_integer():
        yield "created", NO_INTEGER
