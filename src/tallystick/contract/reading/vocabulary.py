"""Names of the chat-completions interface, and what of it a name in a page stands for.

The members are those of the published OpenAI reference and of the compatible dialects; they decide
only whether a word is a name of ours, never what a page states of it.
"""

import re
from collections.abc import Iterable

REQUEST = frozenset(
    "model messages temperature top_p top_k min_p n stream stream_options stop max_tokens"
    " max_completion_tokens presence_penalty frequency_penalty repetition_penalty logit_bias user"
    " seed tools tool_choice parallel_tool_calls response_format logprobs top_logprobs"
    " reasoning_effort reasoning service_tier store metadata modalities audio prediction verbosity"
    " functions function_call web_search_options safety_identifier prompt_cache_key thinking"
    " enable_thinking thinking_budget".split()
)
RESPONSE = frozenset("id object created choices usage system_fingerprint service_tier".split())
# Members that stand deeper, where a page names them without their path.
DEEPER = {
    "include_usage": "request.stream_options.include_usage",
    "stream_options.include_usage": "request.stream_options.include_usage",
    "finish_reason": "response.choices[].finish_reason",
    "choices[].finish_reason": "response.choices[].finish_reason",
    "prompt_tokens": "response.usage.prompt_tokens",
    "completion_tokens": "response.usage.completion_tokens",
    "total_tokens": "response.usage.total_tokens",
    "prompt_tokens_details": "response.usage.prompt_tokens_details",
    "completion_tokens_details": "response.usage.completion_tokens_details",
    "prompt_tokens_details.cached_tokens": "response.usage.prompt_tokens_details.cached_tokens",
    "usage.prompt_tokens": "response.usage.prompt_tokens",
    "usage.completion_tokens": "response.usage.completion_tokens",
    "usage.total_tokens": "response.usage.total_tokens",
    "reasoning_content": "response.choices[].message.reasoning_content",
    "tool_calls": "response.choices[].message.tool_calls",
    "message.content": "response.choices[].message.content",
    "choices[0].message.content": "response.choices[].message.content",
    "choices[].message.content": "response.choices[].message.content",
    **{
        f"{above}message.{name}": f"response.choices[].message.{name}"
        for above in ("", "choices[].", "choices[0].")
        for name in ("refusal", "tool_calls", "reasoning_content", "role")
    },
    **{
        f"{above}delta.{name}": f"stream.choices[].delta.{name}"
        for above in ("", "choices[].", "choices[0].")
        for name in ("content", "role", "tool_calls")
    },
    **{f"error.{name}": f"error.{name}" for name in ("code", "type", "message", "param")},
    "tool_call_id": "request.messages[].tool_call_id",
    **{
        f"json_schema{inner}": f"request.response_format.json_schema{inner}"
        for inner in ("", ".name", ".schema", ".strict", ".description")
    },
    **{
        name: f"request.messages[].content[].{name}"
        for name in ("image_url", "image_url.url", "image_url.detail", "input_audio")
    },
    **{
        f"function.{name}": f"request.tools[].function.{name}"
        for name in ("name", "description", "parameters", "strict")
    },
    "messages[].role": "request.messages[].role",
    "messages[].content": "request.messages[].content",
}
# Values of members, which titles of tabs and sections have as if they were names.
VALUES = frozenset("json_object auto none required content_filter image_url input_audio".split())
SIDES = (
    (
        "error",
        r"^[45]\d\d$|错误|fehler|errores|erreurs|エラー"
        r"|\berrors?\b(?!.*\b(?:request|parameters?)\b)",
    ),
    (
        "stream",
        r"(?<!non-)(?<!non )(?<!not )\bstream(?:ed|ing)?\b(?! ?options)|\bchunks?\b|\bdelta\b",
    ),
    (
        "response",
        r"^2\d\d$|\bcompletion object\b|返回|响应|回复|antwort|レスポンス|réponse|respuesta"
        r"|\bresponses?\b|\breturns?\b|\banswers?\b|\boutput\b|\breply\b|\bcomes? back\b",
    ),
    (
        "request",
        r"请求|参数|anfrage|リクエスト|requête|solicitud|petición"
        r"|\brequests?\b|\bparam\w*\b|\bbody\b|\binput\b|\bmessages?\b|\barguments?\b"
        r"|\bmembers\b.*\bunderst\w+|\bsend\b|\bchat completions?\b",
    ),
)  # fmt: skip
_NOT_THE_BODY = re.compile(
    r"\b(?:client|sdk|library|constructor|environment|env|configur\w+|settings|install\w*|tiers?"
    r"|plans?|limits?|pricing|prices|billing|headers?|query|path parameters?|cli|proxy|retry)\b",
    re.IGNORECASE,
)


