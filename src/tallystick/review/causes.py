"""The cause of failing calls, apart from which areas have an answer.

For every failing call of the incident's window: whose side, where, by which mechanism, and how
surely. A mechanism must be able to produce the failure that was seen, and what calls that went
well share explains nothing. Where the evidence or the documents are silent the side is `unknown`,
with what would decide it.
"""

import re
from collections.abc import Callable, Iterable, Mapping

import msgspec

from tallystick.protocol import read_error
from tallystick.record.finding import SUPPORTS, GroupClass, RootCause, Side
from tallystick.review import (
    addressed,
    credential,
    early,
    echoes,
    errors,
    hopped,
    limits,
    rejected,
    responded,
    transported,
)
from tallystick.review.codes import at_their_side
from tallystick.review.doubts import doubted
from tallystick.review.material import Material
from tallystick.review.mechanism import (
    FailedCall,
    Mechanism,
    ask,
    cause_of,
    current,
    is_torn,
    quoted,
    torn,
)
from tallystick.review.modelids import EITHER, written_otherwise
from tallystick.review.rules.auth_header import header_of
from tallystick.review.toldapart import by_code, told_apart

_ORDER: tuple[Side, ...] = (
    "application", "provider", "gateway", "account", "network", "documents", "unknown",
)  # fmt: skip


def causes(material: Material) -> tuple[RootCause, ...]:
    """The causes of the failing calls, the one that explains most first."""
    calls = material.failing_groups
    found: dict[tuple[str, str], list[tuple[GroupClass, Mechanism]]] = {}
    for call in calls:
        one = mechanism_of(material, call)
        found.setdefault((one.side, one.location), []).append((call, one))
    joined = [_joined(material, several, len(calls)) for several in found.values()]
    return tuple(sorted(joined, key=_rank))


def _rank(cause: RootCause) -> tuple[int, int, int]:
    return -cause.explains, _ORDER.index(cause.side), SUPPORTS.index(cause.support)


def _joined(material: Material, several: list[tuple[GroupClass, Mechanism]], of: int) -> RootCause:
    first = min((one for _, one in several), key=lambda one: SUPPORTS.index(one.support))
    ids = tuple(name for call, _ in several for name in call.exchanges)
    support = first.support
    if support == "consistent" and _is_contrasted(material, first.location, ids):
        support = "contrasted"
    made = RootCause(
        first.side, first.location, first.says, "none" if first.side == "unknown" else support,
        len(several), of, ids, tuple(clause.id for clause in first.clauses), first.settle,
    )  # fmt: skip
    return made if made.is_open else msgspec.structs.replace(made, settle="")


def _is_contrasted(material: Material, location: str, failing: Iterable[str]) -> bool:
    """Whether failing calls send a member that no call that went well sends."""
    name = location.removeprefix("request.")
    if not location.startswith("request.") or "." in name or "[" in name:
        return False
    names = set(failing)
    sent = {e.id: name in body for e, body in material.bodies()}
    sound = [has for one, has in sent.items() if one in material.sound_calls]
    return bool(sound) and not any(sound) and all(sent.get(one, False) for one in names)


def mechanism_of(material: Material, call: GroupClass) -> Mechanism:
    """What made one call fail, as far as evidence and documents tell."""
    last = material.exchange(call.exchanges[-1])
    if last is None:
        return ask(call.location, "The call's exchange is not in the record.", "capture it")
    failed = FailedCall(material, call, last)
    by_hop = hopped.mechanism(failed)
    if by_hop is not None:
        return by_hop
    if (vendored := echoes.by_vendor(failed)) is not None:
        return vendored
    found = hopped.added(failed, doubted(material, _BY_CLASS[call.failure_class](failed)))
    return errors.amplified(failed, found) if material.amplified else found


def _authentication(failed: FailedCall) -> Mechanism:
    material, call, last = failed
    elsewhere = (
        addressed.elsewhere(failed)
        or addressed.moved(failed)
        or addressed.another_api(failed)
        or addressed.at_another_provider(failed)
    )
    if elsewhere is not None:
        return elsewhere
    if "line" in last.request.hidden and material.sound_calls:
        # The key works in other calls, and this one may have gone elsewhere.
        step = "capture the address and headers of the failing calls"
        return ask(call.location, call.reason, step)
    return _without_headers(failed) if "headers" in last.request.hidden else _by_header(failed)


def _without_headers(failed: FailedCall) -> Mechanism:
    """A refused credential of which nothing was captured: only the answer's words name a side."""
    call, stated = failed.call, failed.material.at("auth.header", "value")
    if is_torn(stated):
        return torn("auth.header", stated)
    if "line" in failed.last.request.hidden and credential.is_openais(failed.last):
        says = (
            f"{call.reason} The error is in OpenAI's own words; which host was called is not shown."
        )
        return ask("endpoint.base_url", says, "capture the address that was called")
    if call.rule == "unsendable-credential":  # what it made of its settings is no sendable header
        return cause_of("application", call.location, call.reason, "named")
    told = call.location in ("auth.token_expiry", "auth.scope")
    vague = credential.is_general(failed.last) or credential.came_without(failed.last)
    named = credential.names_key(failed.last) and not vague
    if told or named:
        return cause_of("account", call.location, call.reason, "named")
    return ask(call.location, call.reason, "capture the request headers (masked)")


