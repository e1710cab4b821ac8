"""A model's id in another writing than pages list it."""

import pytest

from tallystick.record.clause import Clause
from tallystick.record.finding import RootCause
from tests.conftest import REQUEST, entry
from tests.review.test_causes import GOOD, refused, says
from tests.review.test_sentences import cause

EITHER = "The model does not exist or you do not have access to it."
UNKNOWN = "Unknown model."


def listed(names: str = "gpt-4o|o3-mini") -> Clause:
    return says("request.model", names, "enum", words=names, standing="to-verify")


def answered(message: str, sent: str, listing: Clause | None, sound: str = "") -> RootCause:
    well = [entry(200, GOOD, request={**REQUEST, "model": sound})] if sound else []
    failing = refused(404, message, "model", request={**REQUEST, "model": sent}, at=9)
    return cause([*well, failing], listing)


@pytest.mark.parametrize(
    ("sent", "names"),
    [("deepseek-v3", "DeepSeek-V3"), ("openai/gpt-4o", "gpt-4o"), ("gpt.4o", "o3-mini|gpt-4o")],
)
def test_a_listed_id_in_another_writing(sent: str, names: str) -> None:
    found = answered(UNKNOWN, sent, listed(names))
    assert (found.side, found.location) == ("application", "request.model")
    assert f"a page lists `{names.rpartition('|')[2]}`" in found.mechanism
    assert "went well" not in found.mechanism
    either = answered(EITHER, sent, listed(names))
    assert "a page lists" not in either.mechanism, "the key may not have it"


def test_calls_that_went_well_with_the_listed_one_show_it() -> None:
    found = answered(EITHER, "openai/gpt-4o", listed(), sound="gpt-4o")
    assert found.support == "contrasted"
    assert "calls for that one went well" in found.mechanism


@pytest.mark.parametrize(
    ("sent", "listing"),
    [("GPT-4o", None), ("gpt-4.1", listed()), ("gpt-4o", listed())],
    ids=["no list", "another model", "as it is listed"],
)
def test_without_a_list_or_another_writing_nothing_is_said_of_it(
    sent: str, listing: Clause | None
) -> None:
    assert "a page lists" not in answered(UNKNOWN, sent, listing).mechanism


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("openai/gpt-4o-mini", "IDs carry no vendor prefix"),
        ("gpt-4o-mini", "IDs carry no vendor prefix"),
        ("openai/gpt-4o-mini", ""),
    ],
)
def test_a_vendor_in_front_of_an_id_that_no_channel_serves(sent: str, words: str) -> None:
    value = "without a vendor" if words else "any"
    said = says("request.model", value, "meaning", words=words or "x", standing="to-verify")
    message = f"No available channel for model {sent} under group default"
    error = {"error": {"message": message, "type": "t", "code": "model_not_found"}}
    failing = entry(503, error, request={**REQUEST, "model": sent})
    found = cause([failing], said)
    vendored = "/" in sent and bool(words)
    assert ((found.side, found.location) == ("application", "request.model")) == vendored
    assert ("no vendor prefix" in found.mechanism) == vendored
