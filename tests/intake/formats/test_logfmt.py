"""Logs of pairs, each line a whole call."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.intake.formats import detect
from tallystick.intake.formats.base import Broken, Piece
from tallystick.intake.formats.logfmt import FORMAT
from tallystick.intake.raw import RawAttempt

URL = "https://api.example.com/v1/chat/completions"
WELL = (
    f"time=2026-06-01T09:00:00Z level=info method=POST url={URL} model=gpt-4o status=200 dur_ms=980"
)
REFUSED = (
    f'time=2026-06-01T09:01:00Z level=error method=POST url={URL} model=gpt-4o status=401 dur_ms=64 '
    'err_code=token_disabled err_msg="This token has been disabled"'
)  # fmt: skip
SPOKEN = (
    f"2026-06-01 09:02:00,250 ERROR app call model=gpt-4o n=3 temperature=1.1 url={URL} status=400 "
    'error=Error code: 400 - {"error": {"message": "n must be 1", "param": "n"}}'
)


def _read(text: str) -> list[RawAttempt]:
    assert detect(text.encode()) is FORMAT
    found = list(FORMAT.read(Piece(0, 0, text.encode())))
    return [one for one in found if isinstance(one, RawAttempt)]


def test_a_line_is_a_call_with_its_error_and_its_code() -> None:
    well, refused = _read(f"{WELL}\n{REFUSED}\n")
    assert (well.status, well.url, well.duration_ms) == (200, URL, 980.0)
    told = {"message": "This token has been disabled", "code": "token_disabled"}
    assert json.loads(refused.response.body or b"") == {"error": told}
    assert refused.response.partial
    assert refused.request.partial


def test_words_before_the_pairs_and_an_error_to_the_end_of_the_line() -> None:
    (call,) = _read(SPOKEN)
    assert call.at == "2026-06-01T09:02:00.250000+00:00"
    asked = json.loads(call.request.body or b"")
    assert asked == {"model": "gpt-4o", "temperature": 1.1, "n": 3}
    assert json.loads(call.response.body or b"")["error"]["param"] == "n"


@pytest.mark.parametrize(
    "text",
    [
        "level=info msg=started port=8080 pid=1",
        "a sentence with one=pair",
        f"{WELL}\nlevel=ERROR msg=recv err=EOF chunks=4",  # it may be about the one call
        "method=GET path=/health status=200 dur_ms=1",
    ],
)
def test_other_texts_are_of_other_readers(text: str) -> None:
    assert detect(text.encode()) is not FORMAT


@given(st.text(max_size=80))
def test_any_line_beside_calls_is_read_or_passed_over(line: str) -> None:
    data = f"{WELL}\n{line}\n{REFUSED}".encode("utf-8", "replace")
    for one in FORMAT.read(Piece(0, 0, data)):
        assert one is None or isinstance(one, RawAttempt | Broken)


def test_an_object_at_the_end_of_a_line_is_a_value() -> None:
    body = {"detail": [{"loc": ["body", "temperature"], "msg": "too large"}]}
    line = (
        f"gw.access req=8f1 path=/v1/chat/completions status=422 upstream=- resp={json.dumps(body)}"
    )
    data = f"{line}\n{line}\n".encode()
    form = detect(data)
    assert form is not None
    assert form.name == "logfmt"
    first = next(iter(form.read(Piece(0, 0, data, last=True))))
    assert isinstance(first, RawAttempt)
    assert json.loads(first.response.body or "") == body
