"""Header fields that a specification documents for its answers (OpenAPI 3.1, Header Object)."""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.spanned import Spanned

_LIMIT_HEADER = re.compile(r"(?:x-(?:\w+-)?rate-?limit|ratelimit)[\w-]*", re.IGNORECASE)


def told_in_headers(response: Spanned | None) -> Iterator[Draft]:
    """Header fields that an answer documents: when to come back, and what is left of a limit."""
    headers = response.get("headers") if response is not None else None
    for name, one in (headers.fields or {}).items() if headers is not None else ():
        if name.lower() == "retry-after":
            yield Draft("retry.retry_after", "exists", "yes", one.key_start, one.key_end)
        elif _LIMIT_HEADER.fullmatch(name):
            yield Draft("limit.headers", "value", name.lower(), one.key_start, one.key_end)
