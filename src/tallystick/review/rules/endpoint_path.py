"""Endpoint: the base URL and the path the client calls, against the documented ones."""

import re
from collections.abc import Callable, Iterator

from tallystick.record.exchange import Exchange
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, agreement, ids, said, standing_of, values
from tallystick.review.table import Evidence

_OPERATION = "/chat/completions"


def _path(exchange: Exchange) -> str:
    return re.sub(r"^https?://[^/]*", "", exchange.request.url)


def _base(exchange: Exchange) -> str:
    return exchange.request.url.removesuffix(_OPERATION)


def _join(material: Material) -> Iterator[Joint]:
    yield _place(material, "endpoint.base_url", _base)
    yield _place(material, "endpoint.path", _path)


def _place(material: Material, location: str, read: Callable[[Exchange], str]) -> Joint:
    clauses = material.at(location, "value")
    assumed = material.assumed(location)
    seen = {read(exchange) for exchange in material.exchanges}
    wrong = [e for e in material.exchanges if clauses and read(e) not in values(clauses)]
    evidence: Evidence = "client-breach" if wrong else "kept" if seen else "silent"
    return Joint(
        location,
        standing_of(clauses),
        evidence,
        agreement(clauses, assumed.value if assumed else None),
        assumed=assumed.value if assumed else "not measured",
        documented=said(clauses),
        observed=", ".join(sorted(seen)) or "no exchange",
        clauses=clauses,
        evidence_ids=ids(wrong) or ids(material.exchanges[:1]),
        culprits=frozenset(ids(wrong)),
        settle=f"read the operation's page for its {location.removeprefix('endpoint.')}",
    )


RULE = Rule("endpoint", "Does the client call the documented base URL and path?", _join)
