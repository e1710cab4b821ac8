"""The limits of a schema (JSON Schema, Validation, section 6), as the values of clauses."""

import re
from collections.abc import Iterator, Mapping

from tallystick.contract.spanned import Spanned
from tallystick.record.clause import Aspect

_LIMITS: Mapping[str, Aspect] = {
    "minItems": "min-items",
    "maxItems": "max-items",
    "minLength": "min-length",
    "maxLength": "max-length",
    "pattern": "pattern",
    "minimum": "minimum",
    "maximum": "maximum",
}

# Limits that are no allowed values themselves: numbers since JSON Schema 2019-09 (OpenAPI 3.1),
# marks of `minimum` and `maximum` before (OpenAPI 3.0). Their clauses say so: `>0`, `<1`.
_EXCLUSIVE: Mapping[str, tuple[Aspect, str]] = {
    "exclusiveMinimum": ("minimum", ">"),
    "exclusiveMaximum": ("maximum", "<"),
}


def _mark(schema: Spanned, name: str) -> str:
    """What stands before the value of a limit that another word makes exclusive."""
    other = f"exclusive{name[:1].upper()}{name[1:]}"
    marked = schema.get(other) if other in _EXCLUSIVE else None
    return _EXCLUSIVE[other][1] if marked is not None and _is_true(marked.scalar) else ""


def _is_true(scalar: object) -> bool:
    return str(scalar).lower() == "true"


def _is_number(scalar: object) -> bool:
    return re.fullmatch(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", str(scalar)) is not None


def limits_of(schema: Spanned) -> Iterator[tuple[Aspect, str, Spanned]]:
    """Every limit of a schema: its aspect, its value and where it stands."""
    for name, aspect in _LIMITS.items():
        limit = schema.get(name)
        if limit is not None:
            yield aspect, f"{_mark(schema, name)}{plain(limit.scalar)}", limit
    for name, (aspect, mark) in _EXCLUSIVE.items():
        limit = schema.get(name)
        if limit is not None and _is_number(limit.scalar):
            yield aspect, f"{mark}{plain(limit.scalar)}", limit


def plain(scalar: object) -> str:
    """A scalar as JSON writes it, and a whole number without a decimal point."""
    if isinstance(scalar, bool):
        return str(scalar).lower()
    if isinstance(scalar, float) and scalar.is_integer():
        return str(int(scalar))
    return str(scalar)
