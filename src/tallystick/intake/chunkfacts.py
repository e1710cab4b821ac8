"""Facts of a stream before masking: of its lines, and of what its chunks are together."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tallystick.intake.facts import ended_upstream, is_other_model, of_answer
from tallystick.intake.mask import decoded
from tallystick.protocol import Assembler
from tallystick.protocol.sse import DONE, SseParser
from tallystick.record.visibility import ResponseFact

# Work per stream is bounded: a longer one tells no facts about its chunks.
MAX_CHUNKS = 20_000


def stream_facts(asked: object, text: str) -> tuple[ResponseFact, ...]:
    """What a stream with a success status is, beside what was asked for. The text of its chunks
    is read where something in it can be told at all.
    """
    found: set[ResponseFact] = set()
    if "\r" in text[:4096]:
        found.add("crlf")
    if re.search(r"^data:(?! )", text[:4096], re.MULTILINE):
        found.add("no-space")
    if len(re.findall(rf"^data: ?{re.escape(DONE)}", text, re.MULTILINE)) > 1:
        found.add("done-twice")
    if _is_worth_reading(asked, text):
        chunks, whole = _chunks(text)
        if whole and chunks:
            found |= set(_of_chunks(asked, chunks))
    model = _MODEL.search(text)
    if model and is_other_model(asked, model[1]):
        found.add("other-model")
    return tuple(sorted(found))


# Cheap looks that most streams pass: their chunks are not decoded a second time then.
_MODEL = re.compile(r'"model"\s{0,2}:\s{0,2}"([^"]{1,80})"')
_SAYS = re.compile(r'"content"\s{0,2}:\s{0,2}"[^"\s\\]')
# An end, and a text of more than a word before it.
_END = re.compile(r'"finish_reason"\s{0,2}:\s{0,2}"')
_LONG = re.compile(r'"content"\s{0,2}:\s{0,2}"[^"]{12,}')
_CONTENT = re.compile(r'"content"\s{0,2}:\s{0,2}"((?:[^"\\]|\\.)+)"')
_ID = re.compile(r'"id"\s{0,2}:\s{0,2}"([^"]{0,80})"')


def _is_worth_reading(asked: object, text: str) -> bool:
    wishes = isinstance(asked, dict) and ("response_format" in asked or "tool_choice" in asked)
    if wishes or "tool_calls" in text or "native_finish_reason" in text or '"error"' in text:
        return True
    first_two = [match[1] for _, match in zip(range(2), _CONTENT.finditer(text), strict=False)]
    if len(first_two) > 1 and first_two[1].startswith(first_two[0]):
        return True
    if "<think" in text or "```" in text or _ends_with_text(text):
        return True
    first, last = _ID.search(text), _ID.match(text, max(text.rfind('"id"'), 0))
    changes = first is not None and last is not None and first[1] != last[1]
    return changes or _SAYS.search(text) is None


def _ends_with_text(text: str) -> bool:
    """Whether the last chunk that ends a choice has more text than a word: most have none."""
    at = text.rfind('"finish_reason"')
    while at >= 0 and _END.match(text, at) is None:
        at = text.rfind('"finish_reason"', 0, at)
        if text.count("\n", at, len(text)) > _LAST_LINES:
            return False
    return at >= 0 and _LONG.search(text, text.rfind("\n", 0, at) + 1, at) is not None


# How many lines from the end of a stream its last chunks are looked for.
_LAST_LINES = 40


def _chunks(text: str) -> tuple[list[dict[str, Any]], bool]:
    """The decoded chunks, and whether the stream ended: nothing is told of one that was cut."""
    if text.count("data:") > MAX_CHUNKS:
        return [], False
    parser = SseParser()
    events = [*parser.feed(text.encode("utf-8", "replace")), *parser.close()]
    values = [decoded(event.data) for event in events if event.kind != "comment"]
    chunks = [value for value in values if isinstance(value, dict)]
    ended = any(event.data.strip() == DONE for event in events) or _is_finished(chunks)
    unfinished = parser.unfinished
    ended = ended or (unfinished is not None and unfinished.data.strip() == DONE)
    return chunks, ended


def _is_finished(chunks: list[dict[str, Any]]) -> bool:
    return any(choice.get("finish_reason") for choice in _choices(chunks))


def _choices(chunks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for chunk in chunks:
        listed = chunk.get("choices")
        yield from (
            (one for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()
        )


def _of_chunks(asked: object, chunks: list[dict[str, Any]]) -> Iterator[ResponseFact]:
    assembler = Assembler()
    for chunk in chunks:
        assembler.feed(chunk)
    failed = any(chunk.get("error") for chunk in chunks)
    if not failed and any(True for _ in _choices(chunks)):
        yield from of_answer(asked, assembler.answer, chosen=True)
    if any(ended_upstream(choice) for choice in _choices(chunks)):
        yield "upstream-error"
    yield from _of_pieces(chunks)
    if _ids_collide(chunks):
        yield "tool-ids-collide"
    elif _names_repeat(chunks):
        yield "tool-name-repeats"
    if (
        len({chunk["id"] for chunk in chunks if isinstance(chunk.get("id"), str) and chunk["id"]})
        > 1
    ):
        yield "id-changes"


def _calls(chunks: list[dict[str, Any]]) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """The fragments of tool calls, each with its choice's and its own index."""
    for choice in _choices(chunks):
        delta = choice.get("delta")
        calls = delta.get("tool_calls") if isinstance(delta, dict) else None
        for call in calls if isinstance(calls, list) else []:
            if isinstance(call, dict) and isinstance(call.get("index"), int):
                yield (int(choice.get("index") or 0), call["index"]), call


