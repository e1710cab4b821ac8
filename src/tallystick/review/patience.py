"""Clients that gave up before the time that a source asks them to wait for an answer."""

import re

from tallystick.record.clause import Clause, Saying
from tallystick.record.exchange import Exchange
from tallystick.record.forms import host_of
from tallystick.review.mechanism import FailedCall, Mechanism, ask, cause_of, current, quoted
from tallystick.review.ofmodels import is_asked

_AT_LEAST = re.compile(
    r"\bat least\b|\bminimum\b|\bno less\b|\bor (?:more|longer)\b", re.IGNORECASE
)
_TIME = re.compile(r"(?<![\d.,])(\d+) ?(s|sec|seconds?|min|minutes?)\b")
# A timer does not fire on the millisecond.
_NEAR = 0.9


def gave_up_early(failed: FailedCall) -> Mechanism | None:
    """A call without an answer that ended sooner than clients are asked to wait at least; None
    where no source asks for that.
    """
    took_s = (failed.last.duration_ms or 0) / 1000
    if (unsure := _of_some_model(failed, took_s)) is not None:
        return unsure
    stated = current(failed.material, "retry.timeout")
    seeming = (
        one.clause for one in failed.material.seems("retry.timeout")
        if is_asked(failed.last, one.clause)
    )  # fmt: skip
    for clause in (*stated, *seeming) if not failed.last.response.status else ():
        asked_s = _seconds(clause)
        if asked_s and not took_s:
            says = f"{failed.call.reason} How long the client waited is not shown; {quoted(clause)}"
            return ask("retry.timeout", says, "capture how long the failing calls took")
        if took_s < asked_s * _NEAR:
            gave_up = f"The client gave up after {took_s:g} s"
            says = f"{failed.call.reason} {gave_up}; {quoted(clause)}"
            held = (clause,) if clause in stated else ()
            return cause_of("application", "retry.timeout", says, "consistent", held)
    return None


# What could not be reached, and what a gateway tells of its own limits.
_TOLD = re.compile(r"connect|dial tcp|ETIMEDOUT|handshake|idle|upstream", re.IGNORECASE)
_STEP_S, _OFF = 5, 0.02


def may_be_own_limit(failed: FailedCall) -> bool:
    """Whether a call ended at a round number of seconds, as the time-outs of clients and gateways
    are set, or after a time that nobody saw, where calls to the same host went well: the way to it
    is open.
    """
    last, took_ms = failed.last, failed.last.duration_ms
    reached = host_of(last.request.url) in failed.material.of_sound(_host)
    limited = took_ms is None or _is_round(took_ms / 1000)
    return limited and reached and _TOLD.search(last.failure_text) is None


def _is_round(took_s: float) -> bool:
    steps = round(took_s / _STEP_S)
    return steps > 0 and abs(took_s - steps * _STEP_S) <= _OFF * took_s


def _host(exchange: Exchange) -> str:
    return host_of(exchange.request.url)


def _of_some_model(failed: FailedCall, took_s: float) -> Mechanism | None:
    """A time that a source asks for with some models, where no capture shows which was asked."""
    body = failed.last.request.body
    shown = isinstance(body, dict) and isinstance(body.get("model"), str)
    for one in failed.material.seems("retry.timeout") if not shown else ():
        asked_s = _seconds(one.clause) if one.clause.when else 0
        if asked_s and took_s < asked_s * _NEAR and not failed.last.response.status:
            says = f"{failed.call.reason} Which model was asked is not shown; {quoted(one.clause)}"
            return ask("retry.timeout", says, "capture the model that the failing calls asked for")
    return None


# How long a call may last, in words; not how long nothing may come, nor what others' proxies do.
_ENDS = re.compile(
    r"\bduration\b|\blongest\b|\b(?:closed?|closes|cut(?: off)?|ends?|ended|terminated)\b"
    r"[^.;]{0,30}\b(?:after|at)\b|\btime limit\b|\b(?:lasts?|takes?|runs?)\b[^.;]{0,30}\bat most\b",
    re.IGNORECASE,
)
_OF_CALLS = re.compile(
    r"\b(?:calls?|requests?|streams?|streamed|streaming|responses?|answers?|completions?"
    r"|connections?|generations?)\b",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"\bidle\b|\bno (?:token|byte|data)|\bnginx\b|\bproxy|\bproxies\b|\bbalancer|\bALB\b|\bretr"
    r"|\bper (?:minute|second)|\bat least\b|\bwindow\b|\bdownload|\bserverless\b|\byour\b"
    r"|\bcach|\breset|\bkeys?\b|\bfiles?\b|\bbatch|\bsessions?\b|\bwait|\bpause|\bimages?\b",
    re.IGNORECASE,
)
_ENDLESS = re.compile(
    r"\bno (?:upper )?(?:time )?limit\b|\bunlimited\b|\bas long as (?:it takes|tokens)\b",
    re.IGNORECASE,
)


def at_stated_end(failed: FailedCall) -> Mechanism | None:
    """A call that broke off after as long as a page says that one may last; where another sentence
    says that there is no such limit, the documents disagree.
    """
    took_s = (failed.last.duration_ms or 0) / 1000
    told = next((s for s in failed.material.sayings if took_s and _ends_at(s, took_s)), None)
    if told is None:
        return None
    place = "transport.timeout"
    says = (
        f"{failed.call.reason} It had lasted {took_s:.0f} s; "
        f"{quoted(Clause(place, 'meaning', told.citation.words, told.citation))}"
    )
    for one in failed.material.sayings:
        if _ENDLESS.search(one.citation.words) and not _OF_OTHERS.search(one.citation.words):
            other = quoted(Clause(place, "meaning", one.citation.words, one.citation))
            step = "ask support how long a call may last"
            return Mechanism(
                "documents", place, f"{says} To the contrary, {other}", "consistent", (), step
            )
    return cause_of("application", place, says, "consistent")


def _ends_at(saying: Saying, took_s: float) -> bool:
    words = saying.citation.words
    about = _ENDS.search(words) and _OF_CALLS.search(words)
    if not about or _OF_OTHERS.search(words):
        return False
    stated = [int(n) * (60 if of.startswith("min") else 1) for n, of in _TIME.findall(words)]
    return any(abs(took_s - one) <= max(_OFF * one, 1) for one in stated if one >= _STEP_S)


def _seconds(clause: Clause) -> int:
    """How many seconds at least a source asks for; 0 where it states no such thing."""
    least = clause.aspect == "minimum" or _AT_LEAST.search(clause.citation.quotation)
    # How long the other side goes on is no order to wait.
    found = _TIME.search(clause.value) if least and clause.aspect != "maximum" else None
    return int(found[1]) * (60 if found[2].startswith("min") else 1) if found else 0
