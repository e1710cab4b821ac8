"""What Postman's console shows, copied as text."""

from typing import Any

import pytest

from tallystick.intake.formats import Piece, detect

URL = "https://api.cometapi.com/v1/chat/completions"
SHOWN = f"""POST {URL}
400
1.2 s
Network
  Remote Address: 203.0.113.5:443
Request Headers
  Content-Type: application/json
  Authorization: Bearer x
Request Body
  {{"model": "m", "messages": []}}
Response Headers
  Content-Type: application/json
Response Body
  {{"error": {{"message": "no"}}}}
"""


def read(text: str) -> list[Any]:
    form = detect(text.encode())
    assert form is not None and form.name == "console"
    return list(form.read(Piece(0, 0, text.encode(), last=True)))


def test_both_messages_are_read_under_their_titles() -> None:
    (found,) = read(SHOWN)
    assert (found.status, found.url, found.duration_ms) == (400, URL, 1200)
    assert dict(found.request.headers)["authorization"] == "Bearer x"
    assert found.request.body == '{"model": "m", "messages": []}'
    assert found.response.body == '{"error": {"message": "no"}}'


def test_several_requests_stand_one_behind_the_other() -> None:
    first, second = read(SHOWN + SHOWN.replace("400", "200"))
    assert (first.status, second.status, second.entry) == (400, 200, 1)


def test_without_a_status_what_stands_in_its_place_is_the_failure() -> None:
    (found,) = read(SHOWN.replace("400\n1.2 s", "Error: connect ECONNREFUSED 203.0.113.5:443"))
    assert found.status == 0
    assert "ECONNREFUSED" in found.error


@pytest.mark.parametrize("gone", ["Request Headers", "Response Headers", f"POST {URL}"])
def test_other_texts_are_of_other_formats(gone: str) -> None:
    form = detect(SHOWN.replace(gone, "").encode())
    assert form is None or form.name != "console"


def test_the_marks_of_what_is_folded_are_no_part_of_it() -> None:
    lines = SHOWN.splitlines()
    marked = [f"▼ {lines[0]}          400   412 ms", *(f"  ▼ {line}" if not line.startswith(" ") else
              f"    {line}" for line in lines[3:])]  # fmt: skip
    (found,) = read("\n".join(marked))
    assert (found.status, found.duration_ms, found.url) == (400, 412, URL)
    assert found.response.body == '{"error": {"message": "no"}}'
