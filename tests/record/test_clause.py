"""A quotation as a reader sees it."""

import pytest

from tallystick.record.clause import Citation


@pytest.mark.parametrize(
    ("quotation", "words"),
    [
        (
            "usage` is passed on when the vendor sends it.",
            "`usage` is passed on when the vendor sends it.",
        ),
        ("any other value is refused with `400", "any other value is refused with `400`"),
        ("<td>All of\n it</td>", "All of it"),
        ("`a` and `b`", "`a` and `b`"),
        ("<model>", "<model>"),
        ("It is rejected** with 400.", "It is rejected with 400."),
        ("**Never** do that", "**Never** do that"),
    ],
)
def test_code_that_a_quotation_begins_or_ends_within_has_both_its_marks(
    quotation: str, words: str
) -> None:
    assert Citation("S1", 0, len(quotation), quotation).words == words
