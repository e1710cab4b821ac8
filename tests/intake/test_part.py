"""Parts: however captures are split, the merged bytes are the same, and so is the profile."""

import json
import random
from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.intake import (
    Facts,
    Folder,
    Incident,
    Merger,
    Part,
    Profiler,
    RawAttempt,
    classify,
    reopened,
)
from tallystick.intake import merge as merging
from tallystick.intake.formats import Piece, har
from tallystick.intake.merge import Attempt, PartHead, head_of
from tallystick.intake.part import UNHELD
from tallystick.record import Exchange
from tallystick.record.canonical import canonical
from tallystick.record.profile import Profile
from tests.conftest import entry
from tests.conftest import har as har_file

KEY = b"k" * 32
INCIDENT = Incident("2026-06-01T09:00:05Z", "2026-06-01T09:00:20Z")
LIMITED = {"error": {"message": "Rate limit reached", "code": "rate_limit_exceeded"}}


def answer(random_: random.Random) -> dict[str, Any]:
    count = random_.randint(0, 9)
    return {"id": "x", "object": "chat.completion", "created": 1_774_412_483, "model": "gpt-4o",
            "choices": [{"index": 0, "finish_reason": "stop",
                         "message": {"role": "assistant", "content": f"said {count}"}}],
            "usage": {"prompt_tokens": count, "completion_tokens": 2, "total_tokens": count + 2}}  # fmt: skip


def traffic(seed: int, count: int = 40) -> list[dict[str, Any]]:
    random_ = random.Random(seed)
    made = []
    for at in range(count):
        asked = {"model": random_.choice(["gpt-4o", "acme/x"]), "stream": random_.random() < 0.3,
                 "messages": [{"role": "user", "content": random_.choice("abcdef")}]}  # fmt: skip
        status = random_.choice([200, 200, 200, 429, 500, 0])
        reply: Any = answer(random_) if status == 200 else LIMITED
        if status == 200 and asked["stream"]:
            reply = f"data: {json.dumps(answer(random_))}\n\ndata: [DONE]\n\n"
        headers = (
            {"Retry-After": "3", "X-RateLimit-Remaining-Requests": str(at)} if status == 429 else {}
        )
        made.append(entry(status, None if status == 0 else reply, request=asked, at=at % 60,
                          headers=headers, error="" if status else "read ECONNRESET",
                          sent={"X-Stainless-Retry-Count": str(at % 3)} if at % 4 == 0 else {}))  # fmt: skip
    random_.shuffle(made)
    return made


def parts_of(entries: list[dict[str, Any]], cuts: list[int], capture: int = 0) -> list[Part]:
    bounds = [0, *sorted(cuts), len(entries)]
    folder = Folder(KEY)
    found = []
    for number, (start, end) in enumerate(zip(bounds, bounds[1:], strict=False)):
        data = har_file(entries[start:end])
        piece = Piece(number, 0, data, last=True)
        form = har.FORMAT
        found.append(folder.fold(piece if number == 0 else _inner(piece), form, capture))
    return found


def _inner(piece: Piece) -> Piece:
    """A piece from within a capture: its entries without what stands around them."""
    inner = piece.data.split(b'"entries": [', 1)[1][: -len(b"]}}")]
    return Piece(piece.number, 0, inner)


def merged_attempts(entries: list[dict[str, Any]]) -> list[Attempt]:
    parts = parts_of(entries, [])
    return list(Merger(["sha256:" + "a" * 64]).attempts([head_of(parts[0])], lambda _: parts[0]))


def merged(parts: list[Part]) -> tuple[bytes, bytes]:
    by_head: dict[PartHead, Part] = {head_of(part): part for part in parts}
    merger = Merger(["sha256:" + "a" * 64, "sha256:" + "b" * 64])
    profiler = Profiler(INCIDENT)
    lines = []
    for attempt in merger.attempts(list(by_head), by_head.__getitem__):
        lines.append(attempt.line)
        profiler.add(attempt)
    return "\n".join(lines).encode(), canonical(profiler.profile())


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10), st.lists(st.integers(0, 40), max_size=6), st.randoms(use_true_random=False)
)
def test_any_split_in_any_order_gives_the_same_bytes(
    seed: int, cuts: list[int], order: random.Random
) -> None:
    entries = traffic(seed)
    split = parts_of(entries, cuts)
    order.shuffle(split)
    assert merged(split) == merged(parts_of(entries, []))


