"""HAR: exports of browsers, mitmproxy and Charles, whole, cut off and damaged."""

import base64
import json
from typing import Any

import pytest

from tallystick.intake import RawAttempt
from tallystick.intake.formats import Broken, Piece, har
from tests.conftest import entry, read_har
from tests.conftest import har as har_file

FORMAT = har.FORMAT


def pieces(data: bytes, block: int, size: int = 2000) -> list[Piece]:
    splitter = har.ENTRIES.splitter()
    splitter._size = size
    found = [p for at in range(0, len(data), block) for p in splitter.feed(data[at : at + block])]
    return [*found, *splitter.close()]


def read(data: bytes) -> list[Any]:
    return list(FORMAT.read(Piece(0, 0, data, last=True)))


def test_entries_are_read_in_order_with_lower_case_headers() -> None:
    first, second = read_har(har_file([entry(200, {"choices": []}), entry(0, error="dns: no")]))
    assert (first.entry, first.status, first.method) == (0, 200, "POST")
    assert ("authorization", "Bearer sk-x") in first.request.headers
    assert first.response.body == '{"choices": []}'
    assert second.error == "dns: no"
    assert second.response.body is None


def test_base64_bodies_byte_order_marks_and_negative_times() -> None:
    one = entry(200, "x")
    text = base64.b64encode(b"\x1f\x8b").decode()
    one["response"]["content"] |= {"text": text, "encoding": "base64"}
    one["time"] = -1
    (found,) = read_har(b"\xef\xbb\xbf" + har_file([one]))
    assert found.response.body == b"\x1f\x8b"
    assert found.duration_ms is None


def test_a_body_in_chunks_is_joined() -> None:
    """Polly.JS keeps what came compressed as a list of its chunks."""
    one = entry(200, "x")
    parts = [base64.b64encode(part).decode() for part in (b"\x1f\x8b", b"ab")]
    one["response"]["content"] |= {"text": json.dumps(parts), "encoding": "base64"}
    (found,) = read_har(har_file([one]))
    assert found.response.body == b"\x1f\x8bab"


def test_what_an_export_leaves_out_is_not_invented() -> None:
    minimal = {"request": {"method": "GET", "url": "https://h/"}, "response": {}}
    (found,) = read_har(har_file([minimal]))
    assert (found.at, found.status, found.request.body, found.response.body) == (
        None,
        0,
        None,
        None,
    )


def test_a_body_left_out_as_an_empty_text_is_not_visible() -> None:
    (found,) = read_har(har_file([entry(200, "")]))
    assert found.response.body is None
    (empty,) = read_har(har_file([entry(200, "", headers={"Content-Length": "0"})]))
    assert empty.response.body == ""


def test_the_errors_of_chromium_and_playwright_are_read() -> None:
    one = entry(-1, None)
    one["response"]["_failureText"] = "net::ERR_CONNECTION_REFUSED"
    (found,) = read_har(har_file([one]))
    assert (found.status, found.error) == (0, "net::ERR_CONNECTION_REFUSED")


@pytest.mark.parametrize("data", [b"", b"not json", b"[]", b'{"log": {}}'])
def test_what_holds_no_entries_is_said_to(data: bytes) -> None:
    (found,) = read(data)
    assert isinstance(found, Broken)


def test_a_misshapen_entry_is_left_out_with_its_place() -> None:
    wrong = entry(200, {})
    wrong["request"]["method"] = 3
    data = har_file([entry(200, {}), wrong, entry(200, {})])
    first, broken, last = read(data)
    assert isinstance(first, RawAttempt)
    assert isinstance(last, RawAttempt)
    assert (first.entry, last.entry) == (0, 2)
    assert "request.method" in broken.why
    assert data[broken.offset :].startswith(b'{"startedDateTime"')


def test_broken_base64_is_left_out_and_never_quoted() -> None:
    broken = entry(200, "secret§")
    broken["response"]["content"]["encoding"] = "base64"
    (found,) = read(har_file([broken]))
    assert isinstance(found, Broken)
    assert "secret" not in found.why


@pytest.mark.parametrize("cut", [5, 40, 400])
def test_an_export_that_was_cut_off_is_read_up_to_there(cut: int) -> None:
    data = har_file([entry(200, {}, at=n) for n in range(5)])[:-cut]
    *whole, broken = read(data)
    assert len(whole) == 4 + (cut == 1)
    assert broken.why == "an entry that is cut off"


