"""Tables whose rows are values, or members of which there are several rows; what is elsewhere."""

import pytest

from tests.contract.test_reading import read

HEAD = "# Chat\n\n`POST /v1/chat/completions`\n\n"


def stated(page: str, aspect: str) -> dict[str, str]:
    told = read(f"{HEAD}{page}", "page.md").clauses
    return {one.location: one.value for one in told if one.aspect == aspect}


ROLES = ("| Role | Who |\n|---|---|\n| `system` | you |\n| `user` | they |\n"
         "| `assistant` | the model |\n")  # fmt: skip


def test_a_table_of_roles_lists_them() -> None:
    assert stated(f"## Roles\n\n{ROLES}", "enum") == {
        "request.messages[].role": "assistant|system|user"
    }


@pytest.mark.parametrize("row", ["| `user` | they |\n", "| `assistant` | the model |\n"])
def test_a_table_of_some_roles_lists_none(row: str) -> None:
    assert stated(f"## Roles\n\n{ROLES.replace(row, '')}", "enum") == {}


def test_a_table_of_what_roles_take_lists_none() -> None:
    rows = "".join(f"| `{role}` | yes |\n" for role in ("system", "user", "assistant"))
    assert stated(f"## Messages\n\n| Role | Takes images |\n|---|---|\n{rows}", "enum") == {}


@pytest.mark.parametrize(
    ("said", "value"),
    [("always", "yes"), ("always, in every chunk", "yes"), ("always in the last chunk", ""),
     ("always null", "")],
)  # fmt: skip
def test_what_is_always_there_is_so_without_an_exception(said: str, value: str) -> None:
    page = (f"## Response\n\n| Field | Type | Presence |\n|---|---|---|\n| `id` | string | always |\n"
            f"| `choices` | array | always |\n| `created` | integer | {said} |\n")  # fmt: skip
    assert stated(page, "required").get("response.created", "") == value


def test_values_of_a_model_are_those_of_no_member() -> None:
    page = ("## reasoning_effort\n\nSupported values for `o3` are `low` and `high`. "
            "Default: `low`.\n")  # fmt: skip
    told = read(f"{HEAD}{page}", "page.md").clauses
    assert not [one for one in told if one.location.endswith(".o3")]


def test_values_below_a_title_that_is_a_member() -> None:
    page = ("### finish_reason\n\n| Value | Meaning |\n|---|---|\n| `stop` | Whole. |\n"
            "| `length` | The text breaks off. |\n")  # fmt: skip
    assert stated(page, "enum") == {"response.choices[].finish_reason": "length|stop"}
    told = read(f"{HEAD}{page}", "page.md").candidates
    assert "The text breaks off." in [one.clause.value for one in told]


def test_members_of_a_function_under_a_heading_that_says_so() -> None:
    page = ("| Member of `function` | Type |\n|---|---|\n| `name` | string |\n"
            "| `parameters` | object |\n")  # fmt: skip
    assert stated(page, "kind") == {
        "request.tools[].function.name": "string",
        "request.tools[].function.parameters": "object",
    }


def test_a_member_of_several_rows_has_no_one_kind() -> None:
    page = ("## Message\n\n| Member | Type | Roles |\n|---|---|---|\n| `role` | string | all |\n"
            "| `content` | string | tool |\n| `content` | string or array | user |\n")  # fmt: skip
    assert stated(page, "kind") == {"request.messages[].role": "string"}


ERRORS = "| Status | Meaning |\n|---|---|\n| 434 | No |\n"


@pytest.mark.parametrize(
    ("title", "read_there"),
    [
        ("Errors", True),
        ("微调与文件接口", False),
        ("Admin tokens", False),
        ("Single sign-on", False),
    ],
)
def test_what_stands_under_the_title_of_another_operation_is_not_read(
    title: str, read_there: bool
) -> None:
    assert bool(stated(f"## {title}\n\n{ERRORS}", "meaning")) == read_there


def test_sections_on_images_of_a_page_on_image_inputs_are_about_the_operation() -> None:
    page = (
        "# Image inputs\n\nImages go into the chat call.\n\n## Send an image\n\n### Parts\n\n"
        "| Field | Type |\n|---|---|\n| `type` | string |\n| `image_url.url` | string |\n\n"
        "| Size | Tokens |\n|---|---|\n| 512 x 512 | 85 |\n"
    )
    told = read(page, "page.md")
    kinds = {one.location for one in told.clauses if one.aspect == "kind"}
    assert kinds == {
        "request.messages[].content[].type", "request.messages[].content[].image_url.url",
    }  # fmt: skip
    assert not any("512" in one.clause.location for one in told.candidates)


@pytest.mark.parametrize("word", ["handed to", "relayed to", "passed on to"])
def test_members_that_are_not_listed_may_be_taken(word: str) -> None:
    page = f"## Fields\n\nMembers that are not in the table are {word} the vendor as they are.\n"
    told = read(f"{HEAD}{page}", "page.md").candidates
    assert ("request", "additional") in {(o.clause.location, o.clause.aspect) for o in told}


