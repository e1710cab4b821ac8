"""Wordings of one statement each, and those that look like it and say something else."""

import pytest

from tests.contract.test_reading import read

Found = tuple[str, str, str, str]


def found(page: str, name: str = "page.mdx") -> set[Found]:
    """What a page states, and seems to state."""
    made = read(page, name)
    clauses = [*made.clauses, *(one.clause for one in made.candidates)]
    return {(c.location, c.aspect, c.value, c.when) for c in clauses}


def field(name: str, words: str) -> str:
    return f"# Request body\n\n| Name | Type | Description |\n|---|---|---|\n| `{name}` | number | {words} |\n"


REASONING = "model=gpt-5|gpt-5-mini"
SAYS: list[tuple[str, Found]] = [
    # What some models take only.
    (field("temperature", "Default 1. Reasoning models (`gpt-5`, `gpt-5-mini`) accept only the default."),
     ("request.temperature", "enum", "1", REASONING)),
    (field("temperature", "Must be 1 for `gpt-5` and `gpt-5-mini`."),
     ("request.temperature", "enum", "1", REASONING)),
    ("# JSON\n\nDeepSeek models support `text` and `json_object` only.\n",
     ("request.response_format.type", "enum", "text|json_object", "model=deepseek")),
    # What some refuse, with a family in brackets.
    (field("max_tokens", "Not accepted by reasoning models (the `gpt-5` and `o` families); send `max_completion_tokens`."),
     ("request.max_tokens", "refused", "*", "model=gpt-5|o1|o3|o4")),
    # A table of what each model or vendor takes.
    ("# Models\n\n## Values of `reasoning_effort`\n\n| Model | Allowed values |\n|---|---|\n| `gpt-5.1` | none, low |\n",
     ("request.reasoning_effort", "enum", "none|low", "model=gpt-5.1")),
    ("# Parameters\n\n| Parameter | OpenAI GPT | xAI Grok 4 |\n|---|---|---|\n| `presence_penalty` | yes | error |\n| `top_p` | yes | yes |\n",
     ("request.presence_penalty", "refused", "*", "model=grok")),
    # What is not to be sent back.
    ("# Turns\n\nDo **not** include `reasoning_content` of earlier rounds in `messages`.\n",
     ("request.messages[].reasoning_content", "refused", "*", "")),
    ("# Turns\n\nIf you store whole responses, remove `reasoning_content` before you send them back.\n",
     ("request.messages[].reasoning_content", "refused", "*", "")),
    # A list that is left open.
    ("# Parameters\n\nDepending on the model further parameters of the vendor may be accepted.\n",
     ("request", "additional", "yes", "")),
    ("# Parameters\n\nBesides these, other parameters of the OpenAI API may be given.\n",
     ("request", "additional", "yes", "")),
    ("# Parameters\n\nYou may send any parameters from this list, as well as others.\n",
     ("request", "additional", "yes", "")),
    # A question, and the word that its answer begins with.
    ("# Billing\n\n## Should I retry a 402?\n\nNo. It will not pass until credits are added.\n",
     ("retry.status.402", "retry", "no", "")),
    # A status with words of its own.
    ("# Errors\n\n| Status | Description |\n|---|---|\n| 429 - Rate limit reached for requests | Slow down. |\n",
     ("error.status.429", "meaning", "Slow down.", "")),
    # A table of what is taken, with marks; and what is told from another vendor's interface.
    ("# Migrate from OpenAI\n\n## Parameters\n\n| Parameter | | Remarks |\n|---|---|---|\n| `logit_bias` | ❌ | |\n",
     ("request.logit_bias", "refused", "*", "")),
    ("# Migrate from OpenAI\n\n## Parameters\n\n| Parameter | | Remarks |\n|---|---|---|\n| `top_p` | ✅ | |\n",
     ("request.top_p", "exists", "yes", "")),
    # An entry of a name, its type and what is said of it.
    ("# Body parameters\n\n**stop** `string or array` *Optional*\nSequences at which it stops.\n",
     ("request.stop", "required", "no", "")),
    ("# Body parameters\n\n**stream** `boolean` defaults to false\nPartial answers as they come.\n",
     ("request.stream", "default", "false", "")),
    # Days in figures, where only one of them can be the month.
    ("# Deprecations\n\n| Model ID | Shutdown Date |\n|---|---|\n| `kite-2` | 11/17/26 |\n",
     ("request.model", "deprecated", "2026-11-17", "model=kite-2")),
    # Lists by the sentence before them.
    ("# Messages\n\n`role` is one of:\n\n- `system`\n- `user`\n- `tool`\n",
     ("request.messages[].role", "enum", "system|user|tool", "")),
    ("# Chat\n\nThe following make a request fail with a 400:\n\n- `logprobs` in any form\n- `n`, when it is anything other than 1\n",
     ("request.logprobs", "refused", "*", "")),
    ("# Chat\n\nThe following make a request fail with a 400:\n\n- `logprobs` in any form\n- `n`, when it is anything other than 1\n",
     ("request.n", "enum", "1", "")),
    # What needs another member.
    (field("parallel_tool_calls", "Not allowed without `tools`."),
     ("request.parallel_tool_calls", "requires", "tools", "")),
    (field("parallel_tool_calls", "Goes together with `tools`."),
     ("request.parallel_tool_calls", "requires", "tools", "")),
    # What is on every fragment.
    ("# Streams\n\nEvery fragment of a call has `index`.\n",
     ("stream.choices[].delta.tool_calls[].index", "required", "yes", "")),
    # How names are written.
    ("# Tools\n\n| Part | Limit |\n|---|---|\n| `name` | a-z, A-Z, 0-9; up to 64 characters |\n| `parameters` | a JSON Schema object |\n",
     ("request.tools[].function.name", "max-length", "64", "")),
    # Statuses: questions, tables under a sentence, headings of other words.
    ("# Limits and errors\n\n## I get a 402. Why?\n\nYour balance is too small for the request.\n",
     ("error.status.402", "meaning", "Your balance is too small for the request.", "")),
    ("# Codes\n\n| **Code** | **Name** | **Possible Issue(s)** | **How to Resolve** |\n|---|---|---|---|\n| `503` | x | Overload. | Retry with backoff. |\n",
     ("retry.status.503", "retry", "yes", "")),
    ("# If it fails\n\n| Status | Reason |\n|---|---|\n| `401` | The key does not exist. |\n\nNeither gets better by retrying.\n",
     ("retry.status.401", "retry", "no", "")),
    # Members in bold, in lists of a reference.
    ("# Responses\n\n- **id** `string` *required* — An id.\n- **choices** `object[]` *required*\n  - **message** `object`\n    - **content** `string` *nullable, required* — The text.\n",
     ("response.choices[].message.content", "kind", "null|string", "")),
    # Prices.
    ("# Prices\n\n| Model | Input, per 1M tokens |\n|---|---|\n| m-1 | $0.40 |\n",
     ("billing.price", "meaning", "Input, per 1M tokens: $0.40", "model=m-1")),
    # What a client in Python is told to send beside what it knows.
    ("# Qwen\n\n```python\nclient.chat.completions.create(model=\"q\", messages=m,\n    extra_body={\"chat_template_kwargs\": {\"enable_thinking\": False}})\n```\n",
     ("request.chat_template_kwargs", "exists", "example", "")),
    # Ids of models.
    ("# Models\n\n| Model id | Vendor |\n|---|---|\n| `gpt-4o` | OpenAI |\n| `gpt-4o-mini` | OpenAI |\n",
     ("request.model", "enum", "gpt-4o|gpt-4o-mini", "")),
    # The body of an error without an envelope.
    ("# Limits\n\n## The error\n\n```json HTTP 429\n{\"code\": 50603, \"message\": \"TPM limit reached\", \"data\": null}\n```\n",
     ("error.body", "enum", "code|data|message", "")),
    # Types.
    ("# Errors\n\n```ts\ntype ErrorResponse = { error: { code: number; message: string } };\n```\n",
     ("error.body", "enum", "code|message", "")),
]  # fmt: skip


