"""Any area: sources that state different things about one location."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from tallystick.record.clause import Clause
from tallystick.review.material import Material
from tallystick.review.rules.base import Joint, Rule


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
            settle="pause the rollout or mitigation, ask support, record one interpretation",
        )


def _one(material: Material, clause: Clause) -> str:
    source = material.sources[clause.citation.source]
    return f"{clause.says()} ({source.id}, {urlsplit(source.url).netloc})"


RULE = Rule("documents-disagree", "Do current sources state different things?", _join)
