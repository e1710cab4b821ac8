"""Sentences that speak of the same thing as a rejection: by a number, the model's window or a term.

Nobody has accepted the sentence; where the API rejects the very place and both say the same of it,
they bear each other out (decision 0030).
"""

import re

from tallystick.protocol import read_error
from tallystick.record.clause import Clause
from tallystick.review.mechanism import FailedCall, Mechanism, cause_of, quoted
from tallystick.review.outside import values_at

# What a schema that a request brings must have, as sentences say it.
RULES = "rules of schemas"


def echoed(failed: FailedCall, clause: Clause) -> Mechanism | None:
    """A cause that a sentence and a rejection bear out; None where they are of different things."""
    return (
        _fixed(failed, clause)
        or _window(failed, clause)
        or _word(failed, clause)
        or _orphaned(failed, clause)
        or _asked_for(failed, clause)
        or _repeated(failed, clause)
        or _written(failed, clause)
        or _encoded(failed, clause)
    )


_DATA_URL = re.compile(r"\bdata UR[LI]|\bdata:|\bbase64", re.IGNORECASE)


def _encoded(failed: FailedCall, clause: Clause) -> Mechanism | None:
    """How an image has to be sent, by a sentence and by the rejection of one."""
    last, error = failed.last, read_error(failed.last.response.body)
    place = last.response.rejects
    image = "request.messages[].content[].image_url"
    here = clause.location == image and place.startswith(image)
    if not here or not _DATA_URL.search((error.message or "") if error else ""):
        return None
    says = (
        f"The API rejected the request with {last.response.status} for the form in which an image "
        f"was sent; {quoted(clause)}"
    )
    return cause_of("application", place, says, "named")


# Of which characters a name may be, or how many, as errors and as pages say it.
_OF_CHARACTERS = re.compile(
    r"\bpattern\b|\bregex|\bcharacters?\b|a-z|\balphanumeric\b|too (?:long|short)"
    r"|\b(?:max(?:imum)?|min(?:imum)?)? ?length\b|string_(?:above|below)",
    re.IGNORECASE,
)
# What is too long for a model says nothing of how it is written.
_OF_TOKENS = re.compile(r"\btokens?\b|\bcontext\b", re.IGNORECASE)
_CHARACTERS = re.compile(
    r"\bcharacters?\b|\bletters\b|\bdigits\b|\balphanumeric\b|\ba-z\b|\bunderscores?\b",
    re.IGNORECASE,
)


def _written(failed: FailedCall, clause: Clause) -> Mechanism | None:
    """How a name has to be written, by a sentence about the very place and by the rejection."""
    last, error = failed.last, read_error(failed.last.response.body)
    said = f"{error.message} {error.code}" if error else ""
    place = last.response.rejects or failed.call.location
    here = place == clause.location or clause.location in _IDS.get(place, ())
    of_form = last.response.rejects_as == "pattern" or _OF_CHARACTERS.search(said)
    if not here or not of_form or _OF_TOKENS.search(said):
        return None
    if not _CHARACTERS.search(clause.citation.quotation):
        return None
    name = place.removeprefix("request.")
    says = (
        f"The API rejected the request with {last.response.status} for how `{name}` is written; "
        f"{quoted(clause)}"
    )
    return cause_of("application", place, says, "named")


# The two places of a call's id have one form.
_IDS = {
    "request.messages[].tool_call_id": ("request.messages[].tool_calls[].id",
                                        "request.messages[].tool_calls"),
}  # fmt: skip


# The word "word" itself may stand masked in what an API answered.
_WORD = re.compile(r"\b(?:word|must contain the \S+)\W{1,4}json\b", re.IGNORECASE)


def _word(failed: FailedCall, clause: Clause) -> Mechanism | None:
    """A word that messages need in JSON mode, by a sentence and by the rejection."""
    error = read_error(failed.last.response.body)
    asked = _WORD.search((error.message or "") if error else "")
    if asked is None or clause.location != "request.messages" or clause.value != "the word JSON":
        return None
    says = (
        f"The API rejected the request with {failed.last.response.status}, for messages without "
        f"the word JSON; {quoted(clause)}"
    )
    return cause_of("application", clause.location, says, "named")


_OF_MODEL = re.compile(
    r"model_not_found|\bno (?:available )?channel\b|\bunknown model\b", re.IGNORECASE
)


def by_vendor(failed: FailedCall) -> Mechanism | None:
    """An id of a model with a vendor in front, which the API does not know, where a sentence says
    that ids have none.
    """
    error = read_error(failed.last.response.body)
    said = f"{error.message} {error.code}" if error else ""
    told = failed.material.seems("request.model") if _OF_MODEL.search(said) else ()
    return next((one for c in told if (one := _vendored(failed, c.clause)) is not None), None)


def _vendored(failed: FailedCall, clause: Clause) -> Mechanism | None:
    body = failed.last.request.body
    model = str(body.get("model") or "") if isinstance(body, dict) else ""
    if clause.value != "without a vendor" or "/" not in model:
        return None
    says = (
        f"The application asked for `{model}`, and the API rejected the request with "
        f"{failed.last.response.status}; {quoted(clause)}"
    )
    return cause_of("application", clause.location, says, "consistent")


