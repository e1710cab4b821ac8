"""A gateway answered for the API, and says that it could not reach it."""

import re

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule
from tallystick.intake.rules.transport_failure import WORDS

# What clients of gateways say of a way that did not open: OpenSSL, Go (crypto/x509, net), Node,
# curl, Java (PKIX), Python (getaddrinfo).
_WAYS = (
    ("tls", r"certificate_verify_failed|certificate verify failed|\bx509: |self[- ]signed "
            r"certificate|unable to get (?:local )?issuer|pkix path|sslhandshake"),
    ("dns", r"getaddrinfo|no such host|dial tcp: lookup|enotfound|name or service not known"
            r"|nodename nor servname|could not resolve host"),
    ("refused", r"econnrefused|connect: connection refused|\[errno 111\]"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _WAYS)
# What the API itself fetches for a request is not its own way.
_FETCHES = re.compile(r"\bimages?\b|\bdownload|\battachments?\b|\bmcp\b")


def _claim(seen: Features) -> Claim | None:
    if seen.status < 500 or _FETCHES.search(seen.words):
        return None
    kind = next((kind for kind, way in _COMPILED if way.search(seen.words)), "")
    if not kind:
        return None
    reason = f"A gateway answered {seen.status}; by what it says, {WORDS[kind]} on its way further."
    return Claim("transport", f"transport.{kind}", reason)


RULE = Rule(
    "unreachable-upstream",
    "a 5xx whose text says that what answered could not reach the API",
    _claim,
    Example((502,), {"error": {"message": "dial tcp: lookup api.example on 127.0.0.11:53: "
                                          "no such host"}}),
    Example((502,), {"error": {"message": "Failed to download image: no such host"}}),
)  # fmt: skip
