"""Steps that follow from a cause: each from its place and from what the mechanism says."""

import pytest

from tallystick.record.finding import RootCause, Side
from tallystick.review.advice import advice


@pytest.mark.parametrize(
    ("side", "place", "mechanism", "step"),
    [
        ("application", "stream.error", "The stream carried an error object", "look for `error`"),
        ("application", "stream.choices", "which has no choices", "whether `choices` is empty"),
        ("application", "stream.choices", "an empty `choices`", "whether `choices` is empty"),
        ("application", "stream.choices", "two entries", "handle streams in which"),
        ("application", "stream.comment", "a comment line", "begin with a colon"),
        ("application", "response.choices[].message.content", "`content` is null", "that is null"),
        ("application", "response.choices[].message.content", "documented: null or string",
         "handle answers in which"),
        ("application", "response.choices[].message.content", "a markdown fence", "the fence off"),
        ("application", "response.choices[].message.content", "a list", "handle answers in which"),
        ("application", "stream.choices[].delta.tool_calls[].function.arguments", "in pieces",
         "join the pieces"),
        ("application", "transport.timeout", "It had lasted 300 s", "ask for less in one call"),
        ("application", "retry.timeout", "gave up after 30 s", "give the client's time-out"),
        ("network", "transport.dns", "no such host", "check name resolution"),
        ("unknown", "stream.error", "an error", ""),
    ],
)  # fmt: skip
def test_a_step_follows_from_the_place_and_the_mechanism(
    side: Side, place: str, mechanism: str, step: str
) -> None:
    found = advice(RootCause(side, place, mechanism, "consistent"), "")
    assert len(found) == bool(step)
    assert all(step in one for one in found)
