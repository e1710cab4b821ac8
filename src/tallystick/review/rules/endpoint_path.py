"""Endpoint: the base URL and the path the client calls, against the documented ones."""

import re
from collections.abc import Iterable, Iterator

from tallystick.protocol import read_error
from tallystick.record.exchange import Exchange
from tallystick.record.forms import PATH_WORDS
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, value_joint
from tallystick.review.rules.example import Example, call, case, stated

_OPERATION = "/chat/completions"


def path_of(exchange: Exchange) -> str:
    """The path that was called; empty where the capture does not show the address.

    The operation alone may be what a client adds to its base URL, unless the API itself says that
    it was called so.
    """
    url = exchange.request.url
    error = read_error(exchange.response.body)
    told = _OPERATION in ((error.message or "") if error else "")
    if "line" in exchange.request.hidden or (url == _OPERATION and not told):
        return ""
    return re.sub(r"^https?://[^/]*", "", url)


def base_of(exchange: Exchange) -> str:
    """What stands before the operation's path, where it was called; else empty."""
    url = exchange.request.url
    return (
        url.removesuffix(_OPERATION) if url.startswith("http") and url.endswith(_OPERATION) else ""
    )


def is_elsewhere(sent: str, stated: Iterable[str]) -> bool:
    """Whether an address is none of those that are stated. What is masked in it is a word that no
    stated path has, where all words of those are kept; a masked host may be anybody's.
    """
    values = set(stated)
    if not sent or sent in values:
        return False
    if "://localhost" in sent:
        return False  # a gateway of one's own: where it leads is not seen
    if "‹" not in sent:
        return True
    paths = [value.strip("/").split("/") for value in values]
    return sent.startswith("/") and all(PATH_WORDS.issuperset(words) for words in paths)


def _join(material: Material) -> Iterator[Joint]:
    settle = "read the operation's page for its base URL and path"
    yield value_joint(material, "endpoint.base_url", base_of, settle, is_elsewhere)
    yield value_joint(material, "endpoint.path", path_of, settle, is_elsewhere)


RULE = Rule(
    "endpoint",
    "Does the client call the documented base URL and path?",
    _join,
    kept=Example(
        "The path that was called is the documented one.",
        "endpoint.path",
        "sound",
        case([stated("endpoint.path", "/v1/chat/completions")], wire=[[call()]]),
    ),
    breached=Example(
        "A base URL that ends in the version twice.",
        "endpoint.path",
        "client-mismatch",
        case(
            [stated("endpoint.path", "/v1/chat/completions")],
            wire=[[call(404, None, url="https://api.cometapi.com/v1/v1/chat/completions")]],
        ),
    ),
    undecided=Example(
        "The calls went well, and no page states the path: that proves nothing.",
        "endpoint.path",
        "to-verify",
        case(wire=[[call()]]),
    ),
)
