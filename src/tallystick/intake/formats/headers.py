"""Header fields in the shapes that logs and exports keep them in."""

from typing import Any


def header_fields(value: Any) -> dict[str, Any]:
    """Headers, given as an object, as pairs, as a flat list, or as names (or keys)
    and values.
    """
    if isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        value = [*zip(value[::2], value[1::2], strict=False)]  # Node's `rawHeaders`
    for one in value if isinstance(value, list) else ():
        if isinstance(one, list | tuple) and len(one) == 2:
            found.setdefault(str(one[0]), []).append(one[1])
        elif isinstance(one, dict):
            name = one.get("name", one.get("key"))
            found.setdefault(str(name), []).append(one.get("value"))
    return found
