"""The order of a request's messages, beside what sentences of pages say of it."""

import re
from collections.abc import Callable
from itertools import pairwise

from tallystick.record.clause import Clause
from tallystick.record.finding import Support
from tallystick.review.mechanism import FailedCall, Mechanism, cause_of, quoted

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
    pair = said["first"].lower(), said["second"].lower()
    return (
        f"a `{pair[1]}` message right after a `{pair[0]}` message"
        if pair in pairwise(roles)
        else ""
    )


def _comes_late(roles: list[str], said: re.Match[str]) -> str:
    role = said["role"].lower()
    return f"a `{role}` message that is not the first" if role in roles[1:] else ""


def _repeats(roles: list[str], _: re.Match[str]) -> str:
    told = [role for role in roles if role in ("user", "assistant")]
    twice = next((a for a, b in pairwise(told) if a == b), "")
    return (
        f"two `{twice}` messages in a row"
        if twice and len(told) == len(roles) - ("system" in roles[:1])
        else ""
    )


_RULES: tuple[tuple[re.Pattern[str], _Broken], ...] = (
    (_AFTER, _follows), (_FIRST, _comes_late), (_ALTERNATE, _repeats),
)  # fmt: skip
_OF_MESSAGES = ("request.messages", "request.body", "request")


def by_order(failed: FailedCall) -> Mechanism | None:
    """A refusal that names messages or nothing, of a request whose roles stand in an order that a
    sentence excludes, where no call that went well has them so.
    """
    material, call, last = failed
    place = last.response.rejects or call.location
    roles = _roles(last.request.body)
    if not roles or not place.startswith(_OF_MESSAGES) or "content" in place:
        return None
    for clause in _said(failed):
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


def _said(failed: FailedCall) -> list[Clause]:
    """What pages say of messages and their roles, whatever its form."""
    material = failed.material
    places = ("request.messages", "request.messages[].role")
    told = [one.clause for one in material.candidates] + list(material.clauses)
    return [one for one in told if one.location in places]


def _roles(body: object) -> list[str]:
    messages = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(messages, list):
        return []
    return [str(one.get("role", "")) for one in messages if isinstance(one, dict)]
