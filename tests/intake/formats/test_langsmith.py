"""Runs of LangSmith: what they show is read, and what they leave out is not shown."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tallystick.intake import RawAttempt
from tallystick.intake.formats import Broken, Piece, detect

RUN: Mapping[str, Any] = {
    "id": "32a7cae9-df32-4560-8500-2635f5bffffb",
    "trace_id": "42a7cae9-df32-4560-8500-2635f5bffffb",
    "run_type": "llm",
    "start_time": "2026-04-02T06:30:05.100000",
    "end_time": "2026-04-02T06:30:06.300000",
    "inputs": {"messages": [{"role": "user", "content": "hi"}]},
    "outputs": {"generations": [[{"text": "yo", "message": {"role": "assistant", "content": "yo"},
                                  "generation_info": {"finish_reason": "stop"}}]],
                "llm_output": {"token_usage": {"prompt_tokens": 3}}},
    "extra": {"invocation_params": {"model": "gpt-4o", "temperature": 0.0, "_type": "openai-chat",
                                    "stop": None, "tool_choice": "auto"}},
    "error": None,
}  # fmt: skip


def read(*runs: Mapping[str, Any]) -> list[RawAttempt]:
    """The attempts of some runs."""
    data = "\n".join(map(json.dumps, runs)).encode()
    form = detect(data)
    assert form is not None
    assert form.name == "langsmith"
    found = [*form.read(Piece(0, 0, data, last=True))]
    assert not any(isinstance(one, Broken) for one in found)
    return [one for one in found if isinstance(one, RawAttempt)]


def test_a_run_is_a_call_whose_bodies_are_parts() -> None:
    (attempt,) = read(RUN)
    assert attempt.request.partial
    assert attempt.response.partial
    assert attempt.duration_ms == 1200.0
    assert json.loads(attempt.request.body or b"") == {
        "model": "gpt-4o", "temperature": 0.0, "tool_choice": "auto",
        "messages": [{"role": "user", "content": "hi"}],
    }  # fmt: skip
    answer = json.loads(attempt.response.body or b"")
    assert answer["choices"][0] == {
        "index": 0, "message": {"role": "assistant", "content": "yo"}, "finish_reason": "stop",
    }  # fmt: skip
    assert answer["usage"] == {"prompt_tokens": 3}
    assert (attempt.ids, attempt.traces) == ((), (RUN["id"], RUN["trace_id"]))


def test_a_failed_run_has_its_error_and_the_status_that_it_names() -> None:
    error = "BadRequestError(\"Error code: 400 - {'error': {'message': 'no', 'param': 'top_k'}}\")"
    (attempt,) = read({**RUN, "outputs": None, "error": error})
    assert attempt.status == 400


@pytest.mark.parametrize(
    ("inputs", "role"),
    [
        ({"messages": [[{"lc": 1, "kwargs": {"type": "human", "content": "hi"}}]]}, "user"),
        ({"messages": [[{"lc": 1, "kwargs": {"type": "ai", "content": "hi"}}]]}, "assistant"),
        ({"messages": [{"role": "system", "content": "hi"}]}, "system"),
    ],
)
def test_messages_of_langchain_are_read_as_those_of_the_protocol(
    inputs: Mapping[str, Any], role: str
) -> None:
    (attempt,) = read({**RUN, "inputs": inputs})
    assert json.loads(attempt.request.body or b"")["messages"] == [{"role": role, "content": "hi"}]


@pytest.mark.parametrize("outputs", [None, {}, {"choices": [{"index": 0}]}, {"generations": [
    {"text": "yo"}]}, {"generations": []}, {"output": "x"}])  # fmt: skip
def test_outputs_of_other_forms_are_shown_as_far_as_they_are(outputs: Any) -> None:
    (attempt,) = read({**RUN, "outputs": outputs})
    assert attempt.status == 200
    assert "response-status" in attempt.hidden


def test_a_chain_is_no_call() -> None:
    assert not read({**RUN, "run_type": "chain"})
