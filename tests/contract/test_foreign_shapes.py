"""Shapes of documentation sites: fields that only classes tell, tables of HTML within Markdown, lists
that tick what is taken, header fields of answers, and pages in other languages.
"""

import re

import pytest

from tallystick.contract.page import others_only
from tallystick.record.case import Operation
from tests.contract.test_reading import Said, read, seems, stated

README = """<!doctype html><html><body><article><h1>Chat Completions</h1>
<section><header>Body Params</header>
<div class="Param"><div class="Param-header"><label class="Param-name">model</label>
<div class="Param-type">string</div><div class="Param-required">required</div></div></div>
<div class="Param"><div class="Param-header"><label class="Param-name">messages</label>
<div class="Param-type">array of objects</div></div><div class="Param-description">Oldest first.</div>
<div class="Param-children"><div class="Param"><label class="Param-name">role</label>
<div class="Param-type">string</div><div class="Param-required">required</div></div></div></div>
<div class="Param"><div class="Param-header"><label class="Param-name">n</label>
<div class="Param-type">int32</div><div class="Param-minmax">1 to 16</div></div></div>
</section></article></body></html>"""
DOCUSAURUS = """<!doctype html><html><body><main><h1>Create Chat Completion</h1><h2>Request</h2><ul>
<li><details><summary><span class="openapi-schema__container"><strong class="openapi-schema__property">
stop</strong><span class="openapi-schema__name">string[]</span>
<span class="openapi-schema__nullable">nullable</span></span></summary><p>Up to 16 sequences.</p>
</details></li>
<li><div class="openapi-schema__list-item"><strong class="openapi-schema__property">temperature</strong>
<span class="openapi-schema__name">number</span><p><strong>Possible values:</strong>
<code>&gt;= 0</code> and <code>&lt;= 2</code></p></div></li></ul></main></body></html>"""
HASHED = """<!doctype html><html><body><main><h1>Create Chat Completion</h1><h2>Request</h2><div>
<div class="openapi-schema__list-item schemaItem_too"><details><summary><span><strong
 class="openapi-schema__property">tools</strong> <span class="openapi-schema__name">object[]</span>
</span></summary><div>
<div class="openapi-schema__list-item"><span><strong class="openapi-schema__property">type</strong>
<span class="openapi-schema__name">string</span></span><p>Only functions.</p></div>
<div class="openapi-schema__list-item schemaItem_fun"><details><summary><span><strong
 class="openapi-schema__property">function</strong> <span class="openapi-schema__name">object</span>
</span></summary><div>
<div class="openapi-schema__list-item"><span><strong class="openapi-schema__property">name</strong>
<span class="openapi-schema__name">string</span></span><p>Its name.</p></div></div></details></div>
</div></details></div>
<div class="openapi-schema__list-item"><span><strong class="openapi-schema__property">top_p</strong>
<span class="openapi-schema__name">number</span></span><p>Nucleus.</p></div>
</div></main></body></html>"""
MINTLIFY = """<!doctype html><html><body><main><h1>Chat</h1><h2>Body</h2>
<div><div><span data-component-part="field-name">top_p</span>
<span data-component-part="field-info-pill">number</span>
<span data-component-part="field-required-pill">required</span></div><div><p>Nucleus.</p></div></div>
<div><div><span data-component-part="field-name">seed</span>
<span data-component-part="field-info-pill">integer</span></div></div></main></body></html>"""


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (README, {
            ("request.model", "kind", "string"), ("request.model", "required", "yes"),
            ("request.messages", "kind", "array"), ("request.messages[].role", "required", "yes"),
            ("request.n", "minimum", "1"), ("request.n", "maximum", "16")}),
        (DOCUSAURUS, {
            ("request.stop", "kind", "array|null"), ("request.stop", "max-items", "16"),
            ("request.temperature", "kind", "number"), ("request.temperature", "maximum", "2")}),
        (MINTLIFY, {
            ("request.top_p", "required", "yes"), ("request.top_p", "kind", "number"),
            ("request.seed", "kind", "number")}),
    ],
    ids=["ReadMe", "Docusaurus", "Mintlify"],
)  # fmt: skip
def test_what_classes_call_the_parts_of_a_field_is_read(page: str, said: Said) -> None:
    found = {(c.location, c.aspect, c.value) for c in read(page, "page.html").clauses}
    assert said <= found
    assert {place.partition(".")[0] for place, _, _ in found} == {"request"}
    assert not {"request.role", "request.required", "request.string"} & {p for p, _, _ in found}


