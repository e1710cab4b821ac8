"""What a sentence says is refused, and what no sentence says."""

import pytest

from tests.contract.test_reading import read


def refused(page: str) -> set[tuple[str, str, str]]:
    return {
        (one.clause.location, one.clause.value, one.clause.when)
        for one in read(page).candidates
        if one.clause.aspect == "refused"
    }


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("`seed` is not supported by `o3` and `gpt-5` models.",
         ("request.seed", "*", "model=gpt-5|o3")),
        ("A request whose history has `reasoning_content` is rejected with 400.",
         ("request.messages[].reasoning_content", "*", "")),
        ("Mistral models do not accept `logit_bias`.", ("request.logit_bias", "*", "model=mistral")),
        ("DeepSeek models know plain text. They do not accept `json_schema`.",
         ("request.response_format.type", "json_schema", "model=deepseek")),
        ('<ParamField body="max_tokens" type="integer">\n  A bound. **Not accepted by the GPT-5 family and'
         ' the o-series**: these answer `400`.\n</ParamField>',
         ("request.max_tokens", "*", "model=gpt-5|o1|o3|o4")),
        ('<ParamField body="max_tokens" type="integer">\n  A bound. Reasoning models and the GPT-5'
         ' family do not accept this field and answer `400`.\n</ParamField>',
         ("request.max_tokens", "*", "model=gpt-5")),
        ("| Role | Use |\n| --- | --- |\n| `system` | Instructions. The `o1-mini` and `o1-preview` models"
         " reject it with `400`; put them elsewhere there. |\n",
         ("request.messages[].role", "system", "model=o1-mini|o1-preview")),
        ("| Field | Notes |\n| --- | --- |\n| `max_tokens` | **Not accepted by reasoning models** (the"
         " o-series and GPT-5 families): those return `400`. |\n",
         ("request.max_tokens", "*", "model=gpt-5|o1|o3|o4")),
        ("A body with any other top-level field, `metadata` included, is rejected with `400`.",
         ("request.metadata", "*", "")),
        ("`service_tier=flex` is refused.", ("request.service_tier", "flex", "")),
        ("| Field | Type | Notes |\n| --- | --- | --- |\n| `model` | string | the model |\n"
         "| `max_tokens` | integer | Old name; `gpt-5` and later refuse it, use another cap |\n",
         ("request.max_tokens", "*", "model=gpt-5")),
        ("| Field | Notes |\n| --- | --- |\n| `max_tokens` | Not supported by GPT-5 and o-series models:"
         " they refuse it with 400; send another cap there. |\n",
         ("request.max_tokens", "*", "model=gpt-5|o1|o3|o4")),
        ("Leave `temperature` out for GPT-5 models.", ("request.temperature", "*", "model=gpt-5")),
        ("| Family | Cap |\n| --- | --- |\n| GPT-5, o-series | another cap; `max_tokens` is refused |\n",
         ("request.max_tokens", "*", "model=gpt-5|o1|o3|o4")),
        ("### GPT-5\n\n`logprobs` is refused.", ("request.logprobs", "*", "model=gpt-5")),
        ("| Field | Notes |\n| --- | --- |\n| `logprobs` | GPT models only: Claude models refuse it. |\n",
         ("request.logprobs", "*", "model=claude")),
        ("| Field | Notes |\n| --- | --- |\n| `messages` | The role `developer` is taken by GPT-5 models;"
         " Claude and Gemini models refuse it with 400 and need `system`. |\n", ("request.messages[].role", "developer", "model=claude|gemini")),
    ],
)  # fmt: skip
def test_what_is_refused_is_a_candidate(page: str, found: tuple[str, str, str]) -> None:
    assert refused(f"# Chat completions\n\n{page}\n") == {found}


@pytest.mark.parametrize(
    "page",
    [
        "`seed` is never refused.",
        "Leave `temperature` out for a first try.",
        "Omit `max_tokens` to get the model's own limit.",
        "### Reasoning models\n\n`seed` is refused.",
        "`seed` is accepted by every model, instead of being rejected as elsewhere.",
        "`temperature` above 2 is refused with 400.",
        "`logprobs` is rejected when `stream` is true.",
        "`top_k` and `top_p` are not supported together.",
        "Some models do not accept `seed`.",
        "`seed` is ignored by `o3`.",
        "Reasoning models do not support `temperature`.",
        "A bare string as `stop` is not accepted.",
        "A message without `tool_call_id` is refused with 400.",
        "Cap the output with `max_completion_tokens`, because `max_tokens` is refused.",
        "CometAPI does not reject `logit_bias`.",
        "All models but `gpt-4o` reject `seed`.",
        "Neither `seed` nor `n` is rejected.",
        "Nothing is rejected for `seed`.",
        "Do not reject `seed` in your validation layer.",
        "`seed` as text is rejected.",
        "`messages` that end in an assistant turn are rejected.",
        "Fixed: `seed` is rejected with 400 by the EU cluster.",
        "Azure rejects `logit_bias`.",
        "The Responses API rejects `seed`.",
        "A non-integer `seed` is rejected.",
        "Leaving out `messages` returns 400.",
        "`seed` will be rejected from 2027-01-01.",
        "The Python SDK does not support `seed`.",
        "For embeddings `seed` is not supported.",
        "With streaming: `seed` is refused.",
        "`seed` and `n` differ; Claude models refuse it.",
    ],
)
def test_what_depends_on_more_is_no_refusal(page: str) -> None:
    assert refused(f"# Chat completions\n\n{page}\n") == set()


def test_what_a_changelog_says_may_be_overtaken() -> None:
    page = "# Chat completions\n\n## Changelog\n\n### 1.4\n\n`seed` is rejected with 400.\n"
    assert refused(page) == set()


