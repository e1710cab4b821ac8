"""Response: fields the client cannot do without, although no source promises them."""

from collections.abc import Iterator

from tallystick.record.trial import Assumption
from tallystick.review.material import Material
from tallystick.review.mechanism import may_be_null
from tallystick.review.rules.base import NOTHING_STATED, Joint, Rule, said, standing_of
from tallystick.review.rules.example import Example, case, measured, stated

_VALUES = ("required", "guarded", "unused")


def _join(material: Material) -> Iterator[Joint]:
    for assumption in material.assumptions:
        side = assumption.location.partition(".")[0]
        # What is neither used nor stated says nothing.
        says = assumption.value != "unused" or bool(material.at(assumption.location))
        if says and side in ("response", "stream") and assumption.value in _VALUES:
            yield _field(material, assumption)


def _field(material: Material, assumption: Assumption) -> Joint:
    clauses = material.at(assumption.location, "exists", "kind", "required")
    promised = tuple(c for c in clauses if c.aspect == "required" and c.value == "yes")
    relied = assumption.value == "required"
    null = assumption.broke_on("null") if may_be_null(clauses) else ""
    documented = said(clauses)
    if clauses and not promised:
        documented += "; no source documents that it is always there"
    return Joint(
        assumption.location,
        standing_of(promised) if relied and not null else standing_of(clauses),
        "silent",
        "differs" if (relied and not promised) or null else "agrees",
        assumed=f"{assumption.value}: without it the client {assumption.detail}",
        documented=documented if clauses else NOTHING_STATED,
        observed="measured in the lab",
        clauses=clauses,
        evidence_ids=assumption.basis,
        settle="" if null else "ask whether the field is always there, or guard it",
    )


RULE = Rule(
    "response-reliance",
    "Does the client rely only on fields that are promised?",
    _join,
    kept=Example(
        "The client gets by without a field that no source promises.",
        "response.usage",
        "sound",
        case(client=[measured("response.usage", "guarded", "goes on")]),
    ),
    breached=Example(
        "The client fails without a field that is documented, and not promised.",
        "response.usage",
        "unsupported-assumption",
        case(
            [stated("response.usage", "yes", "exists")],
            [measured("response.usage", "required", "raises KeyError")],
        ),
    ),
    undecided=Example(
        "The client fails without a field that only a page from before the incident promises.",
        "response.usage",
        "to-verify",
        case(
            [stated("response.usage", "yes", "required", standing="stale")],
            [measured("response.usage", "required", "raises KeyError")],
        ),
    ),
)
