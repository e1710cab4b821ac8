"""The scenarios, as data: what is asked of a client, one change at a time."""

from collections.abc import Iterable

from tallystick.lab import answers
from tallystick.record.clause import Clause
from tallystick.record.trial import CutStream, Remove, Reset, Say, Scenario, Status

BASELINE = Scenario("baseline", "response")
# Twice the same, and once with another text: what the client prints must depend on that alone.
BASELINES = (
    BASELINE,
    Scenario("baseline-again", "response"),
    Scenario("baseline-other", "response", (Say(answers.OTHER),)),
)

_FAULTS: tuple[Scenario, ...] = (
    Scenario("status-400", "retry.status.400", (Status(400),)),
    Scenario("status-401", "retry.status.401", (Status(401),)),
    Scenario("status-429", "retry.status.429", (Status(429),)),
    Scenario("status-429-retry-after", "retry.retry_after", (Status(429, retry_after="1"),)),
    Scenario("status-500", "retry.status.500", (Status(500),)),
    Scenario(
        "status-500-invalid-request",
        "retry.status.500",
        (Status(500, error_code="invalid_request"),),
    ),
    Scenario("status-503", "retry.status.503", (Status(503),)),
    Scenario("reset", "retry.transport.reset", (Reset(),)),
)
_STREAM_FAULTS: tuple[Scenario, ...] = (
    Scenario("stream-cut", "stream.done", (CutStream(3),), stream=True),
)


def catalogue(clauses: Iterable[Clause], streams: bool) -> tuple[Scenario, ...]:
    """The scenarios for a client that streams or does not, without the baseline.

    Every documented response field that the conforming answer holds is removed once. Without any
    documented field, every field of that answer is.
    """
    side = "stream" if streams else "response"
    held = list(dict.fromkeys(_held(streams)))
    stated = {clause.location for clause in clauses if clause.aspect == "exists"}
    documented = [path for path in held if f"{side}.{path}" in stated]
    removals = tuple(
        Scenario(f"without-{side}.{path}", f"{side}.{path}", (Remove(path),), streams)
        for path in documented or held
    )
    return _FAULTS + (_STREAM_FAULTS if streams else ()) + removals


def _held(streams: bool) -> Iterable[str]:
    if not streams:
        return answers.paths(answers.completion())
    return (path for chunk in answers.chunks(include_usage=True) for path in answers.paths(chunk))