# What a program's own objects and their settings are documented under.
_OF_CLIENTS = re.compile(
    r"^\s*class \w|\bof the (?:client|sdk|library)\b|\b(?:client|sdk) (?:settings|options)\b"
    r"|\w\(\w+=[^)]*\)",
    re.IGNORECASE,
)
# Names that requests and answers share.
_BOTH = frozenset("model service_tier reasoning tool_calls".split())


# What only the message of an answer has, however flat a page lists it.
_OF_MESSAGES = frozenset("content role refusal tool_calls reasoning_content annotations".split())


def below(parent: str, name: str) -> str:
    """The place of a member that a page names under a side; some names say themselves that they
    stand deeper.
    """
    if parent == "stream" and re.match(r"delta\b", name):
        return f"stream.choices[].{name}"
    if parent == "response" and name in _OF_MESSAGES:
        return f"response.choices[].message.{name}"
    first, dot, rest = name.partition(".")
    deeper = DEEPER.get(name, "") or (DEEPER.get(first, "") and f"{DEEPER[first]}{dot}{rest}")
    if parent == "stream":
        deeper = deeper.replace("response.", "stream.", 1).replace(".message.", ".delta.", 1)
    of_stream = parent == "response" and deeper.startswith("stream.")  # only chunks have a delta
    return deeper if of_stream or deeper.startswith(f"{parent}.") else f"{parent}.{name}"


# A title of what is answered piece by piece: `200 (Streaming)`.
_STREAMED = re.compile(
    r"(?<!non-)(?<!non )(?<!not )(?<!no )\bstream(?:ed|ing)\b|\bchunk object\b", re.IGNORECASE
)


def side_of(titles: Iterable[str], names: Iterable[str] = ()) -> str:
    """Whether something under these titles is about requests, answers, streams or errors; empty
    where neither they nor the names that stand there say so.
    """
    known, heads = list(names), list(titles)
    if heads and _STREAMED.search(heads[-1]) and {"choices", "delta"} & set(known):
        return "stream"
    asked = sum(place_of(name).startswith("request.") for name in known)
    answered = sum(
        name.partition(".")[0] in RESPONSE or place_of(name).startswith("response.")
        for name in known
    )
    if answered >= 2 and answered > asked:
        return "response"
    if "messages" in known:
        return "request"  # no answer has such a member
    plain = not answered and not any(name in _BOTH for name in known)
    if plain and (asked >= 2 or (known and asked == len(known))):
        return "request"
    return _side_by(heads, asked, answered)


def _side_by(heads: list[str], asked: int, answered: int) -> str:
    """What the titles say of a side, the innermost first."""
    if any(map(_OF_CLIENTS.search, heads)):
        return ""
    for title in reversed(heads):
        if _NOT_THE_BODY.search(title) and not re.search(r"\bbody\b", title, re.IGNORECASE):
            return ""
        for side, pattern in SIDES:
            if re.search(pattern, title, re.IGNORECASE):
                return "request" if side == "stream" and asked > answered else side
    return "request" if asked >= 2 and asked > answered else ""


def place_of(name: str) -> str:
    """The place that a name stands for wherever it is named; empty where it could be several."""
    bare = re.sub(r"\[\d*\]", "[]", name.strip().strip("`\"'"))
    for prefix in ("body.", "request.", "response."):
        bare = bare.removeprefix(prefix)
    if bare in DEEPER:
        return DEEPER[bare]
    if bare.startswith(("messages[].", "tools[].")):
        return f"request.{bare}"
    if found := re.match(r"choices\[\]\.(message|delta)\b", bare):
        return f"{'stream' if found[1] == 'delta' else 'response'}.{bare}"
    if bare in ("id", "object", "created", "model", "user", "audio", "metadata", "reasoning"):
        return {"model": "request.model", "user": "request.user"}.get(bare, "")
    if bare in REQUEST:
        return f"request.{bare}"
    return f"response.{bare}" if bare in RESPONSE else ""
