"""Pages that give the words of an error."""

import pytest

from tallystick.review.quotes import gives_words

ERROR = "parameter.enable_thinking must be set to false for ‹text:13› calls"


@pytest.mark.parametrize(
    ("said", "error", "gives"),
    [
        ("**parameter.enable_thinking must be set to false for non-streaming calls**", ERROR, True),
        ("Others fail with `property '…' is unsupported`.",
         "messages.1: property 'reasoning_content' is unsupported", True),
        ("See `model {name} was not found`.", "The model m was not found there", True),
        ("It must be set to true.", ERROR, False),
        ("Others fail with `a whole other text`.", ERROR, False),
        ("`not found`", "The path was not found", False),
        ("`choices[0].message.content` holds the text", "[‹text:2›:‹text:2›:‹text:2›] ‹text:9›",
         False),
    ],
)  # fmt: skip
def test_a_run_of_words_or_a_whole_quotation(said: str, error: str, gives: bool) -> None:
    assert gives_words(said, error) is gives
