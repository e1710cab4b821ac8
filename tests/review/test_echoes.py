"""What a sentence of a page and a rejection say of the same thing, and what they do not."""

from typing import Any

import pytest

from tallystick.record.clause import Clause
from tests.conftest import REQUEST
from tests.review.test_causes import refused, says
from tests.review.test_sentences import cause

NAME = "request.tools[].function.name"
TOOLS = [{"type": "function", "function": {"name": "get.weather", "parameters": {}}}]
CALL: dict[str, Any] = {**REQUEST, "tools": TOOLS}
PATTERN = "Invalid 'tools[0].function.name': string does not match pattern '^[a-zA-Z0-9_-]+$'."


def sentence(place: str = NAME, words: str = "Only letters, digits and underscores.") -> Clause:
    return says(place, "as it is written", "meaning", words=words, standing="to-verify")


def test_how_a_name_is_written() -> None:
    found = cause([refused(400, PATTERN, "tools[0].function.name", request=CALL)], sentence())
    assert (found.side, found.location, found.support) == ("application", NAME, "named")
    assert "letters, digits and underscores" in found.mechanism


@pytest.mark.parametrize(
    ("message", "param", "told"),
    [
        (PATTERN, "tools[0].function.name", None),
        (PATTERN, "tools[0].function.name", sentence(words="Choose a telling name.")),
        (PATTERN, "tools[0].function.name", sentence("request.user")),
        ("Invalid tool name", "tools[0].function.name", sentence()),
        ("Name exceeds the maximum length of tokens", "tools[0].function.name", sentence()),
    ],
    ids=["no sentence", "of something else", "of another place", "no form told", "of tokens"],
)
def test_without_one_of_the_two_nothing_is_said_of_how_it_is_written(
    message: str, param: str, told: Clause | None
) -> None:
    found = cause([refused(400, message, param, request=CALL)], told)
    assert "is written" not in found.mechanism


def test_a_context_that_is_full_is_no_form() -> None:
    said = sentence("request.messages", "At most 32000 characters.")
    message = "This model's maximum context length is 8192 tokens."
    assert "is written" not in cause([refused(400, message, "messages")], said).mechanism
