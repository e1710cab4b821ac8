"""Server-sent events against the WHATWG standard, section 9.2.6, example by example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.protocol import SseEvent, SseParser, encode_event


def parse(data: bytes, *cuts: int) -> tuple[list[SseEvent], SseParser]:
    parser = SseParser()
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    events: list[SseEvent] = []
    for start, end in zip(edges, edges[1:], strict=False):
        events += parser.feed(data[start:end])
    return events + parser.close(), parser


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"data: YHOO\ndata: +2\ndata: 10\n\n", ["YHOO\n+2\n10"]),
        (b": test stream\n\ndata: first\nid: 1\n\ndata:second\nid\n\ndata:  third\n", None),
        (b"data\n\ndata\ndata\n\ndata:", ["", "\n"]),
        (b"data:test\n\ndata: test\n\n", ["test", "test"]),
        (b"event: ping\n\n", []),
        (b"data: a\r\rdata: b\r\n\r\ndata: c\n\n", ["a", "b", "c"]),
        (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
        (b"unknown: a\ndata: b\n\n", ["b"]),
        (b"data: [DONE]", []),
    ],
)
def test_the_examples_of_the_standard(data: bytes, expected: list[str] | None) -> None:
    events, _ = parse(data)
    said = [event.data for event in events if event.kind == "event"]
    assert said == (["first", "second"] if expected is None else expected)


def test_event_id_and_retry_are_kept() -> None:
    events, parser = parse(
        b"retry: 10\nid: 7\nevent: e\ndata: x\n\nretry: 1s\nid: a\0b\ndata: y\n\n"
    )
    assert events == [SseEvent("x", "e", "7"), SseEvent("y", "message", "7")]
    assert parser.retry_ms == 10


def test_an_unterminated_last_event_is_discarded_but_told() -> None:
    events, parser = parse(b"data: a\n\ndata: b\ndata: c")
    assert [event.data for event in events] == ["a"]
    assert parser.unfinished == SseEvent("b\nc")


PIECES = st.lists(
    st.sampled_from(
        ["data: ", "data:", "x", "é", "🎉", "\n", "\r", "\r\n", ": c\n", "id: 1\n", "event: e\n"]
    ),
    max_size=30,
)


@given(PIECES, st.lists(st.integers(0, 400), max_size=8))
def test_any_split_gives_the_same_events(pieces: list[str], cuts: list[int]) -> None:
    data = "".join(pieces).encode()
    whole, first = parse(data)
    split, second = parse(data, *cuts)
    assert split == whole
    assert second.unfinished == first.unfinished


@given(st.text(st.characters(blacklist_characters="\r\n", blacklist_categories=["Cs"])))
def test_what_is_encoded_is_parsed(text: str) -> None:
    assert parse(encode_event(text, "e"))[0] == [SseEvent(text, "e")]
    assert parse(encode_event(f"{text}\n{text}", line_end="\r\n"))[0][0].data == f"{text}\n{text}"
