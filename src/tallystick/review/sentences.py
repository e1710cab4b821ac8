"""What a sentence of a page seems to say of the very thing that the API rejected.

Nobody has accepted the sentence, so it states nothing by itself. Where the API rejects a request by
name and a sentence at that place says why, the two bear each other out: the mechanism quotes it,
and says that it has not been accepted (decision 0030).
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from tallystick.protocol import read_error
from tallystick.record.clause import STANDS, Candidate, Clause
from tallystick.record.exchange import Exchange
from tallystick.review.departures import departure, without_its_companion
from tallystick.review.echoes import RULES, echoed
from tallystick.review.mechanism import FailedCall, Mechanism, ask, cause_of, current, quoted
from tallystick.review.ofmodels import asked_model, is_asked, is_of_the_very
from tallystick.review.outside import values_at

_STEP = "read that sentence: `tallystick contract review` accepts or rejects it"


# Where schemas stand that a request brings: what is said of one holds for both.
_OF_SCHEMAS = ("request.tools[].function.parameters", "request.response_format")


def by_sentence(failed: FailedCall, place: str) -> Mechanism | None:
    """Why the API rejects a place, by a sentence about it or about what stands within it."""
    within = (f"{place}.", f"{place}[")
    for clause in _refusals(failed):
        if clause.location == place or clause.location.startswith(within):
            found = _refused(failed, clause)
            if found is not None:
                return found
    for one in failed.material.candidates:
        about = one.clause.location == place or one.clause.location.startswith(within)
        about = about or place.startswith(f"{one.clause.location}.")
        about = about or (one.clause.value == RULES and place in _OF_SCHEMAS)
        if about and is_asked(failed.last, one.clause):
            found = _outside(failed, one) or echoed(failed, one.clause)
            if found is not None:
                return found
    return None


def by_any_sentence(failed: FailedCall) -> Mechanism | None:
    """Without a named place: what a sentence says is refused, that this request has and no call
    that went well has. Where none did there is no contrast, and a person has to read the sentence.
    """
    for clause in _refusals(failed):
        found = _refused(failed, clause)
        if found is not None and failed.material.sound_calls:
            return msgspec.structs.replace(found, support="contrasted")
        if found is not None and found.clauses:
            return msgspec.structs.replace(found, support="consistent")
        if found is not None:
            return ask(found.location, found.says, _STEP)
    return None


def _refusals(failed: FailedCall) -> list[Clause]:
    """What is said to be refused: what stands first, then what sentences seem to say."""
    material = failed.material
    stated = [c for c in material.clauses if c.aspect == "refused" and c.standing in STANDS]
    seeming = [one.clause for one in material.candidates if one.clause.aspect == "refused"]
    return [*stated, *seeming]


def _refused(failed: FailedCall, clause: Clause) -> Mechanism | None:
    """A member, or a value of one, that a sentence says is refused."""
    material, last = failed.material, failed.last
    if not _is_said_to_be(last, clause):
        return None
    if material.remembered(("has", clause), lambda: any(_has(e, clause) for e in material.sound)):
        return None  # calls that went well send it too
    name = clause.location.removeprefix("request.")
    what = f"`{name}`" if clause.value == "*" else f"`{clause.value}` at `{name}`"
    asked = f" to {model}" if clause.when and (model := asked_model(last)) else ""
    says = (
        f"The application sent {what}{asked}, and the API rejected the request with "
        f"{last.response.status}; {quoted(clause)}"
    )
    if ordered := against(failed, clause, "required"):
        return disagreeing(clause.location, says, ordered)
    stands = clause.standing in STANDS
    return cause_of("application", clause.location, says, "named", (clause,) if stands else ())


def against(failed: FailedCall, clause: Clause, aspect: str) -> Clause | None:
    """What another sentence says of the same member to the contrary: that it is to be sent
    (`required`), or is refused (`refused`).
    """
    for one in failed.material.seems(clause.location):
        other = one.clause
        told = other.aspect == aspect and other.value in ("yes", "*")
        if told and is_asked(failed.last, other):
            return other
    return None


def disagreeing(place: str, says: str, other: Clause) -> Mechanism:
    """A cause that two sentences make one of the documents: they say the contrary of each other."""
    return Mechanism(
        "documents", place, f"{says} To the contrary, {quoted(other)}", "consistent", (), _STEP
    )


def _is_said_to_be(last: Exchange, clause: Clause) -> bool:
    """Whether the request has what is said to be refused. Where the capture has no body, the
    rejection itself may say so: that this model does not take this member.
    """
    if last.request.body_kind in ("json", "partial") and _has(last, clause):
        return True
    if last.request.body_kind == "json":
        return False
    told = last.response.rejects == clause.location and clause.value == "*"
    if _names_it(last, clause) and is_asked(last, clause):
        return True
    return told and last.response.rejects_as == ("by-model" if clause.when else "unsupported")


def _names_it(last: Exchange, clause: Clause) -> bool:
    """Whether a rejection names a part of a message in quotation marks (`unknown variant
    `image_url``), of a request that no capture shows whole.
    """
    error = read_error(last.response.body)
    name = clause.location.rpartition(".")[2]
    named = error is not None and re.search(rf"[`'\"]{name}[`'\"]", error.message or "")
    within = clause.location.startswith("request.messages[].content[].")
    return last.request.body_kind != "json" and within and clause.value == "*" and bool(named)


def _outside(failed: FailedCall, one: Candidate) -> Mechanism | None:
    """A value outside what a sentence says of its place."""
    clause, last = one.clause, failed.last
    listed = clause.when.startswith("model=") and clause.aspect in _OF_MODELS
    others = [
        other.clause for other in failed.material.seems(clause.location)
        if other.clause.aspect == clause.aspect
    ]  # fmt: skip
    of_model = listed and is_of_the_very(last, clause, others)
    if not of_model and (clause.when or not _is_plain(clause)):
        return None
    what = departure(last, clause.location, (clause,))
    what = what or without_its_companion(last, clause.location, (clause,))
    what = what or told_without(last, clause)
    if not what:
        return None
    says = (
        f"At `{clause.location}` the application {what}; the API rejected the request with "
        f"{last.response.status}; {quoted(clause)}"
    )
    rivals = _rivals(failed, clause)
    if rivals:  # a clause that it keeps says otherwise
        said = " and ".join(dict.fromkeys(rival.says() for rival in rivals))
        says = f"{says} Another statement there is: {said}."
        return Mechanism("documents", clause.location, says, "consistent", tuple(rivals), _STEP)
    return cause_of("application", clause.location, says, "named")


_OF_MODELS = ("enum", "minimum", "maximum")


def _rivals(failed: FailedCall, clause: Clause) -> list[Clause]:
    """What else is said at a place, of the model that was asked for, and that the request keeps."""
    seeming = [
        one.clause for one in failed.material.seems(clause.location)
        if one.clause.aspect == clause.aspect and one.clause.value != clause.value
        and one.clause.when and is_of_the_very(failed.last, one.clause, (clause,))
        and not departure(failed.last, clause.location, (one.clause,))
    ]  # fmt: skip
    stands = current(failed.material, clause.location)
    return [c for c in stands if c.aspect == clause.aspect] + seeming


# Whole sentences that give the range of the member that they name, and of nothing else.
_RANGE = re.compile(
    r"\W*[\w.]+\W{1,3}(?:is|runs|goes|ranges|lies|must (?:be|lie)|takes (?:any )?values?"
    r"|accepts (?:any )?values?)(?: a number| any value| a value)? ?(?:between|from|in the range)?"
    r" \W?-?\d+(?:\.\d+)?\W? (?:to|and|through|up to(?: and including)?) \W?-?\d+(?:\.\d+)?\W*"
)
_CONDITION = re.compile(
    r"\b(?:models?|famil\w+|plans?|tiers?|regions?|accounts?|clusters?|examples?|we|unless|except"
    r"|but|not|never|older|newer|some|sdk|library|playground|azure|openai|claude|gpt|gemini"
    r"|deepseek|mistral|llama|qwen|previously|will)\b|n't\b|\b20\d\d\b",
    re.IGNORECASE,
)


def _is_plain(clause: Clause) -> bool:
    """Whether a sentence gives a range, or what a member needs beside it, under no condition."""
    words = " ".join(re.sub(r"<[^>]+>", "", clause.citation.quotation).split())
    if clause.aspect in ("minimum", "maximum"):
        return _RANGE.fullmatch(words) is not None
    if clause.aspect == "enum":
        return _ALL_OF_IT.search(words) is not None and _CONDITION.search(words) is None
    return clause.aspect in ("requires", "max-length") and _CONDITION.search(words) is None


# What says that no other value is taken.
_ALL_OF_IT = re.compile(r"\b(?:one of|only|other than|no other|must be|has to be)\b", re.IGNORECASE)


def told_without(last: Exchange, clause: Clause) -> str:
    """That a member came without what a sentence asks for beside it, as the API itself says, where
    the capture has not the whole request.
    """
    told = last.response.rejects == clause.location and last.response.rejects_as == "combination"
    name = clause.value.partition("=")[0]
    error = read_error(last.response.body)
    named = error is not None and name in (error.message or "")
    unseen = last.request.body_kind != "json" and not any(
        True for _ in _sent(last, f"request.{name}")
    )
    asks = clause.aspect == "requires" and told and named and unseen
    return f"sent no `{clause.value}` beside it, as the API says" if asks else ""


def _has(exchange: Exchange, clause: Clause) -> bool:
    """Whether a request has what a clause says is refused, and asks for a model that it is of."""
    if exchange.request.body_kind not in ("json", "partial"):
        return False
    if not is_asked(exchange, clause):
        return False
    sent = _sent(exchange, clause.location)
    return any(clause.value in ("*", _plain(value)) for value in sent)


def _plain(value: object) -> str:
    """A value as pages write it: JSON, without the quotation marks of a text."""
    return value if isinstance(value, str) else json.dumps(value)


def _sent(exchange: Exchange, place: str) -> Iterator[Any]:
    return (value for value in values_at(exchange.request.body, place) if value is not None)
