"""Request: fields that are sent although no source documents them."""

from collections.abc import Iterator

from tallystick.record.clause import Clause
from tallystick.record.exchange import Exchange, is_masked
from tallystick.record.placeholder import json_kind
from tallystick.record.words import count
from tallystick.review.departures import departure
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, ids, said, standing_of
from tallystick.review.rules.example import ASKED, Example, call, case, stated

_UNSEEN = "not in the captures"


def _join(material: Material) -> Iterator[Joint]:
    sent = {key for _, body in material.bodies() for key in body if not is_masked(key)}
    measured = {
        a.location.removeprefix("request.")
        for a in material.assumptions
        if a.location.startswith("request.") and a.value == "sent"
    }
    required = {c.location for c in material.clauses if c.aspect == "required" and c.value == "yes"}
    for name in sorted(sent | measured):
        if f"request.{name}" not in required:
            yield _field(material, name, name in measured)


def _field(material: Material, name: str, measured: bool) -> Joint:
    location = f"request.{name}"
    clauses = material.at(location)
    holders = [exchange for exchange, body in material.bodies() if name in body]
    kinds = {k for c in clauses if c.aspect == "kind" for k in c.value.split("|")}
    wrong = [
        (exchange, what)
        for exchange, body in material.bodies()
        if name in body and (what := _departs(exchange, location, body[name], kinds, clauses))
    ]
    shown = f"{wrong[0][1]} in {count(len(wrong), 'request')}" if wrong else ""
    refused = [] if clauses else [e for e in holders if e.response.rejects == location]
    if refused and not any(e.id in material.sound_calls for e in holders):
        wrong = [(exchange, "") for exchange in refused]
        shown = f"refused by name in {count(len(refused), 'request')}"
    return Joint(
        location,
        standing_of(clauses),
        "client-breach" if wrong else "kept" if holders else "silent",
        "agrees" if clauses else "differs",
        assumed="sent by the client" if measured else "sent in the captures",
        documented=said(clauses),
        observed=shown or (f"in {count(len(holders), 'request')}" if holders else _UNSEEN),
        clauses=clauses,
        evidence_ids=ids([e for e, _ in wrong] or holders[:3]),
        culprits=frozenset(ids(e for e, _ in wrong)),
        settle=f"ask whether `{name}` is accepted, or stop sending it",
    )


def _departs(
    exchange: Exchange, location: str, value: object, kinds: set[str], clauses: tuple[Clause, ...]
) -> str:
    """How what was sent differs from the documented kind and limits; empty where it does not."""
    kind = json_kind(value)
    if kinds and kind not in kinds:
        return f"sent as {kind}"
    return departure(exchange, location, clauses)


_TOP_P = {**ASKED, "top_p": 1}
RULE = Rule(
    "request-fields",
    "Is every field that is sent documented, of the right kind?",
    _join,
    kept=Example(
        "A documented field of the documented kind.",
        "request.top_p",
        "sound",
        case([stated("request.top_p", "number", "kind")], wire=[[call(body=_TOP_P)]]),
    ),
    breached=Example(
        "A field that no source documents is sent, although the calls go well.",
        "request.top_p",
        "unsupported-assumption",
        case(wire=[[call(body=_TOP_P)]]),
    ),
    undecided=Example(
        "A field that only a page from before the incident documents.",
        "request.top_p",
        "to-verify",
        case(
            [stated("request.top_p", "number", "kind", standing="stale")],
            wire=[[call(body=_TOP_P)]],
        ),
    ),
)
