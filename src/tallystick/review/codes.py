"""Rejections by a code that a source explains."""

import re

from tallystick.protocol import read_error
from tallystick.review.mechanism import FailedCall, Mechanism, cause_of, current

# Codes that say no more than that a request is wrong: pages describe them so whatever is.
_GENERAL_CODES = frozenset(
    "invalid_request invalid_request_error bad_request invalid_value invalid_type validation_error"
    " invalid_parameter invalid_argument unsupported_value unsupported_parameter other".split()
)


# What a code's meaning says where the request is at fault, and where somebody else is.
_OF_REQUESTS = re.compile(
    r"\b(?:prompts?|messages?|requests?|body|tokens?|parameters?|fields?|values?|input|context"
    r"|tools?|roles?|schema|format)\b",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
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
    code = error.code if error and isinstance(error.code, str) else ""
    if "_" not in code or code in _GENERAL_CODES:
        return None
    stated = tuple(
        clause for clause in current(failed.material, f"error.status.{last.response.status}")
        if clause.aspect == "meaning" and clause.when == f"error.code={code}"
    )  # fmt: skip
    if not stated or not _OF_REQUESTS.search(stated[0].value) or _OF_OTHERS.search(stated[0].value):
        return None
    says = (
        f"The API rejected {place} with {last.response.status} and the code `{code}`, of which the "
        f"documentation says: {stated[0].value}."
    )
    return cause_of("application", place, says, "named", stated)
