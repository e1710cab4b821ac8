"""The retry table: per error class, what a retry would mean and what the client does."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from tallystick.lab.assume.words import repeats
from tallystick.record.trial import Observation, RetryRow

# What follows from HTTP (RFC 9110, section 9.2.2: POST is not idempotent) and from where a request
# got to. What the provider states is said by its clauses, not here.
_TWICE = "to verify: it may be processed and billed twice, a POST is not idempotent"
_POINTLESS = "of no use while the request stays the same"


class _Class(msgspec.Struct, frozen=True):
    key: str
    name: str
    scenarios: tuple[str, ...]
    reached: Literal["yes", "no", "unknown"]
    safe: str
    fallback: str = ""


_CLASSES = (
    _Class(
        "refused",
        "connection refused",
        ("refused", "refused-heals"),
        "no",
        "safe: nothing was sent",
    ),
    _Class(
        "lost",
        "connection lost before the answer",
        ("reset", "close", "malformed", "stream-from-reset"),
        "unknown",
        _TWICE,
        "fallback-reset",
    ),
    _Class(
        "lost-within",
        "connection lost within the answer",
        (
            "reset-in-body", "close-in-body", "reset-after-headers", "close-after-headers",
            "stream-reset", "stream-close-in-body",
        ),
        "yes",
        _TWICE,
        "fallback-in-body",
    ),
    _Class(
        "timeout",
        "no answer in time",
        ("stall", "stall-after-headers", "stall-in-body", "stream-from-stall", "stream-stall"),
        "unknown",
        _TWICE,
    ),
    _Class(
        "authentication",
        "authentication (401, 403)",
        ("status-401", "status-403"),
        "yes",
        _POINTLESS,
        "fallback-401",
    ),
    _Class(
        "validation",
        "validation (400, 404, 413, 422)",
        ("status-400", "status-404", "status-413", "status-422"),
        "yes",
        _POINTLESS,
    ),
    _Class(
        "hidden-validation",
        "validation behind a 500 (error.code invalid_request)",
        ("status-500-invalid-request",),
        "yes",
        _POINTLESS,
        "fallback-invalid-request",
    ),
    _Class(
        "quota",
        "balance or quota (402, or 429 with insufficient_quota)",
        ("status-402", "status-429-insufficient-quota"),
        "yes",
        "of no use while the account stays the same",
    ),
    _Class(
        "rate-limit",
        "rate limit (429)",
        ("status-429",),
        "yes",
        "to verify: after the wait that is asked for",
        "fallback-429",
    ),
    _Class(
        "provider",
        "provider or gateway failure (500, 502, 503, 504, 524, 529)",
        ("status-500", "status-502", "status-503", "status-504", "status-524", "status-529"),
        "unknown",
        f"with backoff; {_TWICE}",
        "fallback-500",
    ),
)  # fmt: skip


def retry_table(
    observations: Iterable[Observation], runbook: Mapping[str, str]
) -> tuple[RetryRow, ...]:
    """The rows of every error class that a run looked at."""
    seen = {o.id: o for o in observations if o.outcome != "could-not-check"}
    return tuple(
        _row(known, [seen[name] for name in known.scenarios if name in seen], seen, runbook)
        for known in _CLASSES
        if any(name in seen for name in known.scenarios)
    )


def _row(
    known: _Class,
    listed: list[Observation],
    seen: Mapping[str, Observation],
    runbook: Mapping[str, str],
) -> RetryRow:
    again = [o for o in listed if o.attempts and len(repeats(o)) > 1]
    changed = sorted({name for o in again for a in repeats(o) for name in a.changed})
    same = all(a.same_body for o in again for a in repeats(o))
    body = f"changes {', '.join(changed)}" if changed else "preserved" if same else "changed"
    return RetryRow(
        name=known.name,
        reached=known.reached,
        safe=known.safe,
        does=_does(listed),
        body=body if again else "not seen" if known.reached == "no" else "not sent again",
        fallback=_fallback(seen.get(known.fallback)),
        runbook=runbook.get(known.key, "not declared"),
        basis=tuple(o.id for o in listed),
    )


def _does(listed: list[Observation]) -> str:
    """What the client does, each way once, with the trials where they differ."""
    if any(o.id == "refused-heals" and o.outcome == "right" for o in listed):
        return "retries: it gets the answer once the port is open"
    ways: dict[str, list[str]] = {}
    for observation in listed:
        ways.setdefault(_way(observation), []).append(observation.id)
    if len(ways) == 1:
        return next(iter(ways))
    return "; ".join(f"{way} ({', '.join(names)})" for way, names in ways.items())


def _way(observation: Observation) -> str:
    count = len(repeats(observation)) if observation.attempts else 0
    if observation.outcome == "hung":
        return f"did not end after {count} attempt{'' if count == 1 else 's'}"
    if not count:
        return "surfaces it" if observation.outcome == "raised" else "goes on"
    did = f"retries, {count} attempts" if count > 1 else "fails fast"
    return did if observation.outcome == "raised" else f"{did}, then goes on as if it had succeeded"


def _fallback(observation: Observation | None) -> str:
    if observation is None:
        return "not measured"
    turned = [a for a in observation.attempts if a.route == "fallback" or "model" in a.changed]
    if not turned:
        return "none"
    fields = sorted({name for attempt in turned for name in attempt.changed})
    kind = "second provider" if any(a.route == "fallback" for a in turned) else "second model"
    return f"{kind}; changes {', '.join(fields) if fields else 'the route only'}"
