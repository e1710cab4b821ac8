"""Outlines of schemas as Scalar renders a specification in Markdown."""

import pytest

from tests.contract.test_reading import read

OURS = """\
# Acme API

## Servers

- **URL:** `https://eu.acme.example/v1`

## Operations

### Create chat completion

- **Method:** `POST`
- **Path:** `/chat/completions`

#### Request Body

##### Content-Type: application/json

- **`messages` (required)**

  `array` — The conversation.

  **Items:**

  - **`role` (required)**

    `string`, possible values: `"system", "user"`

- **temperature**

  `number`, default: `1` — From 0 to 2.

- **stream_options**

  `object`

  - **include_usage**

    `boolean`, default: `false`

#### Responses

##### Status: 200 Completion

- **choices (required)**

  `array`

  **Items:**

  - **message (required)**

    `object`

    - **content**

      `string | null`

##### Status: 422 The body could not be read

- **detail (required)**

  `array`
"""
THEIRS = """
### List keys

- **Method:** `GET`
- **Path:** `/keys`

#### Responses

##### Status: 403 Not an administrator of it
"""


def clauses(page: str) -> set[tuple[str, str, str]]:
    return {(c.location, c.aspect, c.value) for c in read(page, "page.md").clauses}


def test_members_stand_where_the_lists_nest_them() -> None:
    told = clauses(OURS)
    assert {
        ("request.messages", "required", "yes"),
        ("request.messages[].role", "required", "yes"),
        ("request.temperature", "maximum", "2"),
        ("request.stream_options.include_usage", "default", "false"),
        ("response.choices[].message.content", "kind", "null|string"),
        ("error.status.422", "meaning", "The body could not be read"),
        ("endpoint.path", "value", "/chat/completions"),
        ("endpoint.base_url", "value", "https://eu.acme.example/v1"),
    } <= told
    places = {place for place, _, _ in told}
    assert not {"request.role", "request.string", "response.detail", "response.message"} & places


@pytest.mark.parametrize("path", ["/keys", "/chat/completions"])
def test_what_an_operation_of_another_path_answers_is_none_of_ours(path: str) -> None:
    told = clauses(OURS + THEIRS.replace("/keys", path))
    met = ("error.status.403", "meaning", "Not an administrator of it") in told
    assert met == (path == "/chat/completions")


def test_a_table_of_the_members_of_a_part_is_not_of_the_request() -> None:
    rows = "| `type` | string | |\n| `text` | string | |\n| `image_url.url` | string | |\n"
    told = clauses(f"# Chat completions\n\n| Key | Type | Notes |\n|---|---|---|\n{rows}")
    assert ("request.messages[].content[].text", "exists", "yes") in told
    assert not {"request.text", "request.type"} & {place for place, _, _ in told}
