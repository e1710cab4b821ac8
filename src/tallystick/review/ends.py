"""How an answer ended, beside what pages list of ends."""

import re

from tallystick.record.exchange import is_masked
from tallystick.record.placeholder import text_length
from tallystick.review.mechanism import FailedCall, Mechanism, cause_of, quoted
from tallystick.review.outside import values_at

_ENDS = frozenset("stop length tool_calls content_filter function_call".split())


# That a list of ends is not the whole of it.
_OPEN = re.compile(
    r"\bopen list\b|\bnot (?:a )?(?:closed|complete|exhaustive|final)\b|\bnew (?:ones|values)\b"
    r"|\b(?:may|can|might) (?:be added|(?:send|have|return) (?:other|their own|more))\b"
    r"|\bother values\b|\bown values\b",
    re.IGNORECASE,
)


def open_list(failed: FailedCall) -> Mechanism | None:
    """An end that the protocol does not know, where a page says that there may be others."""
    for one in failed.material.candidates:
        about = one.clause.location.endswith("choices[].finish_reason")
        if about and _OPEN.search(one.clause.citation.quotation):
            says = f"{failed.call.reason} Of this {quoted(one.clause)}"
            return cause_of("application", failed.call.location, says, "consistent")
    return None


def unlisted_end(failed: FailedCall) -> Mechanism | None:
    """An end that the answer has, and that a sentence with a list of ends does not have."""
    response = failed.last.response
    parts = [frame.data for frame in response.frames] or [response.body]
    ends = {
        end for part in parts for end in values_at(part, "choices[].finish_reason")
        if isinstance(end, str)
    }  # fmt: skip
    for one in failed.material.candidates:
        listed = set(re.findall(r"\w+", one.clause.citation.quotation))
        about = one.clause.location.endswith("choices[].finish_reason")
        odd = sorted(ends - listed) if about and len(listed & _ENDS) > 1 else []
        odd = [end for end in odd if not is_masked(end) or _is_no_end_of(end, listed)]
        if odd:
            end = f"`finish_reason` `{odd[0]}`" if odd[0] else "an empty `finish_reason`"
            end = "a `finish_reason` of its own (masked)" if is_masked(odd[0]) else end
            says = f"The answer has {end}, which is none of those listed: {quoted(one.clause)}"
            return cause_of("provider", failed.call.location, says, "consistent")
    return None


def _is_no_end_of(masked: str, listed: set[str]) -> bool:
    """Whether a masked end, which is none that the protocol knows, can be no word of a list."""
    return text_length(masked) not in {len(word) for word in listed - _ENDS}
