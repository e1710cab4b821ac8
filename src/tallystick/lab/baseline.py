"""What a client does with conforming answers; every other trial is compared with that."""

from collections.abc import Sequence

import msgspec

from tallystick.lab.answers import CONTENT
from tallystick.lab.attempts import attempts, continues, last_error
from tallystick.lab.wire import Result
from tallystick.record.forms import clean_path
from tallystick.record.scenario import Call, Scenario
from tallystick.record.trial import Observation


class LabError(ValueError):
    """The lab cannot measure this client: what happened and what to change."""

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.problem, self.advice = problem, advice


class Baseline(msgspec.Struct, frozen=True):
    """What the client answers when all is well. `exact`: the same text every time."""

    result: Result
    exact: bool

    @property
    def marked(self) -> bool:
        """Whether the provider's text can be found in the client's."""
        return CONTENT in self.result.text

    @property
    def call(self) -> Call:
        """Which kind of call the client made."""
        body = self.result.events[0].request.json()
        streamed, tools = body.get("stream") is True, bool(body.get("tools"))
        if tools:
            return "tools-stream" if streamed else "tools"
        return "stream" if streamed else "plain"

    @property
    def asks_usage(self) -> bool:
        """Whether the client asks for usage in a stream."""
        options = self.result.events[0].request.json().get("stream_options")
        return isinstance(options, dict) and options.get("include_usage") is True

    @property
    def loops(self) -> bool:
        """Whether the client answers a tool call and asks again."""
        return any(continues(event.request) for event in self.result.events)

    @property
    def start_s(self) -> float:
        """How long the client took to its first request."""
        return self.result.events[0].request.at_ms / 1000

    def observation(self, scenario: Scenario) -> Observation:
        """The baseline as an observation."""
        result = self.result
        return Observation(scenario, "right", attempts(result.events), result.exit_code)


def baseline(results: Sequence[Result], isolated: bool = False) -> Baseline:
    """The baseline from conforming answers: twice the same one, and then one with another text.

    Raises:
        LabError: the client did not start, did not end, never reached the lab, failed on a
            conforming answer, made several calls, or prints what does not depend on the answer
            alone; nothing can be concluded from such a client.
    """
    for result in results:
        _require_right(result, isolated)
    first, again = results[:2]
    exact = first.text == again.text
    if not exact and CONTENT not in first.text:
        raise LabError(
            "the client prints something else each time it gets the same answer",
            "make it print the answer it got, without times, numbers of its own or random parts",
        )
    if any(other.text == first.text for other in results[2:]):
        raise LabError(
            "the client prints the same whatever the answer says",
            "make it print the answer it got; a fixed text cannot show what it relies on",
        )
    return Baseline(first, exact)


def _require_right(result: Result, isolated: bool) -> None:
    if result.problem:
        where = f": {name}" if (name := last_error(result.error)) else ""
        raise LabError(
            f"{result.problem}{where}", "check client.command, client.directory and client.mode"
        )
    if result.ended == "hung":
        raise LabError(
            "the client did not finish on a conforming answer",
            "raise client.timeout_s, or give a command that makes one call and ends"
            + _alone(isolated),
        )
    if not result.events and result.note.startswith("it asked for another host"):
        raise LabError(
            f"{result.note}, and never for the one that the lab answers for",
            "set client.host (--host) to the host that the client has built in",
        )
    if not result.events:
        name = last_error(result.error)
        did = "answered" if result.ended == "answered" else "ended"
        raise LabError(
            f"the client {did}{_code(result)}{f' with {name}' if name else ''} and never reached "
            "the lab",
            "make it take its base URL from OPENAI_BASE_URL, COMETAPI_BASE_URL or "
            "TALLYSTICK_BASE_URL, a driver from `base_url`; or reach a fixed address with "
            'client.reach = "proxy"' + _alone(isolated),
        )
    if result.ended != "answered" or not result.text.strip():
        _failed(result, isolated)
    calls = [event for event in result.events if not continues(event.request)]
    if len(calls) > 1:
        raise LabError(
            f"the client made {len(calls)} requests although the first was answered",
            "give a command that makes one call; otherwise calls would be taken for retries",
        )


def _failed(result: Result, isolated: bool) -> None:
    last = result.events[-1]
    if last.status not in (0, 200):
        path = clean_path(last.request.path)
        raise LabError(
            f"the simulated provider refused {last.request.method} {path} with {last.status}, as "
            "the documentation says it does",
            "check the base URL and path, the Authorization header, model and messages",
        )
    name = last_error(result.error)
    raise LabError(
        f"the client failed on a conforming answer{_code(result)}{': ' + name if name else ''}",
        "run the command by hand; it must exit 0 and print the answer it got" + _alone(isolated),
    )


def _code(result: Result) -> str:
    return f" (exit code {result.exit_code})" if result.exit_code is not None else ""


def _alone(isolated: bool) -> str:
    if not isolated:
        return ""
    return "; it has no network but the lab's: if it needs another, set client.isolate = false"
