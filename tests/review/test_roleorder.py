"""Refusals of requests whose roles stand in an order that a page excludes."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import pytest

from tallystick.review.advice import advice
from tests.conftest import entry
from tests.review.test_causes import GOOD, says
from tests.review.test_documents_beside import cause

REFUSED = {"error": {"message": "Unexpected message order in request", "type": "t", "code": "3230"}}
AFTER = "A `user` message right after a `tool` message is rejected."
FIRST = "The `system` message must be the first."
ALTERNATE = "Roles must alternate between `user` and `assistant`."


def asked(roles: Sequence[str]) -> dict[str, Any]:
    """A request of messages in this order; what a tool answers was asked for."""
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    made: list[dict[str, Any]] = []
    for role, after in zip_longest(roles, roles[1:]):
        turn = {"role": role, "content": "x"}
        turn |= {"tool_calls": [call]} if after == "tool" else {}
        made.append(turn | ({"tool_call_id": "c1"} if role == "tool" else {}))
    return {"model": "gpt-4o", "messages": made}


def told(words: str) -> Any:
    return says("request.messages[].role", words, "meaning", words=words, standing="to-verify")


@pytest.mark.parametrize(
    ("words", "broken", "kept"),
    [
        (AFTER, ("user", "assistant", "tool", "user"), ("user", "assistant", "tool")),
        (FIRST, ("user", "system", "user"), ("system", "user")),
        (ALTERNATE, ("user", "user"), ("user", "assistant", "user")),
    ],
)
def test_an_order_that_a_page_excludes_explains_the_refusal(
    words: str, broken: Sequence[str], kept: Sequence[str]
) -> None:
    refused = entry(400, REFUSED, request=asked(broken), at=0)
    well = entry(200, GOOD, request=asked(kept), at=9)
    found = cause([refused, well], seeming=(told(words),))
    assert (found.side, found.location) == ("application", "request.messages[].role")
    assert words.rstrip(".") in found.mechanism
    assert advice(found, "") == ("code: send messages in an order of roles that the page allows",)
    assert cause([refused, well]).side == "unknown", "without the sentence nothing is said"
    other = entry(400, REFUSED, request=asked(kept), at=0)
    assert cause([other], seeming=(told(words),)).side == "unknown"
    same = entry(200, GOOD, request=asked(broken), at=9)
    assert cause([refused, same], seeming=(told(words),)).side != "application", "sound calls do it"
    elsewhere = {"error": {"message": "temperature is too high", "param": "temperature"}}
    of_another = entry(400, elsewhere, request=asked(broken), at=0)
    assert cause([of_another, well], seeming=(told(words),)).location != "request.messages[].role"


def test_what_tools_answer_between_roles_is_no_turn_of_either() -> None:
    roles = ("user", "assistant", "tool", "assistant")
    found = cause([entry(400, REFUSED, request=asked(roles))], seeming=(told(ALTERNATE),))
    assert found.side == "unknown"


@pytest.mark.parametrize(
    "words",
    [
        "On some models a `user` message right after a `tool` message is rejected.",
        "A `user` message right after a `tool` message is rejected when `strict` is on.",
        "A `user` message right after a `tool` message may be answered late.",
    ],
)
def test_a_sentence_with_a_condition_accuses_nobody(words: str) -> None:
    refused = entry(400, REFUSED, request=asked(("user", "assistant", "tool", "user")))
    assert cause([refused], seeming=(told(words),)).side == "unknown"


@pytest.mark.parametrize("param", ["temperature", "tools", "messages[2].content"])
def test_a_refusal_of_another_part_is_not_of_the_order(param: str) -> None:
    refusal = {"error": {"message": "Invalid value", "param": param, "code": "invalid_value"}}
    refused = entry(400, refusal, request=asked(("user", "assistant", "tool", "user")))
    found = cause([refused], seeming=(told(AFTER),))
    assert found.location != "request.messages[].role"
    assert "right after" not in found.mechanism


def test_what_a_stale_page_says_of_the_order_decides_nothing() -> None:
    stale = says("request.messages[].role", AFTER, "meaning", words=AFTER, standing="stale")
    refused = entry(400, REFUSED, request=asked(("user", "assistant", "tool", "user")))
    assert cause([refused], stale).side == "unknown"
