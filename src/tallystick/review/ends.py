"""How an answer ended, beside what pages list of ends."""

import re
from collections.abc import Iterator

from tallystick.protocol.response import FINISH_REASONS
from tallystick.record.clause import Clause
from tallystick.record.exchange import is_masked
from tallystick.record.placeholder import text_length
from tallystick.review.mechanism import FailedCall, Mechanism, ask, cause_of, quoted
from tallystick.review.outside import values_at
from tallystick.review.wordings import LEAVES_OPEN, LISTS_ALL, LISTS_OPENLY, OF_LISTS


def open_list(failed: FailedCall) -> Mechanism | None:
    """An end that the protocol does not know, where a page says that there may be others, or speaks
    of that in words that only a person reads.
    """
    unread = None
    for one in _told(failed):
        words = one.citation.quotation
        says = f"{failed.call.reason} Of this {quoted(one)}"
        if LISTS_OPENLY.is_of(words):
            return cause_of("application", failed.call.location, says, "consistent")
        if OF_LISTS.search(words) and not LISTS_ALL.is_of(words):
            unread = unread or ask(failed.call.location, says, _READ_IT)
    return unread


_READ_IT = "read that sentence: does it allow other ends than those that are listed?"


def _told(failed: FailedCall) -> Iterator[Clause]:
    """What sentences say of how answers end, where that is what is odd."""
    of_ends = failed.call.location.endswith("finish_reason")
    for one in failed.material.candidates if of_ends else ():
        if one.clause.location.endswith("choices[].finish_reason"):
            yield one.clause


def unlisted_end(failed: FailedCall) -> Mechanism | None:
    """An end that the answer has, and that a sentence with a list of ends does not have."""
    response = failed.last.response
    parts = [frame.data for frame in response.frames] or [response.body]
    ends = {
        end for part in parts for end in values_at(part, "choices[].finish_reason")
        if isinstance(end, str)
    }  # fmt: skip
    for one in _told(failed):
        words = one.citation.quotation
        listed = set(re.findall(r"\w+", words))
        closed = LISTS_ALL.is_of(words) or not LEAVES_OPEN.search(words)
        is_list = closed and len(listed & set(FINISH_REASONS)) > 1
        odd = sorted(ends - listed) if is_list else []
        odd = [end for end in odd if not is_masked(end) or _is_no_end_of(end, listed)]
        if odd:
            end = f"`finish_reason` `{odd[0]}`" if odd[0] else "an empty `finish_reason`"
            end = "a `finish_reason` of its own (masked)" if is_masked(odd[0]) else end
            says = f"The answer has {end}, which is none of those listed: {quoted(one)}"
            return cause_of("provider", failed.call.location, says, "consistent")
    return None


def _is_no_end_of(masked: str, listed: set[str]) -> bool:
    """Whether a masked end, which is none that the protocol knows, can be no word of a list."""
    return text_length(masked) not in {len(word) for word in listed - set(FINISH_REASONS)}
