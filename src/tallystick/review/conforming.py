"""Rejections of what is within what the documents state."""

import re
from collections.abc import Mapping
from typing import Any

from tallystick.protocol import read_error
from tallystick.record.clause import Candidate, Clause
from tallystick.record.exchange import Exchange, is_masked
from tallystick.review.mechanism import Mechanism, ask, cause_of, quoted
from tallystick.review.ofmodels import is_asked, is_of_the_very
from tallystick.review.outside import values_at
from tallystick.review.refused import is_unsupported


def documented_so(
    last: Exchange, place: str, clauses: tuple[Clause, ...], seeming: tuple[Candidate, ...] = ()
) -> Mechanism:
    """Whose fault the rejection of a documented member is, as far as what was sent is shown. Where
    the API speaks of one model, a sentence about the place may be of that model.
    """
    values = list(values_at(last.request.body, place))
    # What a log put together has values of its own form: no provider is accused by them.
    whole = last.request.body_kind == "json"
    # A number in one is the number that was sent.
    whole = whole or (bool(values) and all(isinstance(v, int | float) for v in values)
                      and bool(_OF_NUMBERS & {clause.aspect for clause in clauses}))  # fmt: skip
    # So is one that the rejection itself repeats.
    whole = whole or (bool(values) and any(_is_repeated(value, last) for value in values))
    seen = whole and bool(values) and not any(map(is_masked, values))
    bound = _MODEL_BOUND.search(_said(last)) and not any(
        _EVERY_MODEL.search(c.citation.quotation) for c in clauses
    )
    if last.response.rejects_as in ("by-model", "not-allowed", "out-of-range") or bound:
        said = (*clauses, *(one.clause for one in seeming))
        taken = _taken_by(last, said) or _listed_for(last, said, values)
        if taken is not None and values:
            says = (
                f"The API rejected {place}{_sent(values)} for the model that was asked for; "
                f"{quoted(taken)}"
            )
            return cause_of("provider", place, says, "named")
    if bound and seen and seeming and last.response.rejects_as != "by-model":
        return ask(
            place,
            f"The API says that this model does not take what was sent at {place}"
            f"{_sent(values)}; it is within what is documented for the operation.",
            "read the page of the model that was asked for, or ask support",
        )
    limited = next((one.clause for one in seeming if _is_limited(last, one.clause)), None)
    if seen and limited is not None:
        says = (
            f"The API rejected {place}, though what was sent{_sent(values)} is within what is "
            f"documented for the operation; {quoted(limited)}"
        )
        return ask(place, says, "read that sentence: `tallystick contract review` decides it")
    if (seen and _is_plain(last, clauses)) or _is_unknown_to_api(last, clauses, values):
        says = (
            f"The API rejected {place} with {last.response.status}, although what was sent"
            f"{_sent(values)} is within what the documentation states."
        )
        return cause_of("provider", place, says, "named", clauses)
    return _unshown(last, place, clauses, values)


def _unshown(last: Exchange, place: str, clauses: tuple[Clause, ...], sent: list[Any]) -> Mechanism:
    """What to ask where nothing shows whether what was sent kept what is documented."""
    if last.response.rejects_as == "combination":
        return ask(
            place,
            f"The API rejected {place} for what it was sent with; no clause at hand states what it "
            f"may be sent with.",
            "read what the page says of using it with others, or ask support",
        )
    every = tuple(c for c in clauses if _EVERY_MODEL.search(c.citation.quotation))
    if last.response.rejects_as == "by-model" and every and sent:
        words = every[0].citation.words
        says = (
            f"The API says that the model does not take {place}; the documentation states it for "
            f"every model: “{words}”."
        )
        return cause_of("provider", place, says, "named", every)
    if last.response.rejects_as == "by-model":
        return ask(
            place,
            f"The API says that the model does not take {place}, which is documented for the "
            f"operation; no source at hand tells which models take it.",
            "read the page of the model that was asked for, or ask support",
        )
    if sent and not any(map(is_masked, sent)):
        return ask(
            place,
            f"The API rejected {place}{_sent(sent)}, which is documented; no source at hand states "
            f"which values it takes.",
            "read the page of the model that was asked for, or ask support",
        )
    return ask(
        place,
        f"The API rejected {place}, which is documented; the capture does not show whether the "
        f"value kept what is documented.",
        "capture the value of a failing request, or its kind and range",
    )


# Whole statements that name the models which take a member.
_TAKEN = re.compile(
    r"(?<!not )\b(?:supported|accepted|available) (?:by|for|on|with) (?P<models>[^.;]*)",
    re.IGNORECASE,
)


