"""The provider's documents: an OpenAPI page, an error page, and a few guides around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random

from .values import Json
from .yaml_text import render_yaml

HOST = "https://api.cometapi.com"
MODELS = ("gpt-4o-mini", "gpt-4.1-mini", "gpt-5-mini", "claude-haiku-4-5", "gemini-2.5-flash")
FINISH_REASONS = ("stop", "length", "tool_calls", "content_filter")

UNDOCUMENTED = (
    *("top_k", "min_p", "repetition_penalty", "best_of", "enable_thinking", "thinking"),
    *("safe_prompt", "chat_template_kwargs", "top_a", "mirostat", "guided_json", "ignore_eos"),
)
"""Request fields of other vendors, which no variant of these documents names."""
UNHEARD_OF = ("acme_trace", "tenant_hint", "x_cost_centre", "prompt_version", "journeyId")
"""Request fields of no vendor: an application's own."""


@dataclass(frozen=True)
class Row:
    """One line of an error page."""

    status: int
    code: str
    meaning: str
    retry: str


@dataclass(frozen=True)
class Contract:
    """What the documents state, as far as the faults need to bend it."""

    fields: Mapping[str, Mapping[str, Json]]
    answer_required: tuple[str, ...]
    rows: tuple[Row, ...]
    other_rows: tuple[Row, ...] = ()
    streams: bool = False
    is_closed: bool = False
    path_holds_version: bool = False
    openapi: str = "3.1.0"
    width: int = 70
    title: str = "Chat"
    version: str = "2"
    heads: tuple[str, str, str, str] = ("Status", "Code", "Meaning", "Retry")
    guides: Mapping[str, str] = field(default_factory=dict)

    @property
    def bad_code(self) -> str:
        """The code that the error page gives to a 500 whose request is at fault."""
        return next(row.code for row in self.rows if row.status == 500 and row.code)

    def with_row(self, status: int, retry: str, code: str = "") -> Contract:
        """The same contract, its error page saying `retry` of this status and code."""
        kept = [row for row in self.rows if (row.status, row.code) != (status, code)]
        row = Row(status, code, "See the message of the error.", retry)
        known = next((r for r in self.rows if (r.status, r.code) == (status, code)), row)
        rows = sorted([*kept, replace(known, retry=retry)], key=lambda r: (r.status, r.code))
        return replace(self, rows=tuple(rows))


_MEANINGS: Mapping[int, tuple[str, ...]] = {
    400: (
        "The body is not valid, or has a field this API does not take.",
        "Validation failed.",
        "The request cannot be read as documented.",
    ),
    401: ("The key is absent, malformed or unknown.", "Authentication failed.", "Not signed in."),
    403: ("The key may not do this.", "Access is blocked.", "Not allowed for this account."),
    404: ("Nothing lives at this address, or no such model.", "Unknown path or model."),
    422: ("The body is well formed but not acceptable.", "A value is not acceptable."),
    429: ("Rate limit reached, or no quota left.", "Slow down, or top up.", "Too many calls."),
    500: ("Something went wrong on our side.", "Internal failure.", "The service failed."),
    503: ("A model provider is overloaded.", "Temporarily out of capacity.", "Upstream busy."),
    504: ("A model provider did not answer in time.", "Upstream timed out."),
}
_NO = ("No", "No", "Never")
_YES = ("Yes", "Yes", "Yes, with backoff")
_BODY_CODES = ("invalid_request", "invalid_request", "validation_failed")


def _rows(rng: Random) -> tuple[Row, ...]:
    def row(status: int, retry: tuple[str, ...], code: str = "") -> Row:
        return Row(status, code, rng.choice(_MEANINGS[status]), rng.choice(retry))

    rows = [row(status, _NO) for status in (400, 401, 404)]
    rows += [row(status, _NO) for status in (403, 422) if rng.random() < 0.6]
    rows += [row(429, ("Yes, with backoff", "Yes, later"))]
    rows += [row(status, _YES) for status in (500, 503)]
    rows += [row(504, _YES)] if rng.random() < 0.4 else []
    bad = Row(500, rng.choice(_BODY_CODES), "The request itself is at fault.", rng.choice(_NO))
    return tuple(sorted([*rows, bad], key=lambda r: (r.status, r.code)))