def test_a_name_in_a_table_stays_a_cell_of_it() -> None:
    page = """<!doctype html><html><body><main><h1>Chat</h1><h2>Request body</h2><table>
    <tr><th>Name</th><th>Type</th></tr><tr><td class="property-name">model</td><td>string</td></tr>
    <tr><td class="property-name">top_k</td><td>integer</td></tr></table></main></body></html>"""
    found = {(c.location, c.aspect, c.value) for c in read(page, "page.html").clauses}
    assert {("request.model", "kind", "string"), ("request.top_k", "kind", "number")} <= found


TABLE = (
    '<table data-full-width="true"><thead><tr><th width="97">Status code</th><th>Explanation</th></tr>'
    "</thead><tbody><tr><td>403</td><td>Top up. Repeating the call does not help.</td></tr>"
    "<tr><td>500</td><td>Retry later — ünïcode.</td></tr></tbody></table>"
)


def test_a_table_of_html_within_markdown_is_a_table() -> None:
    page = f"# Errors — all\n\nBefore.\n\n{TABLE}\n\n```html\n{TABLE.replace('403', '418')}\n```\n"
    found = {c.location for c in read(page, "page.md").clauses}
    assert {"error.status.403", "error.status.500"} <= found
    assert "error.status.418" not in found
    assert seems(page)["retry.status.403"] == "no"


TICKS = """# Compatibility

### `/v1/chat/completions`

#### Supported request fields

- [x] `model`
- [x] `stream_options`
  - [x] `include_usage`
- [ ] `logit_bias`
- [x] Tools

### `/v1/completions`

#### Supported request fields

- [x] `suffix`
"""


def test_a_list_that_ticks_states_what_is_ticked() -> None:
    found = {place for place, _, _ in stated(TICKS)}
    assert {"request.model", "request.stream_options.include_usage"} <= found
    assert not {"request.logit_bias", "request.suffix"} & found
    every = {one.clause.location: one.why for one in read(TICKS).candidates}
    assert "without its tick" in every["request.logit_bias"]


SPECIFICATION = """\
openapi: 3.1.0
info: {title: x, version: "1"}
paths:
  /v1/chat/completions:
    post:
      responses:
        "200":
          description: ok
          headers: {x-ratelimit-limit: {schema: {type: integer}}, x-served-by: {}}
        "429":
          description: Too many
          headers: {Retry-After: {schema: {type: integer}}}
"""


def test_header_fields_of_answers_are_documented() -> None:
    found = {(c.location, c.value) for c in read(SPECIFICATION, "chat.yaml").clauses}
    assert {("limit.headers", "x-ratelimit-limit"), ("retry.retry_after", "yes")} <= found
    assert not any(value == "x-served-by" for _, value in found)


@pytest.mark.parametrize(
    ("title", "again", "never"),
    [
        ("Código de error {}", "Reintente con espera.", "No reintente la solicitud."),
        ("Fehlercode {}", "Bitte später erneut versuchen.", "Nicht erneut senden."),
        ("Code d'erreur {}", "Réessayez plus tard.", "Ne réessayez pas."),
        ("错误码 {}", "请稍后重试。", "请勿重试。"),
        ("エラーコード {}", "時間をおいて再試行。", "再試行しないでください。"),
    ],
)
def test_titles_and_orders_of_other_languages(title: str, again: str, never: str) -> None:
    page = f"# API\n\n## {title.format(429)}\n\n{again}\n\n## {title.format(400)}\n\n{never}\n"
    found = seems(page)
    assert (found["retry.status.429"], found["retry.status.400"]) == ("yes", "no")


