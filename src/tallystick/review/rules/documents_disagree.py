"""Any area: sources that state different things about one location."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from tallystick.record.clause import Clause
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule
from tallystick.review.rules.example import Example, case, stated


def _join(material: Material) -> Iterator[Joint]:
    torn: dict[str, list[Clause]] = {}
    for clause in material.clauses:
        if clause.standing == "conflicting":
            torn.setdefault(clause.location, []).append(clause)
    for location, clauses in sorted(torn.items()):
        yield Joint(
            location,
            "conflicting",
            "silent",
            "unknown",
            assumed="see the other findings at this location",
            documented=" against ".join(_one(material, clause) for clause in clauses),
            observed="two current sources",
            clauses=tuple(clauses),
            settle="pause the rollout or mitigation, ask support, record one interpretation of "
            f"{location}",
        )


def _one(material: Material, clause: Clause) -> str:
    source = material.by_id[clause.citation.source]
    return f"{clause.says()} ({source.id}, {urlsplit(source.url).netloc})"


_INVALID = "error.code=invalid_request"

RULE = Rule(
    "documents-disagree",
    "Do current sources state different things?",
    _join,
    kept=Example(
        "Two pages state the same: nothing to find.",
        "retry.status.500",
        None,
        case([stated("retry.status.500", "no", "retry", page=page) for page in "AB"]),
    ),
    breached=Example(
        "One page says to retry, another not to.",
        "retry.status.500",
        "documents-disagree",
        case(
            [
                stated("retry.status.500", value, "retry", page=page, standing="conflicting")
                for page, value in (("A", "no"), ("B", "yes"))
            ]
        ),
    ),
    undecided=Example(
        "Two pages disagree under one condition only: unresolved until one reading is recorded.",
        "retry.status.500",
        "documents-disagree",
        case(
            [
                stated("retry.status.500", "no", "retry", when=_INVALID, standing="conflicting"),
                stated("retry.status.500", "yes", "retry", page="B", standing="conflicting"),
            ]
        ),
    ),
)
