"""Rejections beside sentences of pages: which explain them, and which speak of something else."""

import json
from pathlib import Path
from typing import Any

import pytest

from tallystick.contract import read_source, with_standing
from tallystick.intake import Facts, classify
from tallystick.record.case import Operation
from tallystick.record.clause import Source
from tallystick.record.finding import RootCause
from tallystick.review import Material
from tallystick.review.causes import causes
from tests.conftest import REQUEST, entry, frozen, har

PAIRS = [
    json.loads(line) for line in (Path(__file__).parent / "pairs.jsonl").read_text().splitlines()
]
SOURCE = Source("S1", "https://x/", "2026-12-01T00:00:00Z", "d", "t", "p", "markdown", "s.md")


def caused(pair: dict[str, Any], *more: str) -> RootCause:
    """The cause of a call that was refused, where a page has one sentence under one title, or
    several.
    """
    error = {name: pair[name] for name in ("message", "param", "code")}
    body = {**REQUEST, "model": pair["model"], **pair["request"]}
    refused = entry(pair["status"], {"error": {**error, "type": "t"}}, request=body)
    exchanges = frozen(har([refused]))
    said = "\n\n".join((pair["sentence"], *more))
    page = f"# Chat completions\n\n## {pair['title']}\n\n{said}\n"
    read = read_source(SOURCE, page.encode(), Operation())
    material = Material(
        with_standing(read.clauses, [SOURCE], ""), [SOURCE], (), exchanges,
        classify(exchanges, Facts()), candidates=read.candidates, sayings=read.sayings,
    )  # fmt: skip
    return causes(material)[0]


@pytest.mark.parametrize(
    "pair", [one for one in PAIRS if not one["says_it"]], ids=lambda one: str(one["why"])[:60]
)
def test_a_sentence_about_something_else_accuses_nobody(pair: dict[str, Any]) -> None:
    assert caused(pair).side != "application"


def test_how_many_of_the_sentences_that_say_it_explain_a_rejection_may_only_rise() -> None:
    told = [one for one in PAIRS if one["says_it"]]
    found = [one for one in told if caused(one).side == "application"]
    assert len(found) >= 29


# A rejection and a sentence in other words, and the parts without which nothing follows.
LONE: dict[str, Any] = {
    "message": "Parameter 'parallel_tool_calls' is only allowed when 'tools' are specified.",
    "param": "parallel_tool_calls", "code": None, "status": 400, "model": "gpt-4o-mini",
    "request": {"parallel_tool_calls": False}, "title": "Parallel calls",
    "sentence": "Do not pass `parallel_tool_calls` in a request without `tools`.",
}  # fmt: skip
TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}


def test_both_speak_of_one_rule() -> None:
    found = caused(LONE)
    assert (found.side, found.location) == ("application", "request.parallel_tool_calls")
    assert "in a request without `tools`" in found.mechanism
    assert "not yet accepted" in found.mechanism


@pytest.mark.parametrize(
    "changed",
    [
        {"sentence": "`parallel_tool_calls` lets the model call several functions at once."},
        {"sentence": "On the free plan do not pass `parallel_tool_calls` without `tools`."},
        {"sentence": "`parallel_tool_calls` without `tools` is silently ignored."},
        {"sentence": "Do not pass `user` without `metadata`.", "title": "Users"},
        {"message": "Invalid request", "param": None},
        {"request": {"parallel_tool_calls": False, "tools": [TOOL]}},
        {"sentence": "Claude models do not take `parallel_tool_calls` without `tools`."},
    ],
    ids=["no rule", "of a plan", "ignored", "of another member", "no place", "kept", "of others"],
)
def test_without_one_part_nothing_follows(changed: dict[str, Any]) -> None:
    assert caused({**LONE, **changed}).side != "application"


def test_what_another_sentence_allows_is_open() -> None:
    temperature: dict[str, Any] = {
        **LONE, "message": "'temperature' is too large", "param": "temperature",
        "request": {"temperature": 1.5}, "title": "Sampling",
        "sentence": "`temperature` must be at most 1.",
    }  # fmt: skip
    assert caused(temperature).side == "application"
    assert caused({**temperature, "request": {"temperature": 0.5}}).side != "application"
    assert caused(temperature, "For `temperature` values up to 2 are taken.").side != "application"


def test_a_page_that_gives_the_words_of_an_error_explains_it() -> None:
    quoted: dict[str, Any] = {
        **LONE, "message": "property 'reasoning_content' is unsupported",
        "param": "messages.1.reasoning_content",
        "request": {"messages": [{"role": "user", "content": "x", "reasoning_content": "y"}]},
        "title": "Properties", "sentence": "Others fail with `property '…' is unsupported`.",
    }  # fmt: skip
    assert caused(quoted).side == "application"
    upstream = "The upstream may fail with `property '…' is unsupported`."
    assert caused({**quoted, "sentence": upstream}).side != "application"


