"""A call inside the wait that an answer before it asked for, beside what a page says of that."""

from typing import Any

import pytest

from tallystick.intake import Facts, classify
from tallystick.record.clause import Citation, Saying
from tallystick.record.finding import RootCause
from tallystick.review import Material
from tallystick.review.causes import causes
from tests.conftest import REQUEST, entry, frozen, har
from tests.twins import without_body

REFUSED = "Requests sent before that time are refused."
ORDER = "Wait for the seconds of `retry-after` before the next request."


def call(at: float, wait: str = "", host: str = "api.cometapi.com") -> dict[str, Any]:
    return entry(
        429, "", at=at, headers={"retry-after": wait} if wait else None,
        request={**REQUEST, "seed": int(at * 10)}, url=f"https://{host}/v1/chat/completions",
    )  # fmt: skip


def caused(words: str, *calls: dict[str, Any]) -> tuple[RootCause, ...]:
    exchanges = tuple(map(without_body, frozen(har(list(calls)))))
    said = Saying(Citation("A1", 0, len(words), words))
    material = Material((), (), (), exchanges, classify(exchanges, Facts()), sayings=(said,))
    return causes(material)


def sides(words: str, *calls: dict[str, Any]) -> set[str]:
    return {one.side for one in caused(words, *calls)}


@pytest.mark.parametrize("words", [REFUSED, ORDER])
def test_a_call_inside_the_wait_is_the_applications_where_a_page_says_so(words: str) -> None:
    found = caused(words, call(0, "22"), call(5, "17"))
    early = next(one for one in found if one.side == "application")
    assert (early.location, early.support) == ("retry.retry_after", "consistent")
    assert "asked to wait 22 s; another call was sent 4.9 s after that" in early.mechanism
    assert words.rstrip(".") in early.mechanism


@pytest.mark.parametrize(
    ("words", "calls"),
    [
        ("Wait before you send the same call again.", [call(0, "22"), call(5, "17")]),
        ("Wait for the tool result before sending another.", [call(0, "22"), call(5, "17")]),
        ("Requests sent before that time are not refused.", [call(0, "22"), call(5, "17")]),
        (REFUSED, [call(0, "22")]),
        (REFUSED, [call(0, "22"), call(0.05, "22")]),
        (REFUSED, [call(0), call(5)]),
        (REFUSED, [call(0, "22"), call(25, "17")]),
        (REFUSED, [call(0, "22"), call(5, "17", host="other.example")]),
    ],
    ids=[
        "of the same call",
        "of another wait",
        "denied",
        "alone",
        "at once",
        "no wait was asked for",
        "the wait was over",
        "another host",
    ],
)
def test_else_it_is_not(words: str, calls: list[dict[str, Any]]) -> None:
    assert "application" not in sides(words, *calls)


@pytest.mark.parametrize(
    ("before", "words", "side"),
    [
        ("A 429 has `Retry-After`.", "Send nothing for that model before the time is over",
         "application"),
        ("The console is slow at times.", "Send nothing before the time is over", "account"),
        ("A 429 has `Retry-After`.", "Send no prompts of children", "account"),
    ],
)  # fmt: skip
def test_an_order_is_about_the_wait_that_the_sentence_before_it_names(
    before: str, words: str, side: str
) -> None:
    exchanges = tuple(map(without_body, frozen(har([call(0, "22"), call(5, "17")]))))
    said = Saying(Citation("A1", 0, len(words), words), (), before)
    facts = Facts()
    for hidden in (exchanges, tuple(frozen(har([call(0, "22"), call(5, "17")])))):
        material = Material((), (), (), hidden, classify(hidden, facts), sayings=(said,))
        found = {one.side for one in causes(material)}
        assert (side in found) and (("application" in found) == (side == "application"))
