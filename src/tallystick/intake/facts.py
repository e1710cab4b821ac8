"""Facts before masking: what judgement needs of values that no record may keep.

Each is a word of a fixed list (`record.visibility`), found while the values are there. What a rule
of the protocol says is named beside it; what cannot be told from what the capture shows is left
out, so that a fact never rests on a part that is hidden.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tallystick.intake.mask import decoded
from tallystick.protocol import read_completion
from tallystick.protocol.answer import Answer
from tallystick.record.visibility import ResponseFact

_DATED = re.compile(r"[-@:](?:\d{3,8}(?:-\d\d-\d\d)?|latest|preview|beta|exp|v\d+|free|online)\b")
_SIZES = frozenset(
    """mini nano micro small medium large turbo pro plus max flash lite ultra opus sonnet haiku
    air""".split()
)
_UPSTREAM_ENDS = re.compile(
    r"error|malformed|unexpected|unspecified|fail|recitation", re.IGNORECASE
)
_FORCED = ("required", "any")


def plain_facts(asked: object, body: object, media_type: str) -> tuple[ResponseFact, ...]:
    """What a plain answer with a success status is, beside what was asked for."""
    if not isinstance(body, dict) or not isinstance(body.get("choices"), list):
        return ()
    found = set(of_answer(asked, read_completion(body), bool(body["choices"])))
    found |= set(_of_choices(asked, body["choices"]))
    if is_other_model(asked, body.get("model")):
        found.add("other-model")
    if media_type and "json" not in media_type:
        found.add("mislabelled")
    return tuple(sorted(found))


# Loggers that shorten texts leave some hundred characters, or say that they did.
_SHORTEST_CUT = 200
_SHORTENED = re.compile(r"(?:\.\.\.|…|truncated[^\"]{0,30})\W*$", re.IGNORECASE)


def partial_facts(asked: object, body: object) -> tuple[ResponseFact, ...]:
    """What the parts of an answer that a log kept show: what they lack shows nothing, and a text
    that its logger may have shortened is no text that was cut.
    """
    choices = body.get("choices") if isinstance(body, dict) else None
    listed = [one for one in choices if isinstance(one, dict)] if isinstance(choices, list) else []
    found: set[ResponseFact] = set()
    if any(map(ended_upstream, listed)):
        found.add("upstream-error")
    if isinstance(body, dict) and is_other_model(asked, body.get("model")):
        found.add("other-model")
    for choice in listed:
        found |= set(_of_kept(asked, choice))
    return tuple(sorted(found))


def _of_kept(asked: object, choice: Mapping[str, Any]) -> Iterator[ResponseFact]:
    message = choice.get("message")
    answer = read_completion({"choices": [choice]})
    if any(_is_cut(call.arguments) for call in answer.tool_calls):
        yield "arguments-cut"
    text = message.get("content") if isinstance(message, dict) else None
    if text == "" and not answer.tool_calls and answer.finish_reason == "length":
        yield "empty-text"
    form = asked.get("response_format") if isinstance(asked, dict) else None
    kind = form.get("type") if isinstance(form, dict) else None
    if kind in ("json_object", "json_schema") and isinstance(text, str) and _is_cut(text):
        yield "no-json"


def _is_cut(text: str | None) -> bool:
    """Whether a text begins as JSON and is none, and is too short for a logger's cut."""
    begins = bool(text) and str(text).lstrip()[:1] in ("{", "[") and len(str(text)) < _SHORTEST_CUT
    return begins and not _is_json(str(text)) and _SHORTENED.search(str(text)) is None


def _of_choices(asked: object, choices: list[Any]) -> Iterator[ResponseFact]:
    for choice in choices:
        if isinstance(choice, dict) and ended_upstream(choice):
            yield "upstream-error"
    wanted = asked.get("n") if isinstance(asked, dict) else None
    if isinstance(wanted, int) and choices and len(choices) < wanted:
        yield "fewer-choices"


def ended_upstream(choice: Mapping[str, Any]) -> bool:
    """`native_finish_reason` is the upstream's own word (OpenRouter, API overview)."""
    native = choice.get("native_finish_reason")
    said = choice.get("finish_reason") == "error"
    return said or (isinstance(native, str) and _UPSTREAM_ENDS.search(native) is not None)


# How models that were not made for JSON wrap it, and how models of reasoning think aloud
# (DeepSeek-R1 and Qwen3, model cards).
_FENCED = re.compile(r"```\w{0,12}\n.*\n```", re.DOTALL)
_THOUGHTS = ("<think>", "<thinking>")


