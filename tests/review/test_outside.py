"""Which of several entries a rejection is about."""

import pytest

from tallystick.review.outside import pointed, values_at

BODY = {"messages": [{"content": "a"}, {"content": None}, {"content": [1]}]}
PLACE = "request.messages[].content"


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("messages[2].content", [[1]]),
        ("messages.1.content is none", [None]),
        ("'messages.[0].content'", ["a"]),
        ("messages[9].content", []),
        (f"messages[{'9' * 5000}].content", ["a", None, [1]]),
        ("content of a message", ["a", None, [1]]),
        ("other_messages[2].content", ["a", None, [1]]),
    ],
)
def test_a_numbered_entry_is_looked_at_alone(words: str, values: list[object]) -> None:
    assert list(values_at(BODY, pointed(PLACE, words))) == values