_MUST = re.compile(r"\b(?:must|has to|have to|needs? to|required|mandatory)\b", re.IGNORECASE)
_NEED_NOT = re.compile(r"\b(?:not|never|optional|may|unless|except)\b|n't\b", re.IGNORECASE)


def _asked_for(failed: FailedCall, clause: Clause) -> Mechanism | None:
    """A member that the API asks for by name, and that a sentence says has to be sent."""
    last, words = failed.last, clause.citation.words
    asked = last.response.rejects == clause.location and last.response.rejects_as == "missing"
    inside = clause.value == RULES  # of what the member holds
    if not asked or inside or not _MUST.search(words) or _NEED_NOT.search(words):
        return None
    name = clause.location.removeprefix("request.")
    says = (
        f"The API rejected the request with {last.response.status}, for want of `{name}`; "
        f"{quoted(clause)}"
    )
    return cause_of("application", clause.location, says, "named")


# A message of a tool that stands behind no call, as OpenAI words it.
_ORPHAN = re.compile(
    r"\btool\b.{0,12}\bmust be a response\b|\btool\b.{0,40}\bmust (?:follow|be preceded)\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\bnot follow|\bonly valid\b|\bwithout\b|\bmust (?:follow|be preceded|come)\b|\bhas to\b",
    re.IGNORECASE,
)


def _orphaned(failed: FailedCall, clause: Clause) -> Mechanism | None:
    """A tool's message without the call that it answers, by the rejection and by a sentence."""
    error = read_error(failed.last.response.body)
    asked = _ORPHAN.search((error.message or "") if error else "")
    of_order = clause.value == "behind its call" and _BEHIND.search(clause.citation.words)
    if asked is None or not of_order:
        return None
    says = (
        f"The API rejected the request with {failed.last.response.status}, for a tool's message "
        f"that answers no call; {quoted(clause)}"
    )
    return cause_of("application", clause.location, says, "named")


_FIXED = re.compile(
    r"\b(?:(?:has|have) to be|must be|only|fixed (?:at|to)) (?:the )?(?:value )?(-?\d+(?:\.\d+)?)\b"
    r"(?! ?(?:to|and|-|–|or (?:more|less|higher|lower))\b)"
)


def _fixed(failed: FailedCall, clause: Clause) -> Mechanism | None:
    """The one number that a sentence says a member must have, where another was sent and the API
    rejects that member.
    """
    last = failed.last
    found = _FIXED.search(" ".join(re.sub(r"<[^>]+>|`", "", clause.citation.quotation).split()))
    sent = [v for v in values_at(last.request.body, clause.location) if isinstance(v, int | float)]
    if found is None or last.response.rejects != clause.location or not sent:
        return None
    if any(float(value) == float(found[1]) for value in sent):
        return None
    says = (
        f"At `{clause.location}` the application sent {sent[0]:g}; the API rejected the request "
        f"with {last.response.status}; {quoted(clause)}"
    )
    return cause_of("application", clause.location, says, "consistent")


_TOO_LONG = re.compile(r"context (?:length|window)|context_length|too many tokens", re.IGNORECASE)
_WINDOW = re.compile(r"\bwindow\b|\bcontext length\b", re.IGNORECASE)
_COUNTED = re.compile(r"\b(?:exceed|plus|both|together|shared?|counts?|includ\w+)\b", re.IGNORECASE)


def _window(failed: FailedCall, clause: Clause) -> Mechanism | None:
    """What a sentence says that a model's window holds, where the API says that it was exceeded."""
    error, words = read_error(failed.last.response.body), clause.citation.quotation
    said = f"{error.message} {error.code}" if error else ""
    if not (_TOO_LONG.search(said) and _WINDOW.search(words) and _COUNTED.search(words)):
        return None
    says = (
        f"The API rejected the request with {failed.last.response.status} as longer than the "
        f"model's window; {quoted(clause)}"
    )
    return cause_of("application", clause.location, says, "consistent")


_MUST = re.compile(r"\b(?:must|has to|have to|only|required?|refused|rejected)\b", re.IGNORECASE)
_TERM = re.compile(r"`[\"']?([A-Za-z_]\w{5,40})\b")


def _repeated(failed: FailedCall, clause: Clause) -> Mechanism | None:
    """A rule that a sentence gives for a place, by a term that the rejection of that place repeats:
    both speak of the same thing.
    """
    if (vendored := _vendored(failed, clause)) is not None:
        return vendored
    last, words = failed.last, clause.citation.quotation
    error = read_error(last.response.body)
    said = f"{error.message} {error.more}" if error else ""
    name = clause.location.rpartition(".")[2]
    named = _TERM.findall(f"{words} {clause.citation.words}")
    terms = [term for term in named if term != name and term in said]
    ruled = _MUST.search(words) or clause.value == RULES
    here = last.response.rejects == clause.location or clause.value == RULES
    if not terms or not ruled or not here:
        return None
    says = (
        f"The API rejected {last.response.rejects} with {last.response.status} and names "
        f"`{terms[0]}`; {quoted(clause)}"
    )
    return cause_of("application", last.response.rejects, says, "consistent")
