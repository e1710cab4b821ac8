"""A log row that has no answer, only what the client raised."""

import re

import msgspec

from tallystick.intake.features import Features
from tallystick.intake.rules.bad_success import is_hard
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.intake.rules.endpoint import typed_as_page
from tallystick.intake.rules.failed_inside import of_facts
from tallystick.intake.rules.placed import place_named
from tallystick.intake.rules.raised import lacked_name
from tallystick.intake.rules.symptom import confirmed, ends_at_length

# A JSON parser that met a colon first: no JSON text begins with one.
_COMMENT = re.compile(
    r"invalid character ['\"]:['\"] \S+ for beginning|unexpected token ['\"]?:['\"]?[,\s]"
)
# Only chunks have a delta.
_DELTA = re.compile(r"chunk:|[\"'`.]delta\b|too many empty messages")
# How Go names the member of an error, or an error, that did not fit its type.
_OF_ERROR = re.compile(
    r"\berror\.(code|type|message|param)\b of type|go value of type \S{0,30}\.error\b"
)
# A class of an SDK that is used as a dictionary, a list or another class: the answer had its form.
_OF_SDK = re.compile(
    r"'(chatcompletion\w*|choice\w*|completionusage|parsedchat\w+|parsedchoice|(?:async)?stream"
    r"|(?:async|azure)?openai|modelresponse|aimessage\w*|coroutine|(?:async_)?generator)' object "
    r"(?:is not (?:subscriptable|iterable|callable|an? \w+|async iterable)"
    r"|has no attribute|does not support|can'?t be)",
    re.IGNORECASE,
)
# Members that no answer has (OpenAI, Create chat completion): a program that lacks one read its
# own records.
_OF_REQUESTS = frozenset(("tool_call_id", "messages", "tool_choice", "max_tokens", "temperature"))
# What frameworks raise over the model's own text (LangChain).
_OUTPUT = re.compile(r"outputparser|could not parse llm output")


def _claim(seen: Features) -> Claim | None:
    kind, success = seen.last.failure, 200 <= seen.status < 300
    if kind not in ("decode", "application", "unknown") or (seen.status and not success):
        return None
    if typed_as_page(seen) or (success and seen.body_kind == "html"):
        return None  # what was raised over a web page is about the address
    if success and kind == "unknown":
        words = seen.last.failure_text.lower()
        return confirmed(seen, words, "response") if seen.body_kind == "json" else None
    if seen.body_kind == "sse":
        return _saved_stream(seen)
    return _printed_answer(seen) or _told(seen)


def _printed_answer(seen: Features) -> Claim | None:
    """What is wrong with an answer that the client printed as what it could not read."""
    raised = seen.last.failure in ("decode", "application") and seen.body_kind == "json"
    if not raised or seen.error:
        return None
    fault = next(iter(seen.response_faults), None)
    if fault is None:
        shown = of_facts(seen)
        if shown is None:
            return confirmed(seen, seen.last.failure_text.lower(), "response")
        said = shown.reason.replace("The answer has a success status, but", "In the answer,")
        return msgspec.structs.replace(shown, reason=said)
    reason = (
        f"The client could not read an answer, which departs from the protocol at "
        f"{fault.location}: {fault.problem}."
    )
    return Claim("response_contract", fault.location, reason)


def _of_own(seen: Features, text: str) -> Claim | None:
    """What a program raised over its own use of an SDK, or over its own records."""
    if (used := _OF_SDK.search(seen.last.failure_text)) is not None:
        reason = (
            f"The application used the SDK's {used[1]} as what it is not; that says nothing of an "
            f"answer, which the capture does not show."
        )
        return Claim("none", "none", reason)
    if (asked := lacked_name(text)) in _OF_REQUESTS:
        reason = (
            f"The application looked for `{asked}`, which only requests have: that says nothing of "
            f"an answer, which the capture does not show."
        )
        return Claim("none", "none", reason)
    return None


def _told(seen: Features) -> Claim:
    """What the words of a client say of an answer that the capture does not show."""
    text = seen.last.failure_text.lower()
    if own := _of_own(seen, text):
        return own
    of_chunk = seen.streamed or "chat.completion.chunk" in text or _DELTA.search(text)
    side = "stream" if of_chunk else "response"
    if "lengthfinishreason" in text:
        reason = "The client reports that the answer ended at its token limit."
        return Claim("response_contract", f"{side}.choices[].finish_reason", reason)
    if _COMMENT.search(text):
        reason = (
            "The client read a line that begins with a colon as JSON: in an event stream such a "
            "line is a comment (WHATWG HTML, 9.2.6)."
        )
        return Claim("response_contract", "stream.comment", reason)
    if _OUTPUT.search(text):
        reason = (
            "The application could not parse what the model wrote, which the capture does not show."
        )
        part = "delta" if side == "stream" else "message"
        return Claim("response_contract", f"{side}.choices[].{part}.content", reason)
    if seen.last.failure == "decode":
        return _undecoded(seen, text, side)
    if seen.last.failure == "application":
        shown = confirmed(seen, text, side)
        if shown is not None:
            return shown
        whole = seen.body_kind == "json" and not seen.error and not seen.response_faults
        which = "conforms to the protocol" if whole else _UNSHOWN
        reason = f"The application raised an error over an answer that {which}."
        return Claim("response_contract", place_named(text, side), reason)
    reason = "The call failed; the capture shows neither a status nor what kind of failure it was."
    return Claim("unknown", "none", reason)


_UNSHOWN = "the capture does not show"


def _undecoded(seen: Features, text: str, side: str) -> Claim:
    """An answer that the client could not decode."""
    if member := _OF_ERROR.search(text):
        reason = (
            "The client could not decode the error that an answer carried; the capture does not "
            "show it."
        )
        return Claim("error_contract", f"error.{member[1] or ''}".rstrip("."), reason)
    if ends_at_length(seen):
        reason = "The client could not decode an answer that ended at its token limit."
        return Claim("response_contract", f"{side}.choices[].finish_reason", reason)
    reason = (
        "The client could not decode an answer; the capture does not show the answer, so it does "
        "not tell which of the two is at fault."
    )
    return Claim("response_contract", place_named(text, side), reason)


def _saved_stream(seen: Features) -> Claim | None:
    """A stream that was saved without its status: it is judged by what it carries."""
    unseen = "the capture does not show the answer's status"
    if seen.error is not None:
        return Claim("error_contract", "stream.error", f"The stream carries an error; {unseen}.")
    if any(frame.kind == "open" for frame in seen.last.response.frames):
        return None  # it broke off: another rule's
    hard = next((fault for fault in seen.response_faults if is_hard(fault, hung=False)), None)
    if hard is not None:
        reason = (
            f"The stream departs from the protocol at {hard.location}: {hard.problem}; {unseen}."
        )
        return Claim("response_contract", hard.location, reason)
    shown = confirmed(seen, seen.facts.symptom, "stream") or of_facts(seen)
    return shown or Claim("none", "none", f"The stream conforms to the protocol; {unseen}.")


RULE = Rule(
    "client-failure",
    "a failed call of which only the client's own words are captured",
    _claim,
    Example((0,), error="JSONDecodeError: Expecting value: line 1 column 1 (char 0)"),
    Example((0,), error="dns: getaddrinfo ENOTFOUND"),
)
