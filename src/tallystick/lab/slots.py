"""A stream of the incident beside a conforming one, event by event."""

import json
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Any

import msgspec

from tallystick.lab import answers
from tallystick.lab.deviation import SlotPart, TreePart
from tallystick.lab.trees import applied, differences, filled
from tallystick.protocol import encode_event
from tallystick.protocol.sse import DONE
from tallystick.record.exchange import Frame
from tallystick.record.placeholder import parse, text_length

MOST_FRAMES = 300


class Slot(msgspec.Struct, frozen=True):
    """A place in a stream: the conforming event, the incident's, or both."""

    base: Any = None
    own: Frame | None = None


def expanded(frames: Iterable[Frame]) -> list[Frame]:
    """The frames one by one, as far as a client can be expected to need them."""
    every = [f for f in frames for _ in range(min(f.count, MOST_FRAMES))]
    if len(every) > MOST_FRAMES:  # never the tail: a stream is judged by its end
        every = every[: MOST_FRAMES // 2] + every[-MOST_FRAMES // 2 :]
    return [msgspec.structs.replace(frame, count=1) for frame in every]


def _sort(data: Any) -> str:
    """What an event is for, so that those of two streams can be laid side by side."""
    if not isinstance(data, dict):
        return "done" if data == DONE else "other"
    if "error" in data:
        return "error"
    choices = data.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(first, dict):
        return "usage" if data.get("usage") else "no-choice"
    delta = first.get("delta")
    held = delta if isinstance(delta, dict) else {}
    if first.get("finish_reason"):
        return "finish"
    if text_length(held.get("content")) > 0:
        return "content"
    return "role" if "role" in held else "other"


def _frame_sort(frame: Frame) -> str:
    return _sort(frame.data) if frame.kind == "data" else frame.kind


def slots_of(frames: Iterable[Frame]) -> Iterator[Slot]:
    """The incident's frames laid beside a conforming stream of as many pieces."""
    own = expanded(frames)
    sorts = [_frame_sort(frame) for frame in own]
    # Without a finish reason more was to come: the conforming stream says more.
    contents = sorts.count("content") + ("finish" not in sorts)
    base = _conforming(max(1, contents), "usage" in sorts)
    match = SequenceMatcher(None, [_sort(data) for data in base], sorts, autojunk=False)
    for tag, a, b, c, d in match.get_opcodes():
        if tag == "equal":
            yield from (Slot(x, y) for x, y in zip(base[a:b], own[c:d], strict=True))
        else:
            yield from (Slot(x) for x in base[a:b])
            yield from (Slot(None, y) for y in own[c:d])


def _conforming(contents: int, usage: bool) -> list[Any]:
    """A conforming stream of the same length: the text in as many pieces as the incident's."""
    made = answers.chunks(usage)
    text, size = answers.CONTENT, -(-len(answers.CONTENT) // contents)
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    pieces += [" "] * (contents - len(pieces))
    bodies = [msgspec.json.decode(msgspec.json.encode(made[1])) for _ in pieces]
    for body, piece in zip(bodies, pieces, strict=True):
        body["choices"][0]["delta"]["content"] = piece
    return [made[0], *bodies, *made[3:], DONE]


def slot_parts(slots: tuple[Slot, ...]) -> Iterator[SlotPart | TreePart]:
    """The deviations: events that are missing or more, and members that differ."""
    for number, slot in enumerate(slots):
        if slot.own is None:
            yield SlotPart(number, "drop", _sort(slot.base))
        elif slot.base is None:
            yield SlotPart(number, "insert", _frame_sort(slot.own))
        elif slot.own.kind == "data":
            yield from differences(slot.base, slot.own.data, number, ())


def event_bytes(frame: Frame) -> bytes:
    """A frozen frame as it goes over the wire, placeholders filled."""
    name = "" if frame.event in ("message", "") or parse(frame.event) else frame.event
    head = f"event: {name}\n".encode() if name else b""
    match frame.kind:
        case "data":
            return head + encode_event(json.dumps(filled(frame.data)))
        case "done":
            return head + encode_event(DONE)
        case "comment":
            return b": tallystick\n\n"
        case "open":
            return b'data: {"choices": [{"del'
        case _:
            return head + encode_event("tallystick")


def stream_bytes(
    slots: tuple[Slot, ...], trees: list[TreePart], changes: list[SlotPart]
) -> Iterator[bytes]:
    """The events of a stream with some of its deviations."""
    dropped = {p.slot for p in changes if p.change == "drop"}
    inserted = {p.slot for p in changes if p.change == "insert"}
    for number, slot in enumerate(slots):
        if slot.base is not None and number not in dropped:
            own = [part for part in trees if part.slot == number]
            data = slot.base if slot.base == DONE else json.dumps(applied(slot.base, own))
            yield encode_event(data)
        elif slot.base is None and slot.own is not None and number in inserted:
            yield event_bytes(slot.own)
