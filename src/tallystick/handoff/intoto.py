"""The in-toto statement of a sealed review (in-toto Attestation Framework, Statement v1), with the
`test-result` predicate v0.1: what was checked of which bytes, and how it ended.
"""

from collections.abc import Mapping
from typing import Any

from tallystick.handoff.dossier import Dossier
from tallystick.record.finding import Outcome, VerdictName

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
_RESULT: dict[VerdictName, str] = {
    "no-mismatch": "PASSED",
    "undecided": "WARNED",
    "mismatch": "FAILED",
}
_LISTS: dict[Outcome, str] = {
    "sound": "passedTests",
    "client-mismatch": "failedTests",
    "provider-breach": "failedTests",
}


def statement(dossier: Dossier, subjects: Mapping[str, str]) -> dict[str, Any]:
    """The statement about some files: their digests, as `sha256:…`, by their names.

    The tests are the seven contract areas; what is neither sound nor a breach is a warning.
    """
    lists: dict[str, list[str]] = {"passedTests": [], "warnedTests": [], "failedTests": []}
    for answer in dossier.review.areas:
        lists[_LISTS.get(answer.state, "warnedTests")].append(answer.area)
    sources = [
        {"name": s.id, "uri": s.url, "digest": {"sha256": s.digest.removeprefix("sha256:")}}
        for s in dossier.sources
    ]
    # An area without an answer is never PASSED, whatever the cause of the incident was.
    result = _RESULT[dossier.review.verdict.name]
    if result == "PASSED" and dossier.review.completeness.unanswered:
        result = "WARNED"
    return {
        "_type": STATEMENT,
        "subject": [
            {"name": name, "digest": {"sha256": told.removeprefix("sha256:")}}
            for name, told in subjects.items()
        ],
        "predicateType": PREDICATE,
        "predicate": {
            "result": result,
            "configuration": sources,
            **lists,
        },
    }


def pre_authentication(payload: bytes) -> bytes:
    """What a DSSE signature is made over (DSSE protocol, v1, PAE)."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