def _taken_by(last: Exchange, clauses: tuple[Clause, ...]) -> Clause | None:
    """The statement that names the very model that was asked for among those that take a member."""
    body = last.request.body
    model = body.get("model") if isinstance(body, dict) else None
    for clause in clauses if isinstance(model, str) and not is_masked(model) else ():
        named = _TAKEN.search(clause.citation.quotation)
        listed = re.findall(r"[\w.:/-]+", named["models"]) if named else []
        if model in (one.rstrip(".,:") for one in listed):
            return clause
    return None


# What a sentence says that holds of some models, and is no order for all.
_LIMITS = re.compile(
    r"\b(?:leave|omit|drop|remove|refus\w+|reject\w*|fixed|only|except|not|never|no|cannot)\b"
    r"|n't\b|\b(?:some|other|older|newer|certain|reasoning|thinking|most|a few) models?\b",
    re.IGNORECASE,
)


def _is_limited(last: Exchange, clause: Clause) -> bool:
    """Whether a sentence that nobody has accepted speaks of a member as not taken as it comes."""
    told = clause.aspect in ("meaning", "refused") and is_asked(last, clause)
    return told and _LIMITS.search(clause.citation.quotation) is not None


def _listed_for(last: Exchange, said: tuple[Clause, ...], values: list[Any]) -> Clause | None:
    """The statement that lists what was sent among what the very model takes that was asked for."""
    listed = [c for c in said if c.aspect == "enum" and c.when.startswith("model=")]
    of_model = (c for c in listed if is_of_the_very(last, c, listed))
    return next((c for c in of_model if {*map(str, values)} <= {*c.value.split("|")}), None)


_MODEL_BOUND = re.compile(r"\b(?:with|by|for|on) (?:this|the|that|your) model\b", re.IGNORECASE)


def _said(last: Exchange) -> str:
    error = read_error(last.response.body)
    return (error.message or "") if error else ""


_EVERY_MODEL = re.compile(
    r"\b(?:for|by|with|on) (?:every|all|any|each)(?: \w+){0,2} models?\b", re.IGNORECASE
)


def _sent(values: list[Any]) -> str:
    """The plain values that were sent, in brackets; nothing where they are masked or no scalars."""
    plain = [v for v in values if isinstance(v, str | int | float) and not is_masked(v)]
    shown = (str(v).lower() if isinstance(v, bool) else str(v) for v in plain[:3])
    told = ", ".join(dict.fromkeys(f"`{value}`" for value in shown))
    return f" ({told})" if told else ""


def _is_repeated(value: object, last: Exchange) -> bool:
    """Whether a rejection quotes a value that was sent: `'developer' is not one of`."""
    error = read_error(last.response.body)
    quoted = re.findall(r"['\"`]([\w.-]+)['\"`]", error.message or "") if error else []
    return isinstance(value, str) and not is_masked(value) and value in quoted[:1]


def _is_unknown_to_api(last: Exchange, clauses: tuple[Clause, ...], values: list[Any]) -> bool:
    """Whether the API says that it knows no such member, or takes none, though it is documented
    and was sent: whatever its value was.
    """
    plain = not any(clause.when for clause in clauses) and bool(values)
    kind = last.response.rejects_as
    return plain and (kind == "unknown" or (kind == "unsupported" and is_unsupported(last)))


def _is_plain(last: Exchange, clauses: tuple[Clause, ...]) -> bool:
    """Whether the documents state, without a condition, the very thing that the rejection is about,
    so that what was sent can be seen to keep it.
    """
    stated = {clause.aspect for clause in clauses}
    decides = _DECIDES.get(last.response.rejects_as, frozenset())
    if last.response.rejects_as == "unsupported" and not is_unsupported(last):
        return False
    unseen = stated & {"min-length", "max-length", "pattern"}  # a masked text shows neither
    return not any(c.when for c in clauses) and bool(stated & decides) and not unseen


# What a rejection is about: the statements that decide whether it is right.
_DECIDES: Mapping[str, frozenset[str]] = {
    "wrong-type": frozenset({"kind"}),
    "out-of-range": frozenset({"minimum", "maximum", "min-items", "max-items"}),
    "not-allowed": frozenset({"enum", "minimum", "maximum"}),
    "unknown": frozenset({"exists", "kind", "required"}),
    "unsupported": frozenset({"exists", "kind", "required"}),
}
_OF_NUMBERS = frozenset({"minimum", "maximum"})
