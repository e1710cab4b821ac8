"""The answer that is read first, from the verdict and its causes. Advice follows from the cause."""

import re
from collections.abc import Mapping

from tallystick.record.answer import Answer, Quote
from tallystick.record.clause import STANDS
from tallystick.record.exchange import is_masked
from tallystick.record.finding import Completeness, RootCause, Side, Verdict
from tallystick.record.isolation import Isolation, Regression
from tallystick.record.sighting import told
from tallystick.record.words import count
from tallystick.review.advice import advice
from tallystick.review.material import Material
from tallystick.review.mechanism import is_torn
from tallystick.review.ofmodels import asked_model
from tallystick.review.verdict import healed_calls

_MOST = 3
_SIDES: Mapping[Side, str] = {
    "application": "caused by the application",
    "provider": "the provider's side failed",
    "gateway": "a gateway or proxy before the API failed",
    "network": "the connection failed",
    "account": "the API refused the account",
    "documents": "the documents disagree",
    "unknown": "the cause is not shown",
}
_HEADS = {
    "mismatch": "CONTRACT MISMATCH",
    "no-mismatch": "NO CONTRACT MISMATCH OF THE APPLICATION",
    "undecided": "UNDECIDED",
}


def answer_of(
    material: Material,
    verdict: Verdict,
    found: tuple[RootCause, ...],
    whole: Completeness,
    interventions: tuple[Isolation | None, Regression | None],
) -> Answer:
    """The answer of a review."""
    first = found[0] if found else None
    head = _HEADS[verdict.name]
    if first is None:
        return Answer(
            headline=head if verdict.name == "mismatch" else f"{head}, {_calm(material)}",
            mechanism=verdict.reason,
            ask=verdict.settle[:_MOST],
            unknown=_unknown(verdict, whole),
            partial=tuple(material.partial),
            hops=told(material.twice),
        )
    return Answer(
        headline=f"{head}, {_side(first)}",
        support=verdict.strength,
        mechanism=first.mechanism,
        shows=(
            *_unlike(material, first),
            *_start(material, first),
            *_counts(material, first),
            *_proof(*interventions, first),
        ),
        quotes=_quotes(material, first),
        worse=_worse(material, first),
        do=(*advice(first, _only_to(material, first)), *_no_retry(material, first))[:_MOST],
        unresolved=tuple(
            f"{count(one.explains, 'failing call')}: {one.mechanism}"
            for one in found[1 : _MOST + 1]
        ),
        ask=tuple(dict.fromkeys(one.settle for one in found if one.settle))[:_MOST],
        unknown=_unknown(verdict, whole),
        partial=tuple(material.partial),
        hops=told(material.twice),
    )


def _calm(material: Material) -> str:
    """Why there is no cause to name."""
    if not material.exchanges:
        return "nothing was captured"
    failed = any(g.failure_class != "none" for g in material.classification.groups)
    if failed:
        return "no call of the incident's time failed"
    return f"no captured call failed{' in the end' if healed_calls(material) else ''}"


def _side(cause: RootCause) -> str:
    if cause.side == "provider" and cause.clauses:
        return "the provider violates what it documents"
    if cause.side == "account" and cause.location.startswith("auth."):
        return "the API refused the credential"
    return _SIDES[cause.side]


def _unlike(material: Material, cause: RootCause) -> tuple[str, ...]:
    """That the client which was measured is another version than the one that failed."""
    told = material.unlike(cause.evidence)
    return (f"{told[0].upper()}{told[1:]}",) if told else ()


def _start(material: Material, cause: RootCause) -> tuple[str, ...]:
    """When the incident seems to have begun, where nobody said."""
    found = (material.exchange(name) for name in cause.evidence)
    times = sorted(e.at for e in found if e is not None and e.at)
    if material.window[0] or not times:
        return ()
    return (f"No start is given: the first of these calls is of {times[0]}",)


def _counts(material: Material, cause: RootCause) -> tuple[str, ...]:
    """How many calls are explained, and the contrast with those that went well."""
    of = f"{cause.explains} of {count(cause.of, 'failing call')}{_ends(material, cause)}"
    weak = "fit this" if cause.support == "consistent" else "explained"
    told = [f"{of} {_EXPLAINED.get(cause.side, weak)}"]
    name = cause.location.removeprefix("request.")
    # Of a documented member it is the value that counts, not that it was sent.
    plain = cause.location.startswith("request.") and not {".", "["} & set(name)
    failing = any(name in _sent(material, one) for one in cause.evidence)
    if plain and failing and not cause.clauses:
        only = _only_to(material, cause)
        sound = [
            body for e, body in material.bodies()
            if e.id in material.sound_calls and only in ("", asked_model(e))
        ]  # fmt: skip
        with_it = sum(1 for body in sound if name in body)
        to = f" to {only}" if only else ""
        if sound:
            of = count(len(sound), "call")
            told.append(f"{with_it} of {of}{to} that went well sent `{name}`")
        elif only:
            told.append(f"calls to other models went well with `{name}`; none to {only} did")
    return tuple(told)


