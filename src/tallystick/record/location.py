"""Locations: the dotted names of contract places that every room shares.

The first word decides the contract area (design, section 2, "Locations").
"""

AREAS = ("endpoint", "authentication", "request", "response", "errors", "rate limits", "billing")

_AREA_OF = {
    "endpoint": "endpoint",
    "auth": "authentication",
    "request": "request",
    "response": "response",
    "stream": "response",
    "error": "errors",
    "retry": "errors",
    "fallback": "errors",
    "limit": "rate limits",
    "account": "rate limits",
    "billing": "billing",
}

# The six rows of the two-column comparison, each with the locations that belong to it.
ROWS = (
    ("Base URL and path", ("endpoint.",)),
    ("Header name and token format", ("auth.",)),
    ("Request fields sent", ("request.",)),
    ("Response fields parsed", ("response.", "stream.")),
    ("Errors retried", ("retry.", "error.", "fallback.")),
    ("Usage or billing fields recorded", ("limit.", "account.", "billing.")),
)

TRANSPORT = "transport"
NOWHERE = "none"


def area_of(location: str) -> str | None:
    """The contract area of a location; None for `transport` and for what is no place at all."""
    return _AREA_OF.get(location.split(".", 1)[0])


def is_location(text: str) -> bool:
    """Whether `text` can name a place: a known first word, then dotted parts without blanks."""
    first = text.split(".", 1)[0]
    known = first in _AREA_OF or first in (TRANSPORT, NOWHERE)
    return known and bool(text) and not any(char.isspace() for char in text)
