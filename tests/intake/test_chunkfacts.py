"""Facts of a stream, found before its texts are masked."""

import json
from typing import Any

import pytest

from tallystick.intake.chunkfacts import stream_facts


def chunks(*deltas: dict[str, Any], done: bool = True, **more: Any) -> str:
    text = "".join(
        f"data: {json.dumps({'id': 'i', 'choices': [{'index': 0, 'delta': d}], **more})}\n\n"
        for d in deltas
    )
    return text + ("data: [DONE]\n\n" if done else "")


def fragment(index: int | None, name: str, text: str) -> dict[str, Any]:
    call: dict[str, Any] = {"id": name, "function": {"name": "f", "arguments": text}}
    return {"tool_calls": [call if index is None else {**call, "index": index}]}


@pytest.mark.parametrize(
    ("asked", "text", "facts"),
    [
        ({}, chunks({"content": "x"}), ()),
        ({}, chunks({"content": "x"}).replace("\n", "\r\n"), ("crlf",)),
        ({}, chunks({"content": "x"}).replace("data: ", "data:"), ("no-space",)),
        ({}, chunks({"content": ""}), ("empty-text",)),
        ({}, chunks({"content": "x"}) + "data: [DONE]\n\n", ("done-twice",)),
        ({}, chunks(fragment(0, "a", '{"a"')), ("arguments-cut",)),
        ({}, chunks(fragment(0, "a", "{}"), fragment(0, "b", "")), ("tool-ids-collide",)),
        ({}, chunks(fragment(0, "a", '{"a"'), done=False), ()),
        ({"model": "claude-opus-4"}, chunks({"content": "x"}, model="gpt-4o"), ("other-model",)),
        ({"response_format": {"type": "json_object"}}, chunks({"content": "no"}), ("no-json",)),
        ({}, chunks({"content": "x"}) + chunks({"content": "y"}).replace('"i"', '"j"'),
         ("done-twice", "id-changes")),
    ],
)  # fmt: skip
def test_facts_of_a_stream(asked: Any, text: str, facts: Any) -> None:
    assert stream_facts(asked, text) == facts


def pieces(*texts: str, last: str = "", end: str | None = "stop") -> str:
    listed = [({"content": text}, None) for text in texts] + [({"content": last}, end)]
    return (
        "".join(
            f"data: {json.dumps({'choices': [{'index': 0, 'delta': d, 'finish_reason': f}]})}\n\n"
            for d, f in listed
        )
        + "data: [DONE]\n\n"
    )


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (pieces("We open ", "at eight.", last="We open at eight."), ("text-repeats",)),
        (pieces("We open ", "at eight.", last="We open at nine."), ()),
        (pieces("We open ", "at eight.", last="We open at eight.", end=None), ()),
        (pieces("We open ", "at eight."), ()),
        (pieces("So it is, so it is.", last="So it is, so it is."), ()),
        (pieces("<think>\nwell</think>{}"), ("thoughts-in-text",)),
        (pieces("```json\n", "{}\n", "```"), ("fenced-text",)),
    ],
)
def test_what_the_pieces_of_a_text_are_together(text: str, facts: tuple[str, ...]) -> None:
    assert stream_facts({}, text) == facts