def test_what_looks_like_the_end_of_an_entry_inside_one_is_none() -> None:
    odd = entry(200, {})
    odd["_initiator"] = {"stack": [{"x": 1}, {"time": 1}, {"_y": 2}]}
    odd["request"]["postData"]["text"] = '{"a":[{"b":1},{"time":2}]}'
    broken = entry(200, {})
    broken["request"]["url"] = 7
    found = read(har_file([odd, broken, odd]))
    assert [type(one) for one in found] == [RawAttempt, Broken, RawAttempt]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("block", [7, 100, 5000])
def test_pieces_hold_the_same_entries_as_the_whole(block: int, indent: int | None) -> None:
    log = {"pages": [{"startedDateTime": "x"}], "entries": [entry(200, {"n": n}) for n in range(9)],
           "comment": "c"}  # fmt: skip
    data = json.dumps({"log": log}, indent=indent).encode()
    cut = pieces(data, block)
    assert len(cut) > 1
    assert b"".join(piece.data for piece in cut) == data
    bodies = [one.response.body for piece in cut for one in FORMAT.read(piece)]  # type: ignore[union-attr]
    assert bodies == [one.response.body for one in read(data)]
    assert len(bodies) == 9


def test_an_entry_longer_than_a_piece_makes_its_piece_longer() -> None:
    data = har_file([entry(200, {"x": "y" * 9000}), entry(200, {})])
    cut = pieces(data, 500)
    assert sum(len(list(FORMAT.read(piece))) for piece in cut) == 2
    assert max(len(piece.data) for piece in cut) > 9000


@pytest.mark.parametrize("closing", ["", "]", "]}", "]}}", "]}}\n\n"])
@pytest.mark.parametrize("laid_out", [False, True])
def test_a_capture_that_ends_between_two_entries_is_told_to_be_cut(
    closing: str, laid_out: bool
) -> None:
    entries = [entry(200, {}, at=at) for at in range(3)]
    text = json.dumps({"log": {"entries": entries}}, indent=1 if laid_out else None)
    cut = text[: text.rindex("}", 0, text.rindex("]")) + 1]
    found = list(FORMAT.read(Piece(0, 0, f"{cut}{closing}".encode(), last=True)))
    whole = closing.strip() == "]}}"
    assert [isinstance(one, Broken) for one in found] == [False] * 3 + [True] * (not whole)
    if not whole:
        assert found[-1] == Broken(
            len(f"{cut}{closing}".encode()), "a capture that is cut off between entries"
        )


def test_a_capture_that_ends_before_its_first_entry_is_cut() -> None:
    for text in ('{"log":{"entries":[', '{"log":{"entries":[ \n'):
        (found,) = FORMAT.read(Piece(0, 0, text.encode(), last=True))
        assert isinstance(found, Broken)
    assert list(FORMAT.read(Piece(0, 0, b'{"log":{"entries":[]}}', last=True))) == []


@pytest.mark.parametrize(
    "parts",
    [
        (b'{"log":{"entries":[', b'],"entries":[', b"]}}"),
        (b'{"log":{"entries":[', b']},"log":{"entries":[', b"]}}"),
    ],
)
def test_a_second_list_of_entries_takes_nothing_from_the_first(parts: tuple[bytes, ...]) -> None:
    first, second = json.dumps(entry(200)).encode(), json.dumps(entry(429)).encode()
    begin, between, end = parts
    data = b"".join([begin, first, b",", first, between, second, end])
    assert [one.status for one in read(data)] == [200, 200, 429]


@pytest.mark.parametrize(
    ("size", "body_size", "kind", "body"),
    [
        (0, 0, "application/json", ""),
        (0, -1, "application/json", None),
        (12, 0, "application/json", None),
        (0, 0, "text/event-stream", None),
    ],
)
def test_an_empty_text_is_an_empty_body_where_both_sizes_say_so(
    size: int, body_size: int, kind: str, body: str | None
) -> None:
    one = entry(200, "x")
    one["response"]["content"] = {"size": size, "mimeType": kind, "text": ""}
    one["response"]["bodySize"] = body_size
    (found,) = read_har(har_file([one]))
    assert found.response.body == body
