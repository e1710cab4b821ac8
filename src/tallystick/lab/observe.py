"""What a trial showed, as an Observation: the wire and what the process did, never its output."""

import json
import re
from itertools import pairwise

from tallystick.lab.answers import CONTENT
from tallystick.lab.wire import ProcessResult, WireEvent
from tallystick.record.placeholder import json_kind
from tallystick.record.trial import Attempt, Observation, Outcome, Scenario

_ERROR = re.compile(
    r"^([A-Za-z_][A-Za-z0-9_.]{0,79}(?:Error|Exception|Timeout|Exit))\b", re.MULTILINE
)
_SCHEME = re.compile(r"[A-Za-z]{1,12}(?= \S)")


class LabError(ValueError):
    """The lab cannot measure this client: what happened and what to change."""

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.problem, self.advice = problem, advice


def baseline_observation(scenario: Scenario, result: ProcessResult) -> Observation:
    """The observation of a conforming answer, which every client must get right.

    Raises:
        LabError: the client did not start, did not end, never reached the lab, or failed on a
            conforming answer; nothing can be concluded from such a client.
    """
    if result.problem:
        raise LabError(
            f"the client command cannot be started: {result.problem}",
            "check client.command and client.directory in case.toml",
        )
    if result.exit_code is None:
        raise LabError(
            "the client did not finish on a conforming answer",
            "raise client.timeout_s, or give a command that makes one call and ends",
        )
    if not result.events:
        raise LabError(
            f"the client ended with exit code {result.exit_code} and never reached the lab",
            "make it take its base URL from OPENAI_BASE_URL, COMETAPI_BASE_URL or "
            "TALLYSTICK_BASE_URL",
        )
    if result.exit_code != 0 or not result.stdout.strip():
        raise LabError(
            f"the client failed on a conforming answer (exit code {result.exit_code}"
            f"{', ' + _error_name(result.stderr) if _error_name(result.stderr) else ''})",
            "run the command by hand; it must exit 0 and print the answer it got",
        )
    return _observation(scenario, result, "right")


def observe(scenario: Scenario, result: ProcessResult, baseline: str) -> Observation:
    """The observation of one scenario; `baseline` is what the client printed when all was well."""
    if result.problem or not result.events:
        reason = result.problem or "the client made no request in this trial"
        return Observation(scenario, "could-not-check", (), result.exit_code, reason=reason)
    return _observation(scenario, result, _outcome(result, baseline))


def _outcome(result: ProcessResult, baseline: str) -> Outcome:
    if result.exit_code is None:
        return "hung"
    if result.exit_code != 0:
        return "raised"
    marked = CONTENT in baseline
    right = CONTENT in result.stdout if marked else result.stdout == baseline
    return "right" if right else "wrong"


def _observation(scenario: Scenario, result: ProcessResult, outcome: Outcome) -> Observation:
    return Observation(
        scenario=scenario,
        outcome=outcome,
        attempts=_attempts(result.events),
        exit_code=result.exit_code,
        error=_error_name(result.stderr) if outcome == "raised" else "",
    )


def _error_name(stderr: str) -> str:
    """The class name of the last exception a process printed; its message is never kept."""
    names = _ERROR.findall(stderr)
    return names[-1] if names else ""


def _attempts(events: tuple[WireEvent, ...]) -> tuple[Attempt, ...]:
    gaps = [None, *(b.request.at_ms - a.done_ms for a, b in pairwise(events))]
    return tuple(
        _attempt(event, gap, event.request.body == events[0].request.body)
        for event, gap in zip(events, gaps, strict=True)
    )


def _attempt(event: WireEvent, gap_ms: int | None, same_body: bool) -> Attempt:
    request = event.request
    body = _body(request.body)
    return Attempt(
        method=request.method,
        path=request.path,
        auth=_auth(event),
        fields=tuple(f"{key}:{json_kind(value)}" for key, value in body.items()),
        stream=body.get("stream") is True,
        gap_ms=gap_ms,
        same_body=same_body,
        idempotency_key=request.header("idempotency-key") is not None,
        status=event.reply.status,
    )


def _auth(event: WireEvent) -> str:
    """`authorization: Bearer`, the header's name and scheme; never what follows."""
    for name in ("authorization", "api-key", "x-api-key"):
        value = event.request.header(name)
        if value is not None:
            scheme = _SCHEME.match(value)
            return f"{name}: {scheme[0]}" if scheme else name
    return ""


def _body(data: bytes) -> dict[str, object]:
    try:
        body = json.loads(data)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
