"""The documentation is true: its links lead somewhere, its commands exist and its examples parse."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from tallystick.case.statement import read_case, read_toml
from tallystick.cli.commands import COMMANDS
from tallystick.intake.formats import FORMATS, Mapping
from tallystick.net.watching import WatchList
from tallystick.record.case import Case

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("examples/*/*.md"))
)
SKIPPED = (".venv", "build", "dist", ".git", ".mypy", ".ruff", ".coverage", ".hypothesis")
MAKEFILE = (ROOT / "Makefile").read_text()
HEAD = 'version = 2\n[incident]\ntitle = "t"\nstart = "2026-11-20T09:00:00Z"\n'


def ident(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=ident)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=ident)
def test_commands_and_make_targets_exist(page: Path) -> None:
    known = set(COMMANDS)
    text = page.read_text()
    spoken = re.findall(r"`tallystick ([a-z]+)|^tallystick ([a-z]+)", text, re.MULTILINE)
    assert {first or second for first, second in spoken} <= known
    for target in re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


def test_the_readmes_statements_are_one_case() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    case = read_case((HEAD + "".join(blocks)).encode(), "README.md")
    assert case.client.command == ("python", "app.py")
    assert case.replay.negative == ("no-token", "unknown-field")


@pytest.mark.parametrize("number", range(3))
def test_the_labs_statements_are_clients(number: int) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "lab.md").read_text(), re.DOTALL)
    assert len(blocks) == 3
    assert read_case((HEAD + blocks[number]).encode(), "lab.md")


def test_the_contracts_statements_fit() -> None:
    text = (ROOT / "docs" / "contract.md").read_text()
    listed, compared = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert read_toml(listed.encode(), "LIST", WatchList).sources
    assert read_case((HEAD + compared).encode(), "contract.md").comparison.rewrites


def test_the_evidences_statements_fit() -> None:
    text = (ROOT / "docs" / "evidence.md").read_text()
    mapping, usage = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert read_toml(mapping.encode(), "map.toml", Mapping).status == ("http.status",)
    case = read_case((HEAD + usage).encode(), "evidence.md")
    assert case.usage is not None
    assert case.usage.fields["tokens_in"] == "prompt_tokens"
    for form in FORMATS:
        assert f"`{form.name}`" in text


def test_the_changes_fit() -> None:
    text = (ROOT / "docs" / "signing.md").read_text()
    (changes,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    stated = read_case((HEAD + changes).encode(), "signing.md").changes
    assert stated is not None
    assert stated.parser == ""


def test_the_example_is_a_case() -> None:
    text = (ROOT / "examples/retry-storm/case/case.toml").read_text()
    assert msgspec.convert(tomllib.loads(text), type=Case).incident.owner


def test_every_module_says_what_it_is_for() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        assert path.read_text().startswith('"""'), path


def test_no_machine_path_or_registry_is_named() -> None:
    hosts = "|".join(("py" + "pi", "python" + "hosted", "npm" + "js"))
    pattern = re.compile(rf"/(?:wor[k]|roo[t])/|(?:{hosts})\.(?:org|com)")
    for path in ROOT.rglob("*"):
        first = path.relative_to(ROOT).parts[0]
        if path.is_file() and not first.startswith(SKIPPED):
            assert not pattern.search(path.read_text(errors="ignore")), path