def test_the_code_of_an_address_is_explained() -> None:
    wrong: dict[str, Any] = {
        **LONE, "status": 404, "message": "The API deployment does not exist.", "param": None,
        "code": "DeploymentNotFound", "request": {}, "title": "Errors",
        "sentence": "`DeploymentNotFound`: the name in the path is not one of your deployments.",
    }  # fmt: skip
    found = caused(wrong)
    assert (found.side, found.location.partition(".")[0]) == ("application", "endpoint")
    assert caused({**wrong, "code": None}).side != "application"


MESSAGES = [{"role": "user", "content": "x"}]
ONE_RULE: list[tuple[str, dict[str, Any], str]] = [
    (
        "a value to be set",
        {"message": "enable_thinking must be set to false for non-streaming calls",
         "param": "enable_thinking", "request": {"enable_thinking": True},
         "title": "Thinking", "sentence": "Set `enable_thinking` to `false`."},
        "Set `enable_thinking` to `true`.",
    ),
    (
        "who follows whom",
        {"message": "Unexpected role 'user' after role 'tool'", "param": "messages.role",
         "request": {"messages": MESSAGES}, "title": "Rules for the history",
         "sentence": "A `user` message cannot directly follow a tool result."},
        "A `system` message has to come first.",
    ),
    (
        "what must still be held",
        {"message": "The `reasoning_content` must be passed back to the API.",
         "param": "messages.reasoning_content", "request": {"messages": MESSAGES},
         "title": "Tool calls", "sentence": "They must still hold their `reasoning_content`."},
        "They hold `reasoning_content` and must be short.",
    ),
    (
        "a type",
        {"message": "Invalid type for 'user': expected an object, but got a string instead.",
         "param": "user", "request": {"user": "x"}, "title": "Users",
         "sentence": "`user` is an object."},
        "`user` is a string.",
    ),
    (
        "a later model",
        {"message": "'max_tokens' is not supported with this model.", "param": "max_tokens",
         "model": "gpt-5.4", "request": {"max_tokens": 9}, "title": "Parameters",
         "sentence": "`max_tokens` is not accepted by `gpt-5` and later models."},
        "`max_tokens` is not accepted by `gpt-6` and later models.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("about", "pair", "other"), ONE_RULE, ids=[one[0] for one in ONE_RULE])
def test_one_rule_in_two_texts_and_another_rule(
    about: str, pair: dict[str, Any], other: str
) -> None:
    whole = {**LONE, **pair}
    assert caused(whole).side == "application", about
    assert caused({**whole, "sentence": other}).side != "application", about


def test_two_members_that_one_page_forbids_together_and_another_asks_for() -> None:
    combined: dict[str, Any] = {
        "message": "Setting 'max_tokens' and 'max_completion_tokens' at once is not supported.",
        "param": "max_tokens", "code": "invalid_parameter_combination", "status": 400,
        "model": "gpt-4.1", "request": {"max_tokens": 9, "max_completion_tokens": 9},
        "title": "max_tokens", "sentence": "Cannot be combined with `max_completion_tokens`.",
    }  # fmt: skip
    asks = "Put **both** `max_tokens` and `max_completion_tokens` into the request."
    assert caused(combined).side == "application"
    assert caused(combined, asks).side == "unknown"
    assert caused(combined, asks.replace("Put", "Do not put")).side == "application"


ROWS = """\
| Field | Type | Description |
| --- | --- | --- |
| `max_tokens` | integer | The older name. `gpt-4o` still takes it. {said} |
| `seed` | integer | Any number. |"""


@pytest.mark.parametrize(
    ("said", "side"),
    [
        ("The o-series (`o3`, `o4-mini`) do not: use `max_completion_tokens` with those.",
         "application"),
        ("The o-series (`o3`, `o4-mini`) think before they answer.", "unknown"),
        ("`deepseek-chat` does not: use `max_completion_tokens` with it.", "unknown"),
    ],
    ids=["refused", "nothing refused", "of another model"],
)  # fmt: skip
def test_a_row_says_in_short_what_some_models_do_not_take(said: str, side: str) -> None:
    refused: dict[str, Any] = {
        "message": "'max_tokens' is not supported with this model. Use 'max_completion_tokens'.",
        "param": "max_tokens", "code": "unsupported_parameter", "status": 400, "model": "o4-mini",
        "request": {"max_tokens": 500}, "title": "Body", "sentence": ROWS.format(said=said),
    }  # fmt: skip
    assert caused(refused).side == side


CELLS = """\
| Situation | {heading} |
|---|---|
| New question, no tools so far | may be left out |
| Assistant message with `tool_calls`, and its result follows | has to be sent back unchanged |"""


@pytest.mark.parametrize(
    ("heading", "side"),
    [("`reasoning_content` of earlier messages", "application"), ("Earlier messages", "unknown")],
)
def test_a_cell_is_about_the_member_that_its_column_names(heading: str, side: str) -> None:
    earlier = {"role": "assistant", "content": "", "tool_calls": [
        {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}  # fmt: skip
    missed: dict[str, Any] = {
        "message": "The `reasoning_content` in the thinking mode must be passed back to the API.",
        "param": None, "code": "invalid_request_error", "status": 400, "model": "deepseek-r",
        "request": {"messages": [{"role": "user", "content": "x"}, earlier,
                                 {"role": "tool", "tool_call_id": "c1", "content": "1"}]},
        "title": "Conversations", "sentence": CELLS.format(heading=heading),
    }  # fmt: skip
    assert caused(missed).side == side


def test_a_member_that_one_page_has_for_every_model_and_another_for_none() -> None:
    capped: dict[str, Any] = {
        "message": "'max_tokens' is not supported with this model. Use 'max_completion_tokens'.",
        "param": "max_tokens", "code": "unsupported_parameter", "status": 400, "model": "gpt-5",
        "request": {"max_tokens": 256}, "title": "Moving to GPT-5",
        "sentence": "Rename `max_tokens` to `max_completion_tokens` for `gpt-5`.",
    }  # fmt: skip
    every = "`max_tokens` limits the answer on **every** model of the catalogue."
    assert caused(capped).side == "application"
    assert caused(capped, every).side == "unknown"
    assert caused(capped, every.replace("every", "our small")).side == "application"


@pytest.mark.parametrize(
    ("named", "side"), [("gemini-1.5-pro", "application"), ("gemini-2.5-pro", "unknown")]
)
def test_a_model_that_the_rejection_alone_names(named: str, side: str) -> None:
    page = (
        "# What is new\n\n## November 2026\n\n- **18 Nov** – `gemini-1.5-pro` and "
        "`gemini-1.5-flash` have been switched off. Calls get 404 `model_not_found`.\n"
    )
    error = {"message": f"The model {named} does not exist", "code": "model_not_found"}
    refused = entry(404, {"error": error})
    del refused["request"]["postData"]
    exchanges = frozen(har([refused]))
    read = read_source(SOURCE, page.encode(), Operation())
    material = Material(
        with_standing(read.clauses, [SOURCE], ""), [SOURCE], (), exchanges,
        classify(exchanges, Facts()), candidates=read.candidates, sayings=read.sayings,
    )  # fmt: skip
    (found,) = causes(material)
    assert found.side == side
    assert ("switched off" in found.mechanism) == (side == "application")


VALUES = """\
| Model | Values of `reasoning_effort` | Default |
| --- | --- | --- |
| `o3`, `o4-mini` | `low`, `medium`, `high` | `medium` |
| `gpt-5` | `minimal`, `low`, `medium`, `high` | `medium` |"""


@pytest.mark.parametrize(("model", "is_ruled"), [("o3", True), ("gpt-5", False)])
def test_a_row_under_a_heading_that_names_a_member_is_of_its_models(
    model: str, is_ruled: bool
) -> None:
    effort: dict[str, Any] = {
        "message": "'reasoning_effort' does not support 'minimal' with this model. Supported "
        "values are: 'low', 'medium', and 'high'.",
        "param": "reasoning_effort", "code": "unsupported_value", "status": 400, "model": model,
        "request": {"reasoning_effort": "minimal"}, "title": "Effort", "sentence": VALUES,
    }  # fmt: skip
    assert (caused(effort).side == "application") == is_ruled


@pytest.mark.parametrize(
    ("sent", "side"), [(True, "application"), (False, "unknown"), (None, "unknown")]
)
def test_a_value_that_is_refused_is_that_value(sent: object, side: str) -> None:
    refused: dict[str, Any] = {
        "message": "Request contains an invalid argument.", "param": None,
        "code": "invalid_request", "status": 400, "model": "gemini-2.5-pro",
        "request": {"logit_bias": {}} | ({} if sent is None else {"logprobs": sent}),
        "title": "Log probabilities",
        "sentence": "Reasoning models, Claude and Gemini refuse `logprobs: true` with 400.",
    }  # fmt: skip
    found = caused(refused)
    assert ("refuse" in found.mechanism) == (side == "application" or sent is True)


LISTED = """\
| Field | Type | Description |
| --- | --- | --- |
| `tool_choice` | string | One of `none`, `auto`, `required`. Allowed only when `tools` is present. |
| `tools` | array | What the model may call. |"""


@pytest.mark.parametrize(
    ("tools", "side"), [([], "application"), ([{"type": "function"}], "unknown")]
)
def test_a_listed_value_may_need_another_member(tools: list[Any], side: str) -> None:
    lone: dict[str, Any] = {
        "message": "'tool_choice' is only allowed when 'tools' are specified.",
        "param": "tool_choice", "code": None, "status": 400, "model": "gpt-4o",
        "request": {"tool_choice": "auto"} | ({"tools": tools} if tools else {}),
        "title": "Body", "sentence": LISTED,
    }  # fmt: skip
    assert caused(lone).side == side