def of_answer(asked: object, answer: Answer, chosen: bool) -> Iterator[ResponseFact]:
    """What an answer is, put together of its parts; `chosen` says that it has a choice at all."""
    text = answer.content or ""
    said = bool(text or answer.refusal or answer.tool_calls)
    if chosen and not said and answer.finish_reason != "content_filter":
        yield "empty-text"
    if text and not text.strip() and not answer.tool_calls:
        yield "blank-text"
    if _FENCED.fullmatch(text.strip()):
        yield "fenced-text"
    if text.lstrip().startswith(_THOUGHTS):
        yield "thoughts-in-text"
    # Cut at the limit that was asked for, arguments and JSON are cut too: that is documented.
    whole = answer.finish_reason not in ("length", "content_filter")
    yield from _of_calls(answer)
    if isinstance(asked, dict):
        yield from _of_wishes(asked, answer, text, whole=whole)


def _of_calls(answer: Answer) -> Iterator[ResponseFact]:
    if any(call.arguments and not _is_json(call.arguments) for call in answer.tool_calls):
        yield "arguments-cut"
    if any(call.arguments == "" for call in answer.tool_calls):
        yield "arguments-empty"
    if answer.finish_reason == "tool_calls" and not answer.tool_calls:
        yield "calls-missing"


def _of_wishes(
    asked: Mapping[str, Any], answer: Answer, text: str, *, whole: bool
) -> Iterator[ResponseFact]:
    form = asked.get("response_format")
    kind = form.get("type") if isinstance(form, dict) else None
    if kind in ("json_object", "json_schema") and text.strip() and whole and not answer.tool_calls:
        if not _is_json(text):
            yield "no-json"
        elif kind == "json_schema" and not _fits(form, decoded(text)):
            yield "schema-violated"
    choice = asked.get("tool_choice")
    if answer.tool_calls and answer.finish_reason == "stop" and choice in (None, "auto"):
        # A forced call ends with `stop` (chat completions, tool_choice); one by choice does not.
        yield "finish-contradicts"
    forced = choice in _FORCED if isinstance(choice, str) else isinstance(choice, dict)
    if forced and not answer.tool_calls and text.strip() and whole and not answer.refusal:
        yield "tool-choice-ignored"


def _fits(form: object, value: object) -> bool:
    """Whether a value is what the request's schema allows; a schema that is none allows all.

    The schema comes from a capture: nothing is fetched for it, and its expressions are not run.
    """
    # Slow to load, and rarely needed.
    from jsonschema import exceptions, validators  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415
    from referencing.exceptions import Unresolvable  # noqa: PLC0415

    named = form.get("json_schema") if isinstance(form, dict) else None
    schema = named.get("schema") if isinstance(named, dict) else None
    if not isinstance(schema, dict):
        return True
    skipped = dict.fromkeys(("pattern", "patternProperties"), _allow)
    kind = validators.extend(validators.validator_for(schema), skipped)
    try:
        return bool(kind(schema, registry=Registry()).is_valid(value))
    except (exceptions.SchemaError, exceptions.UnknownType, Unresolvable, *_WRONG_KINDS):
        return True


# What the validator raises over a schema whose members are of wrong kinds.
_WRONG_KINDS = (TypeError, ValueError, AttributeError, RecursionError)


def _allow(*_: object) -> tuple[()]:
    return ()


def _is_json(text: str) -> bool:
    """Whether a text is JSON; one that was masked before may be anything."""
    return "‹" in text or decoded(text) is not text


def is_other_model(asked: object, answered: object) -> bool:
    """Whether two names are of different families or sizes; a dated name is the same model."""
    wanted = asked.get("model") if isinstance(asked, dict) else None
    if not isinstance(wanted, str) or not isinstance(answered, str) or not answered:
        return False
    first, second = (_plain_name(name) for name in (wanted, answered))
    if first == second or not first or not second:
        return False
    families = {_family(name) for name in (first, second)}
    sizes = [set(re.split(r"[-.:@]", name)) & _SIZES for name in (first, second)]
    return "" not in families and (len(families) > 1 or sizes[0] != sizes[1])


def _plain_name(name: str) -> str:
    return _DATED.sub("", name.lower().rpartition("/")[2])


_FAMILIES = (
    "gpt", "claude", "gemini", "gemma", "deepseek", "qwen", "llama", "mistral", "mixtral", "grok",
    "glm", "kimi", "doubao", "command", "phi",
)  # fmt: skip


def _family(name: str) -> str:
    return next((family for family in _FAMILIES if name.startswith(family)), "")
