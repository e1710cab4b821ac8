"""Failures inside a success: the status says 200, and the answer is none that can be used."""

from tallystick.intake.features import Features
from tallystick.intake.rules import reported, symptom
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.record.visibility import ResponseFact

# fact: where it stands, and what is said of it. The sources are those named in `intake.facts`.
# Left out, because mainstream SDKs go on: `[DONE]` twice, CRLF.
_TABLE: tuple[tuple[ResponseFact, str, str], ...] = (
    ("upstream-error", "choices[].finish_reason", "the choice ends with the upstream's error"),
    ("tool-ids-collide", "choices[].{part}.tool_calls[].index",
     "fragments of several tool calls have one index, so that clients join them into one"),
    ("tool-name-repeats", "choices[].{part}.tool_calls[].function.name",
     "every fragment of a tool call has the whole name again, so that clients join the names"),
    ("arguments-cut", "choices[].{part}.tool_calls[].function.arguments",
     "the arguments of a tool call are no whole JSON"),
    ("arguments-empty", "choices[].{part}.tool_calls[].function.arguments",
     "the arguments of a tool call are an empty text, which is no JSON"),
    ("calls-missing", "choices[].finish_reason",
     "it ends with `tool_calls`, and holds no tool call that could be made"),
    ("empty-text", "choices[].{part}.content", "it holds neither text nor a tool call"),
    ("blank-text", "choices[].{part}.content", "its text is nothing but white space"),
    ("no-json", "choices[].{part}.content",
     "`response_format` asked for JSON, and the text is none"),
    ("schema-violated", "choices[].{part}.content",
     "the text is JSON that the requested schema does not allow"),
    ("tool-choice-ignored", "choices[].{part}.tool_calls",
     "the request forced a tool call, and none came"),
    ("finish-contradicts", "choices[].finish_reason",
     "it holds tool calls and ends with `stop`, so that clients that go by it do not call"),
    ("other-model", "model", "the model that answered is not the one that was asked"),
    ("fewer-choices", "choices", "it holds fewer choices than `n` asked for"),
    ("id-changes", "id", "the chunks of one stream have several ids"),
    ("text-repeats", "choices[].{part}.content",
     "its last chunk has all of the text once more, so that clients join it twice"),
    ("text-grows", "choices[].{part}.content",
     "every chunk has the text so far again, so that clients join it over and over"),
    ("mislabelled", "content_type", "its content type does not say JSON, so SDKs do not parse it"),
)  # fmt: skip
# That something was there more than once: of a text, and not of a time, a name or an order.
_TEXT = (
    r"(?:texts?|answers?|repl(?:y|ies)|responses?|words?|sentences?|paragraphs?|lines?|outputs?"
    r"|contents?|tokens?|chunks?|letters?|everything|summar(?:y|ies)|messages?|itself)"
)
_TIMES = r"(?:twice|two times|doubl\w*|duplicat\w*|repeat\w*)"
_MORE_THAN_ONCE = rf"\b{_TEXT}\b[^.;]{{0,60}}\b{_TIMES}\b|\b{_TIMES}\b[^.;]{{0,60}}\b{_TEXT}\b"
# What mainstream SDKs go on over is a failure only for a client that reports it: arguments that are
# empty are read as none, and no SDK joins chunks by their id.
_ONLY_REPORTED = {
    "arguments-empty": reported.DECODE,
    "text-grows": rf"{_MORE_THAN_ONCE}|stutter|over and over",
    "text-repeats": _MORE_THAN_ONCE,
    "id-changes": r"\bids?\b|bubble|group|split|duplicat|separate|several (?:messages|answers)",
}

# Of parts that a log kept, these may be the log's own doing.
_MAYBE_CUT = frozenset(("arguments-cut", "no-json"))
# On these no parser fails.
_HARMLESS = frozenset(("other-model",))


def _claim(seen: Features) -> Claim | None:
    return of_facts(seen) if seen.succeeded else None


def of_facts(seen: Features) -> Claim | None:
    """What the facts of an answer say is wrong with it."""
    side, part = ("stream", "delta") if seen.body_kind == "sse" else ("response", "message")
    reported = symptom.RULE.claim(seen)
    for fact, place, words in _TABLE:
        told = symptom.ends_at_length(seen) or symptom.null_content(seen)
        harmless = fact in _HARMLESS or (fact == "empty-text" and told)
        if harmless and reported is not None:
            continue  # what was reported is something else, and the wire confirms it
        counts = fact not in _ONLY_REPORTED or seen.facts.says(_ONLY_REPORTED[fact])
        if fact in seen.last.response.facts and counts:
            cut = seen.body_kind == "partial" and fact in _MAYBE_CUT
            unseen = "; the row does not show whether the answer was cut, or the log" if cut else ""
            reason = f"The answer has a success status, but {words}{unseen}."
            return Claim("response_contract", f"{side}.{place.format(part=part)}", reason)
    return None


RULE = Rule(
    "failed-inside",
    "a success whose content cannot be what was asked for",
    _claim,
    Example(
        (200,),
        {"choices": [{"index": 0, "message": {"role": "assistant", "content": "  "}}]},
    ),
    Example((200,), {"choices": [{"index": 0, "message": {"content": "x"}}]}),
)
