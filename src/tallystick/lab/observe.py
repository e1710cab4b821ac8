"""What a trial showed, as an Observation: the wire and what the process did, never its output."""

import json
import re
from collections.abc import Sequence
from itertools import pairwise

from tallystick.lab.answers import CONTENT
from tallystick.lab.catalogue import BASELINES
from tallystick.lab.wire import ProcessResult, WireEvent
from tallystick.record.forms import METHODS, SCHEMES, clean_path, error_name
from tallystick.record.held import key_held
from tallystick.record.placeholder import Placeholder, json_kind
from tallystick.record.policy import REQUEST
from tallystick.record.trial import Attempt, Observation, Outcome, Scenario

_ERROR = re.compile(
    r"^([A-Za-z_][A-Za-z0-9_.]{0,79}(?:Error|Exception|Timeout|Exit))\b", re.MULTILINE
)


class LabError(ValueError):
    """The lab cannot measure this client: what happened and what to change."""

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.problem, self.advice = problem, advice


def baseline_observation(results: Sequence[ProcessResult]) -> Observation:
    """The observation of a conforming answer, which every client must get right.

    `results` are those of `BASELINES`: twice the same answer, and one with another text.

    Raises:
        LabError: the client did not start, did not end, never reached the lab, failed on a
            conforming answer, made several calls, or prints what does not depend on the answer
            alone; nothing can be concluded from such a client.
    """
    for result in results:
        _require_right(result)
    first, again, other = (result.stdout for result in results)
    if CONTENT not in first and first != again:
        raise LabError(
            "the client prints something else each time it gets the same answer",
            "make it print the answer it got, without times, numbers of its own or random parts",
        )
    if first == other:
        raise LabError(
            "the client prints the same whatever the answer says",
            "make it print the answer it got; a fixed text cannot show what it relies on",
        )
    return _observation(BASELINES[0], results[0], "right")


def _require_right(result: ProcessResult) -> None:
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
        name = _error_name(result.stderr)
        raise LabError(
            f"the client failed on a conforming answer (exit code {result.exit_code}"
            f"{', ' + name if name else ''})",
            "run the command by hand; it must exit 0 and print the answer it got",
        )
    if len(result.events) > 1:
        raise LabError(
            f"the client made {len(result.events)} requests although the first was answered",
            "give a command that makes one call; otherwise calls would be taken for retries",
        )


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
    return error_name(names[-1]) if names else ""


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
        method=request.method if request.method in METHODS else "‹value›",
        path=clean_path(request.path),
        auth=_auth(event),
        fields=tuple(f"{_key(key)}:{json_kind(value)}" for key, value in body.items()),
        stream=body.get("stream") is True,
        gap_ms=gap_ms,
        same_body=same_body,
        idempotency_key=request.header("idempotency-key") is not None,
        status=event.reply.status,
    )


def _key(key: str) -> str:
    """A member's name, if it is one of the schema; a name of the client's own may be anything."""
    return key if key_held(key, REQUEST) else str(Placeholder("key", len(key)))


def _auth(event: WireEvent) -> str:
    """`authorization: Bearer`, the header's name and a known scheme; never what follows."""
    for name in ("authorization", "api-key", "x-api-key"):
        value = event.request.header(name)
        if value is not None:
            scheme = next((s for s in SCHEMES if value.startswith(f"{s} ")), "")
            return f"{name}: {scheme}" if scheme else name
    return ""


def _body(data: bytes) -> dict[str, object]:
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