def test_a_page_that_names_another_operation_beside_ours_is_ours() -> None:
    other = "# Keys\n\n`POST /v1/keys`\n\nMakes keys.\n"
    ours = f"{other}\n```bash\ncurl https://api.x.io/v1/chat/completions\n```\n"
    assert others_only(other, Operation()) == "POST /v1/keys"
    assert others_only(ours, Operation()) == ""
    assert others_only("# Models\n\n`GET /v1/models` lists them.\n", Operation()) == ""


@pytest.mark.parametrize("path", ["/v4/chat/completions", "/api/v3/chat/completions"])
def test_a_page_of_the_operation_under_another_path_states_that_path(path: str) -> None:
    page = f"# Chat\n\n`POST https://api.x.io{path}`\n\n## Body\n\n- `model` (string, required)\n"
    found = {(c.location, c.value) for c in read(page).clauses}
    assert {("endpoint.path", path), ("request.model", "yes")} <= found
    both = f"{page}\nThe old `POST https://api.x.io/v1/chat/completions` goes.\n"
    assert ("endpoint.path", path) not in {(c.location, c.value) for c in read(both).clauses}


def test_a_specification_may_have_a_path_before_ours() -> None:
    page = SPECIFICATION.replace("paths:", "servers: [{url: 'https://x.io/api'}]\npaths:")
    found = {(c.location, c.value) for c in read(page, "chat.yaml").clauses}
    assert ("endpoint.path", "/api/v1/chat/completions") in found


def test_what_is_said_of_these_is_said_of_what_a_table_listed() -> None:
    table = "| Status | Cause |\n|---|---|\n| 401 | a wrong key |\n| 403 | a rule |\n"
    found = seems(f"# Keys\n\n{table}\nNone of these get better; do not retry them.\n")
    assert {found["retry.status.401"], found["retry.status.403"]} == {"no"}
    assert "retry.status.401" not in seems(f"# Keys\n\n{table}\nDo not retry a lost key.\n")


def test_a_column_of_places_in_another_language() -> None:
    rows = "|body|body|object|是|\n|» model|body|string|是|\n|» top_p|body|number|否|\n|X|header|string|否|\n"
    page = f"# 聊天\n\nPOST /v1/chat/completions\n\n### 请求参数\n\n|名称|位置|类型|必选|\n|-|-|-|-|\n{rows}"
    assert {c.location for c in read(page).clauses if c.aspect == "kind"} == {
        "request.model",
        "request.top_p",
    }


def test_an_answer_whose_status_only_a_class_names() -> None:
    inner = (
        '<ul class="p"><li class="property"><div class="property-name">message</div>'
        '<span class="property-detail">object</span><ul class="p">'
        '<li class="property"><div class="property-name">content</div>'
        '<span class="property-detail">string</span></li>'
        '<li class="property"><div class="property-name">refusal</div>'
        '<span class="property-detail">string</span></li></ul></li></ul>'
    )
    page = (
        '<html><body><h3>Chat</h3><div class="response-code">200</div><ul class="p">'
        '<li class="property"><div class="property-name">id</div>'
        '<span class="property-detail">string</span></li>'
        '<li class="property"><div class="property-name">choices</div>'
        f'<span class="property-detail">array object[]</span><div>{inner}</div></li></ul>'
        '<div class="response-code">404</div><p>There is no such model.</p></body></html>'
    )
    clauses = read(page, "page.html").clauses
    assert {(c.location, c.value) for c in clauses if c.aspect == "kind"} == {
        ("response.id", "string"),
        ("response.choices", "array"),
        ("response.choices[].message", "object"),
        ("response.choices[].message.content", "string"),
        ("response.choices[].message.refusal", "string"),
    }
    assert ("error.status.404", "meaning") in {(c.location, c.aspect) for c in clauses}


@pytest.mark.parametrize(
    ("before", "after"), [("&quot;", "&quot;"), ('<span class="k">"', '"</span>'), ('"', '"')]
)
def test_a_sample_is_quoted_where_it_stands(before: str, after: str) -> None:
    def name(word: str) -> str:
        return f"{before}{word}{after}"

    sample = (
        f"{{{name('id')}: {name('é')}, {name('choices')}: [{{{name('message')}: "
        f"{{{name('content')}: null}}}}]}}"
    )
    page = f"<html><body><h2>Response</h2><pre><code>{sample}</code></pre></body></html>"
    found = {c.location: c.citation.quotation for c in read(page, "page.html").clauses}
    for place, word in (("response.id", "id"), ("response.choices[].message.content", "content")):
        assert re.sub(r"<[^>]*>|&quot;|\"", "", found[place]) == word


