"""Sentences of a page that allow the very thing that the API rejected (decision 0040)."""

from tallystick.record.clause import Clause, Saying
from tallystick.record.exchange import is_masked
from tallystick.review.agreeing import alike
from tallystick.review.alike import Shared, refusal_of
from tallystick.review.figures import is_kept, limits_of, size_of
from tallystick.review.matters import (
    ALL_MODELS,
    ALLOWS,
    ELSEWHERE,
    EXCEPTED,
    NEGATED,
    SOME_MODELS,
    WEAK,
    of_place,
)
from tallystick.review.mechanism import FailedCall, Mechanism, cause_of, quoted
from tallystick.review.outside import values_at


def allowed(failed: FailedCall, place: str) -> Mechanism | None:
    """A sentence that says of the rejected place that what was sent is taken: the value is listed
    under the member, or it allows in its words what the rejection forbids.
    """
    if not place.startswith("request.") or not failed.last.response.rejects:
        return None
    listed = (one for one in failed.material.sayings if _lists(failed, place, one))
    said = (
        one for one, shared in alike(failed, place, refusal_of(failed.last))
        if _allows(place, one, shared) and not _is_passed(failed, place, one)
    )  # fmt: skip
    found = next(listed, None) or next(said, None)
    if found is None:
        return None
    clause = Clause(place, "meaning", found.citation.words, found.citation)
    title = f" of `{found.titles[-1]}`" if found.titles and _lists(failed, place, found) else ""
    says = (
        f"The API rejected `{place.removeprefix('request.')}` with {failed.last.response.status}; "
        f"{quoted(clause).replace('a page says:', f'a page says{title}:', 1)}"
    )
    return cause_of("provider", place, says, "consistent")


_LEAST_TITLES = 2


def _lists(failed: FailedCall, place: str, saying: Saying) -> bool:
    """Whether a row, or an entry, about the value that was sent stands under the member's name."""
    if len(saying.titles) < _LEAST_TITLES or "[]" in place or _is_narrowed(saying):
        return False
    values = values_at(failed.last.request.body, place)
    sent = {one for one in values if isinstance(one, str) and not is_masked(one)}
    over, value = saying.titles[-2:]
    named = place.rpartition(".")[2] == over.strip("` ")
    return named and value.strip("` \"'") in sent and not NEGATED.search(saying.citation.words)


def _allows(place: str, saying: Saying, shared: Shared) -> bool:
    """Whether a sentence allows what a rejection of the same matter forbids, for every model."""
    words = saying.citation.words
    told = of_place(place).search(words) and ALLOWS.search(words) and not NEGATED.search(words)
    return bool(told) and bool(shared.matters - WEAK) and not _is_narrowed(saying)


def _is_passed(failed: FailedCall, place: str, saying: Saying) -> bool:
    """Whether a sentence gives a bound that what was sent is not seen to keep."""
    words = saying.citation.words
    sizes = [s for v in values_at(failed.last.request.body, place) if (s := size_of(v)) is not None]
    return any(limits_of(words)) and not (sizes and all(is_kept(words, size) for size in sizes))


def _is_narrowed(saying: Saying) -> bool:
    """Whether a sentence is about some models, or something else."""
    words = f"{' '.join(saying.titles[-1:])} {saying.citation.words}"
    of_some = SOME_MODELS.search(words) and not ALL_MODELS.search(words)
    return bool(ELSEWHERE.search(words) or EXCEPTED.search(words) or of_some or saying.models)