def _fields(rng: Random) -> dict[str, Mapping[str, Json]]:
    cap: dict[str, Json] = {"type": "integer", "minimum": 1}
    if rng.random() < 0.5:
        cap["maximum"] = rng.choice((4096, 8192, 16384))
    fields: dict[str, Mapping[str, Json]] = {
        "temperature": {"type": "number", "minimum": 0, "maximum": rng.choice((1, 1.5, 2))},
        "top_p": {"type": "number", "minimum": 0, "maximum": 1},
        "max_tokens": cap,
        "n": {"type": "integer", "minimum": 1, "maximum": rng.choice((1, 4, 8))},
        "presence_penalty": {"type": "number", "minimum": -2, "maximum": 2},
        "stream": {"type": "boolean"},
        "tools": {"type": "array", "items": {"type": "object"}},
        "reasoning_effort": {"type": "string", "enum": ["low", "medium", "high"]},
        "response_format": {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"type": "string", "enum": ["text", "json_object"]}},
        },
    }
    more: dict[str, Mapping[str, Json]] = {
        "stop": {"type": "array", "items": {"type": "string"}, "maxItems": 4},
        "seed": {"type": "integer"},
        "user": {"type": "string"},
    }
    fields.update({k: v for k, v in more.items() if rng.random() < 0.5})
    names = list(fields)
    rng.shuffle(names)
    return {name: fields[name] for name in names}


def draw_contract(rng: Random) -> Contract:
    """A variant of the documents; the faults adjust it where they turn on a statement."""
    required = ("id", "choices", *(n for n in ("object", "model") if rng.random() < 0.3))
    heads = (
        ("Status", "Code", "Meaning", "Retry"),
        ("Status", "Code", "Meaning", "Retry"),
        ("HTTP status", "Error code", "What it means", "Retry?"),
    )
    return Contract(
        fields=_fields(rng),
        answer_required=required,
        rows=_rows(rng),
        streams=rng.random() < 0.4,
        is_closed=rng.random() < 0.2,
        path_holds_version=rng.random() < 0.3,
        openapi=rng.choice(("3.1.0", "3.1.0", "3.0.3")),
        width=rng.choice((40, 70, 95)),
        title=rng.choice(("Chat", "Chat completions", "Create a chat completion")),
        version=rng.choice(("1", "2", "2026-09")),
        heads=rng.choice(heads),
        guides=_limits_guide(rng) if rng.random() < 0.25 else {},
    )


def _limits_guide(rng: Random) -> dict[str, str]:
    texts = (
        "# Concurrency\n\nKeep the number of calls in flight small and smooth out bursts.\n",
        "# Estimating cost\n\nCount four characters a token for a first guess before a call.\n",
        "# Choosing a model\n\nThe catalogue lists the current model identifiers.\n",
    )
    return {rng.choice(("guides/concurrency.md", "guides/start.md")): rng.choice(texts)}


def _nullable(contract: Contract, kind: str) -> Mapping[str, Json]:
    if contract.openapi.startswith("3.0"):
        return {"type": kind, "nullable": True}
    return {"type": [kind, "null"]}


def _messages(contract: Contract) -> Mapping[str, Json]:
    roles = ["system", "user", "assistant", "tool"]
    item: Mapping[str, Json] = {
        "type": "object",
        "required": ["role"],
        "properties": {
            "role": {"type": "string", "enum": roles},
            "content": _nullable(contract, "string"),
            "tool_calls": {"type": "array", "items": {"type": "object"}},
            "tool_call_id": {"type": "string"},
        },
    }
    return {"type": "array", "minItems": 1, "items": item}


