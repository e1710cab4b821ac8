"""Sentences of a page that say of a place what the API says in rejecting it (decision 0040).

Readers of sentences know forms; pages put a rule in any words. Where the API rejects a place, and a
sentence about that very place orders, forbids or refuses something in terms that the rejection
repeats, both speak of one rule: the sentence is quoted, and told as not accepted by a person.
"""

import re

from tallystick.record.clause import Clause, Saying
from tallystick.record.exchange import Exchange
from tallystick.record.vocabulary import SCHEMA_NAMES
from tallystick.review.alike import (
    MASK,
    MODEL,
    OF_MEMBERS,
    Shared,
    marked_in,
    names_in,
    refusal_of,
    sayings_at,
    shared_by,
)
from tallystick.review.contraries import (
    is_allowed,
    is_contradicted,
    is_kept_elsewhere,
    went_well,
)
from tallystick.review.figures import bounds, figures, is_passed, size_of
from tallystick.review.matters import (
    ALL_MODELS,
    ELSEWHERE,
    EXCEPTED,
    RULES,
    SOME_MODELS,
    TO_COME,
    of_place,
    piece_about,
)
from tallystick.review.mechanism import FailedCall, Mechanism, cause_of, quoted
from tallystick.review.modelids import EITHER
from tallystick.review.ofmodels import asked_model, is_asked, is_named_by
from tallystick.review.outside import values_at

_MODEL_ID = re.compile(
    r"\b[a-z]+(?:-[a-z]+)*-\d[\w.-]*|\bo\d(?:-\w+)?\b|\b[a-z]+\d[\w.]*-\w[\w.-]*"
)
# Of what the API knows, or does not, a page may say the contrary.
_OF_TAKING = ("unknown", "unsupported", "not-allowed", "by-model", "combination")


def agreed(failed: FailedCall, place: str) -> Mechanism | None:
    """What a sentence says of the rejected place in the terms of the rejection."""
    words, named = refusal_of(failed.last), _is_named(failed, place)
    if not words or (place == MODEL and EITHER.search(words)):
        return None
    found = [
        (shared.weight, -number, saying)
        for number, (saying, shared) in enumerate(alike(failed, place, words))
        if _is_rule(saying, shared, failed.last, words)
        and _is_borne_out(failed, place, saying, shared)
    ]  # fmt: skip
    if not found:
        return None
    best = max(found, key=lambda one: one[:2])[2]
    clause = Clause(place, "meaning", best.citation.words, best.citation)
    says = (
        f"The API rejected `{place.removeprefix('request.')}` with {failed.last.response.status}; "
        f"{quoted(clause)}"
    )
    return cause_of("application", place, says, "named" if named else "consistent")


def _is_named(failed: FailedCall, place: str) -> bool:
    """Whether the rejection names the place, or the call's address is what failed."""
    return bool(failed.last.response.rejects) or place.startswith("endpoint.")


_LEAST, _MORE, _MOST = 2, 3, 4


def alike(failed: FailedCall, place: str, words: str) -> list[tuple[Saying, Shared]]:
    """The sentences that have enough in common with a rejection: less is needed where both name
    the place.
    """
    material, named = failed.material, _is_named(failed, place)

    def found() -> list[tuple[Saying, Shared]]:
        pattern = of_place(place)
        out = []
        for saying in sayings_at(material, place):
            own = pattern.search(" ".join((*saying.titles[-1:], saying.citation.words)))
            about = own or pattern.search(saying.before)
            shared = shared_by(saying, failed.last, words, place)
            least = _MOST if not named else _LEAST if own else _MORE
            if shared.weight >= least and (about or shared.is_quoted):
                out.append((saying, shared))
        return out

    key = "alike", place, words, named, failed.last.response.rejects_as
    return material.remembered(key, found)


def _is_rule(saying: Saying, shared: Shared, last: Exchange, refusal: str) -> bool:
    """Whether a sentence orders, forbids or refuses, for the model that was asked for."""
    words = saying.citation.words
    head = saying.titles[-1] if saying.titles else ""
    told = {"refused", "kind"} & shared.matters
    ruled = shared.is_quoted or shared.numbers or shared.listed or told
    bare = _MODEL_ID.sub(" ", piece_about(words, last.response.rejects))
    if (
        TO_COME.search(words)
        or not (ruled or RULES.search(words))
        or ELSEWHERE.search(f"{_MODEL_ID.sub(' ', head)} {bare}")
    ):
        return False
    if last.response.rejects_as != "combination" and _may_be_excepted(words, last):
        return False
    asked, models = asked_model(last), saying.models
    of = Clause("", "meaning", "", saying.citation, when=f"model={models}")
    if models and not (asked and is_asked(last, of)):
        return False
    ids = _MODEL_ID.findall(words)
    if ids and not models and not is_named_by(asked, ids, words):
        return False
    of_some = SOME_MODELS.search(words) and not ALL_MODELS.search(words) and not models
    return not of_some or SOME_MODELS.search(refusal) is not None


def _may_be_excepted(words: str, last: Exchange) -> bool:
    """Whether a sentence has an exception that may hold: not one for a member that the request has
    nowhere, which is shown whole.
    """
    found = EXCEPTED.search(words)
    if found is None:
        return False
    named = marked_in(words[found.end() :]) & SCHEMA_NAMES
    text = str(last.request.body)
    return last.request.body_kind != "json" or not named or any(f"'{n}'" in text for n in named)


def _is_borne_out(failed: FailedCall, place: str, saying: Saying, shared: Shared) -> bool:
    """Whether nothing that is shown says otherwise: what was sent, or another sentence."""
    last, kind = failed.last, failed.last.response.rejects_as
    values = list(values_at(last.request.body, place))
    whole = last.request.body_kind == "json"
    if whole and kind in OF_MEMBERS and not values:
        return False
    if whole and kind == "missing" and values:
        return False
    if kind in OF_MEMBERS and went_well(failed, place):
        return False
    if whole and kind == "combination" and not _is_combined(last, place, saying, shared):
        return False
    if place != MODEL and not _is_measured(saying, last, values, shared):
        return False  # figures beside a model's id are dates and versions
    if shared.numbers and is_kept_elsewhere(failed, place, values):
        return False
    if is_contradicted(failed, place):
        return False
    return kind not in _OF_TAKING or not is_allowed(failed, place, values, shared)


def _is_measured(saying: Saying, last: Exchange, values: list[object], shared: Shared) -> bool:
    """Whether the numbers of a sentence are those of the rejection, or are passed by what was sent.
    A sentence about something else needs none.
    """
    said = saying.citation.words
    limits, told = figures(said), bounds(MASK.sub(" ", refusal_of(last)))
    sizes = [size for value in values if (size := size_of(value)) is not None]
    of_size = bool(shared.numbers) or "length" in shared.matters
    if "window" in shared.matters:
        return True  # what a model counts in tokens is not seen in a request
    if of_size and sizes:
        return any(is_passed(said, size) for size in sizes)
    if limits and told and not shared.numbers:
        return False
    return bool(told) and max(told) in limits if of_size else True


def _is_combined(last: Exchange, place: str, saying: Saying, shared: Shared) -> bool:
    """Whether the other members that a sentence names are sent, or left out, as it forbids."""
    body = last.request.body if isinstance(last.request.body, dict) else {}
    said = saying.citation.words
    others = [n for n in names_in(said) | marked_in(said) | shared.names if n in SCHEMA_NAMES]
    others = [name for name in others if f"request.{name}" != place]
    if not others:
        return True
    if "together" in shared.matters:
        return any(body.get(name) is not None for name in others)
    return any(not body.get(name) for name in others)
