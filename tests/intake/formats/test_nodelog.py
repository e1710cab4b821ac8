"""The debug log of the OpenAI SDK for Node.js, as it was logged and as people cut it."""

import json
from pathlib import Path

import pytest

from tests.intake.formats.test_samples import SAMPLES, found, lines
from tests.intake.formats.test_transcript import read

URL = "https://api.cometapi.com/v1/chat/completions"


def body(name: str, number: int) -> dict[str, object]:
    shown = found(name)[1][number].request.body
    assert isinstance(shown, str)
    loaded = json.loads(shown)
    assert isinstance(loaded, dict)
    return loaded


def groups(name: str) -> list[object]:
    return [line["group"] for line in lines(name)]


@pytest.mark.parametrize("name", ["openai-node-4.log", "openai-node-6.log"])
def test_what_the_printing_left_out_is_not_said_to_be_empty(name: str) -> None:
    assert body(name, 0) == {"model": "gpt-4o", "temperature": 2.5}
    first = found(name)[1][0]
    assert first.request.partial


def test_a_body_of_which_only_the_length_is_printed_is_not_shown() -> None:
    assert {one.request.body for one in found("openai-node-7.log")[1]} == {None}
    kinds = [json.dumps(line["request"]) for line in lines("openai-node-7.log")]
    assert all('"body_kind": "not-visible"' in kind for kind in kinds)


def test_printed_whole_the_bodies_are_whole() -> None:
    asked = found("openai-node-6-deep.log")[1][0].request
    assert not asked.partial
    told = body("openai-node-6-deep.log", 0)
    messages = told["messages"]
    assert isinstance(messages, list)
    assert messages[0]["content"].endswith('with two lines, it\'s `odd` "too"')


@pytest.mark.parametrize(
    ("name", "again"),
    [("openai-node-4.log", 2), ("openai-node-6.log", 2), ("openai-node-6-info.log", 1)],
)
def test_attempts_that_the_sdk_sent_again_are_one_call(name: str, again: int) -> None:
    of = groups(name)
    assert of[2] == of[3]
    # Of a broken connection the log without details does not say what it is a retry of.
    assert (of[5] == of[6]) == (again == 2)
    assert len(set(of)) == len(of) - again


def test_calls_that_cross_are_told_apart_by_their_ids_and_without_ids_not_at_all() -> None:
    assert [one.status for one in found("openai-node-6.log")[1][-2:]] == [200, 503]
    assert len(found("openai-node-4.log")[1]) == 7  # the two that crossed got no answer


def test_the_error_is_that_of_the_exception_behind_its_answer() -> None:
    for name in ("openai-node-4.log", "openai-node-6.log", "openai-node-6-info.log"):
        answer = found(name)[1][0].response
        assert isinstance(answer.body, str)
        assert json.loads(answer.body)["error"]["param"] == "temperature"
        assert answer.partial


def test_a_log_that_is_written_as_json_is_read_too(tmp_path: Path) -> None:
    (one,), form = read(tmp_path, f"""\
2026-11-20T09:21:07.334Z api[811] DEBUG OpenAI:DEBUG:request {URL} {{
  "method": "post", "path": "/chat/completions",
  "body": {{"model": "m", "messages": [{{"role": "user", "content": "x"}}]}},
  "headers": {{"content-type": "application/json"}}
}}
2026-11-20T09:21:07.701Z api[811] DEBUG OpenAI:DEBUG:response 400 {URL} {{
  "content-type": "application/json"
}} {{
  "error": {{"message": "no", "type": "invalid_request_error", "param": "", "code": ""}}
}}
""")  # fmt: skip
    assert (form, one.response.status, one.at) == (
        "openai-node", 400, "2026-11-20T09:21:07.334000+00:00",
    )  # fmt: skip
    assert (one.request.body_kind, one.response.body_kind) == ("json", "json")


@pytest.mark.parametrize("cut", range(40, 340, 23))
def test_a_log_that_was_cut_is_read_as_far_as_it_goes(cut: int, tmp_path: Path) -> None:
    whole = (SAMPLES / "openai-node-6.log").read_text().splitlines()
    seen, form = read(tmp_path, "\n".join(whole[:cut]))
    assert form in ("openai-node", "text")
    assert len(seen) <= 9


def test_of_another_status_an_exception_is_not_of_this_answer(tmp_path: Path) -> None:
    (one,), _ = read(tmp_path, f"""\
[log_aaaaaa] sending request {{ method: 'post', url: '{URL}', options: {{ body: {{ model: 'm' }} }} }}
[log_aaaaaa] post {URL} succeeded with status 200 in 11ms
BadRequestError: 400 Invalid 'n'
""")  # fmt: skip
    assert (one.response.status, one.response.body_kind) == (200, "not-visible")
    assert one.duration_ms == 11
