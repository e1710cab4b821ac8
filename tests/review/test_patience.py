"""Clients that gave up before the time that a source asks them to wait."""

import pytest

from tallystick.intake import Facts, classify
from tallystick.record.clause import Candidate, Saying
from tallystick.review import Material
from tallystick.review.causes import causes
from tests.conftest import entry, frozen, har
from tests.review.test_causes import DOCS, says

WORDS = "Set the read timeout of your client to at least 300 seconds."


@pytest.mark.parametrize(
    ("took_s", "value", "words", "side"),
    [
        (30, "300 seconds", WORDS, "application"),
        (30, "5 minutes", WORDS.replace("300 seconds", "5 minutes"), "application"),
        (299, "300 seconds", WORDS, "network"),
        (30, "300 seconds", "We close a request after 300 seconds.", "network"),
        (0, "300 seconds", WORDS, "unknown"),
    ],
    ids=["too early", "minutes", "late enough", "of the provider's own", "not known"],
)
def test_a_client_that_gave_up_early(took_s: int, value: str, words: str, side: str) -> None:
    call = entry(0, error="ReadTimeout: timed out")
    call["time"] = took_s * 1000 or -1
    exchanges = frozen(har([call]))
    clause = says("retry.timeout", value, words=words)
    classed = classify(exchanges, Facts())
    seeming = Material((), [DOCS], (), exchanges, classed, candidates=[Candidate(clause, "x")])
    for material in (seeming, Material((clause,), [DOCS], (), exchanges, classed)):
        (found,) = causes(material)
        assert found.side == side
        assert (words in found.mechanism) == (side in ("application", "unknown"))


@pytest.mark.parametrize(
    ("asked", "side"),
    [({"model": "gpt-5-pro", "messages": []}, "application"), (None, "unknown"),
     ({"messages": []}, "unknown"), ({"model": "gpt-4o", "messages": []}, "network")],
    ids=["of that model", "no body shown", "no model shown", "of another model"],
)  # fmt: skip
def test_a_time_that_holds_for_one_model(asked: object, side: str) -> None:
    call = entry(0, error="ReadTimeout: timed out", request=asked)
    call["time"] = 30_000
    if asked is None:
        del call["request"]["postData"]
    exchanges = frozen(har([call]))
    clause = says("retry.timeout", "300 seconds", when="model=gpt-5-pro", words=WORDS)
    classed = classify(exchanges, Facts())
    material = Material((), [DOCS], (), exchanges, classed, candidates=[Candidate(clause, "x")])
    (found,) = causes(material)
    assert found.side == side
    assert ("Which model was asked is not shown" in found.mechanism) == (side == "unknown")


LIMIT = "Duration of a request, streamed or not: 300 seconds."


@pytest.mark.parametrize(
    ("took_s", "words", "side"),
    [
        (300.2, (LIMIT,), "application"),
        (300.2, ("Every call is closed after 5 minutes.",), "application"),
        (300.2, (LIMIT, "Streaming has no upper time limit."), "documents"),
        (212.4, (LIMIT,), "network"),
        (300.2, ("Idle connections are closed after 300 seconds.",), "network"),
        (300.2, ("Your proxy may end it after 300 seconds.",), "network"),
        (300.2, ("Wait 300 seconds.",), "network"),
        (300.2, ("The limit of requests is reset after 300 seconds.",), "network"),
        (300.2, ("A key of a session ends after 300 seconds.",), "network"),
        (300.2, ("Files end after 300 seconds.",), "network"),
        (300.2, ("A request ends after 1,300 seconds.",), "network"),
    ],
    ids=[
        "at its end",
        "minutes",
        "denied",
        "before",
        "idle",
        "others",
        "of something else",
        "a reset",
        "a key",
        "files",
        "grouped digits",
    ],
)
def test_a_call_that_ended_when_a_page_says_that_it_ends(
    took_s: float, words: tuple[str, ...], side: str
) -> None:
    call = entry(0, error="RemoteProtocolError: peer closed connection")
    call["time"] = took_s * 1000
    exchanges = frozen(har([call]))
    said = [Saying(says("x", "y", words=one).citation) for one in words]
    material = Material((), [DOCS], (), exchanges, classify(exchanges, Facts()), sayings=said)
    (found,) = causes(material)
    assert found.side == side
    assert (words[0] in found.mechanism) == (side != "network")


def test_a_time_out_of_the_clients_own_is_no_end_that_a_page_tells_of() -> None:
    call = entry(0, error="ReadTimeout: timed out")
    call["time"] = 300_200
    exchanges = frozen(har([call]))
    said = [Saying(says("x", "y", words=LIMIT).citation)]
    material = Material((), [DOCS], (), exchanges, classify(exchanges, Facts()), sayings=said)
    (found,) = causes(material)
    assert LIMIT not in found.mechanism
