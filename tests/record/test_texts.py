"""What of a text a record may hold."""

import pytest

from tallystick.record.held import first_unheld
from tallystick.record.policy import WORDS
from tallystick.record.texts import is_field_path


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Unsupported parameter: 'max_tokens' is not supported with this model.", True),
        ("Rate limit exceeded: free-models-per-day", True),
        ("HTTP 429: too many requests", True),
        ("call +49 151 12345678", False),
        ("Johanna asked for help", False),
        ("followed by ‹text:12›", True),
        ("choices[0].message.content.‹text:5›()", False),
        ("choices.message.content.‹text:5›()", True),
        ("‹text:14›.‹text:10›.OutputParserException: Could not parse", True),
        ("choices.message.content.johanna", False),
        ('upstream: {"error": {"message": "quota exceeded", "code": 403}}', True),
        ('upstream: {"error": {"message": "quota exceeded for Johanna"}}', False),
        ('upstream: {"johanna": {"message": "quota exceeded"}}', False),
        ('Johanna: {"error": {"message": "quota exceeded"}}', False),
        ('upstream: {"error": {"message": "quota exceeded", "code": 12345}}', False),
        ("not a ‹placeholder of ours›", False),
    ],
)
def test_error_text_holds_known_words_only(text: str, held: bool) -> None:
    assert (first_unheld(text, WORDS) is None) is held


def test_field_paths_are_names_and_indices() -> None:
    assert is_field_path("messages[0].content")
    assert not is_field_path("messages[0].ssn")
    assert not is_field_path("")
