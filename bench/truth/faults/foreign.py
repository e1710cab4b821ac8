"""Causes outside every contract: name resolution, certificates, outages, limits."""

from __future__ import annotations

from ..answers import html
from ..dialects import OUTAGE, RATE, refuse
from ..stage import Stage
from ..values import Answer, Incident, Part, Truth, decided_by

_SYMPTOMS = (
    "errors for a quarter of an hour",
    "calls fail since the release",
    "the new request field broke everything",
    "the provider changed its API",
    "",
)
_SEEN = frozenset({Part.TRANSPORT})


def _unreached(stage: Stage, kind: str, low: int, high: int, sides: tuple[str, ...]) -> Incident:
    for at in stage.times():
        took = stage.rng.randrange(low, high)
        stage.play(at, stage.ask(), Answer(0, "", (), kind), ms=took)
    stage.surround()
    truth = Truth(("no-mismatch",), sides, ("transport",), ("mismatch",), ("request", "auth"))
    return Incident(stage.rng.choice(_SYMPTOMS), decided_by(truth, _SEEN))


def dns(stage: Stage) -> Incident:
    """The host's name does not resolve."""
    return _unreached(stage, "dns", 2, 60, ("network", "gateway"))


def tls(stage: Stage) -> Incident:
    """The certificate is not accepted."""
    return _unreached(stage, "tls", 20, 90, ("network", "gateway", "provider"))


def refused(stage: Stage) -> Incident:
    """The connection is refused or reset."""
    kind = stage.rng.choice(("refused", "reset"))
    return _unreached(stage, kind, 5, 500, ("network", "gateway", "provider"))


def timeout(stage: Stage) -> Incident:
    """No answer comes in time, and no document says how long to wait."""
    patience = stage.rng.choice((10_000, 30_000, 60_000))
    for at in stage.times():
        stage.play(at, stage.ask(), Answer(0, "", (), "timeout"), ms=patience)
    stage.surround()
    truth = Truth(("no-mismatch", "undecided"), never=("mismatch",), not_guilty=("request", "auth"))
    return Incident(stage.rng.choice((*_SYMPTOMS, "timeouts")), ((frozenset(), truth),))


def outage(stage: Stage) -> Incident:
    """The provider fails; what failing calls share with passing ones explains nothing."""
    answer = refuse(stage.rng, OUTAGE, {})
    for at in stage.times():
        stage.play(at, stage.ask(), answer(), ms=stage.rng.randrange(100, 9000))
    stage.surround(required=True)
    truth = Truth(("no-mismatch", "undecided"), never=("mismatch",), not_guilty=("request", "auth"))
    return Incident(stage.rng.choice(_SYMPTOMS), ((frozenset(), truth),))


def blocked(stage: Stage) -> Incident:
    """A firewall on the way answers 403 with its own page, for bodies that pass at other times."""
    page = html(403, "403 Forbidden", stage.rng.choice(("cloudflare", "squid/5.7", "awselb/2.0")))
    for at in stage.times():
        stage.play(at, stage.ask(), page, ms=stage.rng.randrange(5, 40))
    stage.surround(required=True)
    truth = Truth(("no-mismatch", "undecided"), never=("mismatch",), not_guilty=("request",))
    return Incident(stage.rng.choice((*_SYMPTOMS, "403")), ((frozenset(), truth),))


def rate_limit_kept(stage: Stage) -> Incident:
    """The rate limit is reached, and the application waits as long as it was told."""
    wait = stage.rng.choice((5, 10, 20))
    stage.contract = stage.contract.with_row(429, "Yes, after the seconds in Retry-After")
    headers = (("Retry-After", str(wait)),)
    answer = refuse(stage.rng, RATE, {"model": stage.model}, headers)
    for at in stage.times(2, 4):
        good = stage.good_answer(at + wait)
        stage.retry(at, stage.ask(), [answer(), answer(), good], [wait + 1.0, wait + 2.0])
    stage.surround()
    blameless = ("request", "auth", "retry")
    truth = Truth(("no-mismatch", "undecided"), never=("mismatch",), not_guilty=blameless)
    return Incident(stage.rng.choice((*_SYMPTOMS, "429")), ((frozenset(), truth),))
