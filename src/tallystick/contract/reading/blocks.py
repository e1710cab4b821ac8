"""Blocks that describe an operation and its answers by their attributes, as GitBook's do."""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.retrywords import polarity
from tallystick.documents import Node
from tallystick.record.case import Operation

_OPERATION = "/chat/completions"
_STATUS = re.compile(r"(?P<status>[45]\d\d)\b")


def block_drafts(node: Node, operation: Operation) -> Iterator[Draft]:
    """What the attributes of a block state: `path`, `baseUrl`; `status` and `description`."""
    given, span = node.attributes, (node.start, node.end)
    path, base = given.get("path", ""), given.get("baseUrl", "").rstrip("/")
    own = given.get("method", "").upper() == operation.method
    if own and path.endswith(operation.path):
        yield Draft("endpoint.path", "value", path, *span)
        yield Draft("endpoint.method", "value", given["method"].upper(), *span)
        if base.startswith("https://"):
            whole = f"{base}{path}".removesuffix(_OPERATION)
            yield Draft("endpoint.base_url", "value", whole, *span)
    found, said = _STATUS.match(given.get("status", "")), given.get("description", "")
    if found and said:
        yield Draft(f"error.status.{found['status']}", "meaning", said, *span)
        if retry := polarity(said, ()):
            place, why = f"retry.status.{found['status']}", "says whether to send it again"
            yield Draft(place, "retry", retry, *span, "", "candidate", why)
