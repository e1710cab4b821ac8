"""Lists of codes, models that are gone, members typed in Python, and specifications in pages."""

import json

import pytest

from tests.contract.test_reading import read, stated

CODES = """# 429 Too Many Requests

Read `error.code`:

- `rate_limit_exceeded`: too many requests a minute. Do not retry at once.
- `upstream_saturated`: the vendor is full; try again later.
"""


def test_a_list_of_codes_tells_answers_of_one_status_apart() -> None:
    found = read(CODES)
    meanings = {c.when: c.location for c in found.clauses if c.when}
    assert meanings == dict.fromkeys(
        ("error.code=rate_limit_exceeded", "error.code=upstream_saturated"), "error.status.429"
    )
    again = {
        (one.clause.when, one.clause.value)
        for one in found.candidates
        if one.clause.location == "retry.status.429"
    }
    assert again == {
        ("error.code=rate_limit_exceeded", "no"),
        ("error.code=upstream_saturated", "yes"),
    }
    assert not any(c.location.startswith("request.") for c in found.clauses)


@pytest.mark.parametrize(
    "page",
    [
        CODES.replace("429 Too Many Requests", "Members").replace("`error.code`", "these"),
        CODES.replace("`rate_limit_exceeded`", "`max_tokens`"),
        CODES.replace(": the vendor is full; try again later", ""),
    ],
    ids=["no status", "a member among them", "one without words"],
)
def test_other_lists_are_no_lists_of_codes(page: str) -> None:
    assert not any(clause.when for clause in read(page).clauses)


def gone(page: str) -> set[tuple[str, str]]:
    return {
        (one.clause.when, one.clause.value)
        for one in read(page).candidates
        if (one.clause.location, one.clause.aspect) == ("request.model", "deprecated")
    }


@pytest.mark.parametrize("day", ["16 November 2026", "November 16, 2026", "2026-11-16"])
def test_a_sentence_says_which_models_are_gone_and_since_when(day: str) -> None:
    page = f"# Changelog\n\n## {day}\n\n### Models removed\n\n`gpt-4-x` and `gpt-4-y` are no longer served.\n"
    found = gone(page)
    assert found == {("model=gpt-4-x", "2026-11-16"), ("model=gpt-4-y", "2026-11-16")}


@pytest.mark.parametrize(
    "sentence",
    [
        "`gpt-4-x` will be switched off soon.",
        "`gpt-4-x` is no longer served unless you have a contract.",
        "`gpt-4-x` is not retired.",
        "`max_tokens` is no longer supported.",
        "If `gpt-4-x` is no longer served, ask us.",
    ],
)
def test_other_sentences_say_of_no_model_that_it_is_gone(sentence: str) -> None:
    assert gone(f"# Changelog\n\n{sentence}\n") == set()


TYPED = """# Chat API

The following extra parameters are supported:

```python
    top_k: int | None = None  # -1 keeps all
    seed_text: Optional[str] = None
    echo: bool = Field(
        default=False,
        description="x",
    )
    odd: Custom = None
```
"""


def test_members_that_a_page_lists_as_python_are_members() -> None:
    found = stated(TYPED)
    assert ("request.top_k", "kind", "null|number") in found
    assert ("request.seed_text", "kind", "null|string") in found
    assert ("request.echo", "kind", "boolean") in found
    assert ("request.odd", "exists", "yes") in found
    assert not any(place == "request.odd" and aspect == "kind" for place, aspect, _ in found)


@pytest.mark.parametrize(
    "page",
    [
        TYPED.replace("The following extra parameters are supported:", "An example:"),
        TYPED.replace("top_k: int | None = None", "top_k = 1").replace("odd: Custom = None", "f()"),
        TYPED.replace("    top_k: int", "    top_k: int ("),
    ],
    ids=["no such sentence", "other code", "no Python"],
)
def test_other_code_lists_no_members(page: str) -> None:
    assert not any(place == "request.seed_text" for place, _, _ in stated(page))


SPECIFICATION = {
    "openapi": "3.0.1", "info": {"title": "t", "version": "1"},
    "servers": [{"url": "https://api.cometapi.com"}],
    "paths": {"/v1/chat/completions": {"post": {
        "parameters": [
            {"name": "Authorization", "in": "header", "required": True,
             "example": "Bearer {{key}}", "schema": {"type": "string"}},
            {"name": "trace", "in": "header", "schema": {"type": "string"}}],
        "requestBody": {"content": {"application/json": {"schema": {
            "type": "object", "required": ["model"],
            "properties": {"model": {"type": "string"}}}}}},
        "responses": {},
    }}},
}  # fmt: skip


