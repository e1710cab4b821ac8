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
        ("`service_tier=flex` is refused.", ("request.service_tier", "flex", "")),
        ("| Field | Type | Notes |\n| --- | --- | --- |\n| `model` | string | the model |\n"
         "| `max_tokens` | integer | Old name; `gpt-5` and later refuse it, use another cap |\n",
         ("request.max_tokens", "*", "model=gpt-5")),
    ],
)  # fmt: skip
def test_what_is_refused_is_a_candidate(page: str, found: tuple[str, str, str]) -> None:
    assert refused(f"# Chat completions\n\n{page}\n") == {found}


@pytest.mark.parametrize(
    "page",
    [
        "`seed` is never refused.",
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
