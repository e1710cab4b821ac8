import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.record.location import area_of, is_location
from tallystick.record.placeholder import KINDS, Placeholder, json_kind, parse, text_length

LENGTH = st.none() | st.integers(0, 9_999_999)
ORDINAL = st.none() | st.integers(1, 9_999_999)


@given(st.sampled_from(sorted(KINDS)), LENGTH, ORDINAL)
def test_a_placeholder_reads_back(kind: str, length: int | None, ordinal: int | None) -> None:
    made = Placeholder(kind, length, ordinal)
    assert parse(str(made)) == made


@pytest.mark.parametrize("text", ["", "‹string:12", "‹secret:3›", "‹string:12345678›", "a‹id›"])
def test_other_text_is_no_placeholder(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "number"),
        (0.5, "number"),
        ("x", "string"),
        ("‹number›", "number"),
        ("‹array:2›", "array"),
        ("‹string:4#1›", "string"),
        ("‹host#1›", "string"),
        ([], "array"),
        ({}, "object"),
    ],
)
def test_the_kind_survives_masking(value: object, kind: str) -> None:
    assert json_kind(value) == kind


def test_lengths_survive_masking() -> None:
    assert [text_length(v) for v in ("abc", "‹string:9›", "‹string›", "", None)] == [3, 9, 1, 0, 0]


@pytest.mark.parametrize(
    ("location", "area"),
    [
        ("endpoint.path", "endpoint"),
        ("auth.header", "authentication"),
        ("stream.done", "response"),
        ("retry.status.429", "errors"),
        ("fallback.model", "errors"),
        ("account.quota", "rate limits"),
        ("billing.usage", "billing"),
        ("transport.dns", None),
    ],
)
def test_the_first_word_decides_the_area(location: str, area: str | None) -> None:
    assert area_of(location) == area
    assert is_location(location)


def test_locations_are_told_from_other_text() -> None:
    assert not is_location("")
    assert not is_location("response choices")
    assert not is_location("nonsense.path")
