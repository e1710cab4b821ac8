"""Requests that are refused for one thing that a source speaks of: a media type, a model, a member
that is not taken, another type than an example shows.
"""

import re
from collections.abc import Callable
from functools import cache

from tallystick.protocol import read_error
from tallystick.record.clause import STANDS, Clause
from tallystick.record.exchange import Exchange
from tallystick.record.placeholder import json_kind
from tallystick.review.mechanism import (
    FailedCall,
    Mechanism,
    cause_of,
    contrasts,
    current,
    quoted,
    shown,
)
from tallystick.review.outside import values_at

_MODEL = "request.model"


def _sent_type(exchange: Exchange) -> str:
    """The media type that a request says its body has (RFC 9110, section 8.3)."""
    return (exchange.request_header("content-type") or "").partition(";")[0].strip().lower()


def media_type(failed: FailedCall) -> Mechanism | None:
    """A body of a media type that the API does not take (RFC 9110, section 15.5.16)."""
    material, _, last = failed
    place, sent = "request.content_type", _sent_type(last)
    clauses = shown(material, place, "value")
    values = {clause.value.lower() for clause in clauses}
    if not sent or not values or sent in values:
        return None
    says = (
        f"The application sent its body as {sent}, which the API refused with "
        f"{last.response.status}; the documentation states {' or '.join(sorted(values))}."
    )
    stands = any(clause.standing in STANDS for clause in clauses)
    if not stands and not contrasts(material, last, _sent_type, values):
        return None
    return cause_of("application", place, says, "named" if stands else "contrasted", clauses)


def gone_model(failed: FailedCall) -> Mechanism | None:
    """A model of which a source says that it is there no more."""
    body = failed.last.request.body
    sent = body.get("model") if isinstance(body, dict) else None
    material = failed.material
    said = (*current(material, _MODEL), *(one.clause for one in material.seems(_MODEL)))
    gone = tuple(
        clause for clause in said
        if clause.aspect == "deprecated" and clause.when == f"model={sent}"
        and _is_over(clause.value, failed.last.at)
    )  # fmt: skip
    clauses = tuple(clause for clause in gone if clause.standing in STANDS)
    if not clauses and gone:
        says = (
            f"The application asked for the model {sent}, which the API rejected with "
            f"{failed.last.response.status}; {quoted(gone[0])}"
        )
        return cause_of("application", _MODEL, says, "consistent")
    if not clauses:
        return None
    says = (
        f"The application asked for the model {sent}, which the API rejected with "
        f"{failed.last.response.status}; the documentation says that it is there no more."
    )
    return cause_of("application", _MODEL, says, "named", clauses)


def _is_over(since: str, at: str | None) -> bool:
    """Whether what ends on a day (RFC 3339, full-date) is over at a time; `yes` is over at any."""
    return since == "yes" or (at is not None and since <= at[:10])


def not_accepted(failed: FailedCall, place: str, clauses: tuple[Clause, ...]) -> Mechanism | None:
    """A member that the API does not take, and of which a source says so."""
    said = tuple(clause for clause in clauses if clause.aspect == "deprecated" and place != _MODEL)
    last = failed.last
    if not said or last.response.rejects_as not in ("unknown", "unsupported", "by-model"):
        return None
    says = (
        f"The application sent `{place.removeprefix('request.')}`, which the API rejected by name "
        f"with {last.response.status}; the documentation calls it deprecated or not accepted."
    )
    taken = _taken_elsewhere(clauses, said)
    if taken is not None:
        says = f"{says} Another page lists it among what is taken, under no condition."
        step = "ask support which of the two pages holds"
        return Mechanism("documents", place, says, "consistent", (*said, taken), step)
    return cause_of("application", place, says, "named", said)


# What says that a member is refused: that it is deprecated contradicts no page that has it.
_IS_REFUSED = re.compile(
    r"\b(?:reject|refus)\w+|\bunsupported\b|\bnot (?:accepted|supported|taken|allowed)\b",
    re.IGNORECASE,
)


def _taken_elsewhere(clauses: tuple[Clause, ...], said: tuple[Clause, ...]) -> Clause | None:
    """What another source states of a member that one says is refused, whatever the model is."""
    if any(c.when.startswith("model=") or not _IS_REFUSED.search(c.citation.words) for c in said):
        return None
    own = {clause.citation.source for clause in said}
    return next(
        (c for c in clauses if c.aspect in ("exists", "kind", "minimum", "maximum")
         and not c.when and c.citation.source not in own),
        None,
    )  # fmt: skip


def unlike_example(failed: FailedCall, place: str) -> Mechanism | None:
    """A value of another type than examples show and calls that went well send, where the API
    rejects it for its type.
    """
    clauses = shown(failed.material, place, "kind")
    if failed.last.response.rejects_as != "wrong-type" or not clauses:
        return None
    kind = _kind_at(place)
    stated = {clause.value for clause in clauses}
    if not contrasts(failed.material, failed.last, kind, stated):
        return None
    says = (
        f"At `{place}` the application sent {_with_article(kind(failed.last))}, which the API "
        f"rejected for its type with {failed.last.response.status}; the documentation shows "
        f"{_with_article(' or '.join(sorted(stated)))}, as calls that went well send it."
    )
    return cause_of("application", place, says, "contrasted", clauses)


@cache
def _kind_at(place: str) -> Callable[[Exchange], str]:
    """What tells the type at a place of a request; the same each time, as it is asked again."""

    def kind(exchange: Exchange) -> str:
        return "|".join(sorted({json_kind(v) for v in values_at(exchange.request.body, place)}))

    return kind


def _with_article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


def is_unsupported(last: Exchange) -> bool:
    """Whether a rejection says of the member itself that it is not supported: not of a value, an
    image, a plan or another member beside it.
    """
    error = read_error(last.response.body)
    name = re.escape(last.response.rejects.rpartition(".")[2].rstrip("[]"))
    said = f"{error.message} {error.code}".lower() if error else ""
    return re.search(_UNSUPPORTED.format(name=name), said) is not None


_UNSUPPORTED = (
    r"unsupported (?:parameter|argument|field|property|option)s?\W{{1,4}}{name}\b(?! and)"
    r"|\b{name}\W{{1,3}}(?:parameter |field |option )?(?:is|are) not supported\b"
    r"(?! (?:when|with|together|for|by|in))"
)
