"""The verdict table: (standing × what the evidence shows × what the client does) → outcome, reason.

Every cell is written. `kept`: the exchanges keep what is documented; `client-breach` and
`provider-breach`: they show one side breaking it; `silent`: they do not show it. The client
`agrees` with what is documented (or does not rely on what is not), `differs` (or relies on it), or
is `unknown`, because it was not measured.
"""

from collections.abc import Mapping
from typing import Literal

from tallystick.record.clause import Standing
from tallystick.record.finding import Outcome

Evidence = Literal["kept", "client-breach", "provider-breach", "silent"]
Client = Literal["agrees", "differs", "unknown"]

EVIDENCE: tuple[Evidence, ...] = ("kept", "client-breach", "provider-breach", "silent")
CLIENT: tuple[Client, ...] = ("agrees", "differs", "unknown")

Cell = tuple[Outcome, str]

_STATED: Mapping[tuple[Evidence, Client], Cell] = {
    ("kept", "agrees"): ("sound", "documented; the captured calls conform, and so does the client"),
    ("kept", "differs"): (
        "client-mismatch",
        "the client assumes something else than is documented",
    ),
    ("kept", "unknown"): ("sound", "documented, and the captured calls conform"),
    ("client-breach", "agrees"): (
        "client-mismatch",
        "the captured requests violate what is documented, although the client can conform",
    ),
    ("client-breach", "differs"): (
        "client-mismatch",
        "the client violates what is documented, in the captures and when measured",
    ),
    ("client-breach", "unknown"): (
        "client-mismatch",
        "the captured requests violate what is documented",
    ),
    ("provider-breach", "agrees"): ("provider-breach", "the provider violates what it documents"),
    ("provider-breach", "differs"): (
        "provider-breach",
        "the provider violates what it documents, and the client assumes something else as well",
    ),
    ("provider-breach", "unknown"): ("provider-breach", "the provider violates what it documents"),
    ("silent", "agrees"): (
        "sound",
        "documented, and the client conforms; the captures do not show it",
    ),
    ("silent", "differs"): (
        "client-mismatch",
        "the client, as measured or configured, differs from what is documented",
    ),
    ("silent", "unknown"): (
        "could-not-check",
        "documented, but neither the captures nor the lab show what the client does",
    ),
}
_CONFLICTING: Mapping[tuple[Evidence, Client], Cell] = {
    ("kept", "agrees"): ("documents-disagree", "sources disagree; the client follows one of them"),
    ("kept", "differs"): (
        "documents-disagree",
        "sources disagree, and the client follows none of the stricter ones",
    ),
    ("kept", "unknown"): ("documents-disagree", "sources disagree; the client was not measured"),
    ("client-breach", "agrees"): (
        "documents-disagree",
        "sources disagree; the captured requests violate one of them",
    ),
    ("client-breach", "differs"): (
        "documents-disagree",
        "sources disagree; the client violates one of them, in the captures and when measured",
    ),
    ("client-breach", "unknown"): (
        "documents-disagree",
        "sources disagree; the captured requests violate one of them",
    ),
    ("provider-breach", "agrees"): (
        "documents-disagree",
        "sources disagree; the provider's answers violate one of them",
    ),
    ("provider-breach", "differs"): (
        "documents-disagree",
        "sources disagree; the provider's answers violate one of them, and the client differs",
    ),
    ("provider-breach", "unknown"): (
        "documents-disagree",
        "sources disagree; the provider's answers violate one of them",
    ),
    ("silent", "agrees"): ("documents-disagree", "sources disagree; the client follows one"),
    ("silent", "differs"): (
        "documents-disagree",
        "sources disagree; the client violates one of them when measured",
    ),
    ("silent", "unknown"): ("documents-disagree", "sources disagree"),
}
_STALE: Mapping[tuple[Evidence, Client], Cell] = {
    ("kept", "agrees"): ("to-verify", "documented by a source that is older than the incident"),
    ("kept", "differs"): (
        "to-verify",
        "the client differs from a source that is older than the incident",
    ),
    ("kept", "unknown"): ("to-verify", "documented by a source that is older than the incident"),
    ("client-breach", "agrees"): (
        "to-verify",
        "the captured requests violate a source that is older than the incident",
    ),
    ("client-breach", "differs"): (
        "to-verify",
        "the client violates a source that is older than the incident",
    ),
    ("client-breach", "unknown"): (
        "to-verify",
        "the captured requests violate a source that is older than the incident",
    ),
    ("provider-breach", "agrees"): (
        "to-verify",
        "the answers differ from a source that is older than the incident",
    ),
    ("provider-breach", "differs"): (
        "to-verify",
        "answers and client differ from a source that is older than the incident",
    ),
    ("provider-breach", "unknown"): (
        "to-verify",
        "the answers differ from a source that is older than the incident",
    ),
    ("silent", "agrees"): ("to-verify", "documented by a source that is older than the incident"),
    ("silent", "differs"): (
        "to-verify",
        "the client differs from a source that is older than the incident",
    ),
    ("silent", "unknown"): ("to-verify", "documented by a source that is older than the incident"),
}
_SHOWN: Mapping[tuple[Evidence, Client], Cell] = {
    ("kept", "agrees"): ("sound", "shown in an example, and the client does not rely on it"),
    ("kept", "differs"): (
        "unsupported-assumption",
        "the client relies on what only an example shows, although it holds in the captures",
    ),
    ("kept", "unknown"): ("to-verify", "shown in an example, which promises nothing"),
    ("client-breach", "agrees"): (
        "to-verify",
        "the captured requests are not as in the example; no source documents the rule",
    ),
    ("client-breach", "differs"): (
        "unsupported-assumption",
        "the client relies on what only an example shows, and sends something else",
    ),
    ("client-breach", "unknown"): (
        "to-verify",
        "the captured requests are not as in the example; no source documents the rule",
    ),
    ("provider-breach", "agrees"): (
        "to-verify",
        "the answers are not as in the example; no source documents the rule",
    ),
    ("provider-breach", "differs"): (
        "unsupported-assumption",
        "the client relies on what only an example shows, and the captures show it failing",
    ),
    ("provider-breach", "unknown"): (
        "to-verify",
        "the answers are not as in the example; no source documents the rule",
    ),
    ("silent", "agrees"): ("sound", "shown in an example, and the client does not rely on it"),
    ("silent", "differs"): (
        "unsupported-assumption",
        "the client relies on what only an example shows",
    ),
    ("silent", "unknown"): ("to-verify", "shown in an example, which promises nothing"),
}
_UNSTATED: Mapping[tuple[Evidence, Client], Cell] = {
    ("kept", "agrees"): ("sound", "no source documents it, and the client does not rely on it"),
    ("kept", "differs"): (
        "unsupported-assumption",
        "the client relies on what no source promises, although it holds in the captures",
    ),
    ("kept", "unknown"): ("to-verify", "no source documents it; that it works proves nothing"),
    ("client-breach", "agrees"): (
        "to-verify",
        "the captured requests violate the common protocol here; no source documents the rule",
    ),
    ("client-breach", "differs"): (
        "unsupported-assumption",
        "the client does what no source documents, as the captures show",
    ),
    ("client-breach", "unknown"): (
        "to-verify",
        "the captured requests violate the common protocol here; no source documents the rule",
    ),
    ("provider-breach", "agrees"): (
        "to-verify",
        "the answers violate the common protocol here; no source documents the rule",
    ),
    ("provider-breach", "differs"): (
        "unsupported-assumption",
        "the client relies on what no source promises, and the captures show it failing",
    ),
    ("provider-breach", "unknown"): (
        "to-verify",
        "the answers violate the common protocol here; no source documents the rule",
    ),
    ("silent", "agrees"): ("sound", "no source documents it, and the client does not rely on it"),
    ("silent", "differs"): (
        "unsupported-assumption",
        "the client relies on what no source promises",
    ),
    ("silent", "unknown"): ("to-verify", "no source documents it"),
}

_OVERRULED: Mapping[tuple[Evidence, Client], Cell] = {
    cell: (outcome, told.replace("a source that is older than the incident", "what was overruled"))
    for cell, (outcome, told) in _STALE.items()
}

_BY_STANDING: Mapping[Standing, Mapping[tuple[Evidence, Client], Cell]] = {
    "documented": _STATED,
    "support-confirmed": _STATED,
    "conflicting": _CONFLICTING,
    "shown-in-example": _SHOWN,
    "overruled": _OVERRULED,
    "stale": _STALE,
    "to-verify": _UNSTATED,
}
TABLE: Mapping[tuple[Standing, Evidence, Client], Cell] = {
    (standing, evidence, client): cell
    for standing, cells in _BY_STANDING.items()
    for (evidence, client), cell in cells.items()
}