def test_values_under_the_title_of_a_field_are_no_fields() -> None:
    page = (
        "# Tools\n\n## `tool_choice` parameter\n\n- `none`: no call. Default if there are no tools."
        "\n- `auto`: the model decides.\n- `required`: at least one call.\n"
    )
    found = {(c.location, c.aspect) for c in read(page).clauses}
    assert found == {("request.tool_choice", "exists")}
    assert not [one for one in read(page).candidates if one.clause.aspect == "default"]


def test_a_delta_is_of_chunks_whatever_the_title_says() -> None:
    page = (
        "# Response\n\n## Fields of the answer\n\n- `choices[].delta.role`: in the first\n"
        "- `choices[].delta.content`: the next piece\n- `id`: the same in all\n"
    )
    found = {c.location for c in read(page).clauses}
    assert "stream.choices[].delta.content" in found
    assert not [place for place in found if place.startswith("response.choices[].delta")]


@pytest.mark.parametrize(
    ("title", "is_of_status"),
    [
        ("How do I handle a 403 error?", True),
        ("What does 403 mean?", True),
        ("Why do I get a 403?", True),
        ("How do I get 403 requests?", False),
        ("How many of the 403 models are free?", False),
    ],
)
def test_questions_about_a_status(title: str, is_of_status: bool) -> None:
    page = f"# Help\n\n## {title}\n\nThe balance is used up.\n"
    found = {c.location for c in read(page).clauses}
    assert ("error.status.403" in found) == is_of_status


def test_members_of_a_schema_by_their_short_names() -> None:
    page = (
        "# Structured outputs\n\n| Field | Required | Notes |\n| - | - | - |\n"
        "| `json_schema.name` | Yes | n |\n| `json_schema.strict` | No | n |\n"
    )
    assert {c.location for c in read(page).clauses if c.aspect == "required"} == {
        "request.response_format.json_schema.name",
        "request.response_format.json_schema.strict",
    }


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("top_p\nnumber\n可选\n介于 0 和 1 之间。默认为 1。",
         {("required", "no"), ("minimum", "0"), ("maximum", "1"), ("default", "1")}),
        ("top_p\nnumber\n必需\n核采样 Nucleus 的参数。", {("required", "yes")}),
        ("top_p\nnumber\n核采样 Nucleus 的参数 Token。", set()),
    ],
)  # fmt: skip
def test_marks_of_attributes_in_chinese_stand_beside_a_type(
    line: str, found: set[tuple[str, str]]
) -> None:
    page = f"# 聊天\n\n## 请求参数\n\nBody 参数\n\n{line}\n"
    told = {
        (c.aspect, c.value) for c in read(page).clauses
        if c.location == "request.top_p" and c.aspect not in ("exists", "kind")
    }  # fmt: skip
    assert told == found


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("A 402 there means that the deposit is missing.", ""),
        ("nginx logs status 499 when a user closes the tab.", ""),
        ("A 402 means that the balance is spent.", "error.status.402"),
    ],
)
def test_what_is_said_of_something_else_is_no_status_of_the_api(words: str, place: str) -> None:
    found = {one.clause.location for one in read(f"# Chat errors\n\n{words}\n").candidates}
    assert {one for one in found if one.startswith("error.status")} == ({place} if place else set())


def test_the_settings_of_a_client_are_no_members_of_a_request() -> None:
    page = (
        "# Chat completions\n\n## Settings of the client\n\n### Parameters\n\n"
        "- **timeout** (*float*) – seconds.\n- **max_retries** (*int*) – attempts.\n"
    )
    assert not read(page).clauses


def test_classes_that_a_build_has_hashed_part_no_siblings() -> None:
    places = {c.location for c in read(HASHED, "page.html").clauses}
    assert {"request.tools", "request.tools[].type", "request.tools[].function.name"} <= places