@pytest.mark.parametrize(
    ("cell", "found"),
    [("Not supported", True), ("Not supported. Send `max_completion_tokens`.", True),
     ("Supported", False), ("Not supported before June", False), ("0 to 1", False)],
)  # fmt: skip
def test_a_column_of_a_family_says_what_its_models_do_not_take(cell: str, found: bool) -> None:
    page = (
        "# Chat completions\n\n| Parameter | Type | GPT-4.x | GPT-5.x and o-series |\n|--|--|--|--|\n"
        f"| `max_tokens` | integer | Supported | {cell} |\n"
    )
    told = {("request.max_tokens", "*", "model=gpt-5|o1|o3|o4")}
    assert refused(page) == (told if found else set())


@pytest.mark.parametrize(
    ("heading", "cell", "value"),
    [
        ("Largest `max_tokens`", "16,384", "16384"),
        ("Max output tokens", "32K", "32000"),
        ("Most output tokens", "8192 tokens", "8192"),
        ("Output limit", "64 000", "64000"),
        ("Max output tokens", "depends on the channel", ""),
        ("Largest context", "200,000", ""),
        ("Output price", "15", ""),
    ],
)
def test_a_column_of_the_most_that_a_model_answers_with(
    heading: str, cell: str, value: str
) -> None:
    page = f"# Limits\n\n| Model | {heading} |\n| --- | --- |\n| `claude-sonnet-4-5` | {cell} |\n"
    told = {
        (c.location, c.value, c.when)
        for one in read(page).candidates if (c := one.clause).aspect == "maximum"
    }  # fmt: skip
    expected = {("request.max_tokens", value, "model=claude-sonnet-4-5")}
    assert told == (expected if value else set())


def test_a_range_that_a_description_gives_for_a_model_is_no_limit_of_all() -> None:
    page = (
        "# Chat completions\n\n## Request\n\n#### `max_tokens`\n\n"
        "*integer*, optional. Between 1 and 8192 for `claude-sonnet-4-5`.\n"
    )
    found = read(page)
    assert not [c for c in found.clauses if c.aspect in ("minimum", "maximum")]
    told = {(c.aspect, c.value, c.when) for one in found.candidates if (c := one.clause).when}
    model = "model=claude-sonnet-4-5"
    assert told == {("minimum", "1", model), ("maximum", "8192", model)}


@pytest.mark.parametrize(
    ("page", "place", "when"),
    [
        ("`arguments` is a string. The model may produce invalid JSON there.",
         "response.choices[].message.tool_calls[].function.arguments", ""),
        ("| Field | Notes |\n| --- | --- |\n| `response_format` | Asks for JSON. Claude models ignore it. |",
         "request.response_format", "model=claude"),
        ("The text is usually good. The model may produce invalid JSON there.", "", ""),
    ],
)  # fmt: skip
def test_what_a_page_warns_of_is_a_candidate(page: str, place: str, when: str) -> None:
    told = [
        (c.location, c.when) for one in read(f"# Chat completions\n\n{page}\n").candidates
        if (c := one.clause).aspect == "meaning" and "JSON" in c.value + " JSON"
        and ("ignore" in c.value or "invalid" in c.value)
    ]  # fmt: skip
    assert told == ([(place, when)] if place else [])


@pytest.mark.parametrize(
    ("sentence", "aspect"),
    [
        ("Hand the assistant turn back as it came, `reasoning_content` included.", "required"),
        ("`reasoning_content` must be sent back with the tool results.", "required"),
        ("You may send `reasoning_content` back in the next turn.", "meaning"),
        ("Do not pass `reasoning_content` back in later requests.", "meaning"),
    ],
)
def test_what_is_to_be_sent_back_stands_in_the_requests_messages(
    sentence: str, aspect: str
) -> None:
    found = read(f"# Chat completions\n\n{sentence}\n").candidates
    told = {(one.clause.location, one.clause.aspect) for one in found}
    assert ("request.messages[].reasoning_content", aspect) in told
    assert ("request.messages[].reasoning_content", "required") in told or aspect == "meaning"


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ("✓ | | ✓", "none|high"),
        ("yes | no | no", "none"),
        ("✓ | beta | ✓", ""),
        ("✓ | ✗ rejected with 400 | ❌ ignored", "none"),
    ],
)
def test_a_table_of_values_says_which_of_them_a_model_takes(cells: str, value: str) -> None:
    page = (
        "# Chat completions\n\n| Model | none | low | high |\n|--|--|--|--|\n"
        f"| `gpt-5.4-mini` | {cells} |\n"
    )
    found = {
        (one.clause.location, one.clause.value, one.clause.when)
        for one in read(page).candidates
        if one.clause.aspect == "enum"
    }
    told = {("request.reasoning_effort", value, "model=gpt-5.4-mini")}
    assert found == (told if value else set())


@pytest.mark.parametrize(
    ("heading", "told"),
    [("Values of `reasoning_effort`", True), ("Values", False), ("Values of `color`", False)],
)
def test_a_column_may_name_the_member_whose_values_it_has(heading: str, told: bool) -> None:
    page = (f"# Notes\n\n| Model | {heading} |\n| --- | --- |\n"
            "| `gpt-5` | `minimal`, `low`, `high` |\n| `o3` | `low`, `high` |\n")  # fmt: skip
    found = {(one.clause.value, one.clause.when) for one in read(page).candidates
             if one.clause.location == "request.reasoning_effort"
             and one.clause.aspect == "enum"}  # fmt: skip
    assert (("minimal|low|high", "model=gpt-5") in found) == told
