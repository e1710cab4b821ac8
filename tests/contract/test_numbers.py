"""Numbers with their digits in groups, and rounded ones, as pages of fields have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.contract.reading.numerals import exact_numbers, ungrouped
from tests.contract.test_reading import read


@given(st.integers(1000, 10**12), st.sampled_from([",", " ", "\u00a0"]))
def test_a_number_is_the_same_in_groups_and_in_one_piece(number: int, mark: str) -> None:
    grouped = f"{number:,}".replace(",", mark)
    assert ungrouped(f"at most {grouped}.") == f"at most {number}."


@pytest.mark.parametrize(
    "said", ["[1,128]", "range: 1,128", "(1,100)", "0,100", "1,2,3", "12,34", "1.5,000", "v1,000a"]
)
def test_what_is_no_number_in_groups_stays(said: str) -> None:
    assert ungrouped(said) == said


@pytest.mark.parametrize("said", ["128K", "32k", "1.5 million", "9e15", "2 m"])
def test_a_rounded_number_is_none(said: str) -> None:
    assert not any(one.isdigit() for one in exact_numbers(f"maximum {said} tokens"))


def told(row: str) -> dict[str, str]:
    page = (
        "# Chat completions\n\n`POST /v1/chat/completions`\n\n"
        "| Parameter | Type | Description |\n|---|---|---|\n"
        f"| `model` | string | Which. |\n| `messages` | array | Them. |\n{row}\n"
    )
    wanted = ("default", "minimum", "maximum", "max-length")
    return {c.aspect: c.value for c in read(page, "page.md").clauses if c.aspect in wanted}


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("Maximum 8,192. Default: 4,096", {"maximum": "8192", "default": "4096"}),
        ("Between 1 and 1,000.", {"minimum": "1", "maximum": "1000"}),
        ("At most 10 000.", {"maximum": "10000"}),
        ("Up to 1,024 characters", {"max-length": "1024"}),
        ("Maximum 128K.", {}),
        ("Up to 32k tokens", {}),
        ("Up to 20 MB", {}),
        ("At most 10 minutes", {}),
        ("At most 100 % of the vocabulary", {}),
        ("At most 4 for gpt-4o", {}),
        ("From 1 to 8 (gpt-5)", {}),
        ("64 characters or fewer", {"max-length": "64"}),
        ("At most 4 for the Claude 3.5 family", {}),
        ("Max 100 min 1", {"minimum": "1", "maximum": "100"}),
    ],
)
def test_a_bound_is_the_whole_number_or_none(said: str, facts: dict[str, str]) -> None:
    assert told(f"| `top_k` | integer | {said} |") == facts
