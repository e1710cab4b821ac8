"""Members of a request that a page lists as Python, as servers written in it do (vLLM, SGLang):
`top_k: int | None = None`.
"""

import ast
import re
import textwrap
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.passages import Passage

_OF_PARAMETERS = re.compile(
    r"\b(?:parameters?|fields?|options?|arguments?)\b[^.;]{0,40}\b(?:are|is) (?:also )?"
    r"(?:supported|accepted|available|allowed)\b",
    re.IGNORECASE,
)
_KINDS = {"int": "number", "float": "number", "str": "string", "bool": "boolean", "list": "array",
          "dict": "object", "None": "null"}  # fmt: skip
_FEWEST = 2


def typed_members(passage: Passage) -> Iterator[Draft]:
    """The members of a block of code behind a sentence that says they are taken."""
    node, lead = passage.node, passage.lead
    if node.kind != "code" or lead is None or not _OF_PARAMETERS.search(lead.plain):
        return
    try:
        body = ast.parse(textwrap.dedent(node.text.plain)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    members = [one for one in body if isinstance(one, ast.AnnAssign)]
    if len(members) < _FEWEST or len(members) < len(body) - 1:
        return  # code of another kind
    for member in members:
        yield from _stated(member, passage)


def _stated(member: ast.AnnAssign, passage: Passage) -> Iterator[Draft]:
    if not isinstance(member.target, ast.Name):
        return
    name, text = member.target.id, passage.node.text
    first = re.search(rf"^[ \t]*{re.escape(name)}\s*:", text.plain, re.MULTILINE)
    if first is None:
        return
    span = text.span(first.start() + len(first[0]) - len(first[0].lstrip()), first.end() - 1)
    yield Draft(f"request.{name}", "exists", "yes", *span)
    kinds = sorted({_kind(one) for one in _alternatives(member.annotation)})
    if kinds and "" not in kinds:
        yield Draft(f"request.{name}", "kind", "|".join(kinds), *span)


def _alternatives(annotation: ast.expr) -> list[ast.expr]:
    """The types of a union; one type is a union of one."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return [*_alternatives(annotation.left), *_alternatives(annotation.right)]
    optional = isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name)
    if optional and annotation.value.id == "Optional":  # type: ignore[attr-defined]
        return [*_alternatives(annotation.slice), ast.Constant(None)]  # type: ignore[attr-defined]
    return [annotation]


def _kind(annotation: ast.expr) -> str:
    """The JSON type that a Python type is; empty for one that is not known."""
    if isinstance(annotation, ast.Constant) and annotation.value is None:
        return "null"
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    return _KINDS.get(annotation.id.lower(), "") if isinstance(annotation, ast.Name) else ""