def _request_schema(contract: Contract) -> Mapping[str, Json]:
    properties: dict[str, Json] = {"model": {"type": "string"}, "messages": _messages(contract)}
    properties.update(contract.fields)
    schema: dict[str, Json] = {
        "type": "object",
        "required": ["model", "messages"],
        "properties": properties,
    }
    if contract.is_closed:
        schema["additionalProperties"] = False
    return schema


def _choice(contract: Contract) -> Mapping[str, Json]:
    message: Mapping[str, Json] = {
        "type": "object",
        "required": ["role", "content"],
        "properties": {
            "role": {"type": "string"},
            "content": _nullable(contract, "string"),
            "tool_calls": {"type": "array", "items": {"type": "object"}},
            "refusal": _nullable(contract, "string"),
        },
    }
    return {
        "type": "object",
        "required": ["index", "message", "finish_reason"],
        "properties": {
            "index": {"type": "integer"},
            "finish_reason": {"type": "string", "enum": list(FINISH_REASONS)},
            "message": message,
        },
    }


def _answer_schema(contract: Contract) -> Mapping[str, Json]:
    counts = ("prompt_tokens", "completion_tokens", "total_tokens")
    usage: dict[str, Json] = {"type": "object"}
    if "usage" not in contract.answer_required:
        usage["description"] = "May be absent."
    usage["properties"] = {name: {"type": "integer"} for name in counts}
    return {
        "type": "object",
        "required": list(contract.answer_required),
        "properties": {
            "id": {"type": "string"},
            "object": {"type": "string"},
            "created": {"type": "integer"},
            "model": {"type": "string"},
            "system_fingerprint": {"type": "string", "description": "Not always present."},
            "choices": {"type": "array", "minItems": 1, "items": _choice(contract)},
            "usage": usage,
        },
    }


def _chat_page(contract: Contract) -> str:
    content: dict[str, Json] = {"application/json": {"schema": _answer_schema(contract)}}
    if contract.streams:
        text = "With stream true: server-sent events. The last event is data: [DONE]."
        content["text/event-stream"] = {"schema": {"type": "string", "description": text}}
    body: Json = {
        "required": True,
        "content": {"application/json": {"schema": _request_schema(contract)}},
    }
    root, version = ("/v1", "") if not contract.path_holds_version else ("", "/v1")
    operation: Json = {
        "requestBody": body,
        "responses": {"200": {"description": "The answer.", "content": content}},
    }
    page: dict[str, Json] = {
        "openapi": contract.openapi,
        "info": {"title": contract.title, "version": contract.version},
        "servers": [{"url": HOST + root}],
        "security": [{"key": []}],
        "paths": {f"{version}/chat/completions": {"post": operation}},
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }
    return render_yaml(page, contract.width)


def _error_page(contract: Contract, rows: tuple[Row, ...], title: str) -> str:
    lines = [f"# {title}", "", f"| {' | '.join(contract.heads)} |", "| --- | --- | --- | --- |"]
    codes = [f" {row.code}" if row.code else "" for row in rows]
    lines += [
        f"| {row.status} |{code} | {row.meaning} | {row.retry} |"
        for row, code in zip(rows, codes, strict=True)
    ]
    return "\n".join(lines) + "\n"


_STREAM_GUIDE = """# Streaming

Set `stream` to true to read the answer as server-sent events.

| Event | Content |
| --- | --- |
| first | A chunk whose `delta` has the role. |
| next | Chunks whose `delta` has text. `finish_reason` is null until the last of them. |
| usage | One chunk with `usage`; its `choices` list is empty. |
| last | `data: [DONE]` ends every stream. |

Lines that begin with a colon are comments and keep the connection open.
"""


def render_documents(contract: Contract) -> dict[str, str]:
    """The documents by their address on the provider's site."""
    pages = {"api/chat.yaml": _chat_page(contract)}
    pages["errors.md"] = _error_page(contract, contract.rows, "Errors and retries")
    if contract.streams:
        pages["guides/streaming.md"] = _STREAM_GUIDE
    if contract.other_rows:
        pages["help/errors.md"] = _error_page(contract, contract.other_rows, "When a call fails")
    return pages | dict(contract.guides)
