"""Errors: the members of the error envelope, as documented and as seen."""

from collections.abc import Iterator

from tallystick.record.exchange import Exchange, is_masked
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, count, ids, said, standing_of


def _join(material: Material) -> Iterator[Joint]:
    holders: dict[str, list[Exchange]] = {}
    for exchange in material.exchanges:
        for name in _members(exchange):
            holders.setdefault(name, []).append(exchange)
    for name, exchanges in sorted(holders.items()):
        location = f"error.{name}"
        clauses = material.at(location)
        yield Joint(
            location,
            standing_of(clauses),
            "kept",
            "unknown",
            assumed="not measured",
            documented=said(clauses),
            observed=f"in {count(len(exchanges), 'error')}",
            clauses=clauses,
            evidence_ids=ids(exchanges[:3]),
            settle="read the error page, or ask what the member means",
        )


def _members(exchange: Exchange) -> list[str]:
    body = exchange.response.body
    error = body.get("error") if isinstance(body, dict) else None
    return [name for name in error if not is_masked(name)] if isinstance(error, dict) else []


RULE = Rule("error-envelope", "Are the members of the error envelope documented?", _join)
