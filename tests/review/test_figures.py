"""The bounds that sentences give."""

import pytest

from tallystick.review.figures import bounds, is_kept, is_passed, limits_of, size_of


@pytest.mark.parametrize(
    ("words", "most", "least"),
    [
        ("up to 4 sequences", {4}, set()),
        ("You may hand over up to four sequences", {4}, set()),
        ("an integer between 1 and 8,192", {8192}, {1}),
        ("from 0.0 up to 1.5", {1.5}, {0}),
        ("from 1 up to the figure here", set(), {1}),
        ("can declare 128 functions and not one more", {128}, set()),
        ("one reply may take 16,384 at the very most", {16384}, set()),
        ("<= 2", {2}, set()),
        ("at least two items", set(), {2}),
        ("must equal 1", {1}, {1}),
        ("the default is 4096", set(), set()),
        ("answered with 400", set(), set()),
        ("version 1.2.3", set(), set()),
    ],
)
def test_the_most_and_the_least(words: str, most: set[float], least: set[float]) -> None:
    assert tuple(map(set, limits_of(words))) == (most, least)


def test_what_lies_within_and_beyond() -> None:
    assert is_passed("at most 4", 5)
    assert is_passed("at least 2", 1)
    assert not is_passed("the default is 4", 5)
    assert is_kept("between 1 and 4", 2)
    assert not is_kept("the default is 4", 2)


def test_what_a_rejection_says_was_sent_is_no_bound() -> None:
    assert bounds("maximum length 4, but got an array with length 6 instead") == {4}
    assert bounds("at most 16384, whereas you provided 32000") == {16384}


@pytest.mark.parametrize(
    ("value", "size"),
    [(3, 3), (1.5, 1.5), ([1, 2], 2), ("four", 4), ("‹text:65›", 65), (True, None), (None, None),
     ({}, None)],
)  # fmt: skip
def test_how_large_a_value_is(value: object, size: float | None) -> None:
    assert size_of(value) == size