NESTED = """<html><body><main><h1>Create chat completion</h1><p>POST /v1/chat/completions</p>
<h5>Request Body schema: application/json</h5><table>
<tr><td>model<div>required</div></td><td>string</td></tr>
<tr><td>messages<div>required</div></td><td>Array of objects</td></tr>
<tr><td colspan="2">Array<table>
<tr><td>role</td><td>string Enum: "system" "user" "assistant"</td></tr>
<tr><td>content</td><td>string or Array of objects</td></tr>
<tr><td>name</td><td>string Nullable</td></tr></table></td></tr>
<tr><td>stream</td><td>boolean</td></tr></table></main></body></html>"""


def test_tables_within_rows_are_of_the_member_before_them() -> None:
    told = read(NESTED, "page.html").clauses
    found = {(one.location, one.aspect): one.value for one in told}
    assert {place for place, aspect in found if aspect == "exists"} == {
        "request.model", "request.messages", "request.messages[].role",
        "request.messages[].content", "request.messages[].name", "request.stream",
    }  # fmt: skip
    assert found["request.messages[].role", "enum"] == "assistant|system|user"
    assert found["request.messages[].name", "kind"] == "null|string"
    assert ("request.messages[].content", "kind") not in found


@pytest.mark.parametrize(
    ("heads", "name", "value"),
    [
        ("Setting of the client | Value", "API base / Base URL / API host", "https://x.test/v1"),
        ("Setting | Value", "Base URL", "https://x.test/v1"),
        ("Setting | Value", "Console / Website", ""),
    ],
)
def test_a_setting_may_have_the_names_of_several_clients(heads: str, name: str, value: str) -> None:
    page = f"## Clients\n\n| {heads} |\n|---|---|\n| {name} | `https://x.test/v1` |\n"
    assert stated(page, "value").get("endpoint.base_url", "") == value


def test_what_is_said_of_retries_in_general_is_no_advice() -> None:
    page = "## 429\n\nAutomatic retries are the most common reason for needless traffic.\n"
    told = [one.clause for one in read(f"{HEAD}{page}", "page.md").candidates]
    assert not [one for one in told if one.aspect == "retry"]


CHUNK = """\
openapi: 3.1.0
info: {title: Chunks, version: "1"}
paths: {paths}
components:
  schemas:
    Chunk:
      type: object
      required: [choices]
      properties:
        choices: {type: array}
"""


def test_a_document_without_operations_states_its_schemas() -> None:
    told = read(CHUNK.replace("{paths}", "{}"), "stream.yaml").clauses
    assert ("stream.choices", "required") in {(one.location, one.aspect) for one in told}


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("`temperature`, `top_p`", {"request.temperature", "request.top_p"}),
        ("`logprobs` / `top_logprobs`", {"request.logprobs", "request.top_logprobs"}),
        ("`temperature` in `acme_mode`", set()),
        ("`temperature` of `top_p`", set()),
    ],
)
def test_a_row_may_be_about_several_members(cell: str, told: set[str]) -> None:
    page = ("## Request\n\n| Parameter | Reasoning models |\n|---|---|\n"
            f"| `seed` | Any |\n| `stop` | Up to 4 |\n| {cell} | Taken, without effect |\n")  # fmt: skip
    assert {*stated(page, "exists")} - {"request.seed", "request.stop"} == told


@pytest.mark.parametrize(
    ("head", "cell", "stated_there"),
    [("Reasoning models", "400", False), ("Reasoning models", "400 – use `stop`", False),
     ("Reasoning models", "Taken, without effect", True), ("Default", "400", True),
     ("Description", "400 tokens are enough.", True)],
)  # fmt: skip
def test_a_member_beside_the_status_of_a_refusal_is_not_stated(
    head: str, cell: str, stated_there: bool
) -> None:
    page = (f"## Request\n\n| Parameter | {head} |\n|---|---|\n| `seed` | Any |\n"
            f"| `stop` | Up to 4 |\n| `logprobs` | {cell} |\n")  # fmt: skip
    assert ("request.logprobs" in stated(page, "exists")) == stated_there
    told = {one.clause.location for one in read(f"{HEAD}{page}", "page.md").candidates}
    assert stated_there or "request.logprobs" in told


def test_a_section_about_speech_in_japanese_is_of_another_operation() -> None:
    page = ("## {}\n\n| Field | Type |\n|---|---|\n| `response_format` | string |\n"
            "| `seed` | integer |\n")  # fmt: skip
    assert stated(page.format("音声の書き起こし"), "exists") == {}
    read_as = stated(page.format("Request body"), "exists")
    assert set(read_as) == {"request.response_format", "request.seed"}


@pytest.mark.parametrize(
    ("words", "is_told"),
    [
        ("Keys begin with `ck-` and have 51 characters.", True),
        ("Keys expire after 365 days.", True),
        ("令牌以 `sk-` 开头。", True),
        ("トークンは `msk_` で始まる 40 文字です。", True),
        ("A key is needed for every call.", False),
        ("A list of keys begins the page.", False),
    ],
)
def test_what_a_key_looks_like_and_how_long_it_holds(words: str, is_told: bool) -> None:
    told = read(f"{HEAD}## Keys\n\n{words}\n", "page.md").candidates
    assert ("auth.token" in {one.clause.location for one in told}) == is_told
