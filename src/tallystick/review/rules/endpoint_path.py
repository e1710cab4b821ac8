"""Endpoint: the base URL and the path the client calls, against the documented ones."""

import re
from collections.abc import Iterator

from tallystick.record.exchange import Exchange
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, value_joint

_OPERATION = "/chat/completions"


def _path(exchange: Exchange) -> str:
    return re.sub(r"^https?://[^/]*", "", exchange.request.url)


def _base(exchange: Exchange) -> str:
    return exchange.request.url.removesuffix(_OPERATION)


def _join(material: Material) -> Iterator[Joint]:
    settle = "read the operation's page for its base URL and path"
    yield value_joint(material, "endpoint.base_url", _base, settle)
    yield value_joint(material, "endpoint.path", _path, settle)


RULE = Rule("endpoint", "Does the client call the documented base URL and path?", _join)
