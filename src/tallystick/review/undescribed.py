"""Places that a rejection names and no source that stands describes."""

import re

from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.record.forms import host_of
from tallystick.review.codes import by_code
from tallystick.review.mechanism import (
    FailedCall,
    Mechanism,
    ask,
    cause_of,
    covers,
    quoted,
)
from tallystick.review.ofmodels import is_asked
from tallystick.review.outside import values_at
from tallystick.review.sentences import against, disagreeing


def _asked_for(failed: FailedCall, place: str) -> Mechanism:
    """A member that the API misses and no source that stands describes."""
    last = failed.last
    orders = (
        one.clause for one in failed.material.seems(place)
        if (one.clause.aspect, one.clause.value) == ("required", "yes")
        and is_asked(last, one.clause)
    )  # fmt: skip
    if (ordered := next(orders, None)) is not None and last.request.body_kind == "json":
        says = f"The API asks for {place}, which the application did not send; {quoted(ordered)}"
        if forbidden := against(failed, ordered, "refused"):
            return disagreeing(place, says, forbidden)
        return cause_of("application", place, says, "named")
    return ask(
        place,
        f"The API asks for {place}, and no source documents that it is required.",
        f"ask support when `{place.removeprefix('request.')}` is required",
    )


def undescribed(failed: FailedCall, place: str) -> Mechanism:
    """A place that the rejection names and no source that stands describes."""
    last, name = failed.last, place.removeprefix("request.")
    there = bool(list(values_at(last.request.body, place)))
    if last.response.rejects_as == "missing" and not there:
        return _asked_for(failed, place)
    shown = next((c for c in failed.material.at(place) if c.standing == "shown-in-example"), None)
    if shown is not None and last.response.rejects_as in ("unknown", "unsupported"):
        both = f"The application sent `{name}`, as a page shows it being sent"
        says = (
            f"{both if there else f'A page shows `{name}` being sent'}; the API rejected it by "
            f"name with {last.response.status}."
        )
        step = f"ask support whether `{name}` is taken, and of which models"
        return Mechanism("documents", place, says, "consistent", (shown,), step)
    if (told := by_code(failed, place)) is not None:
        return told
    if (opened := left_open(failed)) is not None and there:
        says = (
            f"The application sent `{name}`; the API rejected it by name with "
            f"{last.response.status}. No source documents it, but {quoted(opened)}"
        )
        return ask(place, says, f"ask support which models take `{name}`")
    sent = there and place not in _OF_EVERY_REQUEST and not is_unaddressed(last)
    if sent and _is_described(failed, name):
        return ask(
            place,
            f"The API rejected {place} by name; a page has an entry for it, of which nothing was "
            f"read.",
            "read the entry, and cite what it states: `tallystick contract cite`",
        )
    if sent and covers(failed.material, place) and not failed.material.at(place):
        says = (
            f"The application sent `{name}`; the API rejected it by name with "
            f"{last.response.status}, and no source documents it."
        )
        return cause_of("application", place, says, "named")
    if failed.material.seems(place):
        return ask(
            place,
            f"The API rejected {place} by name; of that place sources have only sentences that "
            f"nobody has accepted.",
            "read them: `tallystick contract review` accepts or rejects them",
        )
    return ask(
        place,
        f"The API rejected {place} by name, and the sources at hand do not describe that place.",
        f"read the page that documents the request, or ask support about {place}",
    )


def _is_described(failed: FailedCall, name: str) -> bool:
    """Whether an entry of some page begins with a member's name, or has it for its title."""
    begins = re.compile(rf"\W*{re.escape(name)}(?![\w.])(?!\W{{0,3}}(?:is|are) (?:not|un))")
    return any(
        begins.match(one.citation.words) or name in [t.strip("`* ") for t in one.titles[-1:]]
        for one in failed.material.sayings
    )


# What every request has (OpenAI, Create chat completion): that no source describes it says nothing.
_OF_EVERY_REQUEST = (
    "request.model",
    "request.messages",
    "request.messages[].role",
    "request.messages[].content",
)


def left_open(failed: FailedCall) -> Clause | None:
    """What a page says of members that it does not list: that some may be taken all the same."""
    seen = (one.clause for one in failed.material.seems("request") if one.clause.value == "yes")
    return next((clause for clause in seen if clause.aspect == "additional"), None)


def is_unaddressed(last: Exchange) -> bool:
    """Whether nothing shows which API a call went to: it may be another than the sources'."""
    host = host_of(last.request.url)
    return "line" in last.request.hidden and (not host or "‹" in host)
