"""Endpoint: the path the client calls against the documented one."""

import re
from collections.abc import Iterator

from tallystick.record.exchange import Exchange
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, agreement, ids, said, standing_of, values
from tallystick.review.table import Evidence


def _path(exchange: Exchange) -> str:
    return re.sub(r"^https?://[^/]*", "", exchange.request.url)


def _join(material: Material) -> Iterator[Joint]:
    clauses = material.at("endpoint.path", "value")
    measured = material.assumed("endpoint.path")
    seen = {_path(exchange) for exchange in material.exchanges}
    wrong = [e for e in material.exchanges if clauses and _path(e) not in values(clauses)]
    evidence: Evidence = "client-breach" if wrong else "kept" if seen else "silent"
    yield Joint(
        "endpoint.path",
        standing_of(clauses),
        evidence,
        agreement(clauses, measured.value if measured else None),
        assumed=measured.value if measured else "not measured",
        documented=said(clauses),
        observed=", ".join(sorted(seen)) or "no exchange",
        clauses=clauses,
        evidence_ids=ids(wrong) or ids(material.exchanges[:1]),
        culprits=frozenset(ids(wrong)),
        settle="read the operation's page for its path",
    )


RULE = Rule("endpoint-path", "Does the client call the documented path?", _join)
