"""Stream: what the client makes of a stream that ends early."""

from collections.abc import Iterator

from tallystick.record.exchange import Exchange, Frame
from tallystick.record.words import count
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, ids, said, standing_of
from tallystick.review.rules.example import Example, call, case, measured, stated
from tallystick.review.table import Client


def _join(material: Material) -> Iterator[Joint]:
    assumed = material.assumed("stream.done")
    streams = [e for e in material.exchanges if e.answered and e.response.body_kind == "sse"]
    if assumed is None and not streams:
        return
    clauses = material.at("stream.done")
    whole = [exchange for exchange in streams if _is_whole(exchange)]
    yield Joint(
        "stream.done",
        standing_of(clauses),
        # How streams ended on the wire shows nothing of what the client makes of one that is cut.
        "silent",
        _client(assumed.value if assumed else None),
        assumed=f"{assumed.value}: {assumed.detail}" if assumed else "not measured",
        documented=said(clauses),
        observed=f"{len(whole)} of {count(len(streams), 'stream')} ended with [DONE]"
        if streams
        else "measured in the lab",
        clauses=clauses,
        evidence_ids=ids(streams[:3]) + (assumed.basis if assumed else ()),
        settle="ask how a complete stream ends, and check for it",
    )


def _is_whole(exchange: Exchange) -> bool:
    return any(frame.kind == "done" for frame in exchange.response.frames)


def _client(value: str | None) -> Client:
    if value is None:
        return "unknown"
    return "agrees" if value == "surfaces-cut" else "differs"


_CUT = (Frame("data", data={"choices": []}),)

RULE = Rule(
    "stream-end",
    "Does the client notice a stream that was cut?",
    _join,
    kept=Example(
        "A stream that was cut becomes an error of the client.",
        "stream.done",
        "sound",
        case([stated("stream.done", "[DONE]")], [measured("stream.done", "surfaces-cut")]),
    ),
    breached=Example(
        "Half an answer is taken for a whole one.",
        "stream.done",
        "client-mismatch",
        case([stated("stream.done", "[DONE]")], [measured("stream.done", "accepts-cut")]),
    ),
    undecided=Example(
        "A stream without its end was captured, and no lab shows what the client made of it.",
        "stream.done",
        "could-not-check",
        case([stated("stream.done", "[DONE]")], wire=[[call(frames=_CUT)]]),
    ),
)