@pytest.mark.parametrize(("page", "said"), SAYS, ids=[said[0] for _, said in SAYS])
def test_what_is_said_is_read(page: str, said: Found) -> None:
    assert said in found(page)


OTHERWISE: list[tuple[str, str, str]] = [
    ("# Supported\n\nFor **Embeddings**:\n\n- `input`\n- `encoding_format`\n", "request.input", "exists"),
    # (page, location, aspect): what it does not say.
    (field("temperature", "Reasoning models (`gpt-5`) accept only the default: leave it out."),
     "request.temperature", "default"),
    ("# Tools\n\n| Field | Description |\n|---|---|\n| `tools[].function.name` | a-z, A-Z, 0-9, at most 64 characters |\n",
     "request.tools[].function.name", "maximum"),
    ("# Search\n\n" + field("search_domain_filter", "Limits citations to at most 10 domains."),
     "request.search_domain_filter", "maximum"),
    ("# Parameters\n\nUnknown parameters are refused and never passed on to the vendor.\n",
     "request", "additional"),
    ("# Streams\n\nA fragment may have an `index`, and some fragments have none.\n",
     "stream.choices[].delta.tool_calls[].index", "required"),
    ("# FAQ\n\n## I got a 500 on the dashboard\n\nClear the cookies.\n", "error.status.500", "meaning"),
    ("# Codes\n\n| 错误码 | 含义 | 处理建议 |\n|---|---|---|\n| 435 | 文件过大 | 仅文件接口返回,请检查 |\n",
     "error.status.435", "meaning"),
    ("# Keys\n\n## Management API\n\nIt answers `409` when the name is taken.\n", "error.status.409", "meaning"),
    ("# Files\n\nThe files API keeps 1,000 files. Bigger uploads get a `413`.\n", "error.status.413", "meaning"),
    ("# Chat\n\nThe following have no effect, and do not fail:\n\n- `user`\n- `n`\n", "request.n", "refused"),
    ("# Responses\n\n- **finish_reason** `string` *required*\n- **usage** `object`\n",
     "response.finish_reason", "required"),
    (field("logprobs", "Goes together with `top_logprobs` or `tools`."), "request.logprobs", "requires"),
    (field("suffix", "The text that goes with `prompt`."), "request.suffix", "requires"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "location", "aspect"), OTHERWISE)
