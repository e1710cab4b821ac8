"""Streams: framing, usage, completion, errors on the way, cuts."""

from tallystick.record.scenario import (
    CutStream,
    Framing,
    Insert,
    Leave,
    Remove,
    Scenario,
    StreamUsage,
)

_FRAMES = "stream.framing"
_COMMENT = "stream.comment"
_DONE = "stream.done"
_ERROR = "stream.error"
_FINISH = "choices[].finish_reason"

_FRAMING: tuple[Scenario, ...] = (
    Scenario("frames-cr", _FRAMES, (Framing(newline="cr"),)),
    Scenario("frames-crlf", _FRAMES, (Framing(newline="crlf"),)),
    Scenario("frames-no-space", _FRAMES, (Framing(space=False),)),
    Scenario("frames-named", _FRAMES, (Framing(event="message"),)),
    Scenario("frames-split-1", _FRAMES, (Framing(split=1),)),
    Scenario("frames-split-7", _FRAMES, (Framing(split=7),)),
    Scenario("frames-crlf-split-1", _FRAMES, (Framing(newline="crlf", split=1),)),
    Scenario("frames-in-one-piece", _FRAMES, (Framing(split=1_000_000),)),
    Scenario("frames-bom", _FRAMES, (Framing(bom=True),)),
    Scenario("frames-blank-lines", _FRAMES, (Insert("blank-lines", 1),)),
    Scenario("frames-empty-data", _FRAMES, (Insert("empty-data", 2),)),
    Scenario("frames-bad-json", _FRAMES, (Insert("bad-json", 2),)),
    Scenario("frames-repeated", _FRAMES, (Insert("repeat", 2),)),
    Scenario("comment-first", _COMMENT, (Insert("comment", 0),)),
    Scenario("comment-inside", _COMMENT, (Insert("comment", 2),)),
    Scenario("comment-last", _COMMENT, (Insert("comment", 4),)),
    Scenario("comment-after-done", _COMMENT, (Insert("comment", 99),)),
    Scenario("keep-alives", _COMMENT, (Insert("keep-alives", 1),)),
    Scenario("ping-event", "stream.event", (Insert("ping", 1),)),
)
_USAGE: tuple[Scenario, ...] = (
    Scenario("usage-empty-choices", "stream.usage", (StreamUsage("empty-choices"),)),
    Scenario("usage-no-choices", "stream.usage", (StreamUsage("no-choices"),)),
    Scenario("usage-every-chunk", "stream.usage", (StreamUsage("every-chunk"),)),
    Scenario("usage-with-finish", "stream.usage", (StreamUsage("with-finish"),)),
    Scenario("usage-nowhere", "stream.usage", (StreamUsage("nowhere"),)),
)
_COMPLETION: tuple[Scenario, ...] = (
    Scenario("no-done", _DONE, (Leave("done"),)),
    Scenario("no-finish-no-done", _DONE, (Remove(_FINISH), Leave("done"))),
    Scenario("done-only", _DONE, (Leave("all-but-done"),)),
    Scenario("nothing-at-all", _DONE, (Leave("everything"),)),
    Scenario("stream-cut-1", _DONE, (CutStream(1),)),
    Scenario("stream-cut", _DONE, (CutStream(2),)),
    Scenario("stream-cut-before-finish", _DONE, (CutStream(3),)),
    Scenario("stream-reset-1", "stream.transport", (CutStream(1, "reset"),)),
    Scenario("stream-reset", "stream.transport", (CutStream(2, "reset"),)),
    Scenario("stream-stall-first", "retry.timeout", (CutStream(0, "stall"),)),
    Scenario("stream-stall", "stream.timeout", (CutStream(2, "stall"),)),
    Scenario(
        "stream-keep-alives-only",
        "stream.timeout",
        (Insert("keep-alives", 2), CutStream(4, "stall")),
    ),
)
_ERRORS: tuple[Scenario, ...] = (
    Scenario("error-first", _ERROR, (Insert("error", 0),)),
    Scenario("error-inside", _ERROR, (Insert("error", 2),)),
    Scenario("error-event-inside", _ERROR, (Insert("error-event", 2),)),
    Scenario("error-then-done", _ERROR, (Insert("error-then-done", 2),)),
    Scenario("error-first-then-done", _ERROR, (Insert("error-then-done", 0),)),
)
STREAMS: tuple[Scenario, ...] = _FRAMING + _USAGE + _COMPLETION + _ERRORS
