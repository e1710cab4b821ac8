"""The twelve sign-off items, each computed from the case where it can be. Pure.

An item is done when the case shows that it was looked at, not when what it shows is good: a
mismatch is a finding, and sign-off says that it is known.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from tallystick.record.checklist import CHECKLIST, Item, ItemState
from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange
from tallystick.record.finding import Finding, Review
from tallystick.record.journal import Entry
from tallystick.record.replay import Replay, Step
from tallystick.record.settings import Settings
from tallystick.record.trial import LabRun, RetryRow
from tallystick.record.usage import INTERNAL

_STANDS = ("documented", "support-confirmed")
_RETRY_CLASSES = ("validation", "authentication", "no answer in time", "provider")


class Held(msgspec.Struct, frozen=True):
    """What the case holds, as far as sign-off asks."""

    review: Review
    clauses: Sequence[Clause]
    exchanges: Sequence[Exchange]
    settings: Sequence[Settings]
    run: LabRun | None
    retries: Sequence[RetryRow]
    replays: Sequence[Replay]
    entries: Sequence[Entry]

    def findings(self, *prefixes: str) -> list[Finding]:
        """The findings at some places."""
        return [f for f in self.review.findings if f.location.startswith(prefixes)]

    def stated(self, location: str) -> list[Clause]:
        """What stands at a place."""
        return [c for c in self.clauses if c.location == location and c.standing in _STANDS]

    def trials(self, *prefixes: str) -> int:
        """How many trials asked about some places and could be looked at."""
        listed = self.run.observations if self.run else ()
        return sum(
            o.outcome != "could-not-check" and o.scenario.location.startswith(prefixes)
            for o in listed
        )

    def unmade(self, *prefixes: str) -> int:
        """How many such trials an interrupted run did not come to."""
        unmade = self.run.unmade if self.run else ()
        return sum(o.scenario.location.startswith(prefixes) for o in unmade)


Found = tuple[ItemState, str]
_Rule = Callable[[Held], Found]


def _verified(held: Held, *locations: str) -> Found:
    """Stated by a source that stands, and seen in traffic or measured."""
    missing = [place for place in locations if not held.stated(place)]
    if missing:
        return "open", f"no source that stands states {', '.join(missing)}"
    unseen = [p for p in locations if not any(f.outcome == "sound" for f in held.findings(p))]
    if unseen:
        return (
            "open",
            f"neither captures nor lab show that {', '.join(unseen)} conforms",
        )
    cited = sorted({c.citation.source for place in locations for c in held.stated(place)})
    return "done", f"{', '.join(locations)} as stated by {', '.join(cited)}"


def _path(held: Held) -> Found:
    return _verified(held, "endpoint.path")


def _base_url(held: Held) -> Found:
    if not held.settings:
        return "open", "no settings of an environment were read (environments.NAME.settings)"
    if not held.stated("endpoint.base_url"):
        return "open", "no source that stands states endpoint.base_url"
    names = ", ".join(settings.environment for settings in held.settings)
    return "done", f"settings of {names} beside the documented base URL (contract diff)"


def _auth(held: Held) -> Found:
    return _verified(held, "auth.header", "auth.scheme")


def _request(held: Held) -> Found:
    found = held.findings("request.")
    if not found or not any(c.location.startswith("request.") for c in held.clauses):
        return "open", "no request was captured or measured beside documented fields"
    differ = sum(f.outcome == "client-mismatch" for f in found)
    return "done", f"{len(found)} places compared, {differ} differ"


def _tried(held: Held, what: str, *prefixes: str) -> Found | None:
    """The trials that asked about some places; None where none did. A part of them is not all."""
    count, unmade = held.trials(*prefixes), held.unmade(*prefixes)
    if count and unmade:
        return "open", f"{count} of {count + unmade} {what}: the measurement is not whole"
    return ("done", f"{count} {what}") if count else None


def _response(held: Held) -> Found:
    return _tried(held, "trials of the parser", "response.") or ("open", "the lab has not run")


def _stream(held: Held) -> Found:
    if tried := _tried(held, "trials with a stream", "stream."):
        return tried
    asked = any(
        isinstance(e.request.body, dict) and e.request.body.get("stream") is True
        for e in held.exchanges
    )
    if asked:
        return "open", "the captures hold streamed calls, and no stream was measured"
    return "not-applicable", "neither the captures nor the measured client ask for a stream"


def _is_answered(step: Step) -> bool:
    """Whether a negative case got an answer that tells something of it: a redirect does not."""
    status = step.exchange.response.status if step.exchange else 0
    return bool(status) and step.judgement != "could-not-check"


def _errors(held: Held) -> Found:
    negative = [
        step.name
        for done in held.replays
        for step in done.steps
        if step.name not in ("plain", "stream") and _is_answered(step)
    ]
    if negative:
        return "done", f"replayed: {', '.join(dict.fromkeys(negative))}"
    tried = _tried(held, "trials with errors", "retry.status.", "error.")
    return tried or ("open", "no negative case was run")


def _retries(held: Held) -> Found:
    named = [row.name for row in held.retries]
    missing = [c for c in _RETRY_CLASSES if not any(name.startswith(c) for name in named)]
    if missing:
        return "open", f"not measured: {', '.join(missing)}"
    return "done", "the retry table covers validation, authentication, timeouts and server errors"


_LABELS = {INTERNAL: "internal estimate"}


def _marked(held: Held, *prefixes: str) -> Found:
    found = held.findings(*prefixes)
    if not found:
        return "open", "nothing shows this area"
    told = (f"{f.location}: {_LABELS.get(f.location, f.standing)}" for f in found)
    return "done", "; ".join(dict.fromkeys(told))


def _replay(held: Held) -> Found:
    good = [r for r in held.replays if any(s.judgement != "could-not-check" for s in r.steps)]
    if not good:
        return "open", "no controlled replay got an answer (tallystick replay)"
    if all(one.is_partial for one in good):
        last = good[-1]
        return "open", f"interrupted: {len(last.steps)} of {last.planned} requests were sent"
    return "done", f"{len(good)} stored under replay/"


_RULES: Mapping[str, tuple[str, _Rule]] = {
    "endpoint-path": ("Endpoint path checked against current documentation", _path),
    "base-url": ("Base URL source identified and environment overrides reviewed", _base_url),
    "auth": ("Header name and token format verified", _auth),
    "request-body": ("Request body diffed against documented fields", _request),
    "response-parser": ("Response parser checked against documented shape", _response),
    "streaming": ("Streaming checked separately if used", _stream),
    "errors": ("Error handling tested with at least one safe negative case", _errors),
    "retries": (
        "Retry policy reviewed for validation, auth, timeout and server errors",
        _retries,
    ),
    "limits": (
        "Rate-limit assumptions marked documented, support-confirmed or unknown",
        lambda held: _marked(held, "limit.", "account."),
    ),
    "billing": (
        "Billing or usage assumptions marked documented, support-confirmed or internal estimate",
        lambda held: _marked(held, "billing."),
    ),
    "replay": ("Sanitized replay stored", _replay),
    "runbook": (
        "Runbook updated with the verified contract",
        lambda _: ("open", "a person must confirm it"),
    ),
}
KEYS = tuple(_RULES)
# Beside the items: what stands in the way of a signature unless it is waived.
CONFLICTS, UNCHECKED = "conflicts", "unchecked"
_WAIVED, _AND = "waived ", ", "


def checklist(held: Held) -> tuple[Item, ...]:
    """The twelve items, and what a person confirmed or waived of them."""
    return tuple(
        _with_entries(key, Item(key, text, *rule(held)), held.entries)
        for key, (text, rule) in _RULES.items()
    )


def _with_entries(key: str, item: Item, entries: Iterable[Entry]) -> Item:
    """What a person said last counts; what the case shows stays in the evidence."""
    own = [entry for entry in entries if entry.location == f"{CHECKLIST}{key}"]
    if item.state != "open" or not own:
        return item
    last = own[-1]
    state: ItemState = "confirmed" if last.action == "confirm" else "waived"
    told = f"{last.who}: {last.text} (the case: {item.evidence})"
    return Item(item.key, item.text, state, told)


def obstacles(held: Held, items: Iterable[Item]) -> tuple[str, ...]:
    """What stands in the way of a signature: open items, unresolved conflicts, unchecked areas."""
    found = [f"{item.key}: {item.text}: {item.evidence}" for item in items if item.state == "open"]
    for key, places in in_the_way(held.review).items():
        left = [place for place in places if place not in _covered(held.entries, key)]
        if left:
            found.append(f"{key}: {_TOLD[key]} {', '.join(left)}")
    return tuple(found)


_TOLD = {CONFLICTS: "sources disagree at", UNCHECKED: "could not check"}


def in_the_way(review: Review) -> Mapping[str, tuple[str, ...]]:
    """What keeps a review from being signed beside the items: where sources disagree, and which
    areas could not be checked.
    """
    torn = {f.location for f in review.findings if f.outcome == "documents-disagree"}
    unseen = (a.area for a in review.areas if a.state == "could-not-check")
    return {CONFLICTS: tuple(sorted(torn)), UNCHECKED: tuple(unseen)}


def waiver(places: Iterable[str]) -> str:
    """What a waiver of such a kind covers, as the journal has it: what comes later, it does not."""
    return f"{_WAIVED}{_AND.join(places)}"


def _covered(entries: Iterable[Entry], key: str) -> set[str]:
    own = (e for e in entries if e.action == "waive" and e.location == f"{CHECKLIST}{key}")
    return {place for e in own for place in e.value.removeprefix(_WAIVED).split(_AND)}
