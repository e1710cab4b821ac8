"""What sentences say of header fields, codes of errors, times and money; and what they do not."""

import pytest

from tests.contract.test_reading import read

HEAD = "# Chat\n\n`POST /v1/chat/completions`\n\n"


def places(said: str) -> set[str]:
    made = read(f"{HEAD}{said}\n", "page.md")
    return {one.clause.location for one in made.candidates}


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("Otherwise the call fails with `400` and the code `json_mode_prompt`.", "error.code"),
        ("An unknown name is answered with `404` and `model_not_found`.", "error.code"),
        ("`OpenAI-Organization` and `X-Team` are ignored.", "request.headers.X-Team"),
        ("Set the timeout of your client to at least 600 seconds.", "transport.timeout"),
        ("Streams live at most 10 minutes.", "transport.timeout"),
        ("The answer has the content type `text/event-stream`.", "response.content_type"),
        ("When the balance is used up, calls stop.", "account.balance"),
        ("The organisation's monthly budget may be reached.", "account.quota"),
    ],
)
def test_a_sentence_speaks_of_a_place(said: str, place: str) -> None:
    assert place in places(said)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("Every answer has the header `X-Trace`.", "request.headers.X-Trace"),
        ("The cache is closed after 10 minutes.", "transport.timeout"),
        ("Ticket 503 tracks what is left.", "error.status.503"),
        ("Where OpenAI sends 429 for a spent quota, we send `402`.", "error.status.429"),
        ("- 2026-08-18 Images: `422` where a picture is too large", "error.status.422"),
        ("- Embeddings: at most 256 texts, else `422`", "error.status.422"),
        ("A missing content type, not `application/json`, gives 415.", "response.content_type"),
    ],
)
def test_a_sentence_does_not_speak_of_a_place(said: str, place: str) -> None:
    assert place not in places(said)


@pytest.mark.parametrize("denied", ["We never send that status.", "It says so often."])
def test_a_status_that_a_page_says_is_not_its_own_has_no_meaning(denied: str) -> None:
    page = f"{HEAD}## Why do I see 431?\n\nA proxy refuses large headers. {denied}\n"
    stated = {one.location for one in read(page, "page.md").clauses}
    assert ("error.status.431" in stated) == denied.startswith("It")


def test_a_component_of_a_header_field_is_read() -> None:
    page = f'{HEAD}<ParamField header="X-Project-Id" type="string" required>\nWhich one.\n</ParamField>\n'
    told = {(c.location, c.aspect, c.value) for c in read(page, "page.mdx").clauses}
    assert ("request.headers.X-Project-Id", "required", "yes") in told


@pytest.mark.parametrize("lead", ["An unknown ID is answered with `503`. ", ""])
def test_an_order_not_to_repeat_is_quoted_with_what_it_points_at(lead: str) -> None:
    page = f"{HEAD}## IDs\n\n{lead}Do not retry that one.\n"
    told = [c.clause for c in read(page, "page.md").candidates if c.clause.aspect == "retry"]
    words = [clause.citation.words.rstrip(".") for clause in told]
    assert words == ([f"{lead}Do not retry that one"] if lead else [])
