"""Rejections by a code that a source explains."""

import re

from tallystick.protocol import read_error
from tallystick.record.clause import Clause
from tallystick.review.mechanism import FailedCall, Mechanism, cause_of, current, quoted
from tallystick.review.outside import values_at

# Codes that say no more than that a request is wrong: pages describe them so whatever is.
GENERAL_CODES = frozenset(
    "invalid_request invalid_request_error bad_request invalid_value invalid_type validation_error"
    " invalid_parameter invalid_argument unsupported_value unsupported_parameter other".split()
)


# What a code's meaning says where the request is at fault, and where somebody else is.
_OF_REQUESTS = re.compile(
    r"\b(?:prompts?|messages?|requests?|body|tokens?|parameters?|fields?|values?|input|context"
    r"|tools?|roles?|schema|format)\b",
    re.IGNORECASE,
)
OF_OTHERS = re.compile(
    r"\b(?:vendors?|upstream|provider|our|ours|us|we|temporar\w+|busy|internal|fine|not at fault"
    r"|channel|overload\w*|later)\b",
    re.IGNORECASE,
)


def by_code(failed: FailedCall, place: str) -> Mechanism | None:
    """A rejection by a code of which a source tells what it is for: the source and the API say the
    same of the request.
    """
    last = failed.last
    error = read_error(last.response.body)
    named = [error.code, error.type] if error else []
    codes = [one for one in named if isinstance(one, str) and "_" in one]
    telling = [one for one in codes if one not in GENERAL_CODES]
    if not telling:
        return None
    return _stated(failed, place, telling[0]) or _seeming(failed, place, telling)


def _seeming(failed: FailedCall, place: str, codes: list[str]) -> Mechanism | None:
    """A sentence about the status that names the very code, and what of a request it is for."""
    status = failed.last.response.status
    if _is_unseen(failed, place):
        return None
    for one in failed.material.seems(f"error.status.{status}"):
        words = one.clause.citation.quotation
        code = next((code for code in codes if code in words), "")
        if code and _OURS.search(words):
            says = f"The API answered {status} with `{code}`; {quoted(one.clause)}"
            return cause_of("provider", f"error.status.{status}", says, "consistent")
        about = _OF_REQUESTS.search(words.replace(code, "")) and not OF_OTHERS.search(words)
        if code and about and _REFUSES.search(words):
            says = f"The API rejected {place} with {status} and `{code}`; {quoted(one.clause)}"
            return cause_of("application", place, says, "consistent")
    return None


_SERVER = 500


def at_their_side(failed: FailedCall) -> Mechanism | None:
    """A failure of the provider's, by a sentence under the very status that takes the blame."""
    status = failed.last.response.status
    for saying in failed.material.sayings if status >= _SERVER else ():
        over = any(re.search(rf"\b{status}\b", title) for title in saying.titles[-2:])
        if over and _OURS.search(saying.citation.words):
            place = f"error.status.{status}"
            clause = Clause(place, "meaning", saying.citation.words, saying.citation)
            says = f"The API answered {status}; {quoted(clause)}"
            return cause_of("provider", place, says, "consistent")
    return None


def _is_unseen(failed: FailedCall, place: str) -> bool:
    """Whether a member is refused for being there, and no capture shows that the application sent
    it: something in between may have.
    """
    there = failed.last.response.rejects_as in ("unknown", "unsupported")
    return there and not list(values_at(failed.last.request.body, place))


# That a page takes the blame.
_OURS = re.compile(
    r"\b(?:on|at) our (?:own )?(?:side|end)\b|\bour (?:own )?(?:fault|failure)\b", re.IGNORECASE
)
_REFUSES = re.compile(
    r"\b(?:rejected|refused|turned (?:down|away)|declined|fails?)\b", re.IGNORECASE
)


def _stated(failed: FailedCall, place: str, code: str) -> Mechanism | None:
    last = failed.last
    stated = tuple(
        clause for clause in current(failed.material, f"error.status.{last.response.status}")
        if clause.aspect == "meaning" and clause.when == f"error.code={code}"
    )  # fmt: skip
    if not stated or not _OF_REQUESTS.search(stated[0].value) or OF_OTHERS.search(stated[0].value):
        return None
    meaning = stated[0].value.rstrip(".")
    says = (
        f"The API rejected {place} with {last.response.status} and the code `{code}`, of which the "
        f"documentation says: {meaning}."
    )
    return cause_of("application", place, says, "named", stated)
