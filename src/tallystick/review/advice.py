"""What to do first about a root cause: each step follows from its side and its place."""

from collections.abc import Callable, Mapping

from tallystick.record.finding import RootCause, Side
from tallystick.review.roleorder import is_of_order

# Members without which there is no request, or no turn of a tool.
_NEEDED = frozenset(
    """messages messages[].role messages[].content messages[].content[].type tools[].function.name
    messages[].tool_call_id messages[].reasoning_content""".split()
)


def _request(cause: RootCause, only: str) -> str:
    name = cause.location.removeprefix("request.")
    if cause.clauses:
        return f"code: send `{name}` as the documentation states, and check it before the call"
    if name == "model":
        return "code or settings: ask for a model that is served"
    if is_of_order(cause):
        return "code: send messages in an order of roles that the page allows"
    if name in _NEEDED or "for want of" in cause.mechanism:  # which nobody can leave out
        return f"code: send `{name}` as the API asks for it, and check it before the call"
    to = f" to {only}" if only else ""
    return f"code: stop sending `{name}`{to}; send it again only when support confirms it"


def _auth(cause: RootCause, _: str) -> str:
    return f"code or settings: send {cause.location.removeprefix('auth.')} as documented"


def _transport(*_: object) -> str:
    return "code: ask for less in one call, so that it ends within the time that the page states"


def _retry(cause: RootCause, _: str) -> str:
    if cause.location == "retry.timeout":
        return "settings: give the client's time-out what the documentation asks for"
    if cause.location == "retry.retry_after":
        return "retry policy: wait as long as Retry-After asks before the next attempt"
    return f"retry policy: follow what is documented for {cause.location.rpartition('.')[2]}"


# What code that reads answers is to do: where a place ends so, and the mechanism says so.
_READING = (
    ("stream.error", "error", "look for `error` in every event of a stream, and take the answer "
     "for failed where one has it"),
    ("stream.choices", "empty", "look whether `choices` is empty before its first entry is read"),
    ("stream.choices", "no choices", "look whether `choices` is empty before its first entry is "
     "read"),
    ("stream.comment", "comment", "skip lines of a stream that begin with a colon"),
    (".content", "is null", "expect a `content` that is null"),
    (".content", "fence", "take the fence off before the text is parsed"),
    (".arguments", "pieces", "join the pieces of `arguments` by their `index` before they are "
     "parsed"),
)  # fmt: skip


def _response(cause: RootCause, _: str) -> str:
    for end, word, step in _READING:
        if cause.location.endswith(end) and word in cause.mechanism:
            return f"code: {step}"
    if cause.location.endswith("finish_reason"):
        return (
            "code: read `finish_reason` before the answer is used: one that ends with `length` is "
            "cut at its token limit"
        )
    part = "streams" if cause.location.startswith("stream.") else "answers"
    return f"code: handle {part} in which {cause.location} is as documented"


_ADVICE: Mapping[str, Callable[[RootCause, str], str]] = {
    "request": _request,
    "auth": _auth,
    "endpoint": lambda *_: "settings: call the documented base URL and path",
    "retry": _retry,
    "response": _response,
    "stream": _response,
    "transport": _transport,
}
_BY_SIDE: Mapping[Side, str] = {
    "provider": "report it to the provider's support: `tallystick handoff CASE --for support`",
    "gateway": "find out whose gateway or proxy that is, and report it: "
    "`tallystick handoff CASE --for gateway`",
    "account": "check the account: its key, quota, balance and limits",
    "network": "check the way to the API: name resolution, proxies, firewalls, time-outs",
    "documents": "pause what depends on it until one interpretation is recorded",
}
# What is checked first where the place is known.
_BY_PLACE: Mapping[str, str] = {
    "transport.tls": "check which authority signed the certificate that was met, and whether the "
    "application's host trusts it",
    "transport.dns": "check name resolution on the application's host",
    "transport.timeout": "check time-outs, proxies and firewalls on the way to the API",
    "account.quota": "check the quota of the account and of the key",
    "account.balance": "check the balance of the account",
    "limit.requests": "slow down, and check the limits of the account",
    "auth.header": "check the key: whose it is, whether it is valid, for which environment",
    "auth.token": "check the key: whose it is, whether it is valid, for which environment",
    "auth.token_expiry": "renew the key, and check when it ends",
}


def advice(cause: RootCause, only: str) -> tuple[str, ...]:
    """Steps that follow from the cause; none where it is not known. `only`: the one model that it
    is about.
    """
    if cause.side != "application":
        by_place = _BY_PLACE.get(cause.location) if cause.side in ("network", "account") else None
        step = by_place or _BY_SIDE.get(cause.side)
        return (step,) if step else ()
    made = _ADVICE.get(cause.location.partition(".")[0])
    return (made(cause, only),) if made else ()