def _only_to(material: Material, cause: RootCause) -> str:
    """The one model that all calls of a cause ask for, where calls to other models sent the same
    member and went well; empty otherwise.
    """
    name = cause.location.removeprefix("request.")
    found = (material.exchange(one) for one in cause.evidence)
    models = {asked_model(one) if one else "" for one in found}
    model = next(iter(models)) if len(models) == 1 else ""
    well = {asked_model(e) for e, b in material.bodies()
            if e.id in material.sound_calls and name in b}  # fmt: skip
    return model if not is_masked(model) and well - {"", model} and model not in well else ""


# Where the side is open, nothing is explained yet.
_EXPLAINED: Mapping[Side, str] = {
    "unknown": "ended this way; what made them fail is not shown",
    "documents": "left open: it is not known which of them holds",
}


def _ends(material: Material, cause: RootCause) -> str:
    """How the calls of a cause ended, as far as the captures show it."""
    found = (material.exchange(name) for name in cause.evidence)
    shown = (e for e in found if e is not None and "status" not in e.response.hidden)
    statuses = sorted({str(e.response.status) for e in shown if e.response.status >= 400})
    return f" ({', '.join(statuses)})" if statuses else ""


def _sent(material: Material, name: str) -> Mapping[str, object]:
    """The body that a call sent, as far as it is shown."""
    exchange = material.exchange(name)
    body = exchange.request.body if exchange is not None else None
    return body if isinstance(body, dict) else {}


def _proof(
    isolation: Isolation | None, regression: Regression | None, cause: RootCause
) -> tuple[str, ...]:
    told = []
    if cause.support == "proved" and isolation is not None and isolation.result == "reproduced":
        told.append("Served to the client again, the incident's answer makes it fail the same way")
    if cause.support == "proved" and regression is not None and regression.result == "proven":
        told.append("The client before the fix fails, the client after it passes")
    return tuple(told)


def _quotes(material: Material, cause: RootCause) -> tuple[Quote, ...]:
    found = []
    chosen = [clause for clause in material.clauses if clause.id in cause.clauses]
    # Of several the ones are quoted whose value the sentence repeats.
    telling = [clause for clause in chosen if _repeats(cause.mechanism, clause.value)] or chosen
    telling = chosen if cause.side == "documents" else telling  # all sides of a disagreement
    for clause in telling:
        source = material.by_id.get(clause.citation.source)
        if source is not None:
            words = clause.citation.words
            says = clause.says()
            states = "" if clause.value in words or says in words else says
            found.append(Quote(words, source.id, source.url, source.captured, states))
    return tuple(dict.fromkeys(found))[:_MOST]


def _repeats(sentence: str, value: str) -> bool:
    """Whether a sentence has a value as a word of its own, or as the words of a list."""
    return any(
        re.search(rf"(?<![\w.]){re.escape(word)}(?!\w|\.\w)", sentence)
        for word in (value, value.replace("|", " or "), value.replace("|", ", "))
    )


def _worse(material: Material, cause: RootCause) -> tuple[str, ...]:
    """What multiplied the failure, as far as the captures show it."""
    if cause.location.startswith("retry."):
        return ()
    calls = [g for g in material.failing_groups if set(g.exchanges) & set(cause.evidence)]
    most = max((call.attempts for call in calls), default=1)
    again = sum(1 for call in calls if call.attempts > 1)
    if not again:
        return ()
    statuses = sorted({status for call in calls for status in call.statuses if status >= 400})
    open_ones = [s for s in statuses if is_torn(material.at(f"retry.status.{s}", "retry"))]
    return (
        f"{count(again, 'failing call')} sent again, up to {most} attempts for one call",
        *(f"the sources disagree whether {status} may be retried" for status in open_ones),
    )


def _no_retry(material: Material, cause: RootCause) -> tuple[str, ...]:
    """That calls were sent again after statuses which the documentation says not to retry."""
    calls = [g for g in material.failing_groups if set(g.exchanges) & set(cause.evidence)]
    again = {s for call in calls if call.attempts > 1 for s in call.statuses if s >= 400}
    stated = [s for s in sorted(again) if _forbids(material, f"retry.status.{s}")]
    if not stated or cause.location.startswith("retry."):
        return ()
    return (f"retry policy: do not send again after {', '.join(map(str, stated))} (documented)",)


def _forbids(material: Material, place: str) -> bool:
    clauses = [c for c in material.at(place, "retry") if c.standing in STANDS]
    return bool(clauses) and all(clause.value == "no" and not clause.when for clause in clauses)


def _unknown(verdict: Verdict, whole: Completeness) -> str:
    if not whole.unanswered:
        return ""
    areas = ", ".join(whole.unanswered)
    later = "; what would decide this incident stands under Ask"
    if verdict.name != "undecided":
        later = ", and that does not change this verdict: it is for the sign-off, not for now"
    return f"documents and captures leave open what holds for {areas}{later}"
