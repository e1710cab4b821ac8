"""What sentences of pages tell of a property of a conforming answer on which an application failed.

Nobody has accepted the sentence, so it states nothing by itself (decision 0030).
"""

import re

from tallystick.review.ends import open_list, unlisted_end
from tallystick.review.mechanism import FailedCall, Mechanism, cause_of, quoted

# What an answer shows where an application failed on it, by which words a page tells of that, and
# of which property of the answer it is told.
_TOLD: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    (
        "stream.choices",
        ("response.choices", "stream.choices", "stream.usage"),
        r"\bempty\b|\[\]",
        "",
    ),
    ("stream.comment", ("stream.comment",), r"\bcomment|\bcolon\b|keep-?alive", ""),
    ("stream.data", ("stream.data",), r"\bspace\b|\bblank\b", r"no space"),
    ("choices[].finish_reason", ("response.choices[].finish_reason",), r"\blength\b|filter", ""),
    ("choices[].finish_reason", ("response.choices[].finish_reason",), r"\bcut\b|truncat", "limit"),
    (
        "tool_calls[].function.arguments",
        (
            "stream.choices[].delta.tool_calls[].function.arguments",
            "stream.choices[].delta.tool_calls",
            "response.choices[].message.tool_calls",
        ),
        r"\bpieces?\b|\bfragments?\b|\bappend\b|\bjoin\b|\bconcatenat",
        r"pieces",
    ),
    (
        "message.content",
        ("response.choices[].message.content",),
        r"</?think|\bthoughts?\b|\breasoning\b",
        r"<think>",
    ),
    ("message.content", ("response.choices[].message.content",), r"\bfence|```", r"\bfence"),
    (
        "message.content",
        ("response.choices[].message.content",),
        r"\bnull\b|\bempty\b|\bno text",
        r"\bnull\b|no `content`|neither text",
    ),
    (
        "delta.content",
        ("stream.choices[].delta.content",),
        r"\bnull\b|\bempty\b|\bno text",
        r"no text|\bnull\b|neither text",
    ),
    (
        "tool_calls[].function.name",
        (
            "stream.choices[].delta.tool_calls",
            "stream.choices[].delta.tool_calls[].function.name",
            "response.choices[].message.tool_calls",
        ),
        r"\b(?:any|different|another|later)\b",
        "",
    ),
    (
        "tool_calls[].index",
        (
            "stream.choices[].delta.tool_calls[].index",
            "stream.choices[].delta.tool_calls",
            "response.choices[].message.tool_calls",
        ),
        r"\bindex\b",
        "",
    ),
    (
        "response.model",
        ("response.model", "request.model"),
        r"\bsnapshot|\bdated\b|\balias|\bversion",
        "",
    ),
    ("retry.retry_after", ("retry.retry_after",), r"\bwait|\bafter\b|honou?r|respect|seconds", ""),
    (
        "usage",
        ("response.usage", "stream.usage"),
        r"\bonly\b|\bmissing\b|\babsent\b|\bnull\b|\bunless\b",
        "",
    ),
)


# What a text that was cut is said not to be, or is not to be used for, denies nothing of its being
# cut.
_NO_WHOLE = re.compile(
    r"\bnot (?:valid|whole|complete|parsable)(?: JSON)?\b"
    r"|\b(?:(?:do|should|must) not|don't|never) (?:be )?"
    r"(?:parsed?|used?|trust(?:ed)?|rel(?:y|ied))\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:never|not|no longer|cannot|nor|neither)\b|n't\b", re.IGNORECASE)


_USAGE_ASKED = re.compile(r"\binclude_usage\b|\bstream_options\b")


def _asks_for_usage(failed: FailedCall) -> bool:
    """Whether a request is seen to ask for the chunk with the usage."""
    body = failed.last.request.body
    options = body.get("stream_options") if isinstance(body, dict) else None
    return isinstance(options, dict) and bool(options.get("include_usage"))


def _unasked_usage(failed: FailedCall) -> Mechanism | None:
    """A chunk with the usage and no choice in a stream whose request did not ask for it, where a
    page says that it comes where it is asked for (OpenAI, `stream_options`).
    """
    if failed.last.request.body_kind != "json" or _asks_for_usage(failed):
        return None
    if "usage" not in failed.call.reason:
        return None
    for one in failed.material.candidates:
        about = one.clause.location in ("stream.choices", "response.choices", "stream.usage")
        if about and _USAGE_ASKED.search(one.clause.citation.quotation):
            says = f"{failed.call.reason} The request did not ask for it; {quoted(one.clause)}"
            return cause_of("provider", "stream.choices", says, "consistent")
    return None


def foretold(failed: FailedCall) -> Mechanism | None:
    """What a sentence tells of the very property of a conforming answer on which the application
    failed.
    """
    place = failed.call.location
    if place.endswith("finish_reason") and (ended := open_list(failed) or unlisted_end(failed)):
        return ended
    if place == "stream.choices" and (unasked := _unasked_usage(failed)):
        return unasked
    for ends, places, words, of in _TOLD:
        fits = place.endswith(ends) and re.search(of, failed.call.reason)
        for one in failed.material.candidates if fits else ():
            quotation = one.clause.citation.quotation
            if _USAGE_ASKED.search(quotation) and not _asks_for_usage(failed):
                continue  # it holds of a request that is not seen
            plain = _NO_WHOLE.sub("", re.sub(r"[*_`]", "", quotation))
            told = re.search(words, quotation, re.IGNORECASE) and not _DENIED.search(plain)
            if one.clause.location in places and told and one.clause.value != "no":
                says = f"{failed.call.reason} Of this {quoted(one.clause)}"
                return cause_of("application", place, says, "consistent")
    return None
