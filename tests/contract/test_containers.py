"""What the rows of a table stand in: a title that is a path, the sentence before, a description."""

from tests.contract.test_reading import read

TABLE = "| Field | Type | Description |\n|---|---|---|\n"
HEAD = "# The answer\n\nWhat `POST /v1/chat/completions` returns.\n\n"


def places(page: str) -> set[str]:
    told = read(page, "page.md").clauses
    return {one.location for one in told if one.aspect == "exists"}


def test_a_title_that_is_a_path_holds_the_rows_below_it() -> None:
    page = (
        f"{HEAD}## choices[]\n\n{TABLE}| `index` | integer | The place |\n"
        f"| `finish_reason` | string | Why it ended |\n\n"
        f"## choices[].message\n\n{TABLE}| `role` | string | `assistant` |\n"
        "| `content` | string or null | The text |\n"
    )
    assert places(page) == {
        "response.choices[].index",
        "response.choices[].finish_reason",
        "response.choices[].message.role",
        "response.choices[].message.content",
    }


def test_a_list_whose_entries_the_sentence_before_tells_of() -> None:
    lead = "`choices[].delta.tool_calls` is a list. Each entry has these fields."
    rows = f"{TABLE}| `index` | integer | Which call |\n| `id` | string | Its name |\n"
    assert {
        "stream.choices[].delta.tool_calls[].index",
        "stream.choices[].delta.tool_calls[].id",
    } <= places(f"# Streams\n\nOf `POST /v1/chat/completions`.\n\n{lead}\n\n{rows}")


def test_values_of_a_member_are_no_values_of_what_holds_it() -> None:
    page = (
        "# Chat completions\n\n`POST /v1/chat/completions`\n\n## response_format\n\n"
        "Possible values of `type`: [`text`, `json_object`]. Default `text`.\n"
    )
    told = {(c.location, c.aspect): c.value for c in read(page, "page.md").clauses}
    assert told["request.response_format.type", "enum"] == "json_object|text"
    assert told["request.response_format.type", "default"] == "text"
    assert not {("request.response_format", "enum"), ("request.response_format", "default")} & {
        *told
    }
