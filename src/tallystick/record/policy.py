"""What a record may hold of a chat-completions body: the default-deny policy, as data.

A `Rule` says, per JSON kind, what may stay at one place. What no rule names becomes a
placeholder. `intake` applies the policy to raw captures; every `Exchange` checks it again when it
is built, so that nothing unsanitized has a type the record can hold.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

Form = Literal[
    "masked", "delta", "id", "json", "model", "words", "code", "choice", "numeral", "name"
]


class Rule(msgspec.Struct, frozen=True):
    """What stays at one place: the form of a string, numbers, booleans, members and items.

    `fields` names the members whose keys stay; other keys stay only if they are schema names,
    and their values are masked. Without `fields` (or `items`) the whole member is masked.
    `varies` marks a number that differs from call to call and that no judgement rests on, so that
    calls that differ in nothing else have one shape. `named_by_code` says that programs, not data,
    name the members here: a name that looks like one of code stays, whatever it is.
    """

    string: Form = "masked"
    choices: frozenset[str] = frozenset()
    number: tuple[float, float] | None = None
    boolean: bool = False
    fields: "Mapping[str, Rule] | None" = None
    items: "Rule | None" = None
    varies: bool = False
    named_by_code: bool = False


def _object(fields: Mapping[str, Rule]) -> Rule:
    return Rule(fields=MappingProxyType(dict(fields)), named_by_code=True)


def _data(fields: Mapping[str, Rule]) -> Rule:
    """An object that data may name members of: only those named here stay."""
    return Rule(fields=MappingProxyType(dict(fields)))


def _array(items: Rule) -> Rule:
    return Rule(items=items)


def _choice(words: str) -> Rule:
    return Rule(string="choice", choices=frozenset(words.split()))


DENY = Rule()
NUMBER = Rule(number=(0, 1e8), string="numeral")
# What caps an answer; some servers take -1 for no cap.
CAP = Rule(number=(-1, 1e8), string="numeral")
RATIO = Rule(number=(-100, 100), string="numeral")
TALLY = Rule(number=(0, 1e8), string="numeral", varies=True)
MOMENT = Rule(number=(1.4e9, 4.2e9), varies=True)
RESET = Rule(number=(0, 4.2e12), string="numeral")
FLAG = Rule(boolean=True)
ID = Rule(string="id")
MODEL = Rule(string="model")
WORDS = Rule(string="words")
CODE = Rule(string="code", number=(-9999, 9999))
TEXT = Rule()
NAMES = Rule(string="name", items=Rule(string="name", number=(0, 999)))

ROLE = _choice("system developer user assistant tool function")
FINISH = _choice("stop length content_filter tool_calls function_call error")
TOOL_TYPE = _choice("function custom")
EFFORT = _choice("none minimal low medium high xhigh")

_FUNCTION_CALL = _object({"name": TEXT, "arguments": Rule(string="json")})
_TOOL_CALL = _object({"id": ID, "type": TOOL_TYPE, "index": NUMBER, "function": _FUNCTION_CALL})
_PART = _object(
    {
        "type": _choice(
            "text image_url input_audio file refusal thinking reasoning reference tool_use "
            "tool_result image document"
        ),
        "text": TEXT,
        "image_url": _object({"url": TEXT, "detail": _choice("low high auto")}),
        "input_audio": _object({"data": TEXT, "format": _choice("wav mp3")}),
    }
)
_CONTENT = Rule(items=_PART)
_MESSAGE = _object(
    {
        "role": ROLE,
        "content": _CONTENT,
        "name": TEXT,
        "tool_calls": _array(_TOOL_CALL),
        "tool_call_id": ID,
        "function_call": _FUNCTION_CALL,
        "refusal": TEXT,
        "reasoning_content": TEXT,
        "reasoning": TEXT,
        "annotations": _array(DENY),
    }
)
_TOOL = _object(
    {
        "type": TOOL_TYPE,
        "function": _object(
            {"name": TEXT, "description": TEXT, "parameters": DENY, "strict": FLAG}
        ),
    }
)
_SAMPLING = dict.fromkeys(
    """max_tokens max_completion_tokens n top_k top_logprobs num_ctx num_predict
    thinking_budget""".split(),
    CAP,
) | dict.fromkeys(
    "temperature top_p presence_penalty frequency_penalty min_p repetition_penalty".split(), RATIO
)
REQUEST = _object(
    {
        "model": MODEL,
        "messages": _array(_MESSAGE),
        **_SAMPLING,
        "stream": FLAG,
        "logprobs": FLAG,
        "store": FLAG,
        "parallel_tool_calls": FLAG,
        "enable_thinking": FLAG,
        "stop": Rule(items=DENY),
        "tools": _array(_TOOL),
        "tool_choice": Rule(
            string="choice",
            choices=frozenset({"none", "auto", "required", "any"}),
            fields=MappingProxyType({"type": TOOL_TYPE, "function": _object({"name": TEXT})}),
        ),
        "response_format": _object(
            {"type": _choice("text json_object json_schema"), "json_schema": DENY}
        ),
        "stream_options": _object({"include_usage": FLAG}),
        "reasoning_effort": EFFORT,
        "service_tier": _choice("auto default flex priority scale standard"),
        "user": TEXT,
        "modalities": _array(_choice("text audio")),
    }
)

_USAGE_DETAILS = _object(
    dict.fromkeys(
        """cached_tokens audio_tokens reasoning_tokens accepted_prediction_tokens
        rejected_prediction_tokens text_tokens image_tokens cache_write_tokens""".split(),
        TALLY,
    )
)
_USAGE = _object(
    {
        **dict.fromkeys(
            """prompt_tokens completion_tokens total_tokens input_tokens output_tokens cost
            prompt_cache_hit_tokens prompt_cache_miss_tokens cache_creation_input_tokens
            cache_read_input_tokens claude_cache_creation_5_m_tokens
            claude_cache_creation_1_h_tokens""".split(),
            TALLY,
        ),
        "prompt_tokens_details": _USAGE_DETAILS,
        "completion_tokens_details": _USAGE_DETAILS,
    }
)
_DELTA_TEXT = Rule(string="delta", items=_PART)
_DELTA = _object(
    {
        "role": ROLE,
        "content": _DELTA_TEXT,
        "refusal": _DELTA_TEXT,
        "reasoning_content": _DELTA_TEXT,
        "reasoning": _DELTA_TEXT,
        "tool_calls": _array(
            _object(
                {
                    "id": ID,
                    "type": TOOL_TYPE,
                    "index": NUMBER,
                    "function": _object({"name": TEXT, "arguments": _DELTA_TEXT}),
                }
            )
        ),
        "function_call": _object({"name": TEXT, "arguments": _DELTA_TEXT}),
    }
)
_CHOICE = _object(
    {
        "index": NUMBER,
        "message": _MESSAGE,
        "delta": _DELTA,
        "finish_reason": FINISH,
        "native_finish_reason": DENY,
        "logprobs": DENY,
        "text": TEXT,
        "error": DENY,
        "content_filter_results": DENY,
    }
)

_LIMIT_HEADERS = _data(
    {
        f"{prefix}-{part}": RESET if part.lower() == "reset" else NUMBER
        for prefix in ("X-RateLimit", "x-ratelimit")
        for part in ("Limit", "Remaining", "Reset", "limit", "remaining", "reset")
    }
    | {"Retry-After": NUMBER, "retry-after": NUMBER}
)
_ERROR_LEAVES: dict[str, Rule] = {
    "message": WORDS,
    "msg": WORDS,
    "type": CODE,
    "code": CODE,
    "error_code": CODE,
    "errorCode": CODE,
    "err_code": CODE,
    "param": Rule(string="name"),
    "status": CODE,
    "statusCode": NUMBER,
    "status_code": NUMBER,
    "title": WORDS,
    "reason": CODE,
    "description": WORDS,
    "error_description": WORDS,
    "error_type": CODE,
    "loc": NAMES,
    "detail": WORDS,
    "details": WORDS,
    "error": WORDS,
    "hint": WORDS,
    "object": _choice("error"),
    "success": FLAG,
    "retry_after": NUMBER,
    "retryable": FLAG,
    "metadata": _data(
        {
            "raw": WORDS,
            "limit_source": CODE,
            "headers": _LIMIT_HEADERS,
            "reasons": _array(WORDS),
            "error_type": CODE,
            "provider_name": DENY,
        }
    ),
}


def _error(depth: int) -> Rule:
    """An error at one level; its containers may nest it `depth` levels further."""
    if depth == 0:
        return WORDS
    inner = _error(depth - 1)
    nested = Rule(string="words", fields=inner.fields, items=inner)
    deeper = dict.fromkeys(("error", "errors", "detail", "details", "innererror", "cause"), nested)
    return Rule(
        string="words",
        fields=MappingProxyType({**_ERROR_LEAVES, **deeper}),
        items=inner,
    )


ERROR = _error(3)
_ANSWER_FIELDS: dict[str, Rule] = {
    "id": ID,
    "object": _choice("chat.completion chat.completion.chunk list error text_completion"),
    "created": MOMENT,
    "model": MODEL,
    "choices": _array(_CHOICE),
    "usage": _USAGE,
    "service_tier": _choice("auto default flex priority scale standard"),
    "system_fingerprint": ID,
    "data": DENY,
}
# A success: text stays only inside an error member; a top-level message may be the completion.
ANSWER = _object({**_ANSWER_FIELDS, "error": ERROR, "errors": ERROR})
# A failure: the body is the error.
FAILURE = Rule(
    string="words",
    items=ERROR,
    fields=MappingProxyType({**(ERROR.fields or {}), **_ANSWER_FIELDS}),
)


def answer_rule(status: int) -> Rule:
    """What a record may hold of an answer's body, by its HTTP status."""
    return FAILURE if status >= 400 else ANSWER


def choices_at(place: str) -> frozenset[str]:
    """The values that a record may hold at a place of a request; empty where none is listed."""
    rule: Rule | None = REQUEST
    for name in place.removeprefix("request").strip(".").split("."):
        rule = (rule.fields or {}).get(name.rstrip("[]")) if rule else None
        if rule and name.endswith("[]"):
            rule = rule.items
    return rule.choices if rule else frozenset()


def varying(*rules: Rule) -> frozenset[str]:
    """The names of the members whose numbers vary from call to call, under some rules."""
    found: set[str] = set()
    waiting, known = [*rules], set[int]()
    while waiting:
        rule = waiting.pop()
        if id(rule) in known:
            continue
        known.add(id(rule))
        found.update(name for name, inner in (rule.fields or {}).items() if inner.varies)
        waiting += [*(rule.fields or {}).values(), *([rule.items] if rule.items else [])]
    return frozenset(found)


VARYING = varying(REQUEST, ANSWER, FAILURE)
