"""Authentication: the header and scheme that carry the key."""

from collections.abc import Iterator

from tallystick.record.exchange import Exchange
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, agreement, ids, said, standing_of, values
from tallystick.review.table import Evidence

_HEADERS = ("authorization", "api-key", "x-api-key")


def _join(material: Material) -> Iterator[Joint]:
    for location, read in (("auth.header", _header), ("auth.scheme", _scheme)):
        clauses = material.at(location, "value")
        assumed = material.assumed(location)
        seen = {name for exchange in material.exchanges if (name := read(exchange))}
        wrong = [e for e in material.exchanges if clauses and read(e) not in values(clauses)]
        evidence: Evidence = "client-breach" if wrong else "kept" if seen else "silent"
        yield Joint(
            location,
            standing_of(clauses),
            evidence,
            agreement(clauses, assumed.value if assumed else None),
            assumed=assumed.value if assumed else "not measured",
            documented=said(clauses),
            observed=", ".join(sorted(seen)) or "not in the captures",
            clauses=clauses,
            evidence_ids=ids(wrong) or ids(material.exchanges[:1]),
            culprits=frozenset(ids(wrong)),
            settle="read the authentication section of the documentation",
        )


def _header(exchange: Exchange) -> str:
    name = next((n for n in _HEADERS if exchange.request_header(n) is not None), "")
    return "-".join(part.capitalize() for part in name.split("-"))


def _scheme(exchange: Exchange) -> str:
    form = exchange.request_header("authorization") or ""
    return form.partition(" ")[0] if not form.startswith("‹") else ""


RULE = Rule("auth-header", "Does the client send the key where and how it is documented?", _join)
