"""Request: fields that are sent although no source documents them."""

from collections.abc import Iterator

from tallystick.record.clause import STANDS
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
    wrong, what = _departing(material, holders, location)
    if not clauses and not any(e.id in material.sound_calls for e in holders):
        wrong, what = [e for e in holders if e.response.rejects == location], "refused by name"
    shown = f"{what} in {count(len(wrong), 'request')}" if wrong else ""
    return Joint(
        location,
        standing_of(clauses),
        "client-breach" if wrong else "kept" if holders else "silent",
        "agrees" if clauses else "differs",
        assumed="sent by the client" if measured else "sent in the captures",
        documented=said(clauses),
        observed=shown or (f"in {count(len(holders), 'request')}" if holders else _UNSEEN),
        clauses=clauses,
        evidence_ids=ids(wrong or holders[:3]),
        culprits=frozenset(ids(wrong)),
        settle=f"ask whether `{name}` is accepted, or stop sending it",
    )


def _departing(
    material: Material, holders: list[Exchange], location: str
) -> tuple[list[Exchange], str]:
    """The requests that leave every kind that sources give a field, or a limit that holds under no
    condition, and how the first of them does.
    """
    every = material.at(location)
    kinds = {k for c in every if c.aspect == "kind" for k in c.value.split("|")}
    limits = tuple(c for c in every if c.aspect != "kind" and not c.when and c.standing in STANDS)
    found = []
    for exchange in holders:
        kind = json_kind(exchange.request.body[location.removeprefix("request.")])
        odd = f"sent as {kind}" if kinds and kind not in kinds else ""
        if what := odd or departure(exchange, location, limits):
            found.append((exchange, what))
    return [exchange for exchange, _ in found], found[0][1] if found else ""


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
