"""Streams: chunks that are matched against the first of their kind are the frames they would be."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.intake import Masker
from tallystick.intake import frames as folding
from tallystick.protocol import SseParser
from tallystick.record.policy import ANSWER, Rule

TEXTS = st.text(max_size=12) | st.sampled_from(
    ['"', "\\", 'a"content":"b', "‹string›", "‹string:3#1›", "\n\n", "data: ", "\0", "é", "\ud800"]
)
CHUNKS = st.builds(
    lambda content, key, more, id_: {
        "id": id_,
        "choices": [{"index": 0, "delta": {key: content}, "finish_reason": None}],
        **more,
    },
    TEXTS,
    st.sampled_from(["content", "refusal", "reasoning_content", "role", "x"]),
    st.sampled_from([{}, {"obfuscation": "aa"}, {"usage": None}, {"created": 1_774_412_483}]),
    st.sampled_from(["a", "b", ""]),
)
STREAMS = st.lists(st.tuples(CHUNKS, st.integers(1, 14)), max_size=6)


def filled(stream: str) -> list[dict[str, Any]]:
    masker = Masker()
    shape = folding.frame_shapes(stream, masker)
    return list(msgspec.json.decode(shape % tuple(masker.holes)))


def one_by_one(stream: str) -> list[tuple[str, str]]:
    """Each event by itself, as the parser gives it and the policy masks it."""
    out = []
    parser = SseParser()
    for event in parser.feed(stream.encode("utf-8", "replace")):
        masker = Masker()
        (frame,) = folding._block(f"data: {event.data}\n\n", masker)
        out.append((frame.shape, frame.kind))
    return out


def text(chunk: dict[str, Any]) -> str:
    return f"data: {json.dumps(chunk)}\n\n"


@settings(max_examples=300)
@given(STREAMS, st.booleans())
def test_a_run_is_what_its_chunks_are_one_by_one(
    runs: list[tuple[dict[str, Any], int]], ascii_: bool
) -> None:
    chunks = [json.dumps(chunk, ensure_ascii=ascii_) for chunk, count in runs for _ in range(count)]
    stream = "".join(f"data: {chunk}\n\n" for chunk in chunks)
    expected = one_by_one(stream)
    found = filled(stream)
    assert sum(frame["count"] for frame in found) == len(expected)
    kinds = [kind for frame in found for kind in [frame["kind"]] * frame["count"]]
    assert kinds == [kind for _, kind in expected]
    assert len(found) == sum(a != b for a, b in zip([None, *expected], expected, strict=False))


def test_an_empty_text_is_another_frame_than_those_before_it() -> None:
    chunks = [{"choices": [{"index": 0, "delta": {"content": one}}]} for one in [*"0123456789", ""]]
    for _ in range(3):  # the second time its literals are known, and the third they are compiled
        assert [frame["count"] for frame in filled("".join(map(text, chunks)))] == [10, 1]


def test_long_runs_are_folded_whatever_their_texts() -> None:
    def chunk(content: str, number: int) -> str:
        delta = {"content": content}
        return text(
            {"id": "x", "choices": [{"index": 0, "delta": delta}], "obfuscation": "a" * number}
        )

    words = ["a", "b\n", 'c"', "d\\", "é", "{}"] * 400
    stream = "".join(chunk(word, number % 7 + 1) for number, word in enumerate(words))
    for _ in range(2):  # the second time its literals are known
        (frame,) = filled(stream + text({"id": "x"}))[:1]
        assert frame["count"] == len(words)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_all_line_ends_give_the_same_frames(end: str) -> None:
    stream = ": ping\n\ndata: {}\n\nevent: error\ndata: {\ndata: }\n\ndata: [DONE]\n\n"
    assert filled(stream.replace("\n", end)) == filled(stream)
    assert [frame["kind"] for frame in filled(stream)] == ["comment", "data", "data", "done"]


def test_an_identifier_of_each_chunk_does_not_hinder() -> None:
    stream = "".join(
        text({"id": f"x{n}", "choices": [{"delta": {"content": f"w{n}"}}]}) for n in range(60)
    )
    (frame,) = filled(stream)
    assert frame["count"] == 60


def test_counts_that_differ_are_different_frames() -> None:
    stream = "".join(text({"usage": {"total_tokens": n}}) for n in (1, 1, 2))
    counts = [(f["count"], f["data"]["usage"]["total_tokens"]) for f in filled(stream)]
    assert counts == [(2, 1), (1, 2)]


def members(rule: Rule, seen: set[int]) -> list[tuple[str, Rule]]:
    if id(rule) in seen:
        return []
    seen.add(id(rule))
    found = list((rule.fields or {}).items())
    for _, inner in [*found]:
        found += members(inner, seen)
    return found + (members(rule.items, seen) if rule.items else [])


def test_text_members_are_masked_wherever_they_stand_in_an_answer() -> None:
    hidden = {"masked", "delta", "id", "json"}
    for name, rule in members(ANSWER, set()):
        if name in (*folding.TEXT_MEMBERS, "id"):
            assert rule.string in hidden, name
            shapes = {Masker().shape(said, rule, "$", bare=True) for said in ("a", '{"b":1}', "12")}
            assert len(shapes) == 1


def test_too_many_frames_are_cut_before_the_last() -> None:
    stream = "".join(text({"usage": {"total_tokens": n}}) for n in range(1, 2100))
    found = filled(stream)
    assert len(found) == folding.MAX_FRAMES
    assert found[-1]["data"]["usage"]["total_tokens"] == 2099