def test_what_is_not_said_is_not_read(page: str, location: str, aspect: str) -> None:
    assert not {one for one in found(page) if one[:2] == (location, aspect)}


def test_schemas_without_paths_are_read_by_their_names() -> None:
    page = (
        "# Schemas of POST /v1/chat/completions\ncomponents:\n  schemas:\n"
        "    ChatCompletion:\n      type: object\n      required: [id]\n      properties:\n"
        "        id: {type: string}\n    Other:\n      type: object\n      properties:\n"
        "        key: {type: string}\n"
    )
    said = found(page, "schemas.yaml")
    assert ("response.id", "required", "yes", "") in said
    assert not any("key" in location for location, *_ in said)


BOLD = """<html><body><main><h1>Create chat completion</h1><p>POST https://h.example/v1/chat/completions</p>
<h2>Request</h2><ul>
<li><details><summary><strong>messages</strong> <span>object[]</span> <span>required</span></summary>
<p>Possible values: <code>&gt;= 1</code></p>
<ul><li><strong>content</strong> <span>string</span> <span>nullable</span><p>The text.</p></li></ul></details></li>
<li><strong>stream_options</strong> <span>object</span><ul><li><strong>include_usage</strong> <span>boolean</span></li></ul></li>
</ul></main></body></html>"""


def test_fields_in_bold_beside_their_types_keep_their_depth() -> None:
    said = found(BOLD, "page.html")
    assert ("request.messages", "min-items", "1", "") in said
    assert ("request.messages[].content", "kind", "null|string", "") in said
    assert ("request.stream_options.include_usage", "kind", "boolean", "") in said
    assert not any(
        location in ("request.content", "request.include_usage") for location, *_ in said
    )