def test_a_specification_that_a_page_shows_whole_is_read() -> None:
    page = f"# Chat\n\n```json\n{json.dumps(SPECIFICATION, indent=1)}\n```\n"
    found = stated(page)
    assert ("request.model", "required", "yes") in found
    assert ("auth.header", "value", "Authorization") in found
    assert ("auth.scheme", "value", "Bearer") in stated(page, "shown-in-example")
    assert not any(value == "trace" for _, _, value in found)
    assert stated(page.replace('"info": {', '"info": {{')) == set()


@pytest.mark.parametrize(
    ("page", "place", "value"),
    [
        ("A tool call arrives in pieces.", "stream.choices[].delta.tool_calls", "in pieces"),
        ("`id` and `function.name` may each come in a different chunk.",
         "stream.choices[].delta.tool_calls", "in any chunk"),
        ("By default a stream has **no** `usage`.", "stream.usage", "when asked for"),
        ("The reply has the content type `text/event-stream`.", "stream.content_type",
         "text/event-stream"),
        ("It has to be sent back together with its `reasoning_content`.",
         "request.messages[].reasoning_content", "sent back"),
        ("A `tool` message that does not follow an assistant message is rejected.",
         "request.messages[].role", "behind its call"),
        ("The request goes to the model named next in the list.", "fallback.model",
         "another model"),
        ("The `model` of the answer is that of the fallback.", "response.model",
         "which answered"),
        ("Its retries multiply with those of the router.", "retry.amplification", "multiplied"),
        ("默认限速为每个令牌每分钟 180 次请求。", "limit.requests", "180"),
        ("標準プランは 200 回/分です。", "limit.requests", "200"),
    ],
)  # fmt: skip
def test_sentences_of_messages_models_and_limits_are_candidates(
    page: str, place: str, value: str
) -> None:
    found = read(f"# Chat completions\n\n{page}\n").candidates
    assert (place, value) in {(one.clause.location, one.clause.value) for one in found}


@pytest.mark.parametrize(
    ("page", "clause"),
    [
        ("Use exactly this base URL:\n\n```\nhttps://api.cometapi.com/v1\n```",
         ("endpoint.base_url", "value", "https://api.cometapi.com/v1")),
        ("## 400 Bad Request\n\nIt fails the same way, so **do not retry a 400**.",
         ("retry.status.400", "retry", "no")),
        ("| | OpenAI | Gateway |\n| --- | --- | --- |\n| `n` | up to 128 | must be 1 |\n"
         "| `store` | stores | ignored |", ("request.store", "exists", "yes")),
        ("| 状态码 | 处理方法 | 是否可重试 |\n| --- | --- | --- |\n| 401 - 鉴权失败 | 检查令牌 | 否 |",
         ("retry.status.401", "retry", "no")),
        ("## Q3. 401 エラーが返ってきます。\n\nAPI キーが間違っているか、無効になっています。",
         ("error.status.401", "meaning", "API キーが間違っているか、無効になっています。")),
    ],
)  # fmt: skip
def test_what_the_form_of_a_page_states(page: str, clause: tuple[str, str, str]) -> None:
    assert clause in stated(f"# Chat completions\n\n{page}\n")


def test_a_column_of_models_that_the_paragraph_above_names() -> None:
    page = """# Reasoning models

Models that think (`o3`, `o4-mini`) take fewer options.

| Field | Chat models | Reasoning models |
| --- | --- | --- |
| `temperature` | 0 to 2 | only the default, `1`; others are refused |
| `top_p` | 0 to 1 | not supported |
"""
    found = {
        (one.clause.location, one.clause.aspect, one.clause.value, one.clause.when)
        for one in read(page).candidates
    }
    assert ("request.temperature", "enum", "1", "model=o3|o4-mini") in found
    assert ("request.top_p", "refused", "*", "model=o3|o4-mini") in found
    unnamed = read(page.replace("(`o3`, `o4-mini`) ", ""))
    assert not any("model=" in one.clause.when for one in unnamed.candidates)
