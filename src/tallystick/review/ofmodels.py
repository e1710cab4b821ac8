"""Which model a request asks for, and whether a clause is about that one."""

import re
from collections.abc import Iterable

from tallystick.protocol import read_error
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange


def is_asked(exchange: Exchange, clause: Clause) -> bool:
    """Whether a request asks for one of the models that a clause is about."""
    of, _, models = clause.when.partition("model=")
    return (
        of != "" or not models or any(_is_of(asked_model(exchange), m) for m in models.split("|"))
    )


def is_of_the_very(exchange: Exchange, clause: Clause, others: Iterable[Clause]) -> bool:
    """Whether a clause is about the model that a request asks for, and no other of these names
    that one more closely: `gpt-5.4-mini` and not `gpt-5`.
    """
    own = _closeness(exchange, clause)
    return own > 0 and all(_closeness(exchange, other) <= own for other in others)


def _closeness(exchange: Exchange, clause: Clause) -> int:
    """How long the name is by which a clause names the model that a request asks for; 0: not."""
    names = clause.when.removeprefix("model=").split("|")
    asked = asked_model(exchange)
    return max((len(name) for name in names if name and _is_of(asked, name)), default=0)


def asked_model(exchange: Exchange) -> str:
    """The model that a request asks for, in small letters; empty where neither it shows that nor
    its rejection, which names the model that is not there.
    """
    body = exchange.request.body
    asked = body.get("model") if isinstance(body, dict) else None
    if isinstance(asked, str):
        return asked.lower()
    error = read_error(exchange.response.body) if exchange.request.body_kind != "json" else None
    found = _UNKNOWN.search(error.message or "") if error else None
    return found["id"].lower() if found else ""


# How APIs name a model that they have not, or not any more.
_UNKNOWN = re.compile(
    r"\bmodel [`'\"]?(?P<id>[A-Za-z][\w./:-]*\d[\w./:-]*?)[`'\"]?"
    r" (?:does not exist|is not found|not found|has been|is no longer|was not found)\b",
    re.IGNORECASE,
)


_FAMILY = re.compile(r"\b(?:famil(?:y|ies)|series|line|generation)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:later|newer|onwards?|(?:and|or) (?:above|up|higher))\b", re.IGNORECASE)
_NUMBERED = re.compile(r"(?P<stem>[a-z][a-z-]*?)-?(?P<number>\d+(?:\.\d+)?)(?![\w.]*\d{4})")


def is_named_by(model: str, ids: Iterable[str], words: str) -> bool:
    """Whether words that name models by their ids are about one: it is among them, of a family that
    they name, or a later one of the same name where they say so.
    """
    bare = model.rpartition("/")[2]
    for one in ids:
        of_family = _FAMILY.search(words) and _is_of(model, one)
        if bare == one or of_family or (_LATER.search(words) and _is_later(bare, one)):
            return True
    return False


def _is_later(model: str, than: str) -> bool:
    """Whether a model has the name of another, and its number or a greater one."""
    found, other = _NUMBERED.match(model), _NUMBERED.match(than)
    if found is None or other is None or found["stem"] != other["stem"]:
        return False
    return float(found["number"]) >= float(other["number"])


def _is_of(model: str, name: str) -> bool:
    """Whether a model is the named one, a version of it or one of the named family."""
    bare = model.rpartition("/")[2]
    return bare == name or (bare.startswith(name) and not bare[len(name)].isalnum())
