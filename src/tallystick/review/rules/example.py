"""Cases in small: what a rule finds where a contract is kept, breached, or left undecided.

Every rule holds one of each. The tests run them and the reference pages are printed from them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tallystick.record.clause import Aspect, Citation, Clause, Source, Standing
from tallystick.record.exchange import BodyKind, Exchange, Frame, Header, RequestPart, ResponsePart
from tallystick.record.finding import Classification, FailureClass, GroupClass, Outcome
from tallystick.record.settings import Settings
from tallystick.record.trial import Assumption
from tallystick.record.usage import Account, State
from tallystick.review.material import Material

URL = "https://api.cometapi.com/v1/chat/completions"
ASKED: Mapping[str, Any] = {
    "model": "gpt-4o",
    "messages": [{"role": "user", "content": "‹string:5#1›"}],
}
ANSWER: Mapping[str, Any] = {
    "id": "‹id#1›",
    "object": "chat.completion",
    "created": 1780304400,
    "model": "gpt-4o",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "‹string:9#1›"},
            "finish_reason": "stop",
        }
    ],
}
REFUSED: Mapping[str, Any] = {"error": {"code": "invalid_request", "message": "invalid"}}
PAGES = tuple(
    Source(name, f"https://{host}/page", "2026-06-02T00:00:00Z", "", host, "", "markdown", "")
    for name, host in (("A", "docs.example"), ("B", "old.example"))
)


class Example(msgspec.Struct, frozen=True):
    """`outcome` is that of the finding at `location`; None where the rule finds nothing."""

    shows: str
    location: str
    outcome: Outcome | None
    held: Material


def stated(
    location: str,
    value: str,
    aspect: Aspect = "value",
    *,
    when: str = "",
    standing: Standing = "documented",
    page: str = "A",
) -> Clause:
    """What a page states."""
    return Clause(location, aspect, value, Citation(page, 0, 4, "text"), standing, when)


def measured(location: str, value: str, detail: str = "as measured", when: str = "") -> Assumption:
    """What the lab measured."""
    return Assumption(location, value, "measured", detail, when, ("a-scenario",))


def declared(location: str, value: str) -> Assumption:
    """What a person declared."""
    return Assumption(location, value, "declared")


def call(
    status: int = 200,
    answer: Any = ANSWER,
    *,
    body: Any = ASKED,
    url: str = URL,
    sent: str = "Bearer ‹credential:51#1›",
    got: tuple[tuple[str, str], ...] = (),
    frames: tuple[Frame, ...] = (),
) -> Exchange:
    """A captured attempt."""
    header = (Header("authorization", sent),)
    headers = tuple(Header(name, form) for name, form in got)
    kind: BodyKind = "sse" if frames else "json"
    response = ResponsePart(status, headers, kind, None if frames else answer, frames)
    request = RequestPart("POST", url, (), header, "json", body)
    return Exchange("x", "", 0, None, None, request, response)


def configured(environment: str, base_url: str = "", header: str = "") -> Settings:
    """What an environment's settings say."""
    return Settings(environment, ("settings.env",), base_url, header)


def accounted(state: State, said: float, recorded: float) -> Account:
    """What came of comparing total tokens."""
    answers = 2 if said else 0
    return Account("during", "gpt-4o", "total_tokens", answers, said, 2, recorded, state)


def case(
    clauses: Sequence[Clause] = (),
    client: Sequence[Assumption] = (),
    wire: Sequence[Sequence[Exchange]] = (),
    settings: Sequence[Settings] = (),
    accounts: Sequence[Account] = (),
) -> Material:
    """A case; `wire` holds the attempts of each call."""
    calls = [_named(number, attempts) for number, attempts in enumerate(wire, start=1)]
    groups = tuple(_classed(attempts) for attempts in calls)
    classed = Classification("none", "none", contract_failure=False, reason="", groups=groups)
    exchanges = tuple(exchange for attempts in calls for exchange in attempts)
    return Material(clauses, PAGES, client, exchanges, classed, settings, (), accounts)


def _named(number: int, attempts: Sequence[Exchange]) -> list[Exchange]:
    return [
        msgspec.structs.replace(one, id=f"x{number}-{n}", group=f"g{number}", attempt=n)
        for n, one in enumerate(attempts, start=1)
    ]


def _classed(attempts: Sequence[Exchange]) -> GroupClass:
    last = attempts[-1]
    kind: FailureClass = "none" if last.answered else "error_contract"
    names = tuple(one.id for one in attempts)
    statuses = tuple(one.response.status for one in attempts)
    return GroupClass(last.group, kind, "none", "", "", len(attempts), statuses, names)
