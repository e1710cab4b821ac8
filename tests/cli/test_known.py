"""What `classify` says without a case: the provider's pages at the place, and the client's habits."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Tallystick
from tests.conftest import entry, har

REFUSED = {"error": {"code": "invalid_request", "message": "no"}}
GOOD = {"choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": "x"}}]}  # fmt: skip


def known(tallystick: Tallystick, tmp_path: Path, *calls: dict[str, Any]) -> Any:
    path = tmp_path / "a.har"
    path.write_bytes(har(list(calls)))
    return tallystick("classify", path, "--json").json["known"]


def test_pages_are_quoted_at_the_places_of_failures(tallystick: Tallystick, tmp_path: Path) -> None:
    found = known(tallystick, tmp_path, entry(500, REFUSED))
    stated = {(f["location"], f["when"], f["value"]) for f in found["documented"]}
    assert ("retry.status.500", "error.code=invalid_request", "no") in stated
    assert all(f["url"].startswith("https://") for f in found["documented"])
    assert found["compiled"]


@pytest.mark.parametrize(
    "call",
    [entry(200, GOOD), entry(500, REFUSED, url="https://api.openai.com/v1/chat/completions")],
)
def test_what_went_well_or_elsewhere_is_not_laid_beside_the_pages(
    tallystick: Tallystick, tmp_path: Path, call: dict[str, Any]
) -> None:
    assert known(tallystick, tmp_path, call)["documented"] == []


@pytest.mark.parametrize(("status", "told"), [(500, True), (429, True), (400, False)])
def test_the_client_is_told_where_it_sends_again(
    tallystick: Tallystick, tmp_path: Path, status: int, told: bool
) -> None:
    agent = {"user-agent": "OpenAI/Python 1.30.1"}
    found = known(tallystick, tmp_path, entry(status, REFUSED, sent=agent))
    assert (found["client"] == "OpenAI/Python 1.30.1") == told
    assert (found["habit"] is not None) == told
    unnamed = known(tallystick, tmp_path, entry(status, REFUSED))
    assert unnamed["client"] == ""


def test_people_read_both_and_the_next_command(tallystick: Tallystick, tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    path.write_bytes(har([entry(500, REFUSED, sent={"user-agent": "OpenAI/JS 4.104.0"})]))
    done = tallystick("classify", path)
    assert "  retry.status.500 when error.code=invalid_request: retry no" in done.out
    assert "OpenAI/JS 4.104.0 sends a call again up to 2 times" in done.out
    assert "--case DIR makes a case of it" in done.err


def test_of_a_spent_account_the_retry_of_its_status_is_not_told(
    tallystick: Tallystick, tmp_path: Path
) -> None:
    spent = {"error": {"code": "insufficient_quota", "message": "You exceeded your current quota"}}
    assert known(tallystick, tmp_path, entry(429, spent))["documented"] == []
    limited = {"error": {"message": "Rate limit reached"}}
    assert known(tallystick, tmp_path, entry(429, limited))["documented"] != []
