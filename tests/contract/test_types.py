"""Bodies described as TypeScript types."""

import pytest

from tests.contract.test_reading import seems, stated

PAGE = """# API shapes

The bodies of `POST /v1/chat/completions`.

```ts
interface ChatRequest {
  messages: Message[];
  model?: string; // the default of the account, if left out
  stop?: string | string[];
  temperature?: number; // range: [0, 2]
  /** @deprecated give `models` instead */
  route?: 'fallback' | 'sort';
  again?: ChatRequest;
}
type Message =
  | { role: 'user' | 'system'; content: string }
  | { role: 'tool'; content: string; tool_call_id: string };
type ErrorResponse = { error: { code: number; message: string } };
interface ClientOptions { timeoutMs: number }
```
"""


@pytest.mark.parametrize(
    "said",
    [
        ("request.messages", "required", "yes"),
        ("request.messages", "kind", "array"),
        ("request.model", "required", "no"),
        ("request.stop", "kind", "array|string"),
        ("request.route", "enum", "fallback|sort"),
        ("request.route", "deprecated", "yes"),
        ("request.messages[].tool_call_id", "exists", "yes"),
        ("error.code", "kind", "number"),
        ("error.message", "required", "yes"),
    ],
)
def test_members_are_stated(said: tuple[str, str, str]) -> None:
    assert said in stated(PAGE)


@pytest.mark.parametrize("place", ["request.messages[].role", "request.messages[].tool_call_id"])
def test_what_one_alternative_says_is_not_stated_for_all(place: str) -> None:
    assert {aspect for where, aspect, _ in stated(PAGE) if where == place} == {"exists"}


def test_a_comment_behind_a_member_is_a_sentence() -> None:
    assert seems(PAGE)["request.temperature"] in {"0", "2"}


def test_a_librarys_own_types_are_no_body() -> None:
    assert not any("timeoutMs" in place for place, _, _ in stated(PAGE))


@pytest.mark.parametrize("cut", [PAGE[:200], PAGE.replace("}", ""), PAGE.replace("{", "{{")])
def test_types_that_are_not_whole_are_read_as_far_as_they_go(cut: str) -> None:
    stated(cut)


@pytest.mark.parametrize(
    "declared",
    [
        "type ChatRequest = Omit<Full, 'seed'>;",
        "type ChatRequest = Partial<Full>;",
        "type ChatRequest = Pick<Full, 'model'>;",
        "interface LoginRequest { seed: number }",
        "interface ChatRequest { seed: number | undefined }",
    ],
)
def test_what_a_type_takes_away_or_leaves_open_is_not_required(declared: str) -> None:
    page = (
        f"# Types\n\n`POST /v1/chat/completions`\n\n```ts\n{declared}\n"
        "interface Full { model: string; seed: number }\n```\n"
    )
    assert ("request.seed", "required", "yes") not in stated(page)
