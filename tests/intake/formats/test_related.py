"""What a text that tells of an exception is about."""

import pytest

from tallystick.intake.formats.related import is_related, names_another

URL = "https://api.cometapi.com/v1/chat/completions"
WELL = f'INFO:httpx:HTTP Request: POST {URL} "HTTP/1.1 200 OK"\n'
BASE = "http://vectors.example:6333/collections/m/points/query"
RAISED = "vectors.exceptions.UnexpectedResponse: Unexpected Response: 404 (Not Found)\n"


@pytest.mark.parametrize(("asked", "related"), [(BASE, False), (URL, True), (f"{BASE}?m=1", False)])
def test_a_status_that_a_client_logs_of_another_service_is_no_models(
    asked: str, related: bool
) -> None:
    line = f'INFO:httpx:HTTP Request: POST {asked} "HTTP/1.1 404 Not Found"\n'
    assert is_related(WELL + line + RAISED) is related


def test_another_service_is_named_by_its_client_or_its_port() -> None:
    assert names_another("Can't reach database server at `pg-main:5432`")
    assert not names_another("openai.APIConnectionError: Connection error.")


@pytest.mark.parametrize(("key", "related"), [("queue", False), ("choices", True), ("usage", True)])
def test_a_key_that_no_answer_has_is_the_programs_own(key: str, related: bool) -> None:
    trace = f"Traceback (most recent call last):\n    return MAP[answer['x']]\nKeyError: '{key}'\n"
    assert is_related(WELL + trace) is related


def test_a_worker_that_was_ended_beside_a_call_that_went_well_is_no_call() -> None:
    ended = "[CRITICAL] WORKER TIMEOUT (pid:9)\nTraceback (most recent call last):\nSystemExit: 1\n"
    assert not is_related(WELL + ended)
    assert is_related("openai.APITimeoutError: Request timed out.\n" + ended)