def test_every_line_is_an_exchange_in_canonical_form() -> None:
    lines = merged(parts_of(traffic(3), [7]))[0].splitlines()
    read = [msgspec.json.decode(line, type=Exchange) for line in lines]
    assert [canonical(exchange) for exchange in read] == lines
    assert [e.at for e in read] == sorted(e.at or "" for e in read)
    ordinals = [e.request.body_ordinal for e in read]
    assert min(o for o in ordinals if o) < 10


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 30))
def test_the_profile_of_a_record_is_that_of_its_captures(seed: int) -> None:
    lines, profile = merged(parts_of(traffic(seed), [11]))
    profiler = Profiler(INCIDENT)
    for attempt in reopened(lines.splitlines()):
        profiler.add(attempt)
    assert canonical(profiler.profile()) == profile


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 30))
def test_calls_are_classed_in_the_profile_as_they_are_one_by_one(seed: int) -> None:
    lines, profile = merged(parts_of(traffic(seed), []))
    read = [msgspec.json.decode(line, type=Exchange) for line in lines.splitlines()]
    counted = Counter((g.failure_class, g.location, g.rule) for g in classify(read, Facts()).groups
                      for g in classify([e for e in read if e.group == g.group], Facts()).groups)  # fmt: skip
    told = Counter[tuple[str, str, str]]()
    for one in msgspec.json.decode(profile, type=Profile).classes:
        told[one.failure_class, one.location, one.rule] += one.calls
    assert told == counted


def test_an_attempt_that_two_captures_hold_counts_once() -> None:
    entries = traffic(5, 12)
    once = merged(parts_of(entries, []))[0].count(b"\n")
    twice = [*parts_of(entries, []), *parts_of(entries, [], capture=1)]
    assert merged(twice)[0].count(b"\n") == once


def test_requests_that_nothing_tells_count_only_among_themselves() -> None:
    unknown = entry(500, LIMITED, url="https://h.example/x")
    del unknown["request"]["postData"]
    alone = merged(parts_of([unknown], []))[0].splitlines()
    beside = merged(parts_of([unknown, entry(200, {})], [1]))[0].splitlines()
    assert (len(alone), len(beside)) == (1, 1)
    other = {**entry(200, {}, url="https://h.example/v1/models")}
    other["request"]["method"] = "OPTIONS"
    (part,) = parts_of([other], [])
    assert (part.entries, part.skipped, len(part.rows)) == (1, 1, 0)


@pytest.mark.parametrize(
    ("status", "request_body", "sure"),
    [(200, {"messages": []}, True), (0, None, True), (200, None, False), (200, {"a": 1}, False)],
)
def test_without_an_address_the_body_tells_or_that_no_answer_came(
    status: int, request_body: object, sure: bool
) -> None:
    told = entry(status, {}, url="", request=request_body, error="" if status else "ECONNREFUSED")
    if request_body is None:
        del told["request"]["postData"]
    (part,) = parts_of([told], [])
    assert [row.sure for row in part.rows] == [sure]


def test_old_values_are_forgotten_and_never_take_anothers_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(merging, "MAX_VALUES", 3)
    entries = [entry(200, {}, at=n, request={"messages": [{"role": "user", "content": str(n)}]})
               for n in range(9)]  # fmt: skip
    lines = merged(parts_of(entries, [4]))[0].splitlines()
    numbers = [msgspec.json.decode(line, type=Exchange).request.body_ordinal for line in lines]
    assert len(set(numbers)) == 9


def test_what_no_record_may_hold_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from tallystick.intake import part as part_module

    real = part_module.sketch  # type: ignore[attr-defined] # it is imported there

    def leaky(raw: RawAttempt, masker: Any) -> Any:
        return real(raw, masker)._replace(body='{"body":"secret",', body_holes=())

    monkeypatch.setattr(part_module, "sketch", leaky)
    (part,) = parts_of([entry(200, {})], [])
    assert [one.why for one in part.broken] == [UNHELD]
    assert part.rows == ()


def test_forged_placeholders_get_numbers_of_their_own() -> None:
    forged = {"messages": [{"role": "user", "content": text} for text in ("‹string:4#77›", "x", "‹string:4#77›")],
              "‹key:3#5›": 1, "user": "‹id›"}  # fmt: skip
    error = {"error": {"message": "Bad value ‹text:4#9› given"}}
    lines = merged(parts_of([entry(400, error, request=forged)], []))[0]
    held = msgspec.json.decode(lines, type=Exchange)
    said = [message["content"] for message in held.request.body["messages"]]
    assert said[0] == said[2] != said[1]
    assert "#77" not in lines.decode()
    assert "#9›" not in lines.decode()
