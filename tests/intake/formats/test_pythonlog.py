"""The debug log of the OpenAI SDK for Python since version 3, which tells neither address nor body."""

import json
from pathlib import Path

import pytest

from tests.intake.formats.test_samples import SAMPLES, found, lines
from tests.intake.formats.test_transcript import read

SENT = "[2026-11-28 06:38:02 - openai._base_client:1179 - DEBUG] Sending HTTP Request: POST"
GOT = "[2026-11-28 06:38:03 - openai._base_client:1220 - DEBUG] HTTP Response: POST {}"
RAISED = "[2026-11-28 06:38:03 - openai._base_client:1206 - DEBUG] Encountered exception: {}"


@pytest.mark.parametrize("name", ["openai-python-2.log", "openai-python-3.log"])
def test_attempts_that_the_sdk_sent_again_are_one_call(name: str) -> None:
    of = [line["group"] for line in lines(name)]
    assert of[2] == of[3]
    assert of[5] == of[6]
    assert len(set(of)) == len(of) - 2


def test_an_attempt_that_is_sent_again_has_its_body_in_the_older_log() -> None:
    asked = [str(one.request.body) for one in found("openai-python-2.log")[1]]
    assert [json.loads(body).get("n") for body in asked] == [None, None, 2, 2, None, None, None]
    assert json.loads(asked[4])["stream"] is True


def test_the_newer_log_says_what_it_does_not_show() -> None:
    for one in found("openai-python-3.log")[1]:
        assert (one.url, one.request.body) == ("", None)
        assert {"line", "headers"} <= set(one.hidden)


@pytest.mark.parametrize("first", [GOT.format(500), RAISED.format("ReadTimeout")])
def test_while_two_calls_wait_an_answer_is_given_to_neither(first: str, tmp_path: Path) -> None:
    text = "\n".join([SENT, SENT, GOT.format(400), first, SENT, GOT.format(200)])
    seen, form = read(tmp_path, text)
    assert form == "openai-python"
    assert [one.response.status for one in seen] == [200]


def test_an_exception_of_another_status_is_not_of_the_answer(tmp_path: Path) -> None:
    text = "\n".join([SENT, GOT.format(200), "RateLimitError: Error code: 429 - slow down"])
    (one,), _ = read(tmp_path, text)
    assert (one.response.status, one.failure) == (200, None)


@pytest.mark.parametrize("cut", range(2, 41, 3))
def test_a_log_that_was_cut_is_read_as_far_as_it_goes(cut: int, tmp_path: Path) -> None:
    whole = (SAMPLES / "openai-python-3.log").read_text().splitlines()
    seen, _ = read(tmp_path, "\n".join([*whole[:cut], SENT, GOT.format(200)]))
    assert len(seen) <= 8
