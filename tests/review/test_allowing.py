"""Sentences that allow what the API rejected, and sentences that take the blame for a status."""

from typing import Any

import pytest

from tests.review.test_agreeing import LONE, TOOL, caused

FORCED: dict[str, Any] = {
    **LONE, "message": 'tool_choice "required" is not supported by this deployment',
    "param": "tool_choice", "request": {"tool_choice": "required", "tools": [TOOL]},
    "title": "tool_choice",
    "sentence": "| Value | Meaning |\n|---|---|\n| `required` | At least one tool is called. |",
}  # fmt: skip


def test_a_value_that_is_listed_under_its_member_is_documented() -> None:
    found = caused(FORCED)
    assert (found.side, found.location) == ("provider", "request.tool_choice")
    assert "a page says of `required`" in found.mechanism


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "response_format"},
        {"request": {"tool_choice": "auto", "tools": [TOOL]}},
        {"sentence": "| Value | Meaning |\n|---|---|\n| `required` | Not for all models. |"},
        {"sentence": "| Value | Meaning |\n|---|---|\n| `auto` | The model decides. |"},
        {"message": "Invalid request", "param": None},
    ],
    ids=["another member", "another value", "of some models", "not listed", "no place"],
)
def test_without_one_part_nobody_is_accused(changed: dict[str, Any]) -> None:
    assert caused({**FORCED, **changed}).side != "provider"


def test_what_a_sentence_allows_in_the_terms_of_the_rejection() -> None:
    first: dict[str, Any] = {
        **LONE, "message": "'messages': a system message must be at the beginning",
        "param": "messages", "request": {}, "title": "Messages",
        "sentence": "System messages may appear anywhere in the list.",
    }  # fmt: skip
    assert caused(first).side == "provider"
    some = "For some models system messages may appear anywhere in the list."
    assert caused({**first, "sentence": some}).side != "provider"
    bound = {**FORCED, "message": "'tools' is too long", "param": "tools", "title": "tools",
             "sentence": "A maximum of 0 tools is supported."}  # fmt: skip
    assert caused(bound).side != "provider"


@pytest.mark.parametrize(
    ("status", "words", "side"),
    [(503, "All channels are out. This is on our side.", "provider"),
     (503, "All channels are out.", "account"),
     (403, "This is on our side.", "account")],
)  # fmt: skip
def test_a_page_that_takes_the_blame_for_a_status(status: int, words: str, side: str) -> None:
    channel: dict[str, Any] = {
        **LONE, "status": status, "param": None, "request": {}, "title": f"{status} - No channel",
        "message": "No available channel for model m under group default", "sentence": words,
    }  # fmt: skip
    assert caused(channel).side == side