def _by_header(failed: FailedCall) -> Mechanism:
    """A refused credential beside where sources at hand state that it belongs."""
    material, call, last = failed
    wrong = credential.wrong_header(material, last)
    if wrong is not None:
        return wrong
    if credential.is_unlike_examples(material, last):
        says = (
            f"{call.reason} It was sent with {header_of(last)}, and the examples of the "
            f"documentation send it otherwise."
        )
        if credential.missed(last):
            says = f"{says} The API says that no credential came."
            return cause_of("application", "auth.header", says, "named")
        return ask("auth.header", says, "read which header the key belongs in, or ask support")
    if credential.lacks_what_is_named(last):
        says = (
            f"{call.reason} The API says that no credential came, and the request has none where "
            f"sources at hand state that it belongs."
        )
        return ask("auth.header", says, "read the page that names the header of the key")
    if credential.says_none_came(last):
        says = (
            f"{call.reason} The request has a credential, and the API says that none came: "
            f"something in between may have left it out."
        )
        return ask("auth.header", says, "capture the call where it reaches the API")
    return cause_of("account", call.location, call.reason, "named")


# How LiteLLM's router says that no deployment is left to try (its documentation, cooldowns).
# And how its proxy says that a budget of its own is spent (its documentation, budgets).
_OF_GATEWAY = (
    (re.compile(r"no deployments? available|cooldown_list|cooldown list", re.IGNORECASE),
     "it had set its deployments aside"),
    (re.compile(r"BudgetExceeded|ExceededBudget|Budget has been exceeded! Current cost"),
     "a budget that it keeps was spent"),
)  # fmt: skip


def _of_account(failed: FailedCall) -> Mechanism:
    return at_their_side(failed) or _account(failed)


def _account(failed: FailedCall) -> Mechanism:
    if failed.call.rule == "usage-reading":
        return _summed(failed) or ask(
            failed.call.location,
            "The usage on the wire is whole; what the application made of it is not captured.",
            "read in the application's own records (`[usage]`) beside the answers",
        )
    error = read_error(failed.last.response.body)
    if error is None and any(limits.is_of_upstream(c.citation.words) for c in by_code(failed)):
        says = (
            f"{failed.call.reason} Sources tell answers of this status apart by their code "
            f"({told_apart(failed)}), and not all of these are about the account."
        )
        return ask(failed.call.location, says, "capture the error's body: its code decides")
    said = (error.message or "") if error else ""
    of_gateway = next((what for words, what in _OF_GATEWAY if words.search(said)), "")
    if of_gateway:
        says = f"{failed.call.reason} It is the gateway's own: {of_gateway}."
        return cause_of("gateway", failed.call.location, says, "named")
    if failed.call.location == "account.model_access" and EITHER.search(said):
        if other := written_otherwise(failed, is_surely_unknown=False):
            return other
        says = (
            f"The answer {failed.last.response.status} says that the model does not exist or that "
            f"this key may not use it, and not which."
        )
        return ask("request.model", says, "list the models that this key may use, or ask support")
    if failed.call.rule == "rate-limit" and (
        told := limits.seen_fault(failed) or early.came_early(failed)
    ):
        return told
    if failed.call.rule == "rate-limit" and (unseen := limits.unseen(failed)):
        return ask(failed.call.location, failed.call.reason, f"capture {unseen}")
    return cause_of("account", failed.call.location, failed.call.reason, "named")


_SO_FAR = re.compile(r"total|cumulative|\badd\b|\bsum\b", re.IGNORECASE)


_SEVERAL = 2


def _summed(failed: FailedCall) -> Mechanism | None:
    """A usage on several chunks of a stream, of which a page says that each is the total so far."""
    frames = failed.last.response.frames
    chunks = [f.data for f in frames if isinstance(f.data, dict) and f.data.get("usage")]
    if len(chunks) < _SEVERAL:
        return None
    stated = current(failed.material, "stream.usage")
    for clause in (*stated, *(one.clause for one in failed.material.seems("stream.usage"))):
        if _SO_FAR.search(clause.citation.quotation):
            held = (clause,) if clause in stated else ()
            says = f"A usage stands on {len(chunks)} chunks of the stream; {quoted(clause)}"
            return cause_of("application", "stream.usage", says, "consistent", held)
    return None


def _unknown(failed: FailedCall) -> Mechanism:
    return ask(
        failed.call.location,
        failed.call.reason,
        "capture the status and the answer of a failing call",
    )


_BY_CLASS: Mapping[str, Callable[[FailedCall], Mechanism]] = {
    "transport": transported.mechanism,
    "authentication": _authentication,
    "request_contract": rejected.mechanism,
    "response_contract": responded.mechanism,
    "error_contract": errors.mechanism,
    "account_assumption": _of_account,
    "unknown": _unknown,
    "none": _unknown,
}


def proved(cause: RootCause) -> RootCause:
    """A cause that an intervention showed."""
    return msgspec.structs.replace(cause, support="proved")
