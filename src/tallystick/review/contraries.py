"""What speaks against a sentence that seems to explain a rejection: another statement, or calls
that went well.
"""

import re

from tallystick.record.clause import STANDS
from tallystick.review.alike import OF_MEMBERS, Shared, names_in, refusal_of, sayings_at
from tallystick.review.figures import is_kept, size_of
from tallystick.review.listedvalues import rejected_values
from tallystick.review.matters import ALLOWS, ELSEWHERE, NEGATED, WEAK, of_matters, of_place
from tallystick.review.mechanism import FailedCall
from tallystick.review.ofmodels import asked_model
from tallystick.review.outside import values_at

# What forbids a member, and what orders it: of what is missed, and of what is not known, the other
# one is to the contrary.
_FORBIDS = re.compile(
    r"\b(?:do (?:\W{0,2})not|don't|never|(?:must|should) not) (?:include|send|pass|add|set)\b"
    r"|\b(?:strip|remove|omit|leave out|drop)\b",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"\b(?:must|has to|have to|needs? to) (?:always )?(?:be )?"
    r"(?:sent|includ\w+|passed|set|present)\b"
    r"|\bis required\b|\b(?:pass|send|give)\b[^.;]{0,60}\bback\b",
    re.IGNORECASE,
)


# What asks for two members at once, which another sentence forbids.
_TOGETHER = re.compile(
    r"\b(?:put|send|set|pass|include|add|give|use|keep)\s+(?:the )?\W*both\b", re.IGNORECASE
)


# That what a member does holds for whatever model is asked for.
_OF_EVERY_MODEL = re.compile(
    r"\b(?:on|for|of|with|by|in) (?:(?:every|any) (?:\w+ )?model|all (?:\w+ )?models)\b",
    re.IGNORECASE,
)


def is_contradicted(failed: FailedCall, place: str) -> bool:
    """Whether some sentence that names the very member says the contrary of what is missed, or of
    what is not known.
    """
    kind = failed.last.response.rejects_as
    key = "contradicted", place, kind
    return failed.material.remembered(key, lambda: _contradicts(failed, place, kind))


def _contradicts(failed: FailedCall, place: str, kind: str) -> bool:
    pattern = _FORBIDS if kind == "missing" else _ORDERS if kind in OF_MEMBERS else None
    name = place.rpartition(".")[2].rstrip("[]")
    own = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
    words = (one.citation.words for one in sayings_at(failed.material, place))
    plain = (re.sub(r"[*_]{2}", "", one) for one in words if own.search(one))
    return pattern is not None and any(pattern.search(one) for one in plain)


def went_well(failed: FailedCall, place: str) -> bool:
    """Whether a call for the same model that sends a member went well."""
    material = failed.material

    def found() -> frozenset[str]:
        """The models that calls which went well asked for, and sent it."""
        return frozenset(
            asked_model(one) for one in material.sound
            if any(True for _ in values_at(one.request.body, place))
        )  # fmt: skip

    return asked_model(failed.last) in material.remembered(("well with", place), found)


def is_kept_elsewhere(failed: FailedCall, place: str, values: list[object]) -> bool:
    """Whether another statement gives a bound that what was sent keeps."""
    sizes = frozenset(size for value in values if (size := size_of(value)) is not None)
    key = "kept", place, sizes
    return failed.material.remembered(key, lambda: _gives_room(failed, place, sizes))


def _gives_room(failed: FailedCall, place: str, sizes: frozenset[float]) -> bool:
    clauses = failed.material.at(place, "maximum", "max-items", "max-length")
    stated = [c.value for c in clauses if c.standing in STANDS]
    said = [f"at most {one}" for one in stated]
    pattern = of_place(place)
    said += [
        one.citation.words for one in sayings_at(failed.material, place)
        if pattern.search(" ".join((*one.titles[-1:], one.citation.words)))
        and not ELSEWHERE.search(one.citation.words)
    ]  # fmt: skip
    return any(is_kept(words, size) for words in said for size in sizes)


def is_allowed(failed: FailedCall, place: str, values: list[object], shared: Shared) -> bool:
    """Whether another statement says that it is taken."""
    rejected = rejected_values(refusal_of(failed.last), failed.last, place)
    rejected |= {str(one).lower() for one in values if isinstance(one, int | float)}
    key = "allowed", place, frozenset(rejected), shared.names, shared.matters
    return failed.material.remembered(key, lambda: _says_taken(failed, place, rejected, shared))


def _says_taken(failed: FailedCall, place: str, rejected: set[str], shared: Shared) -> bool:
    alone = failed.last.response.rejects_as != "combination"  # a listed value may need another one
    for clause in failed.material.at(place) if alone else ():
        listed = clause.aspect == "enum" and clause.standing in STANDS
        if listed and rejected & {one.lower() for one in clause.value.split("|")}:
            return True
    pattern = of_place(place)
    for saying in sayings_at(failed.material, place):
        words = saying.citation.words
        same = pattern.search(words) and (
            shared.names & names_in(words) or (shared.matters - WEAK) & of_matters(words)
        )
        together = "together" in shared.matters and _TOGETHER.search(words)
        if same and (together or ALLOWS.search(words)) and not NEGATED.search(words):
            return True
        plain = re.sub(r"[*_]{2}", "", words)
        whole = failed.last.response.rejects_as == "by-model" and _OF_EVERY_MODEL.search(plain)
        if whole and pattern.search(plain) and not NEGATED.search(plain):
            return True  # to the contrary of what the API says of this model
    return False
