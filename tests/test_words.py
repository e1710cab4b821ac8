"""The words of the field: those that were retired stand in nothing that a person reads."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "tallystick"
RETIRED = re.compile(
    r"\b(?:mend(?:s|ed|ing)?|halves|unheld|joints?|kept on the wire|what is stated|no source states"
    r"|dossier|droppable)\b",
    re.IGNORECASE,
)
# What prints: help, messages, reasons and documents. Docstrings are for who reads the code.
PRINTS = [
    *SOURCE.glob("cli/*.py"), *SOURCE.glob("host/*.py"), *SOURCE.glob("case/*.py"),
    *SOURCE.glob("net/*.py"), *SOURCE.glob("people/*.py"), *SOURCE.glob("trials/*.py"),
    *SOURCE.glob("engine/*.py"), *SOURCE.glob("review/**/*.py"), *SOURCE.glob("handoff/*.py"),
    *SOURCE.glob("intake/rules/*.py"),
]  # fmt: skip
PAGES = [
    *SOURCE.glob("handoff/templates/*"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/reference/*.md"),
]  # fmt: skip


def spoken(path: Path) -> Iterator[str]:
    """The texts in a module that may be printed: its strings, without docstrings and names."""
    tree = ast.parse(path.read_text())
    quiet = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and " " in text and id(node) not in quiet:
            yield text


@pytest.mark.parametrize("path", PRINTS, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_retired_word_is_printed(path: Path) -> None:
    assert not [text for text in spoken(path) if RETIRED.search(text)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_retired_word_stands_in_a_page(path: Path) -> None:
    text = re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(), flags=re.DOTALL)
    assert not RETIRED.findall(text)


def test_the_check_itself_finds_a_retired_word(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text('"""A mend."""\n\nSAID = "prove the mend"\n')
    assert [*spoken(path)] == ["prove the mend"]
