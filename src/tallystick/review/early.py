"""Calls that were sent while the API asked to wait, where a page says what that leads to.

A wait that an answer asks for with `Retry-After` (RFC 9110, 10.2.3) is of that one call; a page may
say that it is of every call. Nobody has accepted such a sentence, so it only fits what is seen.
"""

import re
from datetime import datetime, timedelta

from tallystick.protocol import retry_hint
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.record.forms import host_of
from tallystick.review.limits import moment
from tallystick.review.material import Material
from tallystick.review.mechanism import FailedCall, Mechanism, cause_of, quoted

_PLACE = "retry.retry_after"
_LIMITED = 429
# A call this much before the end of its wait is early by any clock.
_SHARE = 0.9
# Calls of any kind inside the wait, and that they are refused; or an order not to send any.
_NOT = re.compile(r"\b(?:not|never|no longer|without|cannot|unless)\b|n't\b", re.IGNORECASE)
_EARLY = re.compile(
    r"\b(?:requests?|calls?|anything)\b[^.;]{0,50}\b(?:before|inside|within|during|until|earlier"
    r"|sooner)\b[^.;]{0,60}\b(?:refused|rejected|denied|fails?|count|counts|counted|extends?|429)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:wait|pause|stop|hold)\b[^.;]{0,90}\bbefore (?:sending )?(?:the next|any|another|more"
    r"|new)\b"
    r"|\b(?:send|make) (?:nothing|no (?:more |other )?(?:calls?|requests?))\b[^.;]{0,40}"
    r"\b(?:before|until|while)\b[^.;]{0,20}\b(?:time|wait|pause)\b",
    re.IGNORECASE,
)
_NEAR = 90
_OF_WAIT = re.compile(r"\bretry-after\b|\b(?:this|that) time\b|\b429\b", re.IGNORECASE)


def came_early(failed: FailedCall) -> Mechanism | None:
    """A call that was refused inside the wait that an answer before it had asked for, where a page
    says that calls are refused there or that none is to be sent; None where that is not seen.
    """
    before = _asked_before(failed)
    if before is None or failed.last.response.status != _LIMITED:
        return None
    asked, gap = before
    for saying in failed.material.sayings:
        words = saying.citation.words
        said = _EARLY.search(words) or _ORDER.search(words)
        about = f"{saying.before[-_NEAR:]} {words}"  # the time is told in the sentence before
        if said and _OF_WAIT.search(about) and not _NOT.search(_piece(words, said.start())):
            clause = Clause(_PLACE, "meaning", words, saying.citation)
            says = (
                f"The API answered 429 and asked to wait {asked:g} s; another call was sent "
                f"{gap:.1f} s after that and refused; {quoted(clause)}"
            )
            return cause_of("application", _PLACE, says, "consistent")
    return None


def _piece(words: str, at: int) -> str:
    """The piece of a sentence that stands around a character, between colons and semicolons."""
    begin = max(words.rfind(mark, 0, at) for mark in ":;") + 1
    ends = [end for mark in ":;" if (end := words.find(mark, at)) >= 0]
    return words[begin : min(ends, default=len(words))]


def _asked_before(failed: FailedCall) -> tuple[float, float] | None:
    """The wait that the last refusal before a call asked for, in seconds, and how long after that
    the call was sent; None where none did, or the wait was over.
    """
    waits = failed.material.remembered("waits", lambda: _waits(failed.material))
    began = moment(failed.last)
    own = _whose(failed.last)
    over = [one for one in waits if began and one[0] < began and one[2] == own]
    if began is None or not over:
        return None
    ended, asked, _ = over[-1]
    gap = (began - ended).total_seconds()
    return (asked, gap) if gap < asked * _SHARE else None


_Whose = tuple[str, str]


def _waits(material: Material) -> list[tuple[datetime, float, _Whose]]:
    """When each refusal that asked for a wait came, for how many seconds, and of whom."""
    found = []
    for one in material.exchanges:
        hint = retry_hint(one.response_header("retry-after"), one.response_header("retry-after-ms"))
        began = moment(one)
        # Without its duration nothing tells when a refusal came, and which calls knew of it.
        if one.response.status == _LIMITED and began and one.duration_ms and hint and hint.seconds:
            ended = began + timedelta(milliseconds=one.duration_ms)
            found.append((ended, hint.seconds, _whose(one)))
    return sorted(found)


def _whose(one: Exchange) -> _Whose:
    """The host that was called and the form of the key, so far as they are shown."""
    return host_of(one.request.url), one.request_header("authorization") or ""
