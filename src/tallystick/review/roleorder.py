"""The order of a request's messages, beside what sentences of pages say of it."""

import re
from collections.abc import Callable
from itertools import pairwise

from tallystick.record.clause import Clause
from tallystick.record.finding import RootCause, Support
from tallystick.review.mechanism import FailedCall, Mechanism, cause_of, current, quoted

_ROLE = r"`?(?P<{}>system|developer|user|assistant|tool|function)`?"
_REFUSED = (
    r"(?:is|are|gets?|will be) (?:rejected|refused|not (?:allowed|accepted|permitted)|an error)"
)
_AFTER = re.compile(
    rf"{_ROLE.format('second')} (?:messages?|turns?) (?:right |directly |immediately |straight )?"
    rf"(?:after|following|behind) (?:an? |the |another )?{_ROLE.format('first')}"
    rf"(?: (?:message|turn|one))? {_REFUSED}",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"`?(?P<role>system|developer)`? (?:message|turn|prompt)s?\b[^.;]{0,40}"
    r"\b(?:only (?:be )?(?:the )?first|must (?:be|come|stand) (?:the )?first|only at the "
    r"(?:start|beginning|top))",
    re.IGNORECASE,
)
_ALTERNATE = re.compile(
    r"\broles?\b[^.;]{0,40}\b(?:must|have to|need to) alternate\b|\b(?:user|assistant)\b"
    r"[^.;]{0,30}\b(?:must|have to|need to) alternate\b",
    re.IGNORECASE,
)
_Broken = Callable[[list[str], re.Match[str]], str]


def _follows(roles: list[str], said: re.Match[str]) -> str:
    first, second = said["first"].lower(), said["second"].lower()
    found = (first, second) in pairwise(roles)
    return f"a `{second}` message right after a `{first}` message" if found else ""


def _comes_late(roles: list[str], said: re.Match[str]) -> str:
    role = said["role"].lower()
    return f"a `{role}` message that is not the first" if role in roles[1:] else ""


def _repeats(roles: list[str], _: re.Match[str]) -> str:
    told = roles[1:] if roles[:1] == ["system"] else roles
    if not set(told) <= {"user", "assistant"}:
        return ""  # what tools answer stands between, and pages do not say how that counts
    twice = next((a for a, b in pairwise(told) if a == b), "")
    return f"two `{twice}` messages in a row" if twice else ""


_RULES: tuple[tuple[re.Pattern[str], _Broken], ...] = (
    (_AFTER, _follows), (_FIRST, _comes_late), (_ALTERNATE, _repeats),
)  # fmt: skip
# A refusal of messages or of their roles, or one that names no place.
_PLACES = ("request.messages", "request.messages[].role", "request.body", "request")
# What narrows a sentence to some models, settings or cases, which nobody knows to hold here.
_NARROWED = re.compile(
    r"\b(?:if|when|where|unless|except|some|only for|models?|famil\w+|older|newer|strict|may|might"
    r"|sometimes|usually)\b",
    re.IGNORECASE,
)


def by_order(failed: FailedCall) -> Mechanism | None:
    """A refusal that names messages or nothing, of a request whose roles stand in an order that a
    sentence excludes, where no call that went well has them so.
    """
    material, call, last = failed
    place = last.response.rejects or call.location
    roles = _roles(last.request.body)
    for clause in _said(failed) if roles and place in _PLACES else ():
        for form, broken in _RULES:
            said = form.search(clause.citation.words)
            sent = broken(roles, said) if said else ""
            well = said and any(broken(_roles(one), said) for one in material.sound_bodies)
            if sent and not well:
                says = (
                    f"The application sent {sent}; the API rejected the request with "
                    f"{last.response.status}; {quoted(clause)}"
                )
                support: Support = "contrasted" if material.sound_bodies else "consistent"
                return cause_of("application", "request.messages[].role", says, support, ())
    return None


_ORDERED = re.compile(r"sent (?:an?|two) `\w+` messages? (?:right after|in a row|that is not)")


def is_of_order(cause: RootCause) -> bool:
    """Whether a cause is an order of roles, which no value of a member mends."""
    at_roles = cause.location == "request.messages[].role"
    return at_roles and _ORDERED.search(cause.mechanism) is not None


def _said(failed: FailedCall) -> list[Clause]:
    """What pages say of messages and their roles without a condition, and what of it stands."""
    told: list[Clause] = []
    for place in ("request.messages", "request.messages[].role"):
        told += current(failed.material, place)
        told += (one.clause for one in failed.material.seems(place))
    return [one for one in told if not one.when and not _NARROWED.search(one.citation.words)]


def _roles(body: object) -> list[str]:
    messages = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(messages, list):
        return []
    return [str(one.get("role", "")) for one in messages if isinstance(one, dict)]
