"""Authentication: the header and scheme that carry the key."""

from collections.abc import Iterator

from tallystick.record.exchange import Exchange
from tallystick.record.forms import REDACTED
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, value_joint
from tallystick.review.rules.example import REFUSED, Example, call, case, stated

_HEADERS = ("authorization", "api-key", "x-api-key")


def header_of(exchange: Exchange) -> str:
    """The header that carries the credential; empty where the capture shows none."""
    name = next((n for n in _HEADERS if exchange.request_header(n) is not None), "")
    return "-".join(part.capitalize() for part in name.split("-"))


def scheme_of(exchange: Exchange) -> str:
    """The scheme before the credential; empty where the capture shows none."""
    form = exchange.request_header("authorization") or ""
    if form.startswith("‹"):
        # A header that its log had made unreadable shows no scheme, and no lack of one either.
        return "" if form == REDACTED else "no scheme"
    return form.partition(" ")[0]


def _join(material: Material) -> Iterator[Joint]:
    settle = "read the authentication section of the documentation"
    yield value_joint(material, "auth.header", header_of, settle)
    yield value_joint(material, "auth.scheme", scheme_of, settle)


RULE = Rule(
    "auth-header",
    "Does the client send the key where and how it is documented?",
    _join,
    kept=Example(
        "The key is sent with the documented scheme.",
        "auth.scheme",
        "sound",
        case([stated("auth.scheme", "Bearer")], wire=[[call()]]),
    ),
    breached=Example(
        "The key is sent without the documented scheme.",
        "auth.scheme",
        "client-mismatch",
        case(
            [stated("auth.scheme", "Bearer")], wire=[[call(401, REFUSED, sent="‹credential:51#1›")]]
        ),
    ),
    undecided=Example(
        "The documented header is known, but neither captures nor lab show what the client sends.",
        "auth.header",
        "could-not-check",
        case([stated("auth.header", "Authorization")]),
    ),
)
