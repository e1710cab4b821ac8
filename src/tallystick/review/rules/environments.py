"""Endpoint and authentication: what the settings of each environment say."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule, is_promised, said, standing_of, values
from tallystick.review.rules.example import Example, case, configured, stated
from tallystick.review.table import Client

_OPERATION = "/chat/completions"
_PLACES = ("endpoint.base_url", "endpoint.path", "auth.header", "auth.scheme")


def _join(material: Material) -> Iterator[Joint]:
    for location in _PLACES:
        held = {own.environment: own.at(location) for own in material.settings}
        given = {environment: value for environment, value in held.items() if value}
        if given and location not in material.intentional:
            yield _joint(material, location, given)


def _joint(material: Material, location: str, given: dict[str, str]) -> Joint:
    clauses = material.at(location, "value")
    reached = _reached(material) if location == "endpoint.base_url" else frozenset()
    stray = [
        name
        for name, value in given.items()
        if clauses and value not in values(clauses) and name not in reached
    ]
    client: Client = "differs" if stray else "agrees" if is_promised(clauses) else "unknown"
    return Joint(
        location,
        standing_of(clauses),
        "silent",
        client,
        assumed="; ".join(f"{name}: {value}" for name, value in sorted(given.items())),
        documented=said(clauses),
        observed=f"not as stated in the settings of {', '.join(sorted(stray))}"
        if stray
        else "as the settings say",
        clauses=clauses,
        settle="read the operation's page, and compare the settings of each environment",
    )


def _reached(material: Material) -> frozenset[str]:
    """The environments whose requests arrive at the documented address, however it is put
    together of base URL and path.
    """
    bases = values(material.at("endpoint.base_url", "value"))
    addresses = {f"{base.rstrip('/')}{_OPERATION}" for base in bases}
    return frozenset(
        own.environment
        for own in material.settings
        if f"{_origin(own.base_url)}{own.at('endpoint.path')}" in addresses
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


_HEADER = stated("auth.header", "Authorization")

RULE = Rule(
    "environments",
    "Do the settings of every environment agree with what is documented?",
    _join,
    kept=Example(
        "Every environment sends the key in the documented header.",
        "auth.header",
        "sound",
        case(
            [_HEADER],
            settings=[configured(name, header="Authorization") for name in ("prod", "staging")],
        ),
    ),
    breached=Example(
        "One environment sends the key in another header.",
        "auth.header",
        "client-mismatch",
        case(
            [_HEADER],
            settings=[
                configured("prod", header="Authorization"),
                configured("eu", header="Api-Key"),
            ],
        ),
    ),
    undecided=Example(
        "The settings name a base URL, and no source documents it.",
        "endpoint.base_url",
        "to-verify",
        case(settings=[configured("prod", base_url="https://api.cometapi.com/v1")]),
    ),
)