def _ids_collide(chunks: list[dict[str, Any]]) -> bool:
    """Fragments of one call share its index, and only the first carries the id (chat completions,
    streaming, `delta.tool_calls[].index`): two ids at one index are two calls made one.
    """
    ids: dict[tuple[int, int], set[str]] = {}
    for place, call in _calls(chunks):
        if call.get("id"):
            ids.setdefault(place, set()).add(str(call["id"]))
    return any(len(names) > 1 for names in ids.values())


def _of_pieces(chunks: list[dict[str, Any]]) -> Iterator[ResponseFact]:
    if _text_repeats(chunks):
        yield "text-repeats"
    if _text_grows(chunks):
        yield "text-grows"


def _pieces(chunks: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """The pieces of the first choice's text, each with what ended the choice there."""
    deltas = [(c.get("index", 0), c.get("delta"), c.get("finish_reason")) for c in _choices(chunks)]
    return [
        (text, end) for index, delta, end in deltas
        if index == 0 and isinstance(delta, dict) and isinstance(text := delta.get("content"), str)
    ]  # fmt: skip


def _text_grows(chunks: list[dict[str, Any]]) -> bool:
    """Pieces of which each is the text so far: joined, they say everything over and over."""
    said = [text for text, _ in _pieces(chunks) if text]
    grows = all(after.startswith(before) for before, after in pairwise(said))
    return len(said) > 2 and grows and len(said[-1]) > len(said[0]) and len(set(said)) > 2


def _text_repeats(chunks: list[dict[str, Any]]) -> bool:
    """A chunk carries what is new (chat completions, streaming, `delta`): one that ends the choice
    with all of the text once more doubles it for clients that join the pieces.
    """
    pieces = _pieces(chunks)
    said = [text for text, _ in pieces if text]
    ends = bool(pieces) and bool(pieces[-1][1])
    return ends and len(said) > 2 and bool(said[-1].strip()) and said[-1] == "".join(said[:-1])


def _names_repeat(chunks: list[dict[str, Any]]) -> bool:
    """Clients join the fragments of a name (openai-python and openai-node accumulate texts): a name
    that comes whole with every fragment is joined into one that no tool has.
    """
    names: dict[tuple[int, int], list[str]] = {}
    for place, call in _calls(chunks):
        function = call.get("function")
        name = function.get("name") if isinstance(function, dict) else None
        if isinstance(name, str) and name:
            names.setdefault(place, []).append(name)
    return any(len(told) > 1 and len(set(told)) == 1 for told in names.values())
