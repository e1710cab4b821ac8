"""Runs of LangSmith, as its SDK and its exports write them: a chat model's run has its messages in
`inputs`, its parameters in `extra.invocation_params`, and what came back in `outputs`.
"""

from collections.abc import Iterator
from typing import Any

from tallystick.intake.formats.lines import Line, has, of_lines
from tallystick.intake.formats.mapping import Mapping, at, parsed

RUNS = Mapping(
    where={"run_type": "llm"},
    ends_well=True,
    at=("start_time",),
    end=("end_time",),
    base_url=("extra.invocation_params.base_url", "extra.metadata.ls_base_url"),
    model=("extra.invocation_params.model", "extra.invocation_params.model_name"),
    messages=("asked",),
    parameters=("parameters",),
    choices=("answered",),
    usage=("outputs.llm_output.token_usage", "outputs.usage"),
    error=("error",),
    ids=("answer_id",),
    traces=("id", "trace_id"),
)
# Of LangChain's message classes, the roles of the protocol.
_ROLES = {"human": "user", "ai": "assistant", "system": "system", "tool": "tool"}
_OWN = frozenset(("model", "model_name", "base_url", "api_key", "openai_api_key"))


def _run(line: Line) -> Iterator[Line]:
    asked = at(line, ("inputs.messages",))
    if isinstance(asked, list) and asked and isinstance(asked[0], list):
        asked = asked[0]  # a batch of one, as LangChain calls its models
    stated = at(line, ("extra.invocation_params",))
    parameters = {
        name: value
        for name, value in (stated if isinstance(stated, dict) else {}).items()
        if not name.startswith("_") and name not in _OWN and value is not None
    }
    yield {
        **line,
        "asked": [_message(one) for one in asked] if isinstance(asked, list) else None,
        "parameters": parameters or None,
        "answered": _choices(line),
        "answer_id": at(line, ("outputs.id", "outputs.llm_output.id")),
    }


def _message(one: Any) -> Any:
    """A message; LangChain's own form has its class and its members apart."""
    held = one.get("kwargs") if isinstance(one, dict) else None
    if not isinstance(held, dict):
        return one
    kind = str(held.get("type") or "")
    named = {"role": _ROLES.get(kind, kind or "user"), "content": held.get("content")}
    extra = held.get("additional_kwargs")
    return {**named, **(extra if isinstance(extra, dict) else {})}


def _choices(line: Line) -> list[Line] | None:
    outputs = parsed(line.get("outputs"))
    if not isinstance(outputs, dict):
        return None
    whole = outputs.get("choices")
    if isinstance(whole, list):
        return whole
    held = outputs.get("generations")
    several = held[0] if isinstance(held, list) and held and isinstance(held[0], list) else held
    found = [one for one in several or () if isinstance(one, dict)]
    return [_choice(number, one) for number, one in enumerate(found)] or None


def _choice(number: int, one: Line) -> Line:
    message = _message(one.get("message"))
    text = one.get("text")
    said = message if isinstance(message, dict) else {"role": "assistant", "content": text}
    info = one.get("generation_info")
    ended = info.get("finish_reason") if isinstance(info, dict) else None
    return {"index": number, "message": said, **({"finish_reason": ended} if ended else {})}


FORMAT = of_lines("langsmith", "LangSmith runs", has("run_type", "inputs"), RUNS, _run)
