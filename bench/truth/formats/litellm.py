"""LiteLLM's standard logging payload, a row a call."""

from __future__ import annotations

import json

from ..dialects import message_of
from ..values import Answer, Call, Depth, Json, Part
from .reading import Kept, keep
from .sdk import CUT, cause, class_of

_OWN = {503: "ServiceUnavailableError", 502: "BadGatewayError", 500: "InternalServerError"}
_HEAD = ("model", "messages", "stream")
_PARTS = (Part.STATUS, Part.URL, Part.REQUEST, Part.ERROR_TEXT, Part.MESSAGE, Part.FINISH)


def shows(depth: Depth) -> frozenset[Part]:
    """The request, the base address, the refusal's sentence and the message; no credentials."""
    parts = {*_PARTS, Part.TRANSPORT, Part.ATTEMPTS}
    return frozenset(parts | ({Part.RETRY_AFTER} if depth.extra_headers else set()))


def _unreached(kind: str) -> tuple[str, str, str]:
    if kind == "timeout":
        return "Timeout", "408", "litellm.Timeout: APITimeoutError - Request timed out."
    why = CUT if kind == "cut" else cause(kind, "python")
    text = f"litellm.APIConnectionError: OpenAIException - Connection error. {why}"
    return "APIConnectionError", "500", text


def _failure(call: Call) -> tuple[str, str, str] | None:
    """Class, code and sentence; None where LiteLLM takes the call for a success."""
    answer, kept = call.answer, keep(call.answer)
    if answer.transport and (answer.transport != "cut" or call.crash):
        return _unreached(answer.transport)
    if answer.status == 200:
        if kept.message is not None:
            return None
        text = "litellm.APIError: APIError: OpenAIException - Invalid response object"
        return "APIError", "500", text
    name = _OWN.get(answer.status, class_of(answer.status))
    said = answer.text if answer.body is None else message_of(answer.body)
    text = f"litellm.{name}: {name}: OpenAIException - {said}"
    return name, str(answer.status), text


def _response(kept: Kept) -> Json:
    usage = kept.usage or {"prompt_tokens": 12, "completion_tokens": 7, "total_tokens": 19}
    reason = kept.reason or "stop"
    choice = {"index": 0, "message": kept.message, "finish_reason": reason}
    head = {"id": kept.id or "chatcmpl-local", "object": "chat.completion", "model": kept.model}
    return {**head, "choices": [choice], "usage": usage}


def _hidden(answer: Answer, base: str, depth: Depth) -> Json:
    named: dict[str, Json] | None = None
    if depth.extra_headers:
        named = {f"llm_provider-{name.lower()}": value for name, value in answer.headers}
    return {"additional_headers": named, "api_base": base}


def _row(call: Call, depth: Depth) -> Json:
    body, failure = call.request.body, _failure(call)
    base = call.request.url.removesuffix("/chat/completions")
    start = call.started.timestamp()
    row: dict[str, Json] = {
        "id": f"{call.trace}-{call.at}",
        "trace_id": call.trace,
        "litellm_call_id": f"{call.trace}-{call.at}",
        "call_type": "acompletion",
        "status": "failure" if failure else "success",
        "startTime": start,
        "endTime": start + call.ms / 1000,
        "model": body.get("model"),
        "api_base": base,
        "messages": body.get("messages"),
        "model_parameters": {k: v for k, v in body.items() if k not in _HEAD},
        "response": {} if failure else _response(keep(call.answer)),
        "stream": body.get("stream", False),
        "hidden_params": _hidden(call.answer, base, depth),
        "error_str": None,
        "error_information": None,
    }
    if failure:
        name, code, text = failure
        row["error_str"] = text
        row["error_information"] = {
            "error_code": code,
            "error_class": name,
            "llm_provider": "openai",
            "error_message": text,
            "traceback": "",
        }
    return row


def render(calls: list[Call], depth: Depth) -> str:
    """The calls, a line each."""
    return "".join(json.dumps(_row(call, depth)) + "\n" for call in calls)
